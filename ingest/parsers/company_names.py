"""Whose document it is: a company's name in the words of a cover or of the first pages. Pure."""

from __future__ import annotations

import re
from collections import Counter

COVER = 1_500
"""Characters in which a name without a label is the author's; further down it is anybody's."""
LABELLED = 6_000
"""Characters in which a label may say whose it is."""

_FORMS = (
    r"Incorporated|INCORPORATED|Inc|INC|Corporation|CORPORATION|Corp|CORP|Company|COMPANY|Co|CO|Ltd|LTD|Limited|LIMITED"
    r"|PLC|plc|N\.V|S\.A|AG|SE|LLC|L\.P|LP"
)
_WORD = r"(?:[A-Z0-9][\w&.'’\-/]*|&)"
_LINKED = r"(?:and|of|the|de|for)\s"
_ENGLISH = re.compile(rf"\b{_WORD}(?:,?\s(?:{_LINKED})?{_WORD}){{0,6}}?(?:,?\s(?:{_FORMS})\b\.?)+(?!\s?['’]s)")
_JAPANESE = re.compile(r"株式会社[^\s|、。()（）]{1,25}|[^\s|、。()（）]{1,25}株式会社")
_LABEL = re.compile(r"【?(?:上場)?会社名】?\s*[:：]?[\s|]*(?P<name>[^\n|【】]{2,60})")
_ENGLISH_LABEL = re.compile(r"【?(?:英訳名|英文(?:会社名|商号))】?\s*[:：]?[\s|]*(?P<name>[A-Z][^\n|【】()（）]{2,80})")
_BOTH = re.compile(
    r"(?P<name>株式会社[^\s|、。()（）]{1,25}|[^\s|、。()（）]{1,25}株式会社)\s*[(（](?:英訳名|英文名)?[\s:：]*"
    r"(?P<english>[A-Z][A-Za-z&.,'’\- ]{3,60})[)）]"
)
_LISTED = re.compile(r"((?:[A-Z][\w&.,'’-]*\s){1,6}?)\((?:NYSE|NASDAQ|Nasdaq|TSE|LSE|ASX)\s?:")
_NO_NAME = re.compile(
    r"(?:(?:.*\s)?(?:the|our|this|your|each|a|an|any|its|parent|that|such)\s+|)(?:company|corporation|limited|co|corp|group)\.?",
    re.I,
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATED = re.compile(rf"\b{_MONTH}\b\s\d|\d[.,]\d|\b(?:19|20)\d\d\b")
_LEADS = re.compile(
    rf"(?:\d{{1,2}} {_MONTH}|On|At|In|As|By|For|From|To|Of|Under|With|Prior|During|If|When|And|The|Total|Note|Both|See"
    r"|Since|Exhibit|Form)\s+",
    re.I,
)
_SENTENCE = re.compile(r"により|として|について|において|から$|まで$|など$|[はがをで]$|の株式会社$|^[はがをのと]")
_SMALL_CAPITALS = re.compile(r"\b([A-Z]) (?=([A-Z]{2,}))")


def named(text: str) -> str:
    """The company that a label or else the cover names; "" where none is named there."""
    label = _LABEL.search(text[:LABELLED])
    if label and (name := _tidy(label["name"])):
        return name
    cover = text[:COVER]
    found = sorted([*_JAPANESE.finditer(cover), *_ENGLISH.finditer(cover)], key=lambda m: m.start())
    return next((name for m in found if (name := _name(m[0], text))), "")


def other_name(text: str, company: str) -> str:
    """The company's name in English where the document gives both, as the cover of a Japanese report does."""
    label = _ENGLISH_LABEL.search(text[:LABELLED])
    both = next((m for m in _BOTH.finditer(text[:LABELLED]) if m["name"] == company), None)
    found = label["name"] if label else both["english"] if both else ""
    name = _tidy(found)
    return name if name.casefold() != company.casefold() else ""


def registrant(text: str) -> str:
    """The line above "(Exact name of registrant …)", else the one after the commission's file number."""
    lines = [line.strip() for line in text[:LABELLED].split("\n")]
    for n, line in enumerate(lines):
        if re.search(r"\(exact name of registrant", line, re.I):
            above = [x for x in lines[max(n - 3, 0) : n] if re.search(r"[A-Za-z]{2}", x)]
            name = re.sub(r"^_+\s*|\s*_+$", "", above[-1]).strip() if above else ""
            wrong = re.search(r"commission file|transition period", name, re.I)
            return "" if wrong else _rejoined(name, text)
        if re.match(r"commission file (?:number|no\.?)", line, re.I):
            after = lines[n + 1] if n + 1 < len(lines) else ""
            if re.search(r"\b(?:company|corporation|inc\.?|plc|co\.)$", after, re.I):
                return _rejoined(after, text)
    return ""


def listed(cover: str) -> str:
    """The name before a listing: "Acme Industries (NYSE: ACM)"."""
    found = _LISTED.search(re.sub(r"\s+", " ", cover))
    return _name(found[1], cover) if found else ""


def most_named(text: str) -> str:
    counts = Counter(name for m in _ENGLISH.finditer(text) if (name := _name(m[0], text)))
    return counts.most_common(1)[0][0] if counts else ""


def _name(found: str, text: str) -> str:
    """A company's name out of what looks like one; "" for "the Company", and for a date or a sentence before it."""
    name = _tidy(found)
    while (rest := _LEADS.sub("", name, count=1)) != name and _LEADS.match(name):
        if re.match(r"the\s", name, re.I) and not _NO_NAME.fullmatch(name):
            break  # The Boeing Company
        name = rest
    if _NO_NAME.fullmatch(name) or _DATED.search(name) or _SENTENCE.search(name):
        return ""
    return _rejoined(name, text)


def _tidy(found: str) -> str:
    return " ".join(found.split()).strip(" ,・")


def _rejoined(name: str, text: str) -> str:
    """Small capitals are read apart from their initials: MGM R ESORTS is MGM RESORTS, where the text has that word."""
    words = {word.casefold() for word in re.findall(r"[A-Za-z]{3,}", text)} if _SMALL_CAPITALS.search(name) else set()
    return _SMALL_CAPITALS.sub(lambda m: m[1] + ("" if (m[1] + m[2]).casefold() in words else " "), name)
