"""Words to chunks and rows, and the columns that a page's prose is set in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from ingest.parsers.pdf_chars import Word

CELL_GAP = 1.1
"""A gap wider than this many type sizes parts two chunks of a row."""
HEAD_GAP = 0.55
"""The same for the heads of columns."""
TALL = 1.5
"""A word higher than so many of its line (a drop cap, a bracket) does not make the line higher."""
WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Characters of Japanese and Chinese, which are set without spaces."""


@dataclass(slots=True)
class Chunk:
    """Words of one row that stand together: a cell, or a line of prose."""

    words: list[Word]
    text: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def size(self) -> float:
        return max(w.size for w in self.words)

    @property
    def bold(self) -> bool:
        return all(w.bold for w in self.words)

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(slots=True)
class Row:
    """What stands on one line, left to right."""

    chunks: list[Chunk]
    y0: float
    y1: float

    @property
    def x0(self) -> float:
        return self.chunks[0].x0

    @property
    def x1(self) -> float:
        return max(c.x1 for c in self.chunks)

    @property
    def text(self) -> str:
        return " ".join(c.text for c in self.chunks)

    @property
    def size(self) -> float:
        return max(c.size for c in self.chunks)

    @property
    def bold(self) -> bool:
        return all(c.bold for c in self.chunks)


@dataclass(slots=True)
class Region:
    """A part of the page that is read from top to bottom: the page, or one column of its prose."""

    x0: float
    x1: float
    rows: list[Row]


def join(words: Iterable[Word]) -> str:
    """The text of words on one line; Japanese is joined without spaces where the file has none."""
    text = ""
    for word in words:
        tight = word.joined or (text and WIDE.match(text[-1]) and WIDE.match(word.text[0]))
        text = text + word.text if not text or tight else f"{text} {word.text}"
    return text


def chunk(words: list[Word]) -> Chunk:
    return Chunk(
        words,
        join(words),
        words[0].x0,
        min(w.y0 for w in words),
        max(w.x1 for w in words),
        max(w.y1 for w in words),
    )


def rows_of(words: list[Word]) -> list[Row]:
    """Words on one line by their height, lines from top to bottom, each parted into chunks at wide gaps."""
    rows: list[list[Word]] = []
    tops: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda w: (w.y0 + w.y1) / 2):
        for back in range(len(rows) - 1, max(len(rows) - 4, -1), -1):
            y0, y1 = tops[back]
            shared = min(y1, word.y1) - max(y0, word.y0)
            if shared > 0.55 * min(y1 - y0, word.y1 - word.y0):
                rows[back].append(word)
                if y1 - y0 < word.y1 - word.y0 < TALL * (y1 - y0):
                    tops[back] = (word.y0, word.y1)
                break
        else:
            rows.append([word])
            tops.append((word.y0, word.y1))
    order = sorted(range(len(rows)), key=lambda i: tops[i])
    return [_row(sorted(rows[i], key=lambda w: w.x0)) for i in order]


def _row(words: list[Word], least: float = CELL_GAP) -> Row:
    parts: list[list[Word]] = [[words[0]]]
    for word in words[1:]:
        last = parts[-1][-1]
        if word.x0 - last.x1 > least * min(max(word.size, 4), max(last.size, 4)):
            parts.append([word])
        else:
            parts[-1].append(word)
    chunks = [chunk(part) for part in parts]
    return Row(chunks, min(c.y0 for c in chunks), max(c.y1 for c in chunks))


def finer(row: Row) -> Row:
    """The row in smaller chunks: heads stand closer to each other than figures do."""
    return _row([w for c in row.chunks for w in c.words], HEAD_GAP)


def regions_of(rows: list[Row], width: float) -> list[Region]:
    """The page in reading order: bands over the whole width, and between them columns of prose, left to right."""
    return _regions(rows, 0.0, width)


def _regions(rows: list[Row], x0: float, x1: float) -> list[Region]:
    gutter = _gutter(rows, x0, x1)
    if gutter is None:
        return [Region(x0, x1, rows)] if rows else []
    found: list[Region] = []
    band: list[Row] = []
    for row in rows:
        if band and _crosses(row, gutter) != _crosses(band[-1], gutter):
            found += _band(band, gutter, x0, x1)
            band = []
        band.append(row)
    return _merged(found + _band(band, gutter, x0, x1))


def _band(rows: list[Row], gutter: float, x0: float, x1: float) -> list[Region]:
    if _crosses(rows[0], gutter) or len(rows) < 3 or not _is_prose_on_both_sides(rows, gutter):
        return [Region(x0, x1, rows)]
    words = [w for row in rows for c in row.chunks for w in c.words]
    left = [w for w in words if (w.x0 + w.x1) / 2 < gutter]
    right = [w for w in words if (w.x0 + w.x1) / 2 >= gutter]
    return [*_regions(rows_of(left), x0, gutter), *_regions(rows_of(right), gutter, x1)]


def _merged(regions: list[Region]) -> list[Region]:
    """Bands of the same width that follow each other are one."""
    merged: list[Region] = []
    for region in regions:
        if merged and (merged[-1].x0, merged[-1].x1) == (region.x0, region.x1):
            merged[-1].rows += region.rows
        else:
            merged.append(region)
    return merged


def is_prose(c: Chunk) -> bool:
    """A line of running text, by its length and by how little of it is digits."""
    letters = sum(ch.isalpha() for ch in c.text)
    long = len(c.text) >= 12 if WIDE.search(c.text) else len(c.words) >= 4 and len(c.text) >= 20
    return long and letters > 0.6 * len(c.text.replace(" ", ""))


def _gutter(rows: list[Row], x0: float, x1: float) -> float | None:
    """The middle of the white strip that parts two columns of prose, None where there are not two."""
    width = x1 - x0
    votes: list[tuple[float, float]] = []
    for row in rows:
        for left, right in zip(row.chunks, row.chunks[1:], strict=False):
            prose = is_prose(left) and is_prose(right) and left.x1 - left.x0 > 0.2 * width
            if prose and right.x1 - right.x0 > 0.2 * width:
                votes.append((left.x1, right.x0))
    if len(votes) < 4:
        return None
    middle = median((a + b) / 2 for a, b in votes)
    inside = [v for v in votes if v[0] < middle < v[1]]
    if len(inside) < max(4, 0.7 * len(votes)) or not 0.2 < (middle - x0) / width < 0.8:
        return None
    right_edge = min(b for _, b in inside)
    left_edge = max(a for a, _ in inside)
    return (left_edge + right_edge) / 2 if left_edge < right_edge else None


def _crosses(row: Row, gutter: float) -> bool:
    return any(c.x0 < gutter < c.x1 for c in row.chunks)


def _is_prose_on_both_sides(rows: list[Row], gutter: float) -> bool:
    """Not a table that happens to leave the strip free."""
    left = sum(any(is_prose(c) for c in row.chunks if c.x1 <= gutter) for row in rows)
    right = sum(any(is_prose(c) for c in row.chunks if c.x0 >= gutter) for row in rows)
    return min(left, right) >= 0.4 * len(rows) or (min(left, right) >= 3 and len(rows) < 12)
