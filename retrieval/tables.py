"""Answers from table cells: measure × company × period × basis, with how sure it is and what else it could have been.

`find_cells` is pure and fast (about 0.1 ms a table): the work on labels is cached by label, the rest is done only for
the rows and columns that may be meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from library.tables import Cell, Column, Row, Table
from retrieval.question import Question
from retrieval.tables_confidence import confidence
from retrieval.tables_fit import (
    UNKNOWN,
    basis_fit,
    context_fit,
    member_fit,
    newest_period,
    period_fit,
    recency,
    statement_fit,
)
from retrieval.tables_found import CellAnswer, FoundTable
from retrieval.tables_labels import Target, Wording, best_wording, target_of, target_of_subject

__all__ = ["CellAnswer", "FoundTable", "find_cells", "targets_of"]

LEAST_LABEL = 0.3
ROWS_A_TABLE, KEPT = 6, 200
WEIGHTS = {
    "label": 4.0,
    "context": 1.2,
    "member": 2.0,
    "period": 2.4,
    "basis": 1.2,
    "statement": 0.5,
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


@dataclass(slots=True)
class _Line:
    """A row or a column whose label fits."""

    row: Row | None
    column: Column | None
    label: float
    wording: Wording


def _in_table(
    target: Target, period: str, question: Question, found: FoundTable, rank: int
) -> Iterator[CellAnswer]:
    rows, columns = _rows_of(target, found.table), _columns_of(target, found.table, question)
    if not rows and not columns:
        return
    cells = {(c.row, c.column): c for c in reversed(found.table.cells)}
    newest = newest_period(found.table)
    for line in (*rows, *columns):
        best: CellAnswer | None = None
        for row, column, cell in _cells_on(line, found.table, cells):
            one = _answer(target, period, question, found, rank, line, row, column, cell, newest)
            if best is None or one.score > best.score:
                best = one
        if best is not None:
            yield best


def _rows_of(target: Target, table: Table) -> list[_Line]:
    lines = []
    for row in table.rows:
        if row.path:
            score, chosen = best_wording(target, row.path)
            if score >= LEAST_LABEL:
                lines.append(_Line(row, None, score, chosen))
    lines.sort(key=lambda line: -line.label)
    return [line for line in lines[:ROWS_A_TABLE] if line.label > 0.6 * lines[0].label]


def _columns_of(target: Target, table: Table, question: Question) -> list[_Line]:
    """Columns that are the measure themselves, as in a table of shareholders or of directors' pay."""
    lines = []
    for column in table.columns:
        if column.path:
            score, chosen = best_wording(target, column.path)
            if score >= LEAST_LABEL:
                lines.append(_Line(None, column, score, chosen))
    lines.sort(key=lambda line: -line.label)
    return [line for line in lines[:ROWS_A_TABLE] if line.label > 0.6 * lines[0].label]


def _cells_on(
    line: _Line, table: Table, cells: dict[tuple[int, int], Cell]
) -> Iterator[tuple[Row | None, Column | None, Cell]]:
    if line.row is not None:
        for column in table.columns:
            if cell := cells.get((line.row.index, column.index)):
                yield line.row, column, cell
    elif line.column is not None:
        for row in table.rows:
            if cell := cells.get((row.index, line.column.index)):
                yield row, line.column, cell


def _answer(
    target: Target,
    period: str,
    question: Question,
    found: FoundTable,
    rank: int,
    line: _Line,
    row: Row | None,
    column: Column | None,
    cell: Cell,
    newest: str,
) -> CellAnswer:
    why = {
        "label": line.label,
        "context": context_fit(line.wording.context, found, row, column),
        "member": member_fit(question.members, found, row, column),
        "period": period_fit(period, question, found, row, column) if period else _newest_fit(row, column, newest),
        "basis": basis_fit(question.basis, found, column),
        "statement": statement_fit(question, found, row),
        "span": _span_fit(question, row, column),
        "rank": 1.0 / (1 + rank / 10),
        "filled": 1.0 if cell.value is not None else 0.5,
    }
    score = sum(WEIGHTS[name] * fit for name, fit in why.items())
    return CellAnswer(found, cell, row, column, target.asked, score, why=why, period=period)


def _newest_fit(row: Row | None, column: Column | None, newest: str) -> float:
    own = (row.period if row else "") or (column.period if column else "")
    return recency(own, newest) if own else UNKNOWN


def _span_fit(question: Question, row: Row | None, column: Column | None) -> float:
    """A day's column for what is asked as of a day, a year's for what is asked of a year."""
    own = (row.period if row else "") or (column.period if column else "")
    if not own:
        return UNKNOWN
    is_day = not own.startswith("FY") and "/" not in own
    return 1.0 if is_day == question.instant else 0.3
