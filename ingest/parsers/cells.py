"""Cells as written, laid out on a grid: what spans what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.segments import Unreadable

MAX_SPAN = 1_000
MAX_PLACES = 2_000_000
"""Places that all cells of a table may cover together; a page with spans of 1,000 x 1,000 would fill the memory."""

_WIDE = r"\u3000-\u30ff\u3400-\u9fff\uff01-\uff0f\uff1a-\uff60"
_BREAK_IN_JAPANESE = re.compile(rf"(?<=[{_WIDE}△▲])[ \t\r]*\n\s*|[ \t\r]*\n\s*(?=[{_WIDE}])")
_SIGN = re.compile(r"(?<=[△▲])\s+(?=[\d０-９])")
_SPACED_OUT = re.compile(r"(?:[\u3040-\u30ff\u4e00-\u9fff]\s){2,}[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(slots=True)
class Placed:
    """A cell with its place as written (`row`, `column`, from 1) and on the grid (`top`, `left`, from 0)."""

    row: int
    column: int
    text: str
    top: int
    left: int
    width: int = 1
    height: int = 1
    header: bool = False
    indent: float = 0.0
    number: str = ""
    """The exact value where the source keeps one beside the printed text (workbooks, charts)."""
    unit: str = ""
    """What `number` counts, where the source says so."""


@dataclass(slots=True)
class Grid:
    """Cells by row, and which cell covers a place."""

    height: int
    width: int
    rows: list[list[Placed]]
    cover: dict[tuple[int, int], Placed] = field(default_factory=dict)

    def at(self, top: int, left: int) -> Placed | None:
        return self.cover.get((top, left))


def clean(text: str) -> str:
    """One space for any run of white space; none where a Japanese line breaks, after △, or in 売 上 高."""
    text = _BREAK_IN_JAPANESE.sub("", text.replace("\u200b", "").replace("\ufeff", ""))
    text = _SIGN.sub("", " ".join(text.split()))
    return text.replace(" ", "") if _SPACED_OUT.fullmatch(text) else text


def span(value: str | None) -> int:
    """A colspan or rowspan as browsers read it: 1 for nonsense, never more than MAX_SPAN."""
    digits = re.match(r"\s*(\d{1,6})", value or "")
    return min(max(int(digits[1]), 1), MAX_SPAN) if digits else 1


def lay_out(rows: list[list[Placed]]) -> Grid:
    """Give each cell its `left`, pushed right by cells that reach down from above, as HTML tables are drawn."""
    cover: dict[tuple[int, int], Placed] = {}
    for top, cells in enumerate(rows):
        left = 0
        for cell in cells:
            while (top, left) in cover:
                left += 1
            cell.top, cell.left = top, left
            cell.height = min(cell.height, len(rows) - top)
            if len(cover) + cell.width * cell.height > MAX_PLACES:
                raise Unreadable("too_complex")
            for down in range(cell.height):
                for right in range(cell.width):
                    cover.setdefault((top + down, left + right), cell)
            left += cell.width
    width = max((left for _, left in cover), default=-1) + 1
    return Grid(len(rows), width, rows, cover)


def place(cells: list[Placed]) -> Grid:
    """A grid of cells that know their places (slides, sheets, charts)."""
    height = max((c.top + c.height for c in cells), default=0)
    rows: list[list[Placed]] = [[] for _ in range(height)]
    cover: dict[tuple[int, int], Placed] = {}
    for cell in sorted(cells, key=lambda c: (c.top, c.left)):
        if len(cover) + cell.width * cell.height > MAX_PLACES:
            raise Unreadable("too_complex")
        rows[cell.top].append(cell)
        for down in range(cell.height):
            for right in range(cell.width):
                cover.setdefault((cell.top + down, cell.left + right), cell)
    width = max((left for _, left in cover), default=-1) + 1
    return Grid(height, width, rows, cover)
