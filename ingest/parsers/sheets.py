"""From the rows of a sheet to its tables: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingest.parsers.cells import Placed, place
from ingest.parsers.grid import Around, understand
from ingest.parsers.headers import Shape, is_figure, read_shape
from ingest.parsers.later_heads import last_columns
from ingest.parsers.units import Unit, unit_in, unit_line
from ingest.segments import Block, Segment, TableBlock
from library.tables import SECTION, Column

MAX_ROWS = 400
"""Rows of one table; a longer one goes on in the next, under the same headers."""
MAX_GAP = 20
"""Blank rows that a table may have inside."""


@dataclass(slots=True)
class SheetRow:
    number: int
    cells: list[Placed]
    """With `row` and `column` as the sheet counts them."""


@dataclass(slots=True)
class Sheet:
    """What is known at one place of a sheet."""

    name: str
    tables: int = 0
    captions: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    unit: Unit | None = None
    header: Shape | None = None


def read_rows(rows: Iterable[SheetRow], sheet: Sheet) -> Iterator[Segment]:
    """The tables and notes of a sheet, from its rows with something in them."""
    for run in _runs(rows):
        for part in _side_by_side(run):
            yield from _segments(part, sheet)


def _runs(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    """Rows that belong together. A blank row ends a table only where a title or a header follows."""
    table: list[SheetRow] = []
    after_blank: list[SheetRow] = []
    last = None
    for row in rows:
        blank = last is not None and row.number > last + 1
        last = row.number
        if blank and after_blank:
            table, done = _joined(table, after_blank)
            after_blank = []
            if done:
                yield done
        if blank or after_blank:
            after_blank.append(row)
        else:
            table.append(row)
        if len(table) + len(after_blank) >= MAX_ROWS:
            table, done = _joined(table, after_blank)
            after_blank = []
            yield from (run for run in (done, table) if run)
            table = []
    table, done = _joined(table, after_blank)
    yield from (run for run in (done, table) if run)


def _joined(table: list[SheetRow], more: list[SheetRow]) -> tuple[list[SheetRow], list[SheetRow]]:
    """(what is still open, what is complete) once a blank row and `more` have followed the table."""
    if not more:
        return table, []
    near = bool(table) and more[0].number - table[-1].number <= MAX_GAP
    if near and _has_figures(table) and _continues(more):
        return [*table, *more], []
    return more, table


def _has_figures(rows: list[SheetRow]) -> bool:
    return any(is_figure(c) for row in rows for c in row.cells[1:])


def _continues(rows: list[SheetRow]) -> bool:
    """Numbers follow, and no header stands before them."""
    for row in rows:
        if any(is_figure(c) for c in row.cells[1:]):
            return True
        if len(row.cells) > 1:
            return False
    return False


def _side_by_side(rows: list[SheetRow]) -> list[list[SheetRow]]:
    """Tables beside each other, parted by an empty column, each with labels of its own."""
    used = {left for row in rows for c in row.cells for left in range(c.column, c.column + c.width)}
    if not used:
        return []
    found = []
    for gap in (left for left in range(min(used), max(used)) if left not in used and left + 1 in used):
        left, right = _cut(rows, 0, gap), _cut(rows, gap + 1, 1 << 30)
        if _is_table(left) and _is_table(right):
            found.append(left)
            rows = right
    return [*found, rows]


def _cut(rows: list[SheetRow], first: int, last: int) -> list[SheetRow]:
    parts = (SheetRow(row.number, [c for c in row.cells if first <= c.column <= last]) for row in rows)
    return [part for part in parts if part.cells]


def _is_table(rows: list[SheetRow]) -> bool:
    """Labels in the first column, numbers to the right of it."""
    first = min(c.column for row in rows for c in row.cells) if rows else 0
    valued = [row for row in rows if any(is_figure(c) and c.column > first for c in row.cells)]
    labelled = [row for row in valued if row.cells[0].column == first and not is_figure(row.cells[0])]
    return len(valued) > 1 and len(labelled) * 2 > len(valued)


# --- segments ------------------------------------------------------------------------------------------------------


def _segments(rows: list[SheetRow], sheet: Sheet) -> Iterator[Segment]:
    """A run of rows as a table, or as notes where each row is a single text."""
    if all(len(row.cells) == 1 for row in rows) and not any(is_figure(row.cells[0]) for row in rows):
        yield from _notes(rows, sheet)
        return
    while (
        len(rows) > 1
        and len(rows[0].cells) == 1
        and not is_figure(rows[0].cells[0])
        and not unit_line(rows[0].cells[0].text)
    ):
        yield from _notes(rows[:1], sheet)
        rows = rows[1:]
    yield _table(rows, sheet)


def _notes(rows: list[SheetRow], sheet: Sheet) -> Iterator[Segment]:
    sheet.columns = []
    for row in rows:
        cell = row.cells[0]
        sheet.captions = [*sheet.captions[-2:], cell.text]
        yield Block(cell.text, {"sheet": sheet.name, "cells": address(cell.row, cell.column)}, heading=sheet.name)


def _table(rows: list[SheetRow], sheet: Sheet) -> TableBlock:
    sheet.tables += 1
    offset = min(c.column for row in rows for c in row.cells)
    top = rows[0].number
    cells = [c for row in rows for c in row.cells]
    for cell in cells:
        cell.top, cell.left = cell.row - top, cell.column - offset
        cell.height = min(cell.height, rows[-1].number - cell.row + 1)
    grid = place(cells)
    captions = [t for t in sheet.captions if not unit_line(t)]
    around = Around(
        number=sheet.tables,
        title=captions[-1] if captions else sheet.name,
        heading=" ".join([sheet.name, *captions]),
        caption=" ".join(captions),
        unit=next((u for t in reversed(sheet.captions) if (u := unit_line(t) or unit_in(t))), None),
        columns=[_moved(c, -offset + 1) for c in sheet.columns],
        before=sheet.unit if sheet.columns else None,
    )
    shape = read_shape(grid)
    if sheet.columns and shape.header == 0 and sheet.header is not None:
        shape = Shape(0, sheet.header.first, [c.index - offset for c in sheet.columns])
    understood = understand(grid, around, shape)
    table = understood.table
    table.columns = [_moved(c, offset - 1) for c in table.columns]
    for done in table.cells:
        done.at = done.column + done.at // SECTION * SECTION if done.at >= SECTION else 0
    table.extra = {"sheet": sheet.name}
    sheet.columns, sheet.unit, sheet.header, sheet.captions = last_columns(table), understood.unit, shape, []
    last = max(c.column + c.width - 1 for c in cells)
    area = f"{address(top, offset)}:{address(rows[-1].number, last)}"
    return TableBlock(table, {"sheet": sheet.name, "cells": area, "table": table.number}, sheet.name)


def _moved(column: Column, by: int) -> Column:
    return Column(column.index + by, column.path, column.period, column.basis)


def address(row: int, column: int) -> str:
    """ "B7"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
