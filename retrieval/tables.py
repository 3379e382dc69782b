"""Answers from table cells: measure × company × period × basis, with how sure it is and what else it could have been.

`find_cells` is pure and fast (about 0.1 ms a table): the work on labels is cached by label, the rest is done only for
the rows and columns that may be meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from library.tables import Cell, Column, Row
from retrieval.question import Question
from retrieval.tables_confidence import confidence
from retrieval.tables_fit import (
    UNKNOWN,
    across_fit,
    basis_fit,
    context_fit,
    line_fit,
    member_fit,
    newest_period,
    period_fit,
    recency,
    span_fit,
    statement_fit,
)
from retrieval.tables_found import CellAnswer, FoundTable
from retrieval.tables_labels import Target, target_of, target_of_subject
from retrieval.tables_lines import Grid, Line, before, cells_on, grid_of, lines_of

__all__ = ["CellAnswer", "FoundTable", "find_cells", "targets_of"]

KEPT = 200
WEIGHTS = {
    "label": 4.0,
    "context": 1.2,
    "member": 2.0,
    "across": 2.0,
    "line": 0.8,
    "period": 2.4,
    "basis": 1.2,
    "statement": 0.9,
    "span": 0.25,
    "rank": 0.3,
    "filled": 0.3,
}


def find_cells(question: Question, tables: Sequence[FoundTable], limit: int = 10) -> list[CellAnswer]:
    """Cells that may answer the question's first measure in its first period, best first, one a table and row."""
    targets = targets_of(question)
    if not targets:
        return []
    period = question.periods[0] if question.periods else ""
    return cells_for(targets[0], period, question, tables)[:limit]


def targets_of(question: Question) -> list[Target]:
    """What rows to look for: each measure, or the question's own words where no glossary holds them."""
    if question.measures:
        return [target_of(m, question) for m in question.measures]
    return [target_of_subject(question)] if question.subject else []


def cells_for(target: Target, period: str, question: Question, tables: Sequence[FoundTable]) -> list[CellAnswer]:
    """Candidates for one target in one period, best first, each with its confidence and its runners-up."""
    found = [c for rank, one in enumerate(tables) for c in _in_table(target, period, question, one, rank)]
    found.sort(key=lambda c: -c.score)
    found = found[:KEPT]
    for place, one in enumerate(found[:10]):
        one.runners_up = [o for o in found[:20] if o is not one and o.value != one.value][:3]
        one.confidence = confidence(one, first=place == 0)
    return found


def _in_table(
    target: Target, period: str, question: Question, found: FoundTable, rank: int
) -> Iterator[CellAnswer]:
    """The best cell of each line that fits."""
    grid = grid_of(found.table)
    lines = lines_of(target, question, grid)
    if not lines:
        return
    place = _Place(target, period, question, found, rank, grid, newest_period(found.table))
    for line in lines:
        answers = [_answer(place, line, *at) for at in cells_on(line, grid)]
        if answers:
            yield max(answers, key=lambda one: one.score)


@dataclass(slots=True)
class _Place:
    """What is the same for all cells of a table."""

    target: Target
    period: str
    question: Question
    found: FoundTable
    rank: int
    grid: Grid
    newest: str


def _answer(place: _Place, line: Line, row: Row, column: Column, cell: Cell) -> CellAnswer:
    question, found = place.question, place.found
    own = row.period or column.period
    why = {
        "label": line.label,
        "context": context_fit(line.wording.context, found, row, column, line.row is not None, before(row, place.grid)),
        "member": member_fit(question.members, found, row, column, place.grid.texts.get(row.index, [])),
        "across": across_fit(line.wording.across, row, column),
        "line": line_fit(question, row, line.row is not None),
        "period": period_fit(place.period, question, found, row, column) if place.period else UNKNOWN,
        "basis": basis_fit(question.basis, found, column),
        "statement": statement_fit(question, found),
        "span": span_fit(question, own),
        "rank": 1.0 / (1 + place.rank / 10),
        "filled": 1.0 if cell.value is not None else 0.5,
    }
    if not place.period and own:
        why["period"] = recency(own, place.newest)
    score = sum(WEIGHTS[name] * fit for name, fit in why.items())
    return CellAnswer(found, cell, row, column, place.target.asked, score, why=why, period=place.period or own)
