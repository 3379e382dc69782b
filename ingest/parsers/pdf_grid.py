"""A table as it lies on the page, before its headers are understood."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.parsers.pdf_lines import Row


@dataclass(slots=True)
class GridCell:
    """A cell of a grid; `first` and `last` are columns from 0, inclusive."""

    row: int
    first: int
    last: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    bold: bool = False
    is_value: bool = False
    down: int = 0
    """So many rows more does it reach down."""


@dataclass(slots=True)
class Grid:
    """Cells in rows and columns; set by alignment, or drawn with rules."""

    columns: list[tuple[float, float]]
    """Where each column lies, labels first."""
    rows: list[list[GridCell]]
    header: int
    """So many rows on top are headers."""
    labels: int = 1
    """So many columns on the left are labels."""
    captions: list[Row] = field(default_factory=list)
    """Lines over the table that name it, its unit or its periods."""
    lead: str = ""
    """The end of the text before them."""
    ruled: bool = False
    notes: list[list[Row]] = field(default_factory=list)
    """The rows of each note that stands under the table."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        cells = [c for row in self.rows for c in row]
        return min(c.x0 for c in cells), min(c.y0 for c in cells), max(c.x1 for c in cells), max(c.y1 for c in cells)
