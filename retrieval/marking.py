"""Where the words of a question stand in a text: by stem, by dictionary form, and in the other wordings of its terms.

Pure, except for the dictionary that is loaded at the first Japanese text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from library.periods import parse
from retrieval import glossary, lexical
from retrieval.question import Question
from retrieval.question_words import is_japanese

Span = tuple[int, int]
LEAST_JAPANESE = 2
"""Characters of a Japanese word that is looked for inside others; kana alone are not."""
_CELL_END = re.compile(r"[|\n]")
_LABEL = re.compile(r"^\s*([^|\n]*[^|\s])\s*\|", re.M)
_KANA = re.compile(r"^[ぁ-ゖー]+$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is marked: terms one by one, phrases as they stand, and Japanese words wherever they stand."""

    terms: frozenset[str]
    loose: frozenset[str]
    """The English words of the phrases asked for: marked where no phrase stands whole."""
    phrases: tuple[tuple[str, ...], ...]
    japanese: tuple[str, ...]
    keys: frozenset[str] = frozenset()
    """The measures, by their terms: a table's row that is one is marked whatever it is called."""


def wanted(asked: Question) -> Wanted:
    """A term of the glossary is marked whole, in each of its wordings; other words of the question one by one."""
    names = [measure.text for measure in asked.measures]
    phrases = [*names, *asked.sections, *asked.expansions]
    said = [asked.subject, *(found.text for found in asked.company_spans), *asked.periods]
    inside = {term for phrase in [*names, *asked.sections] for _, _, term in _tokens(_plain(phrase)[0])}
    years = {str(period.year) for one in asked.periods if (period := parse(one)) and period.relative is None}
    terms = {term for text in said for _, _, term in _tokens(_plain(text)[0])} - inside | years
    if not (terms or phrases):
        terms = {term for _, _, term in _tokens(_plain(asked.text)[0])}
    return Wanted(
        frozenset(term for term in terms if len(term) > 1),
        frozenset(term for term in inside if len(term) > 1 and not is_japanese(term)),
        tuple(
            dict.fromkeys(
                phrase for text in phrases if not is_japanese(text) and len("".join(phrase := _phrase(text))) > 1
            )
        ),
        tuple(dict.fromkeys([*_solid(phrases), *_surfaces(asked, inside)])),
        frozenset(measure.key for measure in asked.measures if measure.key),
    )


def spans(text: str, wanted: Wanted) -> list[Span]:
    """The places to mark in the text, in order and apart from each other."""
    plain, origin = _plain(text)
    tokens = list(_tokens(plain))
    found = [place for place in _phrases(tokens, wanted.phrases) if not _CELL_END.search(plain, *place)]
    for word in wanted.japanese:
        found += [match.span() for match in re.finditer(re.escape(word), plain)]
    found += _labels(plain, wanted.keys)
    single = wanted.terms if found else wanted.terms | wanted.loose
    found += [(start, end) for start, end, term in tokens if term in single or _year(term, wanted)]
    return _merged(((origin[start], origin[end - 1] + 1) for start, end in found), text)


def _tokens(plain: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, term) of each word that says something; a Japanese run is cut into its words."""
    for piece in lexical.PIECE.finditer(plain):
        if lexical.JAPANESE.match(piece[0]):
            at = piece.start()
            yield from ((at + start, at + end, form) for start, end, form in lexical.japanese_words(piece[0]))
        elif terms := _terms(piece[0]):
            yield piece.start(), piece.end(), terms[0]


@lru_cache(maxsize=50_000)
def _terms(piece: str) -> tuple[str, ...]:
    return tuple(lexical.terms(piece))


def _year(term: str, wanted: Wanted) -> bool:
    """FY2018 where 2018 is asked for."""
    return term.startswith("fy") and term[2:] in wanted.terms


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(term for _, _, term in _tokens(_plain(text)[0]))


def _phrases(tokens: list[tuple[int, int, str]], phrases: Iterable[tuple[str, ...]]) -> Iterator[Span]:
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        by_first.setdefault(phrase[0], []).append(phrase)
    terms = [term for _, _, term in tokens]
    for at, term in enumerate(terms):
        for phrase in by_first.get(term, ()):
            if tuple(terms[at : at + len(phrase)]) == phrase:
                yield tokens[at][0], tokens[at + len(phrase) - 1][1]


def _labels(plain: str, keys: frozenset[str]) -> Iterator[Span]:
    for label in _LABEL.finditer(plain) if keys else ():
        if keys & glossary.keys_of(label[1]):
            yield label.span(1)


def _solid(phrases: Iterable[str]) -> Iterator[str]:
    for text in phrases:
        if is_japanese(text) and len(text) >= LEAST_JAPANESE:
            yield _plain(text)[0]


def _surfaces(asked: Question, inside: Collection[str]) -> Iterator[str]:
    """The Japanese words of the question as they stand in it, without those inside of its phrases."""
    for text in (asked.subject, *(found.text for found in asked.company_spans)):
        plain, _ = _plain(text)
        for start, end, form in _tokens(plain):
            word = plain[start:end]
            if form not in inside and is_japanese(word) and len(word) >= LEAST_JAPANESE and not _KANA.match(word):
                yield word
    yield from (_plain(found.text)[0] for found in asked.period_spans if is_japanese(found.text))


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in full-width letters made half-width and the like, and for each character the place it came from."""
    if unicodedata.is_normalized("NFKC", text):
        return text, list(range(len(text)))
    out: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character):
            out.append(one)
            origin.append(place)
    return "".join(out), origin


def _merged(found: Iterable[Span], text: str) -> list[Span]:
    """Overlapping places are one, and so are neighbours with a space between them."""
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and (start <= merged[-1][1] or text[merged[-1][1] : start] == " "):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
