"""Names of people: Japanese ones by the dictionary's tags, others by title, cue and given name."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

from chat.guards.names import GIVEN
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
        if found["given"].lower() in GIVEN:
            yield found.span("name")


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
