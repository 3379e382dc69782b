"""From a grid of cells to a table that knows its rows, columns, periods and units.

Every parser but PDF's ends here: HTML, DOCX, slides, sheets and charts give `Placed` cells, and get a `Table`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from ingest.parsers.cells import Grid, Placed
from ingest.parsers.headers import Shape, is_mark, is_note_header, read_shape
from ingest.parsers.units import (
    Unit,
    basis_of,
    column_basis,
    is_aside,
    is_per_share,
    label_text,
    read_figure,
    unit_in,
    unit_line,
)
from library.figure_words import narrow, plain
from library.periods import Period, parse, read_period, write
from library.tables import Cell, Column, Row, Table


@dataclass(slots=True)
class Section:
    """A label under which others stand: by indent, or because its own row has no values."""

    indent: float
    text: str
    bare: bool
    """Its row has no values: what follows at the same indent stands under it until a total."""
    nested: bool = False


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
    columns, units = _columns(grid, shape, above, around.current)
    continued = bool(around.columns) and _goes_on(columns, around.columns, shape)
    unit = unit or around.before
    if continued:
        columns = _inherited(columns, around.columns)
    rows, sections, row_units = _rows(grid, shape, list(around.sections) if continued else [])
    if not any(c.period for c in columns):
        _date_between(rows)
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
    _fill(table, grid, shape, unit, units, row_units)
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


# --- columns -------------------------------------------------------------------------------------------------------


def _columns(grid: Grid, shape: Shape, above: str, current: str) -> tuple[list[Column], dict[int, Unit]]:
    """The value columns with their header paths, and the units that their headers name."""
    columns, units = [], {}
    for left in shape.values:
        path, unit = _header_path(grid, shape, left)
        if not path:
            path = _neighbour_path(grid, shape, left)
        unit = unit or shape.units.get(left)
        if unit:
            units[left + 1] = unit
        period = _column_period(grid, shape, path, above, current)
        columns.append(Column(left + 1, path, period, column_basis(" ".join(path))))
    return columns, units


def _header_path(grid: Grid, shape: Shape, left: int) -> tuple[list[str], Unit | None]:
    path: list[str] = []
    unit = None
    for top in range(shape.header):
        cell = _header_cell(grid, shape, top, left)
        if cell is None or not cell.text or any(cell is c for c in shape.captions) or is_mark(cell):
            continue
        if said := unit_line(cell.text):
            unit = said
        elif not path or path[-1] != cell.text:
            path.append(cell.text)
            unit = unit_in(cell.text) or unit
    return path, unit


def _header_cell(grid: Grid, shape: Shape, top: int, left: int) -> Placed | None:
    """The header cell over a column; one written without its span reaches over the blanks to its right, or, alone in
    its row, over all columns."""
    cell = grid.at(top, left)
    if (cell and cell.text) or top + 1 >= shape.header:
        return cell
    below = grid.at(top + 1, left)
    row = [c for c in grid.rows[top] if c.text and c.left >= shape.first]
    if below is None or not below.text or any(c.width > 1 for c in row) or any(c.width > 1 for c in grid.rows[top]):
        return cell
    before = [c for c in row if c.left < left]
    return before[-1] if before else (row[0] if len(row) == 1 else cell)


def _neighbour_path(grid: Grid, shape: Shape, left: int) -> list[str]:
    """The header over the empty column beside this one: a "$" or a bracket has a column of its own in many filings."""
    for beside in (left - 1, left + 1):
        if beside >= shape.first and beside not in shape.values and (path := _header_path(grid, shape, beside)[0]):
            return path
    return []


def _column_period(grid: Grid, shape: Shape, path: list[str], above: str, current: str) -> str:
    if not path:
        return ""
    corner = " ".join(c.text for row in grid.rows[: shape.header] for c in row if c.left < shape.first)
    levels = [f"{text}期" if "決算" in corner and re.search(r"\d年\d{1,2}月$|月$", text) else text for text in path]
    for n in range(len(levels) - 1, -1, -1):
        if found := absolute_period(levels[n], " ".join([above, *levels[:n]]), current):
            return found
    return absolute_period(" ".join(levels), above, current)


_RELATIVE = re.compile(
    r"\W*(?:[当前]|今|次|来)(?:連結会計年度|事業年度|会計年度|中間|第|四半期|年度|期(?=$|[\s(（\d]|実績|予想|累計|末$))|.*year|.*period",
    re.I,
)
_YEAR_ENDED = re.compile(
    r"(\d{4})年(\d{1,2})月\d{1,2}日に?終了(?:した|する)?(?:の)?(?:1年間|連結会計年度|事業年度|会計年度)"
)


def absolute_period(text: str, above: str = "", current: str = "") -> str:
    """As `read_period`, but "当期純利益" is no period: a year told only by 当 or 前 must be all that is said."""
    text = re.sub(r"^F(\d{2})\b", r"FY\1", text)
    if ended := _YEAR_ENDED.search(narrow(text)):
        text = f"{ended[1]}年{ended[2]}月期"
    if re.match(r"\W*[当前]", text) and not _RELATIVE.match(text):
        return ""
    found = read_period(text, above=above, current=current) if text else ""
    if re.match(r"FY-?\d(?!\d)", found) and not _RELATIVE.match(text):
        return ""
    return found


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


# --- rows ----------------------------------------------------------------------------------------------------------


def _rows(grid: Grid, shape: Shape, sections: list[Section]) -> tuple[list[Row], list[Section], dict[int, Unit]]:
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


def _date_between(rows: list[Row]) -> None:
    """In a statement of changes, rows between the opening and the closing balance of a year tell of that year."""
    dated = [(n, parse(r.period)) for n, r in enumerate(rows) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", r.period)]
    for (first, opening), (last, closing) in pairwise(dated):
        if opening and closing and 11 <= _months(closing) - _months(opening) <= 12:
            for row in rows[first + 1 : last]:
                row.period = row.period or write(Period(closing.year, closing.month, fiscal=True))


def _months(day: Period) -> int:
    return day.year * 12 + day.month


# --- cells ---------------------------------------------------------------------------------------------------------


def _fill(
    table: Table, grid: Grid, shape: Shape, unit: Unit | None, units: dict[int, Unit], row_units: dict[int, Unit]
) -> None:
    """Every cell with text, in reading order, with its value where it has one."""
    texts = [c.text for row in grid.rows for c in row]
    brackets = not any("△" in t or "▲" in t for t in texts)
    paths = {r.index: r.path for r in table.rows}
    notes = {c.index for c in table.columns if c.path and is_note_header(c.path[-1])}
    for top, row in enumerate(grid.rows):
        for n, placed in enumerate(row):
            if not placed.text:
                continue
            cell = Cell(placed.row, placed.column, placed.text)
            cell.at = placed.left + 1 if placed.left + 1 != placed.column else 0
            if top >= shape.header and placed.left >= shape.first and placed.left + 1 not in notes:
                said = _unit_beside(row, n) or row_units.get(top) or units.get(placed.left + 1)
                label = " ".join(paths.get(placed.row, [])[-2:])
                cell.value, cell.unit = _value(_with_marks(row, n), placed, said, unit, label, brackets)
            table.cells.append(cell)


def _unit_beside(row: list[Placed], n: int) -> Unit | None:
    """The unit in the cell to the right: "55,856 | 百万円"."""
    return unit_line(row[n + 1].text) if n + 1 < len(row) else None


def _with_marks(row: list[Placed], n: int) -> str:
    """A number with the currency sign before it and the bracket or percent sign after it, each in its own cell."""
    text = row[n].text
    if n and is_mark(row[n - 1]) and row[n - 1].text[0] not in "※＊*)）":
        text = row[n - 1].text + text
    if n + 1 < len(row) and row[n + 1].text and row[n + 1].text in (")", "）", "%", "％", ")%", "%)"):
        text += row[n + 1].text
    return text


def _value(
    text: str, placed: Placed, said: Unit | None, whole: Unit | None, label: str, brackets: bool
) -> tuple[str | None, str]:
    unit = _unit_for(said, whole, label)
    if placed.number:
        return _exact(placed, unit)
    own = label.split(" ")[-1] if label else ""
    found = read_figure(text, unit.scale, unit.unit, brackets_are_negative=brackets and not is_aside(own))
    return found if found else (None, "")


def _unit_for(said: Unit | None, whole: Unit | None, label: str) -> Unit:
    """What the row or column says, else the whole table; amounts a share are never in millions."""
    unit = said or whole or Unit("")
    if not is_per_share(label):
        return unit
    if unit.unit in ("%", "x", "shares"):
        return unit
    return Unit(unit.printed, unit.scale if said else "1", f"{unit.unit}/share" if unit.unit else "")


def _exact(placed: Placed, unit: Unit) -> tuple[str, str]:
    """A number that the file keeps: percentages are stored as fractions, the rest in the table's scale."""
    number = Decimal(placed.number)
    if placed.unit == "%":
        return plain(number), "%"
    if unit.unit == "%":
        return plain(number / 100), "%"
    return plain(number * Decimal(unit.scale)), placed.unit or unit.unit
