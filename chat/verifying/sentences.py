"""Cutting a text into sentences and clauses, with their places; English and Japanese."""

from __future__ import annotations

import re
from dataclasses import dataclass

from library.figure_words import word_list

_ABBREVIATIONS = word_list(
    "inc corp co ltd no nos vs approx mr mrs ms dr st jr sr u.s u.k e.g i.e etc fig pp p dept est "
    "jan feb mar apr jun "
    "jul aug sep sept oct nov dec"
)
_END = re.compile(r"[.!?]+[\"')\]”’]*(?:\s*\[\d+\])*(?=\s|$)|[。！？]+[」』）)]*(?:\s*(?:\[\d+\]|【\d+】))*|\n+")
_CLAUSE = re.compile(r",(?!\d)|[;、。，；(（]|\b(?:while|whereas|but|compared)\b")
_MARKER = re.compile(r"\[(\d+(?:\s?[,、]\s?\d+)*)\]|【(\d+)】")


@dataclass(slots=True, frozen=True)
class Sentence:
    text: str
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text; lines end them too, abbreviations and decimal points do not."""
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and _is_abbreviation(text[start : match.start()]):
            continue
        _append(found, text, start, match.end())
        start = match.end()
    _append(found, text, start, len(text))
    return found


def finished(text: str) -> int:
    """How far the text goes in whole sentences: while an answer streams, what comes after may still change."""
    last = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and (match.end() >= len(text) or _is_abbreviation(text[last : match.start()])):
            continue
        if match.end() < len(text) or match.group()[0] in "\n":
            last = match.end()
    return last


def markers(text: str) -> list[int]:
    """The bookmarks in a text: "[1]", "[1, 2]", "【3】"."""
    return [int(n) for m in _MARKER.finditer(text) for n in re.findall(r"\d+", m.group())]


def clause(text: str, start: int, end: int) -> str:
    """The part of a sentence around a place, from comma to comma; commas within numbers do not count."""
    before = [m.end() for m in _CLAUSE.finditer(text, 0, start)]
    after = _CLAUSE.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]


def _is_abbreviation(before: str) -> bool:
    word = re.search(r"[\w.]+$", before)
    if word is None:
        return False
    last = word.group().lower()
    return last in _ABBREVIATIONS or bool(re.fullmatch(r"[a-z](?:\.[a-z])*", last)) or _is_list_number(before, last)


def _is_list_number(before: str, word: str) -> bool:
    return word.isdigit() and len(word) <= 2 and before.strip() == word


def _append(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        at = start + piece.index(stripped[0])
        found.append(Sentence(stripped, at, at + len(stripped)))
