"""Names of people: Japanese ones by the dictionary's tags, others by title, cue and given name."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

from chat.guards.names import GIVEN, NAMED_AFTER
from chat.guards.vocabulary import listed
from retrieval.lexical import dictionary

JAPANESE = re.compile(r"[一-鿿々ァ-ヶー]")
KATAKANA = re.compile(r"[ァ-ヶー・]+")
HONORIFIC = re.compile(
    r"\s?(?:様|さま|さん|氏|殿|君|くん|ちゃん|先生|教授|医師|弁護士|会計士|税理士|社長|会長|頭取|専務|常務|取締役|監査役|部長|課長|支店長|次長|係長|主任|店長|理事"
    r"|顧問|代表|CEO|CFO)"
)
CUE = re.compile(
    r"(?:氏名|名前|お名前|名義(?:人)?|担当(?:者)?|申込者|契約者|契約者名|口座名義|顧客名|宛名"
    r"|届出人|本人|配偶者)(?:は|：|:|\s|　|の)*$"
)
_PART = r"[A-ZÀ-Þ][a-zà-ɏ'’]+(?:[A-ZÀ-Þ][a-zà-ɏ]+)?(?:-[A-ZÀ-Þ][a-zà-ɏ]+)?"
_FURTHER = rf"(?:\s(?:[A-Z]\.|van|von|de|der|den|da|del|della|di|la|le|bin|al|{_PART}))"
TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|Lady|Mme|Herr|Frau)\.?\s(?P<name>{_PART}{_FURTHER}{{0,3}})"
)
CUED = re.compile(
    r"(?:(?i:\b(?:my|his|her|their|your|full|first|last|client(?:'s)?|customer(?:'s)?|account holder"
    r"(?:'s)?|legal) names? (?:is|was|to|:)|\bname\s?:|\bi'm called|\bsigned(?: by)?:?"
    r"|\b(?:account holder|cardholder|beneficiary|payee|customer|client|patient|contact|applicant|borrower"
    r"|attn|dear)\b\s?:?|\bi am|\bi'm|\bthis is))"
    rf"\s(?:(?:Mr|Mrs|Ms|Dr)\.?\s)?(?P<name>{_PART}{_FURTHER}{{0,3}})"
)
PAIR = re.compile(
    rf"(?<![\w@.])(?P<name>(?P<given>{_PART})(?:\s[A-Z]\.)?(?:\s(?:van|von|de|der|den|da|del|di|la|le|bin"
    rf"|al))*\s{_PART})(?![\w@])"
)
INITIALLED = re.compile(
    rf"(?<![\w@.])(?P<name>(?P<given>{_PART})\s[B-HJ-Z]\.?(?:\s[A-Z]\.)?\s(?P<family>{_PART}))(?![\w@])"
)
"""A given name that no list has, with an initial; A and I are more often words."""
TOLD = re.compile(
    rf"(?:\b(?:directed|written|signed|hosted|chaired|prepared|painted|sung) by|\bcalls? me|\bnamed"
    r"|\b[Mm]y (?:wife|husband|son|daughter|mother|father|brother|sister|friend|colleague|client|boss|neighbou?r),?)"
    rf"\s(?P<name>{_PART}\s{_PART})(?![\w@])|"
    rf"(?<![\w@.])(?P<dweller>{_PART}\s{_PART})(?=\s(?:lives|resides|was born|is married|died)\b)"
)
GREETED = re.compile(
    rf"(?m:^[ \t>]*(?:(?:Dear|Hi|Hello|Hey|Thanks|Regards|Best|Sincerely|Cheers),?\s+)?(?P<name>{_PART})"
    rf"(?=\s?[:,]?[ \t]*$|:\s))|(?:\b(?:Hi|Hello|Hey|Dear),?\s)(?P<other>{_PART})(?=[,!.:]|$)"
)
"""A given name alone: who is spoken to, signs, or speaks."""
ROW = re.compile(rf"(?<![\w@.])(?:{_PART},\s){{1,9}}{_PART},?\s(?:and|&|or)\s{_PART}(?![\w@])")
FIRM = re.compile(
    r"(?:’s|'s)?[,]?\s(?:&|and Co|Inc|Corp|Co\b|Company|LLC|L\.?L\.?P|Ltd|Limited|PLC"
    r"|AG\b|GmbH|SA\b|NV\b|Group|Bank|Holdings"
    r"|Securities|Trust|Fund|Partners|Capital|Foundation|Insurance|Industries|Stores|Hotels|University|Hospital|Award"
    r"|Act\b|Building|Street|Road|Avenue|Airport|Center|Centre)"
)
NOT_GIVEN = frozenset(
    listed(
        """
        class series exhibit part item section schedule appendix form note table tier title level type phase vitamin
        plan annex unit building tower suite chapter article figure rule act step option grade route gate hepatitis
        """
    )
)
NO_NAME = frozenset(
    listed(
        """
        the this that these those our your my his her its company bank group board street inc corp ltd llc united new
        north south january february march april may june july august september october november december monday
        tuesday wednesday thursday friday saturday sunday interested looking sorry writing calling trying sir madam
        sirs team customer shareholders shareholder stockholders stockholder here not afraid very just also
        """
    )
)
_local = threading.local()


def people(text: str) -> Iterator[tuple[int, int]]:
    if JAPANESE.search(text):
        yield from _japanese(text)
    for pattern in (TITLED, CUED):
        for found in pattern.finditer(text):
            if found["name"].split()[0].lower() not in NO_NAME:
                yield found.span("name")
    for found in PAIR.finditer(text):
        if found["given"].lower() in GIVEN and not _is_firm(text, found["name"], found.end("name")):
            yield found.span("name")
    for found in INITIALLED.finditer(text):
        if not {found["given"].lower(), found["family"].lower()} & (NOT_GIVEN | NO_NAME):
            yield found.span("name")
    yield from _told(text)


def _told(text: str) -> Iterator[tuple[int, int]]:
    """By what is said of them, how they are spoken to, or in whose row they stand."""
    for found in TOLD.finditer(text):
        group = "name" if found["name"] else "dweller"
        if not {word.lower() for word in found[group].split()} & NO_NAME:
            yield found.span(group)
    for found in GREETED.finditer(text):
        group = "name" if found["name"] else "other"
        if found[group].lower() in GIVEN:
            yield found.span(group)
    for row in ROW.finditer(text):
        names = [name for name in re.finditer(_PART, row[0]) if name[0].lower() in GIVEN]
        if len(names) > 1:
            yield from ((row.start() + name.start(), row.start() + name.end()) for name in names)


def _is_firm(text: str, name: str, end: int) -> bool:
    return "_".join(name.lower().split()) in NAMED_AFTER or bool(FIRM.match(text, end))


def _japanese(text: str) -> Iterator[tuple[int, int]]:
    """A family name with a given name, or either with an honorific behind it or a cue in front.

    A family name alone may be a place or a firm (田中商事, 川崎市).
    """
    words = _tagged(text)
    at = 0
    while at < len(words):
        start, end, kind = words[at]
        if kind not in ("姓", "名", "人"):
            at += 1
            continue
        last = at + 1
        while last < len(words) and last - at < 4 and _continues(text, words[last - 1], words[last]):
            last += 1
        end = words[last - 1][1]
        kinds = {words[i][2] for i in range(at, last)}
        honoured = HONORIFIC.match(text, end)
        whole = "人" in kinds and not KATAKANA.fullmatch(text, start, end)
        if {"姓", "名"} <= kinds or whole or honoured or CUE.search(text, max(0, start - 16), start):
            yield start, end
        at = last


def _continues(text: str, before: tuple[int, int, str], here: tuple[int, int, str]) -> bool:
    between = text[before[1] : here[0]]
    return here[2] == "名" and before[2] == "姓" and between in ("", " ", "　", "・")


def _tagged(text: str) -> list[tuple[int, int, str]]:
    """(start, end, "姓" | "名" | "人" | "") of each word; 人 is a whole name."""
    words = []
    for offset, piece in _pieces(text):
        for word in _tokenizer().tokenize(piece):
            tags = word.part_of_speech()
            kind = ""
            if tags[2] == "人名":
                kind = tags[3] if tags[3] in ("姓", "名") else "人"
            if not word.surface().isspace():
                words.append((offset + word.begin(), offset + word.end(), kind))
    return words


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Lines with Japanese in them: the tokenizer takes 49,149 bytes at most, and Latin text needs none."""
    offset = 0
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), 10_000):
            piece = line[start : start + 10_000]
            if JAPANESE.search(piece):
                yield offset + start, piece
        offset += len(line)


def _tokenizer() -> Any:
    if not hasattr(_local, "tokenizer"):
        from sudachipy import SplitMode

        _local.tokenizer = dictionary().tokenizer(mode=SplitMode.A)
    return _local.tokenizer
