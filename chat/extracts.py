"""The sentences and table rows that answer a question best, when no language model is connected. Pure.

A question is taken as words and concepts: a concept is a measure or a part of the business, and any of its wordings,
in either language, says it. A piece is scored by how much of that it covers, each weighed by its rarity among the
pieces; what a piece stands under (title, heading) counts half.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from chat import missing, relevance, wording
from chat.relevance import Asked, Candidate, terms_of
from chat.verifying.sentences import sentences
from library import period_words
from library.periods import matches
from library.tables import Cell, Column, Row, Table
from retrieval.question import Question
from retrieval.question_words import is_japanese

ABOUT_SHARE, RANK_SHARE = 0.5, 0.15
LEAST, MORE, MOST_LEAST, SHORT = 0.3, 0.15, 0.55, 12
"""A best piece that covers less of the question answers nothing. A long one covers much by chance: it has to cover
`LEAST` with `SHORT` words, and `MORE` each time that their number doubles, up to `MOST_LEAST`."""
OF_BEST = 0.75
"""The share of the best that the others need."""
OWN_LANGUAGE = 0.7
"""A piece in the asker's language is enough where it has this share of the best."""
ROW_FOR_TEXT, CAUSE_GIVEN, NO_FIGURE, ALIKE = 0.6, 1.3, 0.6, 0.7
CAUSE = re.compile(
    r"\bbecause\b|\bdue to\b|\bdriven by\b|\bas a result\b|\breflect|\bmainly\b|\bprimarily\b|\bowing to\b"
    r"|ため|により|によ[りる]|背景|要因",
    re.IGNORECASE,
)
WHY = re.compile(r"\bwhy\b|\bwhat (?:drove|caused|explains)\b|\breasons?\b|なぜ|理由|要因|背景", re.I)
MOST, LONGEST = 3, 400
NOT_NAMED = 0.7
"""For each name that the question has and the passage has not."""


@dataclass(slots=True)
class Piece:
    """A sentence, or a row of a table."""

    candidate: int
    text: str
    row: Row | None = None
    terms: frozenset[str] = field(default_factory=frozenset)
    values: frozenset[str] = field(default_factory=frozenset)
    """Of a row: the numbers in it."""
    score: float = 0.0
    japanese: bool = False


def choose(question: Question, candidates: Sequence[Candidate], language: str) -> list[Piece]:
    """The pieces that answer best, best first, at most three; [] where nothing answers."""
    asked = relevance.asked(question)
    pieces = [
        piece
        for i, candidate in enumerate(candidates)
        if relevance.is_about(question, candidate)
        for piece in _pieces(i, candidate)
    ]
    weights = _rarity(asked, pieces, candidates)
    names = [terms for name in missing.proper(question.text) if (terms := terms_of(name))]
    why = bool(WHY.search(question.text))
    for piece in pieces:
        candidate = candidates[piece.candidate]
        if _may_answer(question, asked, piece, candidate):
            piece.score = _score(piece, asked, terms_of(candidate.about), weights) * _fitness(question, piece, why)
            piece.score *= NOT_NAMED ** _not_named(names, candidate)
    pieces = [piece for piece in pieces if piece.score >= least(piece)]
    if not pieces:
        return []
    best = max(piece.score for piece in pieces)
    good = sorted((p for p in pieces if p.score >= OF_BEST * best), key=lambda p: -p.score)
    own = [piece for piece in good if piece.japanese == (language == "ja")]
    return _distinct(own if own and own[0].score >= OWN_LANGUAGE * best else good)


def least(piece: Piece) -> float:
    """What share of the question a piece has to cover; a row is as long as its label."""
    length = len(terms_of(piece.text)) if piece.row else len(piece.terms)
    return min(LEAST + MORE * max(math.log2(max(length, 1) / SHORT), 0.0), MOST_LEAST)


def _not_named(names: Sequence[frozenset[str]], candidate: Candidate) -> int:
    """How many names of the question a passage does not hold."""
    there = terms_of(f"{candidate.about} {candidate.text}")
    return sum(not name & there for name in names)


def _pieces(index: int, candidate: Candidate) -> Iterator[Piece]:
    if candidate.table is not None:
        yield from _rows(index, candidate, candidate.table)
        return
    for sentence in sentences(candidate.text):
        text = " ".join(sentence.text.split())
        if len(text) > 8 and text not in candidate.about:
            shown = text if len(text) <= LONGEST else text[:LONGEST] + "…"
            yield Piece(index, shown, None, terms_of(text), japanese=is_japanese(text))


