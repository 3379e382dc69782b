"""Tables without rulings: columns of figures set on their last digit, beside a column of labels.

A region's rows go in; what comes out is the same rows, some of them gathered into grids.
"""

from __future__ import annotations

from statistics import median

from ingest.parsers.pdf_columns import SPANNING, Line, grid_of
from ingest.parsers.pdf_grid import Grid
from ingest.parsers.pdf_items import is_year, items_of
from ingest.parsers.pdf_lines import WIDE, Region, Row, finer, is_prose

MAX_HEADER_ROWS = 9
MAX_CAPTION_ROWS = 5
MAX_LABEL_ROWS = 8
"""So many rows without a number may stand between two rows of figures (sections, wrapped labels)."""


def find_grids(region: Region, ruled: list[Grid]) -> list[Row | Grid]:
    """The region's rows in their order, with tables in the place of the rows that they are made of.

    `ruled` are tables of the region whose words are not in its rows; the lines right above one are its captions.
    """
    found: list[Row | Grid] = []
    rest = region.rows
    for grid in sorted(ruled, key=lambda g: g.box[1]):
        above = [row for row in rest if row.y0 < grid.box[1]]
        rest = rest[len(above) :]
        parts = _aligned(Region(region.x0, region.x1, above))
        rows = [p for p in parts[_last_grid(parts) + 1 :] if isinstance(p, Row)]
        first = _captions_over(rows, grid.box[1], region)
        grid.captions = rows[first:]
        grid.lead = _lead(rows[:first])
        found += [*parts[: len(parts) - len(rows) + first], grid]
    return found + _aligned(Region(region.x0, region.x1, rest))


def _lead(rows: list[Row]) -> str:
    """The end of the paragraph over a table, which often says its unit."""
    return " ".join(row.text for row in rows[-3:])


def _last_grid(parts: list[Row | Grid]) -> int:
    return max((n for n, part in enumerate(parts) if isinstance(part, Grid)), default=-1)


def _captions_over(rows: list[Row], top: float, region: Region) -> int:
    """The first of the last rows that stand close over a ruled table."""
    if not rows or top - rows[-1].y1 > 1.5 * (rows[-1].y1 - rows[-1].y0):
        return len(rows)
    lines = [Line(row, items_of(row)) for row in rows]
    return _caption_top([*lines, lines[-1]], len(rows), 0, region)


def _aligned(region: Region) -> list[Row | Grid]:
    """Rows and the tables that are set by alignment alone."""
    lines = [Line(row, items_of(row)) for row in region.rows]
    found: list[Row | Grid] = []
    taken = 0
    start = 0
    while (start := _next_tabular(lines, start)) < len(lines):
        end = _run_end(lines, start)
        top, header_end = _header_of(lines, start, taken, end)
        grid = grid_of(lines[top:end], header_end - top)
        if grid is None:
            start = end
            continue
        above = _caption_top(lines, top, taken, region)
        found += [line.row for line in lines[taken:above]]
        grid.captions = [line.row for line in lines[above:top]]
        grid.lead = _lead([line.row for line in lines[taken:above]])
        found.append(grid)
        taken = start = end
    return found + [line.row for line in lines[taken:]]


def _next_tabular(lines: list[Line], start: int) -> int:
    while start < len(lines) and not lines[start].tabular:
        start += 1
    return start


def _run_end(lines: list[Line], start: int) -> int:
    """One past the last row of the table that begins at `start`."""
    end = start + 1
    body = not lines[start].headerlike
    first_value = min(i.x0 for i in lines[start].values)
    heights = [line.row.y1 - line.row.y0 for line in lines[start : start + 20]]
    pitch = median(heights)
    here = start + 1
    while here < len(lines) and here - end < MAX_LABEL_ROWS:
        line = lines[here]
        if line.row.y0 - lines[here - 1].row.y1 > 3.2 * pitch:
            break
        if line.tabular or line.nil:
            if body and line.headerlike:
                break
            body = body or not line.headerlike
            first_value = min(first_value, *(i.x0 for i in line.values))
            end = here + 1
        elif _ends_table(line, first_value, body):
            break
        here += 1
    return _without_open_section(lines, start, end)


