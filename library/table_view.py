"""A table as it was understood, laid out for a page: plain rows of cells."""

from __future__ import annotations

from dataclasses import dataclass

from library.tables import SECTION, Cell, Table

DEEPEST = 4


@dataclass(slots=True)
class Shown:
    """One cell on the page; `mark` is the cell that is cited, `beside` the ones that say what it is."""

    text: str = ""
    number: bool = False
    mark: bool = False
    beside: bool = False
    value: str = ""
    unit: str = ""


@dataclass(slots=True)
class Line:
    cells: list[Shown]
    header: bool = False
    indent: int = 0


def lines(table: Table, row: int | None = None, column: int | None = None) -> list[Line]:
    """Every row of the table, with a place for each column; `row` and `column` are the cited cell's."""
    under = _column_of(table, row, column)
    width = max((cell.under % SECTION for cell in table.cells), default=0)
    first = min((r.index for r in table.rows), default=1)
    indents = {r.index: min(r.indent, DEEPEST) for r in table.rows}
    found: dict[int, dict[int, Cell]] = {}
    for cell in table.cells:
        found.setdefault(cell.row, {})[cell.under % SECTION] = cell
    return [
        Line(
            [_shown(found[n].get(c), n, row, c, under) for c in range(1, width + 1)],
            header=n < first,
            indent=indents.get(n, 0),
        )
        for n in sorted(found)
    ]


def _column_of(table: Table, row: int | None, column: int | None) -> int | None:
    """A locator's column counts cells as written; this is the column of the page that the cell stands in."""
    cited = next((c for c in table.cells if c.row == row and c.column == column), None)
    return cited.under % SECTION if cited else None


def _shown(cell: Cell | None, row: int, cited_row: int | None, column: int, cited_column: int | None) -> Shown:
    mark = cited_column is not None and row == cited_row and column == cited_column
    beside = cited_column is not None and not mark and (row == cited_row or column == cited_column)
    if cell is None:
        return Shown(beside=beside)
    return Shown(cell.text, cell.value is not None, mark, beside, cell.value or "", cell.unit)
