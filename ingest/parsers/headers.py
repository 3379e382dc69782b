"""Which rows of a grid are headers, which columns are labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.parsers.cells import Grid, Placed
from ingest.parsers.units import Unit, unit_line
from library.figure_words import narrow
from library.figures import read_cell

_YEAR = re.compile(
    r"(?:fy\s?)?(?:19|20)\d{2}(?:年度?|年\d{1,2}月期?|\s?[/.–-]\s?(?:\d{1,2}|(?:19|20)\d{2}))?"
    r"\s*(?:\([a-z0-9]\)|\*|(?:us)?[$€£¥])?",
    re.I,
)
_DAY = re.compile(r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?: \d{2}:\d{2})?")
_NIL = re.compile(r"[-–—―ー－─‐]+|n/?[am]\.?|nil|該当なし", re.I)
_MARK = re.compile(r"[$€£¥%()（）※*＊,]|US\$|%?\)|[※*＊]\s?\d{0,2}|\([a-z0-9]\)", re.I)
_NOTE = re.compile(r"notes?(?:\s*(?:no\.?|ref\.?))?|注記?(?:番号)?", re.I)


@dataclass(slots=True)
class Shape:
    """`header` rows from the top, of which `captions` say something of the whole table; values start at `first`."""

    header: int
    first: int
    values: list[int] = field(default_factory=list)
    """Grid columns that hold values (numbers, or text under a header of its own)."""
    captions: list[Placed] = field(default_factory=list)
    units: dict[int, Unit] = field(default_factory=dict)
    """What the column of units to the right of a column of numbers says."""


def is_figure(cell: Placed) -> bool:
    """A number or a dash for none; a year stands in headers."""
    if not cell.text or len(cell.text) > 40:
        return False
    if _YEAR.fullmatch(narrow(cell.text)) or _DAY.fullmatch(cell.text):
        return False
    if cell.number or _NIL.fullmatch(cell.text):
        return True
    return looks_like_figure(cell.text) and not ("000" in cell.text and unit_line(cell.text))


def looks_like_figure(text: str) -> bool:
    return any(c.isdigit() for c in text) and (
        read_cell(text) is not None or bool(re.fullmatch(r"[※\d\s,.△▲()（）\[\]［］−-]+", text))
    )


def is_mark(cell: Placed) -> bool:
    """Belongs to the number beside it: a currency sign, a closing bracket, a footnote's sign."""
    return bool(_MARK.fullmatch(cell.text))


def is_note_header(text: str) -> bool:
    return bool(_NOTE.fullmatch(text.strip("（）()")))


def read_shape(grid: Grid) -> Shape:
    figures = [[c for c in row if is_figure(c) and (c.left or grid.width == 1)] for row in grid.rows]
    data = [top for top, row in enumerate(figures) if row and not _numbers_columns(grid.rows[top])]
    if not data:
        return _text_shape(grid)
    first = _first_value_column(grid, [c for top in data for c in figures[top]], data[0])
    captions = _captions(grid, data[0])
    header = _header_end(grid, data[0], first)
    units = _unit_columns(grid, header, first)
    values = [left for left in _value_columns(grid, header, first) if left not in units]
    beside = {max((v for v in values if v < left), default=left): unit for left, unit in units.items()}
    return Shape(header, first, values, [c for c in captions if c.top < header], beside)


def _numbers_columns(row: list[Placed]) -> bool:
    """A header row that only numbers its columns: (1) (2) (3)."""
    texts = [narrow(c.text).strip("() ") for c in row if c.text]
    return len(texts) > 2 and texts == [str(n) for n in range(1, len(texts) + 1)]


def _text_shape(grid: Grid) -> Shape:
    """A table without numbers: its header is what is marked as one, or a full first row over three columns or more."""
    marked = 0
    while marked < grid.height - 1 and grid.rows[marked] and all(c.header for c in grid.rows[marked] if c.text):
        marked += 1
    full = grid.width > 2 and grid.height > 1 and grid.rows[0] and all(c.text for c in grid.rows[0])
    header = marked or (1 if full and all(len(c.text) <= 40 for c in grid.rows[0]) else 0)
    nested = grid.width > 2 and any(c.left == 0 and c.height > 1 for row in grid.rows[header:] for c in row)
    first = min(2 if nested else 1, max(grid.width - 1, 0))
    return Shape(header, first, _value_columns(grid, header, first), _captions(grid, header))


def _first_value_column(grid: Grid, figures: list[Placed], start: int) -> int:
    """The first column with numbers, or a column of text before it that is no label (an address beside a name)."""
    lefts = sorted(c.left for c in figures)
    first = lefts[len(lefts) // 50]
    for left in range(1, first):
        here = [c for row in grid.rows[start:] for c in row if c.left == left and c.text and not unit_line(c.text)]
        beside = [c for c in here if any(o.left < left and o.text and o.height == 1 for o in grid.rows[c.top])]
        if len(here) > 1 and len(beside) * 2 > len(here):
            return left
    return max(first, 1) if grid.width > 1 else 0


def _captions(grid: Grid, end: int) -> list[Placed]:
    """Rows at the top with a single text that speaks for the whole table: its unit, its period, its title."""
    found = []
    for row in grid.rows[:end]:
        texts = [c for c in row if c.text]
        if len(texts) == 1 and (unit_line(texts[0].text) or texts[0].width >= grid.width or texts[0].left == 0):
            found.append(texts[0])
    return found


def _header_end(grid: Grid, data: int, first: int) -> int:
    """Sections between the header and the first numbers ("資産の部") are rows, not headers."""
    end = data
    while end > 0:
        row = [c for c in grid.rows[end - 1] if c.text]
        labels_only = row and all(c.left + c.width <= first and not c.header and not unit_line(c.text) for c in row)
        above = any(c.text and c.left >= first and not unit_line(c.text) for r in grid.rows[: end - 1] for c in r)
        covered = any((p := grid.at(end - 1, left)) and p.text for left in range(first, grid.width))
        if not labels_only or covered or not above:
            break
        end -= 1
    return end


def _value_columns(grid: Grid, header: int, first: int) -> list[int]:
    """Columns from `first` on with something in them that is more than a sign of the number beside it."""
    seen = {c.left for row in grid.rows[header:] for c in row if c.text and c.left >= first and not is_mark(c)}
    return sorted(seen)


def _unit_columns(grid: Grid, header: int, first: int) -> dict[int, Unit]:
    """Columns under the header that hold nothing but units."""
    texts: dict[int, list[str]] = {}
    for row in grid.rows[header:]:
        for cell in row:
            if cell.text and cell.left > first:
                texts.setdefault(cell.left, []).append(cell.text)
    said = {left: [unit_line(t) for t in column] for left, column in texts.items()}
    return {left: units[0] for left, units in said.items() if units[0] and all(units)}