def _ends_table(line: Line, first_value: float, body: bool) -> bool:
    """Running text, or a row of column heads after figures have begun."""
    texts = [i for i in line.items if i.kind == "text"]
    over = [i for i in texts if i.middle > first_value - 2]
    if body and len(over) >= 2:
        return True
    first = line.row.chunks[0]
    if not body and (len(line.row.text) < 60 or line.row.text.startswith("(")):
        return False
    return is_prose(first) and first.x1 > first_value + 2 * first.size


def _without_open_section(lines: list[Line], start: int, end: int) -> int:
    while end > start + 1 and not (lines[end - 1].tabular or lines[end - 1].nil):
        end -= 1
    return end


def _header_of(lines: list[Line], start: int, floor: int, end: int) -> tuple[int, int]:
    """Where the header over the row `start` begins and ends; sections may stand between it and that row."""
    body = [line for line in lines[start:end] if line.tabular]
    first_value = min(i.x0 for line in body for i in line.values)
    label_end = max((i.x1 for line in body for i in line.items if i.kind == "text" and i.x0 < first_value), default=0.0)
    left = min(first_value, label_end + 2) if label_end else first_value
    top = last = here = start
    while here > floor and start - here < MAX_HEADER_ROWS:
        row = lines[here - 1]
        if lines[here].row.y0 - row.row.y1 > _reach(row, first_value) * (row.row.y1 - row.row.y0):
            break
        if _is_header_row(row, left - 12, first_value):
            last = here if top == start else last
            top = here - 1
        elif top < start or lines[start].headerlike or not _is_section(row, first_value):
            break
        here -= 1
    while top < last and _is_caption(lines[top], first_value):
        top += 1
    return (top, last) if top < last else (start, start)


def _reach(line: Line, first_value: float) -> float:
    """So many heights may lie under a header row: more under several heads, which no other row could be."""
    heads = sum(c.x1 > first_value for c in line.row.chunks)
    return 3.5 if heads > 1 else 2.2 if line.row.x1 < first_value else 1.6


def _is_section(line: Line, first_value: float) -> bool:
    """A label without figures."""
    alone = len(line.items) == 1 and (not line.values or is_year(line.items[0]))
    return alone and line.row.x1 < first_value and len(line.row.text) < 70


def _is_caption(line: Line, first_value: float) -> bool:
    """A line of its own that begins left of the figures and names no period: it is said of the whole table."""
    row = finer(line.row)
    first = row.chunks[0]
    return len(row.chunks) == 1 and first.x0 < first_value - 2 * first.size and not SPANNING.search(first.text)


def _is_header_row(line: Line, left: float, first_value: float) -> bool:
    chunks = finer(line.row).chunks
    over = [c for c in chunks if c.x1 > first_value and (c.x0 >= left or c.middle > first_value)]
    beside = [c for c in chunks if c not in over]
    if not over or sum(len(c.text) for c in beside) > 90 or any(len(c.text) > 70 for c in over):
        return False
    if any(is_prose(c) and c.x0 < left and c.x1 > first_value for c in line.row.chunks):
        return False
    return not any(c.text.endswith((".", "。")) and len(c.text) > 40 for c in chunks)


def _caption_top(lines: list[Line], top: int, floor: int, region: Region) -> int:
    """The first of the lines right above the header that name the table, its unit or its periods."""
    here = top
    width = min(region.x1 - region.x0, max(r.x1 for r in region.rows) - min(r.x0 for r in region.rows))
    while here > floor and top - here < MAX_CAPTION_ROWS:
        row = lines[here - 1].row
        gap = lines[here].row.y0 - row.y1
        if gap > 2.0 * (row.y1 - row.y0) or _is_running(row, width) or lines[here - 1].tabular:
            break
        here -= 1
    return here


def _is_running(row: Row, width: float) -> bool:
    """A line of a paragraph: as wide as the text, or the end of a sentence."""
    wide = bool(WIDE.search(row.text))
    filled = row.x1 - row.x0 > 0.85 * width and not row.bold and len(row.text) > (24 if wide else 60)
    ended = row.text.rstrip().endswith(("。", ".", ";", ",")) and len(row.text) > (8 if wide else 40)
    return len(row.text) > 140 or filled or ended