def _rows(index: int, candidate: Candidate, table: Table) -> Iterator[Piece]:
    heads = _heads(table)
    values: dict[int, list[str]] = {}
    for cell in table.cells:
        if cell.value is not None:
            values.setdefault(cell.row, []).append(cell.value)
    for row in table.rows:
        if row.path and wording.label(row.path) in candidate.text:
            label = " ".join(row.path)
            own = frozenset(values.get(row.index, ()))
            yield Piece(index, label, row, terms_of(f"{label} {heads}"), own, japanese=is_japanese(label))


def _heads(table: Table) -> str:
    return " ".join([table.title, *(" ".join(column.path) + " " + column.period for column in table.columns)])


def _may_answer(question: Question, asked: Asked, piece: Piece, candidate: Candidate) -> bool:
    """What asks for a measure is answered by what names it; what asks for a year, by what has that year."""
    if asked.measures:
        everything = piece.terms | terms_of(candidate.about)
        if not any(concept.within(piece.terms, everything) for concept in asked.measures):
            return False
    if question.wants == "text" or not question.periods:
        return True
    if piece.row is None or candidate.table is None:
        return relevance.has_period(question, piece.text, candidate)
    periods = [column.period for column in candidate.table.columns if column.period] + [piece.row.period]
    return relevance.any_period(question, [period for period in periods if period], candidate)


def _score(piece: Piece, asked: Asked, about: frozenset[str], weights: dict[object, float]) -> float:
    """The share of what is asked that the piece has, with half for what stands only above it."""
    everything = piece.terms | about
    total = sum(weights.values())
    got = 0.0
    for term in asked.terms:
        got += weights[term] * (1 if term in piece.terms else ABOUT_SHARE * (term in about))
    for concept in asked.concepts:
        inside = concept.within(piece.terms, piece.terms)
        got += weights[concept] * (1 if inside else ABOUT_SHARE * concept.within(piece.terms, everything))
    if not total or not got:
        return 0.0
    return got / total * (1 - RANK_SHARE + RANK_SHARE / (1 + piece.candidate))


def _fitness(question: Question, piece: Piece, why: bool) -> float:
    if question.wants == "text" and piece.row is not None:
        return ROW_FOR_TEXT
    if question.wants == "figure" and piece.row is None and not re.search(r"\d", piece.text):
        return NO_FIGURE
    return CAUSE_GIVEN if why and CAUSE.search(piece.text) else 1.0


def _rarity(asked: Asked, pieces: Sequence[Piece], candidates: Sequence[Candidate]) -> dict[object, float]:
    weights: dict[object, float] = {}
    for term in asked.terms:
        weights[term] = _weight(sum(term in piece.terms for piece in pieces), len(pieces))
    for concept in asked.concepts:
        weights[concept] = _weight(sum(concept.within(p.terms, p.terms) for p in pieces), len(pieces))
    return weights


def _weight(count: int, among: int) -> float:
    return math.log(1 + (among + 1) / (max(count, 1) + 0.5))


def _distinct(pieces: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        if len(kept) < MOST and not any(_same(piece, other) for other in kept):
            kept.append(piece)
    return kept


def _same(one: Piece, other: Piece) -> bool:
    if one.row is not None and other.row is not None:
        return bool(one.values & other.values) or (one.text == other.text and not one.values)
    both, either = len(one.terms & other.terms), len(one.terms | other.terms)
    return (one.row is None) == (other.row is None) and both >= ALIKE * either


# --- rows as they are shown ----------------------------------------------------------------------------------------


def row_cells(row: Row, table: Table, periods: Sequence[str], most: int) -> list[tuple[Cell, Column]]:
    """The row's first cells with their columns, those of the periods asked for before the others."""
    columns = {column.index: column for column in table.columns}
    filled = [c for c in table.cells if c.row == row.index and c.under in columns and c.text.strip()]
    ranked = sorted(filled, key=lambda c: -_fit(columns[c.under].period, periods))
    return [(cell, columns[cell.under]) for cell in ranked[:most]]


@lru_cache(maxsize=10_000)
def _matches(asked: str, own: str) -> float:
    return matches(asked, own)


def _fit(own: str, periods: Sequence[str]) -> float:
    return max((_matches(asked, own) for asked in periods if own), default=0.0)


def head(column: Column, language: str) -> str:
    return period_words.written(column.period, language) or wording.label(column.path)
