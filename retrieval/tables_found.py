"""What goes into the search for a cell and what comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from library.periods import read_period
from library.tables import Cell, Column, Row, Table

_DAY = re.compile(
    r"(?:[12]\d{3}|(?:令和|平成|昭和)\s*\w{1,2})\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*生?"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2}, [12]\d{3}"
)
_NIL = re.compile(r"[(（\[［]?\s*[-–—―‐－ー─−]+\s*[)）\]］]?")


@dataclass(slots=True)
class FoundTable:
    """A table that retrieval brought, with what its document says of itself; best first in a list of them."""

    key: str
    """Of the passage, the caller's own."""
    table: Table
    document: str = ""
    company: str = ""
    period: str = ""
    """The document's own, canonical."""
    kind: str = ""
    heading: str = ""
    """The headings above the table, outermost first, joined by " › "."""


@dataclass(slots=True)
class CellAnswer:
    """A cell that may answer, and why."""

    found: FoundTable
    cell: Cell
    row: Row
    column: Column
    asked: str
    """The measure as asked."""
    score: float
    confidence: float = 0.0
    """How likely the cell is right, 0–1; measured, see bench/tables_oracle.py."""
    why: dict[str, float] = field(default_factory=dict)
    """What matched, 0–1 each: "label", "context", "member", "period", "basis", …"""
    runners_up: list[CellAnswer] = field(default_factory=list)
    """What else it could have been: cells with other values, best first."""
    period: str = ""
    """The period asked for that this cell answers, or its own."""

    @property
    def value(self) -> str:
        """A plain decimal string in the base unit; or the text of a cell without a number.

        A dash of any kind is "－", a day 2020-06-30.
        """
        if self.cell.value is not None:
            return self.cell.value
        text = self.cell.text.strip()
        if _NIL.fullmatch(text):
            return "－"
        return read_period(text.rstrip("生")) if _DAY.fullmatch(text) else text

    @property
    def unit(self) -> str:
        return self.cell.unit

    @property
    def label(self) -> str:
        """The row's label, and the labels above it."""
        return " › ".join(self.row.path)

    @property
    def column_label(self) -> str:
        return " › ".join(self.column.path)

    @property
    def locator(self) -> dict[str, int]:
        return {"table": self.found.table.number, "row": self.cell.row, "column": self.cell.column}
