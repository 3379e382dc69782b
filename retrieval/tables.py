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
    company_fit,
    context_fit,
    filled_fit,
    line_fit,
    member_fit,
    newest_period,
    period_fit,
    recency,
    span_fit,
    statement_fit,
    unit_fit,
)
from retrieval.tables_found import CellAnswer, FoundTable
from retrieval.tables_labels import SAME_TERM, Target, explained, target_of, target_of_subject
from retrieval.tables_lines import Grid, Line, before, cells_on, grid_of, lines_of, more_lines

__all__ = ["CellAnswer", "FoundTable", "find_cells", "targets_of"]

KEPT = 200
SHARE_OF_BEST = 0.4
"""Lines that fit worse than this, against the best one in any table, are not looked at."""
WEIGHTS = {
    "label": 4.0,
    "company": 3.0,
    "context": 1.2,
    "member": 2.0,
    "explained": 2.0,
    "unit": 0.8,
    "across": 2.0,
    "line": 0.8,
    "period": 2.4,
    "basis": 1.2,
    "statement": 1.2,
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
    found = [one for target in _main(targets, question) for one in cells_for(target, period, question, tables)]
    return ranked(found, question)[:limit]


def _main(targets: Sequence[Target], question: Question) -> Sequence[Target]:
    """ "Deferred tax assets for inventories" names two terms and means one row: each may be its label."""
    quoted = any(m.quoted for m in question.measures)
    return targets[:1] if quoted or question.comparison == "companies" else targets[:3]


def targets_of(question: Question) -> list[Target]:
    """What rows to look for: each measure, or the question's own words where no glossary holds them."""
    if question.measures:
        return [target_of(m, question) for m in question.measures]
    return [target_of_subject(question)] if question.subject else []


def cells_for(target: Target, period: str, question: Question, tables: Sequence[FoundTable]) -> list[CellAnswer]:
    """Candidates for one target in one period, best first, each with its confidence and its runners-up."""
    lines = [lines_of(target, one.table) for one in tables]
    best = max((line.label for some in lines for line in some), default=0.0)
    found: list[CellAnswer] = []
    for rank, (one, some) in enumerate(zip(tables, lines, strict=True)):
        fitting = [line for line in some if line.label >= SHARE_OF_BEST * best]
        if fitting or best < SAME_TERM:
            found.extend(_in_table(target, period, question, one, rank, fitting))
    return ranked(found, question)


def ranked(found: list[CellAnswer], question: Question) -> list[CellAnswer]:
    """Best first, each cell once, with confidence and runners-up for the first ones."""
    found = sorted(found, key=lambda c: -c.score)[:KEPT]
    once = {(id(c.found), c.cell.row, c.cell.column): c for c in reversed(found)}
    found = [c for c in found if once[id(c.found), c.cell.row, c.cell.column] is c]
    for one in found[:10]:
        others = [o for o in found[:20] if o is not one and o.value != one.value]
        one.runners_up = others[:3]
        ahead = one.score - others[0].score if others else 1.5
        one.confidence = confidence(one, asked=_asked(question, one), ahead=ahead)
    return found


def _asked(question: Question, answer: CellAnswer) -> frozenset[str]:
    asked = {"period": bool(question.periods), "member": any(m.named for m in question.members)}
    asked["context"] = answer.why["context"] != UNKNOWN
    return frozenset(name for name, is_asked in asked.items() if is_asked)


def _in_table(
    target: Target, period: str, question: Question, found: FoundTable, rank: int, lines: list[Line]
) -> Iterator[CellAnswer]:
    """The best cell of each line that fits."""
    grid = grid_of(found.table)
    place = _Place(target, period, question, found, rank, grid, newest_period(found.table))
    for line in (*lines, *more_lines(target, question, grid, lines)):
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


def _around(found: FoundTable, row: Row, column: Column) -> list[str]:
    return [*row.path, *column.path, found.table.title, *found.heading.split(" › ")[-2:]]


def _answer(place: _Place, line: Line, row: Row, column: Column, cell: Cell) -> CellAnswer:
    question, found = place.question, place.found
    own = row.period or column.period
    why = {
        "label": line.label,
        "company": company_fit(question, found),
        "context": context_fit(line.wording.context, found, row, column, line.row is not None, before(row, place.grid)),
        "member": member_fit(question.members, found, row, column, place.grid.texts.get(row.index, [])),
        "explained": explained(place.target, line.names_it, _around(found, row, column)),
        "unit": unit_fit(question, cell),
        "across": across_fit(line.wording.across, row, column),
        "line": line_fit(question, row, line.row is not None),
        "period": period_fit(place.period, question, found, row, column, place.newest) if place.period else UNKNOWN,
        "basis": basis_fit(question.basis, found, column),
        "statement": statement_fit(question, found),
        "span": span_fit(question, own),
        "rank": 1.0 / (1 + place.rank / 10),
        "filled": filled_fit(question, place.target, cell),
    }
    if not place.period and own:
        why["period"] = recency(own, place.newest)
    score = sum(WEIGHTS[name] * fit for name, fit in why.items())
    return CellAnswer(found, cell, row, column, place.target.asked, score, why=why, period=place.period or own)
