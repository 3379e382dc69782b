"""The sentences and table rows that answer a question best, when no language model is connected. Pure.

A piece is scored by how much of the question it covers, each word weighed by its rarity among the pieces; what a
piece stands under (title, heading) counts half.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from chat import wording
from chat.verify_sentences import sentences
from library import period_words
from library.tables import Row, Table
from retrieval import lexical

ABOUT_SHARE, RANK_SHARE = 0.5, 0.15
LEAST, OF_BEST = 0.34, 0.6
"""A best piece that covers less than `LEAST` of the question answers nothing; others need this share of the best."""
NAME = re.compile(r"(?<![.?!:。？！]\s)(?<=\s)[A-Z][a-z]{2,}(?![\w])|(?<![ァ-ヶー])[ァ-ヶー]{3,}(?![ァ-ヶー])")
MOST, LONGEST, ROW_CELLS = 3, 400, 4


@dataclass(slots=True, frozen=True)
class Candidate:
    """A passage that the search found."""

    text: str
    about: str
    """What it stands under: company, title, period, heading."""
    table: Table | None = None


@dataclass(slots=True)
class Piece:
    """A sentence, or a row of a table."""

    candidate: int
    text: str
    row: Row | None = None
    terms: frozenset[str] = field(default_factory=frozenset)
    score: float = 0.0


def choose(question: str, expansions: Sequence[str], candidates: Sequence[Candidate]) -> list[Piece]:
    """The pieces that answer best, best first, at most three; [] where nothing answers."""
    asked = [_terms(question), *(terms for e in expansions if (terms := _terms(e)))]
    pieces = [piece for i, candidate in enumerate(candidates) for piece in _pieces(i, candidate)]
    weights = _rarity(asked[0], pieces)
    abouts = [_terms(candidate.about) for candidate in candidates]
    for piece in pieces:
        piece.score = _score(piece, asked, abouts[piece.candidate], weights)
    pieces.sort(key=lambda piece: -piece.score)
    if not pieces or pieces[0].score < LEAST:
        return []
    return _distinct([p for p in pieces if p.score >= OF_BEST * pieces[0].score])


def missing(question: str, candidates: Sequence[Candidate]) -> list[str]:
    """Words of the question that stand nowhere in what was found."""
    return _without(lexical.PIECE.findall(question), candidates)


def missing_names(question: str, candidates: Sequence[Candidate]) -> list[str]:
    """Names in the question (capitalised within a sentence, or in katakana) that nothing that was found knows.

    What was found is about somebody else then, and answers nothing, however well its words fit.
    """
    return _without(NAME.findall(question), candidates)


def _without(words: Sequence[str], candidates: Sequence[Candidate]) -> list[str]:
    found = frozenset[str]().union(*(_terms(f"{c.about} {c.text}") for c in candidates))
    return list(dict.fromkeys(word for word in words if _terms(word) and not _terms(word) & found))


def row_text(row: Row, table: Table, language: str) -> str:
    """A row with its first cells, each under its column: "Net sales — FY2018: 32,765; FY2017: 31,657"."""
    columns = {column.index: column for column in table.columns}
    cells = [c for c in table.cells if c.row == row.index and c.under in columns and c.text.strip()]
    shown = []
    for cell in cells[:ROW_CELLS]:
        column = columns[cell.under]
        head = period_words.written(column.period, language) or wording.label(column.path)
        shown.append(f"{head}: {wording.amount(cell, language)}" if head else wording.amount(cell, language))
    return f"{wording.label(row.path)} — {'; '.join(shown)}" if shown else ""


def _pieces(index: int, candidate: Candidate) -> Iterator[Piece]:
    if candidate.table is not None:
        for row in candidate.table.rows:
            if row.path and wording.label(row.path) in candidate.text:
                yield Piece(index, " ".join(row.path), row, _terms(f"{' '.join(row.path)} {_heads(candidate.table)}"))
        return
    for sentence in sentences(candidate.text):
        text = " ".join(sentence.text.split())
        if len(text) > 8:
            yield Piece(index, text if len(text) <= LONGEST else text[:LONGEST] + "…", None, _terms(text))


def _heads(table: Table) -> str:
    return " ".join([table.title, *(" ".join(column.path) + " " + column.period for column in table.columns)])


def _score(piece: Piece, asked: list[frozenset[str]], about: frozenset[str], weights: dict[str, float]) -> float:
    covered = max(_cover(terms, piece.terms, about, weights) for terms in asked)
    return covered * (1 - RANK_SHARE + RANK_SHARE / (1 + piece.candidate))


def _cover(asked: frozenset[str], own: frozenset[str], about: frozenset[str], weights: dict[str, float]) -> float:
    """The share of the asked words that the piece has, with half for those that stand only above it."""
    if not asked & own:
        return 0.0
    total = sum(weights.get(t, 1.0) for t in asked)
    got = sum(weights.get(t, 1.0) * (1 if t in own else ABOUT_SHARE) for t in asked if t in own or t in about)
    return got / total


def _rarity(asked: frozenset[str], pieces: list[Piece]) -> dict[str, float]:
    counts = Counter(term for piece in pieces for term in piece.terms & asked)
    return {t: math.log(1 + (len(pieces) + 1) / (counts[t] + 0.5)) / 3 for t in asked}


def _distinct(pieces: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        if all(piece.terms != other.terms for other in kept) and len(kept) < MOST:
            kept.append(piece)
    return kept


@lru_cache(maxsize=20_000)
def _terms(text: str) -> frozenset[str]:
    return frozenset(lexical.terms(text))
