"""The cells of a grid with what they mean: values in the base unit, by row, column and table."""

from __future__ import annotations

from decimal import Decimal

from ingest.parsers.cells import Grid, Placed
from ingest.parsers.headers import Shape, is_mark, is_note_header
from ingest.parsers.units import Unit, is_aside, is_per_share, read_figure, unit_line
from library.figure_words import plain
from library.tables import Cell, Table


def fill(
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
                label = paths.get(placed.row, [])[-2:]
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
    text: str, placed: Placed, said: Unit | None, whole: Unit | None, label: list[str], brackets: bool
) -> tuple[str | None, str]:
    unit = _unit_for(said, whole, " ".join(label))
    if placed.number:
        return _exact(placed, unit)
    aside = bool(label) and is_aside(label[-1])
    found = read_figure(text, unit.scale, unit.unit, brackets_are_negative=brackets and not aside)
    return found if found else (None, "")


def _unit_for(said: Unit | None, whole: Unit | None, label: str) -> Unit:
    """What the row or column says, else the whole table; amounts a share are never in millions."""
    unit = _together(said, whole)
    if not is_per_share(label):
        return unit
    if unit.unit in ("%", "x", "shares"):
        return unit
    return Unit(unit.printed, unit.scale if said else "1", f"{unit.unit}/share" if unit.unit else "")


def _together(said: Unit | None, whole: Unit | None) -> Unit:
    """A row or column that names only a scale keeps the table's currency; one with only a sign keeps its scale."""
    if said is None or whole is None:
        return said or whole or Unit("")
    if not said.unit:
        return Unit(said.printed, said.scale, whole.unit)
    if said.scale == "1" and said.printed.strip() in _SIGNS and whole.unit in ("", said.unit):
        return Unit(said.printed, whole.scale, said.unit)
    return said


_SIGNS = ("$", "US$", "€", "£", "¥", "USD", "EUR", "GBP", "JPY")


def _exact(placed: Placed, unit: Unit) -> tuple[str, str]:
    """A number that the file keeps: percentages are stored as fractions, the rest in the table's scale."""
    number = Decimal(placed.number)
    if placed.unit == "%":
        return plain(number), "%"
    if unit.unit == "%":
        return plain(number / 100), "%"
    return plain(number * Decimal(unit.scale)), placed.unit or unit.unit
