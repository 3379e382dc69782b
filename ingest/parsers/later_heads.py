"""Heads in the middle of a table: the rows under them have columns, and periods, of their own.

Where a table begins anew ("2018 2017 … 2016 2015 …"), its later columns get an index of their own in the same place
(`library.tables.SECTION`), and the cells below stand in these.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.parsers.units import unit_line
from library.tables import SECTION, Cell, Column, Table

Read = Callable[[str, str], str]
"""The canonical period that a head and what stands over it name, "" for none."""
LABEL = re.compile(
    r".*(?:ended|ending|as of|as at|fiscal|[:：])\s*|\(.*\)|（.*）|.*(?:単位|区分|科目|項目|年度|決算期).*", re.I
)
"""What may stand at the left of a row of heads."""
YEAR = re.compile(r"\D{0,3}(?:19|20)\d{2}\D{0,3}")


def part(table: Table, read: Read) -> None:
    """Give the rows under each later head their columns; a head that says the same again is merely no row."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    order = sorted(rows)
    first = min((r.index for r in table.rows), default=0)
    base, now, sections = list(table.columns), list(table.columns), 0
    for at, number in enumerate(order[:-1]):
        if number > first and (heads := _heads(rows[number], _over(rows, order, at, first), base, read)):
            for cell in rows[number]:
                cell.value, cell.unit = None, ""
            table.rows = [row for row in table.rows if row.index != number]
            if [c.period for c in heads] != [c.period for c in now]:
                sections += 1
                now = [Column(c.index + SECTION * sections, c.path, c.period, c.basis) for c in heads]
                table.columns = [*table.columns, *now]
            else:
                now = heads
        if sections:
            inside = {c.index for c in base}
            for cell in rows[number]:
                _move(cell, inside, sections)
    if sections:
        for cell in rows[order[-1]]:
            _move(cell, {c.index for c in base}, sections)


def _move(cell: Cell, inside: set[int], sections: int) -> None:
    if cell.under in inside:
        cell.at = cell.under + SECTION * sections


def _heads(cells: list[Cell], over: list[Cell], columns: list[Column], read: Read) -> list[Column]:
    """The columns that the row is the head of; [] where it is a row as any other."""
    places = {c.index for c in columns}
    labels = [c for c in cells if c.under not in places]
    own = {c.under: c for c in cells if c.under in places}
    if len(own) < 2 or len(own) * 2 <= len(columns) or not all(_may_label(c.text) for c in labels):
        return []
    if any(c.value is not None and not YEAR.fullmatch(c.text) for c in own.values()):
        return []
    found = []
    for column in columns:
        cell = own.get(column.index)
        above = _above(over, column.index) if cell else ""
        path = [text for text in (above, cell.text if cell else "") if text]
        lead = " ".join([above, *(c.text for c in labels)]).strip()
        found.append(Column(column.index, path, read(cell.text, lead) if cell else ""))
    periods = [c.period for c in found if c.period]
    return found if len(periods) >= 2 and len(set(periods)) > 1 else []


def _may_label(text: str) -> bool:
    return not text.strip() or bool(unit_line(text) or LABEL.fullmatch(text.strip()))


def _over(rows: dict[int, list[Cell]], order: list[int], at: int, first: int) -> list[Cell]:
    """The row before, where it has no figures: "Three months ended" over the years."""
    before = order[at - 1]
    cells = rows[before] if before > first else []
    return [] if any(c.value is not None for c in cells) else cells


def _above(over: list[Cell], index: int) -> str:
    left = [c for c in over if c.under <= index]
    return left[-1].text if left else ""


def last_columns(table: Table) -> list[Column]:
    """The columns that hold at the table's end, for a table that goes on from it."""
    section = max((c.index // SECTION for c in table.columns), default=0)
    last = [c for c in table.columns if c.index // SECTION == section]
    return [Column(c.index % SECTION, c.path, c.period, c.basis) for c in last]
