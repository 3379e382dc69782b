"""The structure of a slide as an SVG, for machines without LibreOffice: its texts, tables and pictures in their places.

The web process runs this as a child, `python -m ingest.confined … ingest.parsers.slide_drawing FILE SLIDE DPI OUT`;
an SVG has no resolution, so DPI has no effect here.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from ingest.parsers.ooxml import open_package
from ingest.parsers.pptx import UNREADABLE_PART, open_deck, slide_segments
from ingest.segments import Block, Segment, TableBlock
from library.table_view import lines as table_lines
from library.tables import Box, Table

WIDTH = 960.0
LARGEST, SMALLEST = 26.0, 6.0
"""Sizes of letters, in the drawing's own units."""
LINE = 1.3
INSET = 6.0
COLOURS = {"body": "#ffffff", "table": "#ffffff", "chart": "#eef3f8", "image": "#f0efe9"}
FONT = "Noto Sans, Noto Sans CJK JP, Hiragino Sans, Yu Gothic, Meiryo, sans-serif"


def main(arguments: list[str]) -> int:
    file, number, _, out = arguments
    try:
        drawn = drawing(Path(file), int(number))
    except UNREADABLE_PART as error:
        sys.stderr.write(f"cannot draw this slide: {error}\n")
        return 1
    Path(out).write_text(drawn, encoding="utf-8")
    return 0


def drawing(path: Path, number: int) -> str:
    with open_package(path) as package:
        deck, parts = open_deck(package, ocr=False)
        if not 1 <= number <= len(parts):
            raise LookupError(f"slide {number} of {len(parts)}")
        segments = list(slide_segments(deck, parts[number - 1], number))
        size = (WIDTH, round(WIDTH * deck.size[1] / deck.size[0], 1))
    return svg(segments, size)


def svg(segments: list[Segment], size: tuple[float, float]) -> str:
    width, height = size
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="{FONT}" fill="#1d2320">',
        f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>',
    ]
    for segment in segments:
        if isinstance(segment, Block | TableBlock) and segment.locator.get("boxes"):
            parts.extend(shape(segment, scaled(segment.locator["boxes"][0], size)))
    return "\n".join([*parts, "</svg>"])


def scaled(box: Box, size: tuple[float, float]) -> Box:
    return [box[0] * size[0], box[1] * size[1], box[2] * size[0], box[3] * size[1]]


def shape(segment: Block | TableBlock, box: Box) -> Iterator[str]:
    x0, y0, x1, y1 = box
    colour = COLOURS.get(segment.locator.get("part", ""), "#ffffff")
    yield (
        f'<rect x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}" '
        f'fill="{colour}" stroke="#c9cec9"/>'
    )
    if isinstance(segment, TableBlock):
        yield from grid(segment.table, box)
    else:
        yield from words(segment.text, box)


def words(text: str, box: Box) -> Iterator[str]:
    """The text as large as it fits, cut off where it fits at no size."""
    width, height = box[2] - box[0] - 2 * INSET, box[3] - box[1] - 2 * INSET
    size = LARGEST
    while size > SMALLEST and len(wrapped(text, width / size)) * size * LINE > height:
        size -= 1
    room = max(int(height / (size * LINE)), 1)
    for at, line in enumerate(wrapped(text, width / size)[:room]):
        yield letters(line, box[0] + INSET, box[1] + INSET + size * (1 + at * LINE), size)


def letters(line: str, x: float, y: float, size: float) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" xml:space="preserve">{escape(printable(line))}</text>'


def grid(table: Table, box: Box) -> Iterator[str]:
    """The table's rows over the height of its place, each cell's text cut to its column."""
    rows = table_lines(table)
    columns = max((len(row.cells) for row in rows), default=0)
    if not columns:
        return
    width, height = (box[2] - box[0]) / columns, min((box[3] - box[1]) / len(rows), 2 * LARGEST)
    size = max(min(LARGEST / 1.6, height / LINE), SMALLEST)
    for at, row in enumerate(rows):
        if at * height > box[3] - box[1] + 1:
            return
        for column, cell in enumerate(row.cells):
            fitting = wrapped(cell.text, (width - INSET) / size)
            if fitting:
                x, y = box[0] + column * width + INSET / 2, box[1] + at * height + (height + size) / 2
                yield letters(fitting[0], x, y, size)


def wrapped(text: str, room: float) -> list[str]:
    """Lines of at most `room` em, broken between words, or within one that is too long or has no spaces."""
    found = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in pieces(paragraph):
            wide = ems(word)
            if line.strip() and used + ems(word.rstrip()) > room:
                found.append(line.rstrip())
                line, used = "", 0.0
            line, used = line + word, used + wide
        found.append(line.rstrip())
    return found


def pieces(paragraph: str) -> Iterator[str]:
    """Words with the space after them; each wide letter by itself, as Japanese is broken anywhere."""
    word = ""
    for letter in paragraph:
        if is_wide(letter) and word:
            yield word
            word = ""
        word += letter
        if letter == " " or is_wide(letter):
            yield word
            word = ""
    if word:
        yield word


def ems(text: str) -> float:
    """About how wide the text is, in heights of its letters."""
    return sum(1.0 if is_wide(letter) else 0.52 for letter in text)


def is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def printable(line: str) -> str:
    """Without what XML does not take."""
    return "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
