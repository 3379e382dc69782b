"""What the header rows of a grid say of its columns: labels, periods, units."""

from __future__ import annotations

import re

from ingest.parsers.cells import Grid, Placed
from ingest.parsers.headers import Shape, is_mark
from ingest.parsers.units import Unit, column_basis, unit_in, unit_line
from library.figure_words import narrow
from library.periods import read_period
from library.tables import Column


def read_columns(grid: Grid, shape: Shape, above: str, current: str) -> tuple[list[Column], dict[int, Unit]]:
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
