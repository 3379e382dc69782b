"""From a grid of cells to a table that knows its rows, columns, periods and units.

Every parser but PDF's ends here: HTML, DOCX, slides, sheets and charts give `Placed` cells, and get a `Table`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ingest.parsers.cells import Grid
from ingest.parsers.grid_columns import absolute_period, read_columns
from ingest.parsers.grid_rows import Section, date_between, read_rows
from ingest.parsers.grid_values import fill
from ingest.parsers.headers import Shape, read_shape
from ingest.parsers.later_heads import part
from ingest.parsers.units import Unit, basis_of, unit_in, unit_line
from library.tables import Column, Table


@dataclass(slots=True)
class Around:
    """What stands around a table and what the one before it left open."""

    number: int = 1
    title: str = ""
    heading: str = ""
    caption: str = ""
    unit: Unit | None = None
    sections: list[Section] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    before: Unit | None = None
    """The unit of the table just before, for a table that goes on from it and names none."""
    current: str = ""
    """The document's own fiscal year, which makes 当期 and 前期 years."""


@dataclass(slots=True)
class Understood:
    table: Table
    sections: list[Section]
    unit: Unit | None


def understand(grid: Grid, around: Around, shape: Shape | None = None) -> Understood:
    """The table of a grid. A table that goes on from the one before it inherits its sections, columns and unit."""
    shape = shape or read_shape(grid)
    unit = _table_unit(grid, shape) or around.unit
    captions = [c.text for c in shape.captions if not unit_line(c.text)]
    above = " ".join([around.caption, *captions])
    columns, units = read_columns(grid, shape, above, around.current)
    continued = bool(around.columns) and _goes_on(columns, around.columns, shape)
    unit = unit or around.before
    if continued:
        columns = _inherited(columns, around.columns)
    rows, sections, row_units = read_rows(grid, shape, list(around.sections) if continued else [])
    if not any(c.period for c in columns):
        date_between(rows)
    if sum(bool(r.period) for r in rows) * 2 < len(rows):
        said = absolute_period(above, current=around.current)
        columns = [c if c.period else replace(c, period=said) for c in columns]
    title = around.title or next(iter(captions), "")
    table = Table(
        number=around.number,
        title=title,
        basis=basis_of(" ".join([title, *captions, around.caption])) or basis_of(around.heading),
        columns=columns,
        rows=rows,
        continued=continued,
    )
    _name_unit(table, unit or _common_unit(table, units))
    fill(table, grid, shape, unit, units, row_units)
    part(table, lambda text, over: absolute_period(text, " ".join([above, over]).strip(), around.current))
    return Understood(table, sections, unit)


def _name_unit(table: Table, unit: Unit | None) -> None:
    if unit is not None:
        table.unit, table.scale = unit.printed, unit.scale
        table.currency = unit.unit if re.fullmatch(r"[A-Z]{3}", unit.unit) else ""


def _table_unit(grid: Grid, shape: Shape) -> Unit | None:
    """The unit that the top rows give for all: alone in a row, or in the corner over the labels."""
    for row in grid.rows[: shape.header]:
        said = [u for c in row if c.text and (u := unit_line(c.text))]
        texts = [c for c in row if c.text]
        if said and len({(u.scale, u.unit) for u in said}) == 1 and len(said) >= len(texts) - 1:
            return said[0]
    corner = [c.text for row in grid.rows[: shape.header] for c in row if c.text and c.left < shape.first]
    captions = [c.text for c in shape.captions]
    return next((u for text in (*corner, *captions) if (u := unit_line(text) or unit_in(text))), None)


def _common_unit(table: Table, units: dict[int, Unit]) -> Unit | None:
    """What all columns but those of percentages say, where the table itself says nothing."""
    said = [units.get(c.index) for c in table.columns]
    kinds = {(u.scale, u.unit) for u in said if u and u.unit not in ("%", "x", "shares")}
    return next(u for u in said if u and (u.scale, u.unit) in kinds) if len(kinds) == 1 else None


def own_year(table: Table) -> str:
    """The fiscal year that a header calls the current one: "当連結会計年度(自2019年4月1日 至2020年3月31日)"."""
    for column in table.columns:
        text = " ".join(column.path)
        if re.search(r"当(?:連結会計年度|事業年度|会計年度|期)", text) and re.match(r"FY\d{4}", column.period):
            return column.period
    return ""


def _goes_on(columns: list[Column], before: list[Column], shape: Shape) -> bool:
    """The same headers as the table just before, or none and as many columns."""
    if len(columns) != len(before) or shape.header >= 6:
        return False
    paths = [c.path for c in columns]
    return not any(paths) or paths == [c.path for c in before]


def _inherited(columns: list[Column], before: list[Column]) -> list[Column]:
    return [
        c if c.path else replace(c, path=list(b.path), period=b.period, basis=b.basis)
        for c, b in zip(columns, before, strict=True)
    ]
