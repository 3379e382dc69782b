"""Tiny PDFs for tests, drawn with reportlab: lines of text, statements set by alignment, tables drawn with rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.parsers.pdf import parse
from ingest.segments import Block, Segment, TableBlock
from library.tables import Table

WIDTH, HEIGHT = 600, 800
JAPANESE = "HeiseiKakuGo-W5"
pdfmetrics.registerFont(UnicodeCIDFont(JAPANESE))


class Sheet:
    """A canvas measured in points from the top left, as the parser's boxes are."""

    def __init__(self, path: Path, width: float = WIDTH, height: float = HEIGHT, password: str = "") -> None:
        self.path, self.height = path, height
        self.canvas = Canvas(str(path), pagesize=(width, height), encrypt=password or None)

    def text(self, x: float, y: float, text: str, size: float = 10, bold: bool = False, font: str = "") -> None:
        self.canvas.setFont(font or ("Helvetica-Bold" if bold else "Helvetica"), size)
        self.canvas.drawString(x, self.height - y, text)

    def right(self, x: float, y: float, text: str, size: float = 10, font: str = "Helvetica") -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawRightString(x, self.height - y, text)

    def figure(self, x: float, y: float, text: str, font: str = "Helvetica") -> None:
        """Set on its last digit, as filings are: what comes after hangs over."""
        digits = text.rstrip(")%")
        self.right(x, y, digits, font=font)
        if digits != text:
            self.text(x + 0.3, y, text[len(digits) :], font=font)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def next_page(self) -> None:
        self.canvas.showPage()

    def save(self) -> Path:
        self.canvas.showPage()
        self.canvas.save()
        return self.path


def statement(
    sheet: Sheet,
    rows: Sequence[tuple[float, str, Sequence[str]]],
    columns: Sequence[float],
    top: float = 150,
    pitch: float = 13,
    font: str = "",
) -> None:
    """Rows of (indent, label, figures); each figure ends at its column."""
    for number, (indent, label, figures) in enumerate(rows):
        y = top + number * pitch
        sheet.text(60 + indent, y, label, font=font)
        for x, figure in zip(columns, figures, strict=False):
            if figure.startswith("$"):
                sheet.text(x - 50, y, "$")
                figure = figure[1:]
            if figure:
                sheet.figure(x, y, figure, font or "Helvetica")


def ruled(
    sheet: Sheet, xs: Sequence[float], ys: Sequence[float], cells: Iterator[tuple[int, int, str]], font: str
) -> None:
    for x in xs:
        sheet.line(x, ys[0], x, ys[-1])
    for y in ys:
        sheet.line(xs[0], y, xs[-1], y)
    for row, column, text in cells:
        sheet.text(xs[column] + 3, ys[row] + 13, text, font=font)


def segments(path: Path, **limits: int) -> list[Segment]:
    return list(parse(path, path.name, **limits))


def tables(path: Path) -> list[Table]:
    return [s.table for s in segments(path) if isinstance(s, TableBlock)]


def blocks(path: Path) -> list[Block]:
    return [s for s in segments(path) if isinstance(s, Block)]


def value(table: Table, row: str, column: int) -> str | None:
    """The value of the row whose label this is, in the n-th column of figures (from 0)."""
    found = next(r for r in table.rows if r.path and r.path[-1] == row)
    cell = table.cell(found.index, table.columns[column].index)
    return cell.value if cell else None
