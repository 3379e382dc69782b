"""What a table says, as plain data: rows and columns with their labels, cells with their numbers and places.

Parsers make `Table`s, retrieval looks cells up in them, the screens draw them. Nothing in here knows Django.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SECTION = 1000
"""Columns from this index on begin in the middle of a table, under heads of their own, in the place `index % SECTION`;
twice this index on, a second time."""
Box = list[float]
"""[x0, y0, x1, y1], fractions of the page from its top left."""


@dataclass(slots=True)
class Cell:
    """One cell as printed, and what it means.

    `row` and `column` count from 1, in the source's own terms: for a PDF the n-th row and column of the table as
    it was understood (header rows and the label column count), for HTML and DOCX the n-th `tr` and the n-th
    `td`/`th` in it as written.
    """

    row: int
    column: int
    text: str
    value: str | None = None
    """A plain decimal string in the base unit (8,854 in 億円 is "885400000000", 13.2% is "0.132"), or None."""
    unit: str = ""
    """What the value counts: an ISO currency ("JPY", "USD"), "%", "shares", "people", "JPY/share", …; "" if unknown."""
    box: Box | None = None
    at: int = 0
    """`Column.index` of the column it stands in, where spans or heads in the middle of the table make that differ from
    `column`; else 0."""

    @property
    def under(self) -> int:
        """`Column.index` of the column the cell stands in, in every source."""
        return self.at or self.column


@dataclass(slots=True)
class Column:
    """A column that holds values: where it stands and what its header says, from the top level down."""

    index: int
    path: list[str] = field(default_factory=list)
    period: str = ""
    """Canonical: "FY2018", "2018-12-31", "FY2018Q2", "FY2018H1"; "" if the header names none."""
    basis: str = ""
    """"consolidated", "separate", "forecast", "actual", …; "" if the header names none."""


@dataclass(slots=True)
class Row:
    """A row that holds values: where it stands, its label, and the labels above it by indent."""

    index: int
    path: list[str] = field(default_factory=list)
    """From the section down to the row's own label, which comes last."""
    indent: int = 0
    period: str = ""
    """As for a column, where periods run down the rows."""


@dataclass(slots=True)
class Table:
    """A table of one document. `number` counts from 1: on its page in a PDF, in the whole file elsewhere."""

    number: int
    title: str = ""
    page: int | None = None
    unit: str = ""
    """As printed: "Millions", "百万円", "Dollars in millions, except per share data"; "" if none."""
    scale: str = "1"
    """What a printed number is multiplied with, a plain decimal string: "1000000"."""
    currency: str = ""
    """ISO code, "" if unknown."""
    basis: str = ""
    """"consolidated", "separate" or "", for the whole table."""
    box: Box | None = None
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    """Every cell with text, header and label cells too, in reading order."""
    notes: list[str] = field(default_factory=list)
    continued: bool = False
    """True where the table goes on from the one before it (on the page before)."""
    extra: dict[str, Any] = field(default_factory=dict)
    """What only one source has: {"sheet": "P&L"}, {"slide": 3, "part": "chart"}."""

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell of a `Row.index` and a `Column.index`."""
        return next((c for c in self.cells if c.row == row and c.under == column), None)


def from_json(data: dict[str, Any]) -> Table:
    """From the plain data that `dataclasses.asdict` makes of a table."""
    rest = {k: v for k, v in data.items() if k not in ("columns", "rows", "cells")}
    return Table(
        **rest,
        columns=[Column(**c) for c in data.get("columns", [])],
        rows=[Row(**r) for r in data.get("rows", [])],
        cells=[Cell(**c) for c in data.get("cells", [])],
    )
