"""Rows of prose to blocks under their headings, and the running heads that are left out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from ingest.parsers.pdf_lines import WIDE, Row

EDGE_ROWS = 3
"""So many rows on top and at the foot of a page may be running heads."""
BULLET = re.compile(
    r"^\s*(?:[•●○■□◆◇▪▸►–—・※\uf0b7\uf0a7]|\(?[a-zA-Z0-9ivx]{1,3}[.)]\s|[（(][0-9０-９一-十]+[)）]|[①-⑳])"
)
PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:page\s*)?(?:[A-Z]{1,2}-)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?(?:\s*[-–—])?", re.I
)
MAX_HEADING = 120


@dataclass(slots=True)
class Paragraph:
    """Rows that belong together."""

    rows: list[Row]
    heading: str = ""
    is_heading: bool = False

    @property
    def text(self) -> str:
        text = ""
        for row in self.rows:
            text = together(text, row.text)
        return text


def together(a: str, b: str) -> str:
    """Two lines of one paragraph: Japanese without a space, a hyphen at a line's end kept."""
    if not a:
        return b
    if WIDE.match(a[-1]) and WIDE.match(b[:1]):
        return a + b
    return a + b if a.endswith("-") and b[:1].islower() else f"{a} {b}"


# --- running heads -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class PageEdges:
    """The outermost rows of a page, as keys under which the same row of another page is found."""

    top: list[str]
    foot: list[str]


def edges_of(rows: list[Row]) -> PageEdges:
    return PageEdges([_key(r) for r in rows[:EDGE_ROWS]], [_key(r) for r in rows[::-1][:EDGE_ROWS]])


def _key(row: Row) -> str:
    """The row without what changes from page to page: its digits; with its height, since a head keeps its place."""
    return f"{re.sub(r'[0-9ivxlc]+', '#', row.text.lower())}@{round(row.y0 / 6)}"


def body_rows(rows: list[Row], own: PageEdges, others: list[PageEdges], height: float) -> tuple[int, int]:
    """First and one past the last row that is no running head, running foot or page number."""
    start, end = 0, len(rows)
    for k, key in enumerate(own.top):
        if start >= len(rows) or not (rows[start].y1 < 0.15 * height):
            break
        if not (PAGE_NUMBER.fullmatch(rows[k].text.strip()) or any(key in o.top for o in others)):
            break
        start = k + 1
    if end - start > 1 and re.fullmatch(r"[-–—\s]*\d{1,4}[-–—\s]*", rows[-1].text):
        return start, end - 1
    for k, key in enumerate(own.foot):
        row = rows[len(rows) - 1 - k]
        if len(rows) - 1 - k < start or not row.y0 > 0.85 * height:
            break
        if not (PAGE_NUMBER.fullmatch(row.text.strip()) or any(key in o.foot for o in others)):
            break
        end = len(rows) - 1 - k
    return start, end


# --- headings and paragraphs ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Outline:
    """The headings that the text stands under so far, outermost first, and the size that running text has."""

    sizes: Counter[float] = field(default_factory=Counter)
    stack: list[tuple[tuple[float, bool, bool], str]] = field(default_factory=list)

    def learn(self, rows: list[Row]) -> None:
        for row in rows:
            for c in row.chunks:
                self.sizes[round(c.words[0].size * 2) / 2] += len(c.text)

    @property
    def body_size(self) -> float:
        return self.sizes.most_common(1)[0][0] if self.sizes else 10.0

    def open(self, row: Row, text: str) -> None:
        rank = (round(row.size), row.bold, text.isupper())
        while self.stack and self.stack[-1][0] <= rank:
            self.stack.pop()
        self.stack = [*self.stack[-3:], (rank, text)]

    @property
    def path(self) -> str:
        return " › ".join(text for _, text in self.stack)


NOTES_UNIT = re.compile(
    r"\(?(?:(?:u\.?s\.? )?dollars|amounts|tabular amounts|\$|yen|euros?)[^.]{0,40}"
    r"\bin (?:millions|thousands|billions)\b.{0,60}",
    re.I,
)
NEW_PART = re.compile(r"(?:item \d|part [ivx]+\b|exhibit|signatures?$)", re.I)


def notes_unit(text: str, before: str) -> str:
    """The unit that holds from here on: one that stands alone opens it, a new part of the filing ends it."""
    text = text.strip()
    if NOTES_UNIT.fullmatch(text):
        return text
    return "" if NEW_PART.match(text) else before


def is_heading(row: Row, outline: Outline, x1: float = 0.0) -> bool:
    """Bold or larger than running text, short, no sentence; a full line of Japanese (up to `x1`) goes on."""
    text = row.text.strip()
    if WIDE.search(text) and (len(text) > MAX_HEADING / 2 or (len(text) > 25 and x1 and row.x1 > x1 - 2 * row.size)):
        return False
    if not text or len(text) > MAX_HEADING or len(row.chunks) > 2 or not re.search(r"[^\W\d_]", text):
        return False
    if text.endswith((".", "。", ",", "、", ";")) and len(text) > 25:
        return False
    scanned = row.chunks[0].words[0].confidence is not None
    larger = row.size > (1.4 if scanned else 1.15) * outline.body_size
    return larger or (row.bold and row.size > 0.9 * outline.body_size)


def paragraphs(rows: list[Row], outline: Outline, x0: float, x1: float) -> list[Paragraph]:
    """Rows in reading order to paragraphs; headings become the path of what follows them."""
    x1 = min(x1, max((row.x1 for row in rows), default=x1))
    found: list[Paragraph] = []
    for row in rows:
        last = found[-1] if found else None
        heading = is_heading(row, outline, x1)
        if last is not None and last.is_heading == heading and _goes_on(last, row, x0, x1):
            last.rows.append(row)
            if heading:
                outline.stack.pop()
                outline.open(row, last.text)
            continue
        if heading:
            outline.open(row, row.text.strip())
        found.append(Paragraph([row], outline.path, heading))
    for paragraph in found:
        if paragraph.is_heading:
            paragraph.heading = paragraph.heading.rpartition(" › ")[0]
    return found


def _goes_on(before: Paragraph, row: Row, x0: float, x1: float) -> bool:
    last = before.rows[-1]
    high = last.y1 - last.y0
    gap = row.y0 - last.y1
    if gap > 0.75 * high or gap < -2 * high or abs(row.size - last.size) > 0.2 * last.size:
        return False
    if before.is_heading:
        return len(before.rows) < 3 and last.bold == row.bold
    if BULLET.match(row.text):
        return False
    indented = row.x0 - last.x0 > 0.9 * row.size and len(before.rows) > 1
    ends = last.text.rstrip().endswith((".", "。", ":", "：", "?", "!"))
    short = last.x1 < x1 - 0.15 * (x1 - x0)
    return not ((indented and ends) or (short and ends and len(before.rows) > 1))
