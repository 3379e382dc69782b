"""The bank's words: a reviewed table of financial terms, English and Japanese, with formulas for derived ones.

`glossary.tsv` holds one term a line: its key, the statement it belongs to, what it is ("flow" over a period, "stock"
on a day, "ratio", "text"), its English and its Japanese wordings (the usual one first, "|" between them) and, where it
can be computed, a formula over other keys with + - * / and avg(), change(), abs().
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from retrieval.question_words import bare, fold, is_japanese, narrow, with_origin, words

PATH = Path(__file__).with_name("glossary.tsv")
NO_MEASURES = frozenset({"member", "section", "word"})
_WORD = r"[^\s,;:?!()\"“”（）「」、。\u3005\u3040-\u30ff\u3400-\u9fff/]+"
_WORD_AT = re.compile(rf"(?:non|pre) [a-z]+|{_WORD}(?:/{_WORD})?")


@dataclass(slots=True, frozen=True)
class Term:
    key: str
    statement: str
    kind: str
    english: tuple[str, ...]
    japanese: tuple[str, ...]
    formula: str = ""

    @property
    def wordings(self) -> tuple[str, ...]:
        return self.english + self.japanese

    @property
    def is_measure(self) -> bool:
        return self.statement not in NO_MEASURES


@dataclass(slots=True, frozen=True)
class Found:
    """A term as it stands in a text."""

    term: Term
    text: str
    start: int
    end: int


@lru_cache(maxsize=1)
def terms() -> dict[str, Term]:
    return {term.key: term for term in _read(PATH.read_text(encoding="utf-8"))}


def _read(table: str) -> Iterator[Term]:
    for line in table.splitlines()[1:]:
        if line and not line.startswith("#"):
            key, statement, kind, english, japanese, formula = line.split("\t")
            yield Term(key, statement, kind, _wordings(english), _wordings(japanese), formula)


def _wordings(text: str) -> tuple[str, ...]:
    return tuple(w for w in text.split("|") if w)


@dataclass(slots=True, frozen=True)
class _Index:
    exact: dict[str, tuple[str, ...]]
    """Folded wording -> keys."""
    phrases: dict[tuple[str, ...], tuple[str, ...]]
    """English wording as words -> keys."""
    longest: int
    starts: dict[str, tuple[str, ...]]
    """First two characters of a Japanese wording -> wordings, longest first."""
    japanese: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _index() -> _Index:
    exact: dict[str, list[str]] = defaultdict(list)
    phrases: dict[tuple[str, ...], list[str]] = defaultdict(list)
    japanese: dict[str, list[str]] = defaultdict(list)
    for term in terms().values():
        for wording in term.wordings:
            for form in {fold(wording), bare(wording)}:
                exact[form].append(term.key)
        for phrase in dict.fromkeys(map(words, term.english)):
            phrases[phrase].append(term.key)
        for solid in dict.fromkeys(map(_solid, term.japanese)):
            japanese[solid].append(term.key)
    starts: dict[str, list[str]] = defaultdict(list)
    for wording in japanese:
        starts[wording[:2]].append(wording)
    return _Index(
        {k: tuple(v) for k, v in exact.items()},
        {k: tuple(v) for k, v in phrases.items()},
        max(map(len, phrases)),
        {k: tuple(sorted(v, key=len, reverse=True)) for k, v in starts.items()},
        {k: tuple(v) for k, v in japanese.items()},
    )


def _solid(text: str) -> str:
    return re.sub(r"\s+", "", narrow(text))


@lru_cache(maxsize=50_000)
def keys_of(label: str) -> frozenset[str]:
    """The terms that a whole label is a wording of, with or without its brackets."""
    index = _index()
    for form in (fold(label), bare(label), bare(re.split(r"[:：]", label)[0])):
        if keys := index.exact.get(form):
            return frozenset(keys)
    return frozenset()


@lru_cache(maxsize=50_000)
def keys_of_head(label: str) -> frozenset[str]:
    """The terms that a label begins with, where the rest only says of what or to whom.

    "Net earnings attributable to Northwind", "Depreciation and amortization of property and equipment".
    """
    said = words(label)
    for length in range(len(said) - 1, 0, -1):
        ends = said[length] in _OF_WHAT or said[length - 1] == "to"
        if ends and (keys := _index().phrases.get(said[:length])):
            return frozenset(k for k in keys if terms()[k].is_measure)
    return frozenset()


_OF_WHAT = frozenset({"of", "for", "from", "to", "on", "in"})


def find(text: str) -> list[Found]:
    """The terms in a text in order, the longest wording first where they overlap, of every kind."""
    found = [*_find_english(text), *_find_japanese(text)]
    found.sort(key=lambda f: (-(f.end - f.start), f.start))
    kept: list[Found] = []
    for one in found:
        if all(one.end <= k.start or k.end <= one.start or (one.start, one.end) == (k.start, k.end) for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.start)


def _find_english(text: str) -> Iterator[Found]:
    index = _index()
    plain = text.replace("’", "'").replace("–", "-").replace("—", "-")
    spans = [(m.start(), m.end()) for m in _WORD_AT.finditer(plain)]
    split = [words(plain[a:b]) for a, b in spans]
    at = 0
    while at < len(spans):
        for length in range(min(index.longest, len(spans) - at), 0, -1):
            phrase = tuple(w for part in split[at : at + length] for w in part)
            if phrase and split[at] and split[at + length - 1] and (keys := index.phrases.get(phrase)):
                start, end = spans[at][0], spans[at + length - 1][1]
                shown = text[start:end].rstrip(".")
                yield from (Found(terms()[k], shown, start, start + len(shown)) for k in keys)
                at += length - 1
                break
        at += 1


def _find_japanese(text: str) -> Iterator[Found]:
    if not is_japanese(text):
        return
    index = _index()
    solid, origin = with_origin(text)
    at = 0
    while at < len(solid):
        for wording in index.starts.get(solid[at : at + 2], ()):
            if solid.startswith(wording, at) and is_japanese(wording):
                start, end = origin[at], origin[at + len(wording) - 1] + 1
                yield from (Found(terms()[k], text[start:end], start, end) for k in index.japanese[wording])
                at += len(wording) - 1
                break
        at += 1


def operands(term: Term) -> list[Term]:
    """The terms that a derived term is computed from."""
    names = dict.fromkeys(re.findall(r"[a-z_]{4,}", term.formula))
    return [terms()[name] for name in names if name in terms()]


def split_name(name: str) -> str:
    """The words of a taxonomy's name: "OutsideDirectorsMember" is "outside directors"."""
    name = re.sub(r"Member$", "", name)
    name = re.sub(r"(?:IFRS|USGAAP|JGAAP)$", "", name)
    parts = re.findall(r"[A-Z]{2,}(?=[A-Z][a-z]|\b|\d)|[A-Z]?[a-z]+|[A-Z]+|\d+", name)
    return " ".join(parts).lower()


def translations(text: str) -> list[str]:
    """Wordings in the other language for the terms in a text, the usual ones first, no more than four a term."""
    out: dict[str, None] = {}
    for found in find(text):
        if found.term.statement == "word" and len(found.text) < 4:
            continue
        other = found.term.english if is_japanese(found.text) else found.term.japanese
        out.update(dict.fromkeys(other[:4]))
    return list(out)
