"""Tables without rulings: columns of figures set on their last digit, beside a column of labels.

A region's rows go in; what comes out is the same rows, some of them gathered into grids.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.parsers.pdf_grid import Grid, GridCell
from ingest.parsers.pdf_items import Item, is_year, items_of
from ingest.parsers.pdf_lines import Region, Row, is_prose

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
        found += [*parts[: len(parts) - len(rows) + first], grid]
    return found + _aligned(Region(region.x0, region.x1, rest))


def _last_grid(parts: list[Row | Grid]) -> int:
    return max((n for n, part in enumerate(parts) if isinstance(part, Grid)), default=-1)


def _captions_over(rows: list[Row], top: float, region: Region) -> int:
    """The first of the last rows that stand close over a ruled table."""
    if not rows or top - rows[-1].y1 > 1.5 * (rows[-1].y1 - rows[-1].y0):
        return len(rows)
    lines = [_Line(row, items_of(row)) for row in rows]
    return _caption_top([*lines, lines[-1]], len(rows), 0, region)


def _aligned(region: Region) -> list[Row | Grid]:
    """Rows and the tables that are set by alignment alone."""
    lines = [_Line(row, items_of(row)) for row in region.rows]
    found: list[Row | Grid] = []
    taken = 0
    start = 0
    while (start := _next_tabular(lines, start)) < len(lines):
        end = _run_end(lines, start)
        top = _header_top(lines, start, taken, end)
        grid = _grid(lines[top:end], start - top)
        if grid is None:
            start = end
            continue
        above = _caption_top(lines, top, taken, region)
        found += [line.row for line in lines[taken:above]]
        grid.captions = [line.row for line in lines[above:top]]
        found.append(grid)
        taken = start = end
    return found + [line.row for line in lines[taken:]]


@dataclass(slots=True)
class _Line:
    row: Row
    items: list[Item]

    @property
    def values(self) -> list[Item]:
        return [i for i in self.items if i.is_value]

    @property
    def numbers(self) -> list[Item]:
        return [i for i in self.items if i.kind == "number"]

    @property
    def tabular(self) -> bool:
        """A row of figures: a label and a number well apart from it, or several numbers, and no running text."""
        if not self.numbers or any(is_prose(c) for c in self.row.chunks[1:]):
            return False
        if len(self.values) == 1:
            return len(self.items) == 2 and self.items[1].kind == "number" and bool(self.items[0].text)
        texts = sum(i.kind == "text" for i in self.items)
        return texts <= len(self.values) + 1

    @property
    def nil(self) -> bool:
        """A label and dashes in the columns of figures."""
        return len(self.values) > 1 and not self.numbers and self.items[-1].is_value

    @property
    def headerlike(self) -> bool:
        """Only years as figures: "2018 2017 2016" is a header, though it is made of numbers."""
        years = [i for i in self.numbers if is_year(i)]
        return bool(years) and len(years) == len(self.values) and (len(years) > 1 or not _has_label(self))


def _has_label(line: _Line) -> bool:
    first = line.items[0]
    return first.kind == "text" and not _is_stub(first.text)


def _is_stub(text: str) -> bool:
    """What stands over the labels: a unit, or the words that periods begin with."""
    return bool(
        re.search(
            r"^[(（].*[)）]$|million|thousand|billion|ended|as of|^at |december|june|march|september|fiscal"
            r"|単位|区分|科目",
            text,
            re.I,
        )
    )


def _next_tabular(lines: list[_Line], start: int) -> int:
    while start < len(lines) and not lines[start].tabular:
        start += 1
    return start


def _run_end(lines: list[_Line], start: int) -> int:
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


def _ends_table(line: _Line, first_value: float, body: bool) -> bool:
    """Running text, or a row of column heads after figures have begun."""
    texts = [i for i in line.items if i.kind == "text"]
    over = [i for i in texts if i.x0 > first_value - 2]
    if body and len(over) >= 2:
        return True
    first = line.row.chunks[0]
    if not body and len(line.row.text) < 60:
        return False
    return is_prose(first) and first.x1 > first_value + 2 * first.size


def _without_open_section(lines: list[_Line], start: int, end: int) -> int:
    while end > start + 1 and not (lines[end - 1].tabular or lines[end - 1].nil):
        end -= 1
    return end


def _header_top(lines: list[_Line], start: int, floor: int, end: int) -> int:
    """The first row of the header above `start`: rows over the columns of figures."""
    body = [line for line in lines[start:end] if line.tabular]
    first_value = min(i.x0 for line in body for i in line.values)
    label_end = max((i.x1 for line in body for i in line.items if i.kind == "text" and i.x0 < first_value), default=0.0)
    left = min(first_value, label_end + 2) if label_end else first_value
    top = start
    while top > floor and start - top < MAX_HEADER_ROWS:
        row = lines[top - 1]
        gap = lines[top].row.y0 - row.row.y1
        if gap > 1.6 * (row.row.y1 - row.row.y0) or not _is_header_row(row, left - 12, first_value):
            break
        top -= 1
    while top < start and _is_caption(lines[top], first_value):
        top += 1
    return top


def _is_caption(line: _Line, first_value: float) -> bool:
    """A line of its own that begins left of the figures and names no period: it is said of the whole table."""
    first = line.row.chunks[0]
    return len(line.row.chunks) == 1 and first.x0 < first_value - 2 * first.size and not _SPANNING.search(first.text)


def _is_header_row(line: _Line, left: float, first_value: float) -> bool:
    over = [c for c in line.row.chunks if c.x1 > first_value and (c.x0 >= left or c.middle > first_value)]
    beside = [c for c in line.row.chunks if c not in over]
    if not over or len(beside) > 2 or any(len(c.text) > 70 for c in over):
        return False
    if len(line.row.chunks) == 1 and is_prose(over[0]) and over[0].x0 < left:
        return False
    return not any(c.text.endswith((".", "。")) and len(c.text) > 40 for c in line.row.chunks)


def _caption_top(lines: list[_Line], top: int, floor: int, region: Region) -> int:
    """The first of the lines right above the header that name the table, its unit or its periods."""
    here = top
    while here > floor and top - here < MAX_CAPTION_ROWS:
        row = lines[here - 1].row
        gap = lines[here].row.y0 - row.y1
        long = len(row.text) > 140 or (row.x1 - row.x0 > 0.85 * (region.x1 - region.x0) and not row.bold)
        sentence = row.text.rstrip().endswith((".", "。", ";", ",")) and len(row.text) > 40
        if gap > 2.0 * (row.y1 - row.y0) or long or sentence or lines[here - 1].tabular:
            break
        here -= 1
    return here


# --- the grid ------------------------------------------------------------------------------------------------------


def _grid(lines: list[_Line], header: int) -> Grid | None:
    """Rows to a grid, or None where they make no table."""
    header = _header_end(lines, header)
    body = [line for line in lines[header:] if line.tabular]
    if not body or (len(body) < 2 and len(body[0].values) < 2):
        return None
    if len(body) < 0.22 * len(lines[header:]) or _is_contents(body):
        return None
    values = _columns([line.values for line in body])
    values = _without_strays(values, body)
    if not values:
        return None
    if len(body) == 1 and header == 0:
        return None
    first = values[0][0]
    labels = [i for line in lines for i in line.items if i.x0 < first and i.middle < first and not i.is_value]
    left = min((i.x0 for i in labels), default=first)
    columns = [(left, max([i.x1 for i in labels if i.x1 < first] or [left])), *values]
    rows = [_cells(n, line, columns, n < header) for n, line in enumerate(lines)]
    return Grid(columns, rows, header)


def _header_end(lines: list[_Line], header: int) -> int:
    """Years, and heads without a figure under them, are headers though the years are numbers."""
    first = min((i.x0 for line in lines if line.tabular for i in line.values), default=0.0)
    end = header
    while end < len(lines) and (lines[end].headerlike or _is_heads(lines[end], first)):
        end += 1
    return end if end < len(lines) else header


def _is_heads(line: _Line, first: float) -> bool:
    over = [i for i in line.items if i.x0 > first - 2 or i.middle > first + 10]
    return not line.numbers and bool(over) and not any(len(i.text) > 60 for i in over)


def _is_contents(body: list[_Line]) -> bool:
    """A list of contents: one column of whole numbers that never falls."""
    if any(len(line.values) != 1 for line in body) or len(body) < 3:
        return False
    pages = [line.values[0].text for line in body]
    if not all(re.fullmatch(r"\d{1,3}", p) for p in pages):
        return False
    return sum(int(a) <= int(b) for a, b in pairwise(pages)) >= 0.85 * (len(pages) - 1)


def _columns(rows: list[list[Item]]) -> list[tuple[float, float]]:
    """Where the columns of figures lie: strips that no figure crosses; by their last digits where strips fail."""
    found: list[tuple[float, float]] = []
    for group in _strips([i for row in rows for i in row]):
        inside = {id(i) for i in group}
        most = max(sum(id(i) in inside for i in row) for row in rows)
        parts = [group] if most <= 1 else _by_anchor(group, [[i for i in row if id(i) in inside] for row in rows])
        found += [(min(i.x0 for i in part), max(i.x1 for i in part)) for part in parts]
    return sorted(found)


def _without_strays(values: list[tuple[float, float]], body: list[_Line]) -> list[tuple[float, float]]:
    """Columns on the left that hardly any row uses and labels run across are numbers within labels."""
    while len(values) > 1:
        x0, x1 = values[0]
        used = sum(any(x0 <= i.anchor <= x1 for i in line.values) for line in body)
        crossed = sum(any(i.kind == "text" and i.x0 < x0 and i.x1 > x1 for i in line.items) for line in body)
        if used > max(1, 0.1 * len(body)) or crossed < 2 * used + 1:
            break
        values = values[1:]
    return values


def _strips(items: list[Item]) -> list[list[Item]]:
    groups: list[list[Item]] = []
    right = 0.0
    for item in sorted(items, key=lambda i: i.x0):
        if groups and item.x0 <= right:
            groups[-1].append(item)
            right = max(right, item.x1)
        else:
            groups.append([item])
            right = item.x1
    return groups


def _by_anchor(group: list[Item], rows: list[list[Item]]) -> list[list[Item]]:
    """As many columns as the fullest rows have figures; each figure goes to the nearest of their last digits."""
    most = max(len(row) for row in rows)
    full = [sorted(row, key=lambda i: i.anchor) for row in rows if len(row) == most]
    anchors = [median(row[k].anchor for row in full) for k in range(most)]
    parts: list[list[Item]] = [[] for _ in anchors]
    for item in group:
        nearest = min(range(most), key=lambda k: abs(anchors[k] - item.anchor))
        parts[nearest].append(item)
    return [part for part in parts if part]


def _cells(number: int, line: _Line, columns: list[tuple[float, float]], header: bool) -> list[GridCell]:
    """A row's items in their columns; labels of one row are one cell."""
    placed: dict[tuple[int, int], list[Item]] = {}
    spans = _header_spans(line, columns) if header else [(k := _column(i, columns), k) for i in line.items]
    for item, span in zip(line.items, spans, strict=True):
        placed.setdefault(span, []).append(item)
    cells: list[GridCell] = []
    for (first, last), items in sorted(placed.items()):
        text = " ".join(i.text for i in items)
        box = (min(i.x0 for i in items), min(i.y0 for i in items), max(i.x1 for i in items), max(i.y1 for i in items))
        value = len(items) == 1 and items[0].is_value and first > 0
        cells.append(GridCell(number, first, last, text, *box, all(i.bold for i in items), value))
    return cells


