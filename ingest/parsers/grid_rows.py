"""What the label columns of a grid say of its rows: the sections they stand in, periods, units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ingest.parsers.cells import Grid, Placed
from ingest.parsers.grid_columns import absolute_period
from ingest.parsers.headers import Shape
from ingest.parsers.units import Unit, label_text, unit_in, unit_line
from library.periods import Period, parse, write
from library.tables import Row


@dataclass(slots=True)
class Section:
    """A label under which others stand: by indent, or because its own row has no values."""

    indent: float
    text: str
    bare: bool
    """Its row has no values: what follows at the same indent stands under it until a total."""
    nested: bool = False


def read_rows(grid: Grid, shape: Shape, sections: list[Section]) -> tuple[list[Row], list[Section], dict[int, Unit]]:
    """The rows under the header, each with the labels above it, and the units that they name themselves."""
    rows: list[Row] = []
    units: dict[int, Unit] = {}
    levels = _levels(grid, shape)
    for top in range(shape.header, grid.height):
        if not any(c.text for c in grid.rows[top]):
            continue
        labels = _labels(grid, shape, top)
        parts = [label_text(c.text) for c in labels if not unit_line(c.text)]
        valued = any(c.text and c.left >= shape.first for c in grid.rows[top])
        own = next((c for c in labels if c.top == top and c.text), None)
        indent = _indent(own) if own else float("inf")
        sections = _open_sections(sections, indent, valued)
        path = [*(s.text for s in sections), *parts]
        if unit := next((u for c in reversed(labels) if (u := unit_line(c.text) or unit_in(c.text))), None):
            units[top] = unit
        rows.append(Row(grid.rows[top][0].row, path, levels.get(indent, 0), _row_period(path)))
        if parts:
            sections = _with_row(sections, Section(indent, parts[-1], not valued))
    return rows, sections, units


def _labels(grid: Grid, shape: Shape, top: int) -> list[Placed]:
    """The label cells of a row from left to right, those that reach down from above included."""
    found: list[Placed] = []
    for left in range(max(shape.first, 1) if grid.width > 1 else 0):
        cell = grid.at(top, left)
        if cell and cell.text and not any(cell is f for f in found):
            found.append(cell)
    return found


def _indent(cell: Placed) -> float:
    return cell.left * 1000 + cell.indent


def _levels(grid: Grid, shape: Shape) -> dict[float, int]:
    own = {_indent(c) for row in grid.rows[shape.header :] for c in row if c.text and c.left < shape.first}
    return {indent: n for n, indent in enumerate(sorted(own))}


def _open_sections(sections: list[Section], indent: float, valued: bool) -> list[Section]:
    """The sections that a row at this indent still stands under."""
    while sections:
        top = sections[-1]
        under = top.indent < indent or (top.indent == indent and top.bare and not top.nested and valued)
        if under:
            break
        sections = sections[:-1]
    return sections


_TOTAL = re.compile(r"(?:合計|小計|総計|計)(?:\W.*)?$|^計|^(?:sub-?)?total|\btotal$", re.I)


def _with_row(sections: list[Section], row: Section) -> list[Section]:
    """The open sections after this row: it may hold others by indent; a total closes the flat section it ends."""
    if sections and sections[-1].indent < row.indent:
        sections[-1].nested = True
    elif sections and _TOTAL.search(row.text):
        return sections[:-1]
    return [*sections, row]


def _row_period(path: list[str]) -> str:
    for text in reversed(path):
        if len(text) <= 60 and "%" not in text and (found := absolute_period(text)):
            return found
    return ""


def date_between(rows: list[Row]) -> None:
    """In a statement of changes, rows between the opening and the closing balance of a year tell of that year."""
    dated = [(n, parse(r.period)) for n, r in enumerate(rows) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", r.period)]
    for (first, opening), (last, closing) in pairwise(dated):
        if opening and closing and 11 <= _months(closing) - _months(opening) <= 12:
            for row in rows[first + 1 : last]:
                row.period = row.period or write(Period(closing.year, closing.month, fiscal=True))


def _months(day: Period) -> int:
    return day.year * 12 + day.month
