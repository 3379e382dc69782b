"""A sentence as a row of tokens that can be compared: stems, poles, negations, periods, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from chat.verifying.axes import COMMON_CAPITALS, JAPANESE_NEGATION, NEGATIONS, Pole, english_poles, japanese_poles
from chat.verifying.periods import Named, periods
from chat.verifying.words import is_japanese, stem
from library.figure_words import narrow, word_list

_JOINED = [
    (re.compile(r"n['’]t\b"), " not"),
    (re.compile(r"\b(in)[\s-](line)\b", re.I), r"\1-\2"),
    (re.compile(r"\b(pre|post|non)[\s-](\w)", re.I), r"\1-\2"),
    (re.compile(r"\b(single|double|triple)[\s-]digits?\b", re.I), r"\1-digit"),
    (re.compile(r"\b(long|short|near|two|three|four|brand)[\s-](terms?|fold|new)\b", re.I), r"\1-\2"),
    (re.compile(r"\b(north|south|latin|united)\s(america|states|kingdom)\b", re.I), r"\1-\2"),
    (re.compile(r"\bU\.\s?S\.(?:A\.)?|\bUSA?\b"), "us"),
    (re.compile(r"\bU\.\s?K\.|\bUK\b"), "uk"),
    (re.compile(r"\b(?:per|each|every|a)\s(year|quarter|month|week)\b", re.I), r"per-\1"),
    (re.compile(r"\b(one|1)[\s-]and[\s-]a[\s-]half[\s-]times\b", re.I), "sesqui"),
    (re.compile(r"\b(\w+) of half\b", re.I), r"\1 half"),
    (
        re.compile(
            r"\bup to\b|\bset up\b|\bset forth\b|\bas well as\b|\bas well\b|\bnot only\b|\bat least\b"
            r"|\bwell (?=over|above|below|positioned)",
            re.I,
        ),
        " ",
    ),
    (re.compile(r"\byear[\s-]o(?:ver|n)[\s-]year\b", re.I), " yoy "),
    (
        re.compile(
            r"\b(first|second|third|fourth)[\s-](quarter|half)\b|\bfull[\s-]year\b|\byear[\s-]end\b|\blast\s(?=twelve|12)",
            re.I,
        ),
        " ",
    ),
]
_TOKEN = re.compile(r"[A-Za-z][A-Za-z.&]*[A-Za-z](?:-[A-Za-z]+)*|[A-Za-z]|\d[\d.,]*\d|\d|[^\sA-Za-z\d]")
_SEPARATORS = frozenset(",;:()")
_EMPTY = frozenset(
    word_list(
        "a an the and or but of in on at by for to from as is are was were be been being it its this that "
        "these those which who we our they their he she his her us you your i has have had do does did "
        "will would may might can could should there here also then so such s t than million billion "
        "thousand trillion percent dollar dollars cents basis points"
    )
)


@dataclass(slots=True, frozen=True)
class Token:
    text: str
    key: str
    at: int
    """Which token of the sentence it is; a clause's end counts as a few."""
    poles: tuple[Pole, ...] = ()
    negation: bool = False


@dataclass(slots=True, frozen=True)
class Line:
    """A sentence taken apart."""

    text: str
    tokens: tuple[Token, ...]
    periods: tuple[Named, ...]
    japanese: bool

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(t.key for t in self.tokens)


@lru_cache(maxsize=8192)
def line(text: str) -> Line:
    japanese = is_japanese(text)
    tokens = _japanese_tokens(text) if japanese else _english_tokens(text)
    return Line(text, tuple(tokens), periods(narrow(text)), japanese)


def _english_tokens(text: str) -> list[Token]:
    for pattern, joined in _JOINED:
        text = pattern.sub(joined, text)
    poles, found, at = english_poles(), [], 0
    for match in _TOKEN.finditer(text):
        word = match.group()
        lower = word.lower().rstrip(".")
        if not word[0].isalnum():
            at += 3 if word in _SEPARATORS else 0
            continue
        if lower in _EMPTY or lower[0].isdigit():
            continue
        at += 1
        key = lower if "-" in lower or "." in lower else stem(lower)
        own = poles.get(key) or poles.get(lower) or poles.get(stem(lower)) or _compound(lower, poles)
        found.append(Token(word, key, at, own, lower in NEGATIONS and text[match.end() : match.end() + 1] != ","))
    return found


def _compound(word: str, poles: dict[str, tuple[Pole, ...]]) -> tuple[Pole, ...]:
    """ "mid-single" stands where its parts stand."""
    if "-" not in word:
        return ()
    parts = word.split("-")
    pieces = [*("-".join(pair) for pair in pairwise(parts)), *map(stem, parts)]
    return tuple(dict.fromkeys(p for piece in pieces for p in poles.get(piece, ())))


def _japanese_tokens(text: str) -> list[Token]:
    pattern, poles = japanese_poles()
    marked = {m.start(): (m.group(), poles[m.group()]) for m in pattern.finditer(text)}
    negated = {m.start() for m in JAPANESE_NEGATION.finditer(text)}
    found = []
    for match in re.finditer(r"[一-龯々]+|[ァ-ヴー]{2,}|[A-Za-z]{2,}", text):
        run, start = match.group(), match.start()
        pieces = [run[i : i + 2] for i in range(len(run) - 1)] if run[0] >= "一" and len(run) > 2 else [run]
        found += [Token(p, p.lower(), (start + i) // 2 + 2 * _commas(text, start)) for i, p in enumerate(pieces)]
    found += [Token(w, w, s // 2 + 2 * _commas(text, s), p) for s, (w, p) in marked.items()]
    found += [Token("ない", "ない", s // 2 + 2 * _commas(text, s), (), True) for s in negated]
    return sorted(found, key=lambda t: t.at)


def _commas(text: str, until: int) -> int:
    return sum(text.count(c, 0, until) for c in "、，,（）")


_NAME = re.compile(r"\b(?:[A-Z]\.(?:[A-Z]\.?)+|[A-Z][A-Za-z&]*[A-Za-z])(?:'s)?")
_FIRM = re.compile(
    r"株式会社[一-龯ァ-ヴーA-Za-z]{2,}|[一-龯ァ-ヴー]{2,}(?:銀行|証券|ホールディングス|生命|製作所|自動車|商事|電機|製薬|不動産)"
)


def names(text: str) -> list[str]:
    """Words that are capitalised though no sentence begins with them; Japanese words that end as firms' names do.

    Periods ("FY2024"), units and the words that anyone capitalises are none.
    """
    found = _FIRM.findall(text)
    blotted = _without_periods(text)
    for match in _NAME.finditer(blotted):
        name = re.sub(r"'s$", "", match.group())
        before = blotted[: match.start()].rstrip()
        begins = not before or before[-1] in '.!?:•"“-*|。' or is_japanese(before[-1])
        if (not begins or name.replace(".", "").isupper()) and name.lower().rstrip(".") not in COMMON_CAPITALS:
            found.append(name)
    return found


def _without_periods(text: str) -> str:
    for period in reversed(periods(text)):
        text = text[: period.start] + "_" * (period.end - period.start) + text[period.end :]
    return text


def spelled(name: str) -> str:
    """U.S. and US alike."""
    return name.replace(".", "").lower()