def _column(item: Item, columns: list[tuple[float, float]]) -> int:
    """The column that an item of the body stands in."""
    if item.is_value:
        inside = [k for k, (x0, x1) in enumerate(columns) if k and x0 - 1 <= item.anchor <= x1 + 1]
        if inside:
            return inside[0]
    if not item.is_value and item.x0 < columns[1][0] - 1:
        return 0
    return max(range(len(columns)), key=lambda k: _overlap(item, columns[k]))


def _overlap(item: Item, column: tuple[float, float]) -> float:
    """Shared width, or how far apart they are, negative."""
    return min(item.x1, column[1]) - max(item.x0, column[0])


def _header_spans(line: _Line, columns: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """The columns that each head stands over: those it overlaps, more where it is centred over more."""
    spans: list[tuple[int, int]] = []
    first = columns[1][0]
    for item in line.items:
        if (
            item.middle < first - 2
            and item.x0 < (columns[0][1] + first) / 2
            and not item.is_value
            and item.x1 < first + 8
        ):
            spans.append((0, 0))
            continue
        over = [k for k in range(1, len(columns)) if _overlap(item, columns[k]) > 0]
        if not over:
            over = [max(range(1, len(columns)), key=lambda k: _overlap(item, columns[k]))]
        spans.append((over[0], over[-1]))
    return _widened(line.items, spans, columns)


_SPANNING = re.compile(
    r"ended|ending|months|weeks|quarter|year|december|january|february|march|april|may|june|july|august|september"
    r"|october|november|as of|連結|年度|期|会計|単体",
    re.I,
)


def _widened(
    items: list[Item], spans: list[tuple[int, int]], columns: list[tuple[float, float]]
) -> list[tuple[int, int]]:
    """Heads reach over free neighbours, where that puts them nearer to their middle; periods rather far than near."""
    taken = {k for first, last in spans for k in range(first, last + 1)}
    wide: list[tuple[int, int]] = []
    for item, (first, last) in zip(items, spans, strict=True):
        if first == 0:
            wide.append((first, last))
            continue
        reach = 1 if _SPANNING.search(item.text) and not is_year(item) else -1
        lows = [k for k in range(1, first + 1) if all(j not in taken for j in range(k, first))]
        highs = [k for k in range(last, len(columns)) if all(j not in taken for j in range(last + 1, k + 1))]
        best = min(
            ((a, b) for a in lows for b in highs),
            key=lambda ab: (_off_middle(item, columns, ab), (ab[0] - ab[1]) * reach),
        )
        taken.update(range(best[0], best[1] + 1))
        wide.append(best)
    return wide


def _off_middle(item: Item, columns: list[tuple[float, float]], span: tuple[int, int]) -> int:
    """How far a head is from the middle of the columns, in steps of about a letter; right edges are as good."""
    x0, x1 = columns[span[0]][0], columns[span[1]][1]
    off = abs((x0 + x1) / 2 - item.middle)
    if span[0] == span[1]:
        off = min(off, abs(x1 - item.x1))
    return round(off / 6)
