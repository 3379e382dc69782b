"""Tables drawn with rules: cells between lines, some of them spanning several columns or rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ingest.parsers.pdf_chars import Rule, Word
from ingest.parsers.pdf_grid import Grid, GridCell
from ingest.parsers.pdf_items import Item, is_year, items_of
from ingest.parsers.pdf_lines import Row, rows_of
from ingest.parsers.pdf_text import together

NEAR = 3.0
"""Points within which two lines are one, or touch."""
MOST_RULES = 3000
"""A page with more is a drawing."""
FULL = 0.3
"""A frame with a smaller share of its cells filled is a chart or a form."""


@dataclass(slots=True)
class Line:
    """A straight line, merged of the rules that lie on it: at `at`, from `low` to `high`."""

    at: float
    low: float
    high: float


def ruled_grids(words: list[Word], rules: list[Rule]) -> tuple[list[Grid], list[Word]]:
    """The tables that rules draw, and the words that stand in none of them."""
    if len(rules) > MOST_RULES:
        return [], words
    across = merged([Line((r.y0 + r.y1) / 2, r.x0, r.x1) for r in rules if r.horizontal])
    down = merged([Line((r.x0 + r.x1) / 2, r.y0, r.y1) for r in rules if not r.horizontal])
    grids: list[Grid] = []
    for frame in _frames(across, down):
        x0, x1, y0, y1 = frame.xs[0], frame.xs[-1], frame.ys[0], frame.ys[-1]
        inside = [w for w in words if x0 < (w.x0 + w.x1) / 2 < x1 and y0 < (w.y0 + w.y1) / 2 < y1]
        grid = _grid(frame, inside)
        if grid is not None:
            grids.append(grid)
            taken = {id(w) for w in inside}
            words = [w for w in words if id(w) not in taken]
    return grids, words


def merged(lines: list[Line]) -> list[Line]:
    """Lines on one height that touch or overlap are one."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda r: (round(r.at / NEAR), r.low)):
        last = found[-1] if found else None
        if last is not None and abs(last.at - line.at) <= NEAR and line.low <= last.high + NEAR:
            last.high = max(last.high, line.high)
        else:
            found.append(Line(line.at, line.low, line.high))
    return found


@dataclass(slots=True)
class Frame:
    """Lines that hang together, and the columns and rows between them."""

    across: list[Line]
    down: list[Line]
    xs: list[float]
    ys: list[float]


def _frames(across: list[Line], down: list[Line]) -> Iterator[Frame]:
    for rows, columns in _connected(across, down):
        xs = _places([c.at for c in columns] + [min(r.low for r in rows), max(r.high for r in rows)])
        ys = _places([r.at for r in rows] + [min(c.low for c in columns), max(c.high for c in columns)])
        high = ys[-1] - ys[0]
        inner = [x for x in xs[1:-1] if sum(c.high - c.low for c in columns if abs(c.at - x) <= NEAR) > 0.5 * high]
        if len(inner) >= 1 and len(ys) >= 3 and len(xs) >= 3 and len(rows) >= 2 and high > 15:
            yield Frame(rows, columns, xs, ys)


def _connected(across: list[Line], down: list[Line]) -> Iterator[tuple[list[Line], list[Line]]]:
    """Groups of lines that cross or touch."""
    left = list(range(len(down)))
    free = set(range(len(across)))
    while free:
        rows, columns = [free.pop()], list[int]()
        new_rows = list(rows)
        while new_rows:
            new_columns = [k for k in left if any(_touch(across[r], down[k]) for r in new_rows)]
            left = [k for k in left if k not in new_columns]
            columns += new_columns
            new_rows = [r for r in free if any(_touch(across[r], down[k]) for k in new_columns)]
            free.difference_update(new_rows)
            rows += new_rows
        if len(rows) >= 2 and len(columns) >= 1:
            yield [across[r] for r in rows], [down[k] for k in columns]


def _touch(row: Line, column: Line) -> bool:
    return row.low - NEAR <= column.at <= row.high + NEAR and column.low - NEAR <= row.at <= column.high + NEAR


def _places(values: list[float]) -> list[float]:
    """Distinct places, from small to large."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR:
            found.append(value)
    return found


# --- cells ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Area:
    """A cell between rules: rows and columns inclusive, and the words in it."""

    top: int
    bottom: int
    first: int
    last: int
    words: list[Word]


def _grid(frame: Frame, words: list[Word]) -> Grid | None:
    areas = _areas(frame)
    if len(areas) < 4:
        return None
    _fill(areas, frame, words)
    full = [a for a in areas if a.words]
    if len(full) < 4 or len(full) < FULL * len(areas) or not _is_table(full):
        return None
    areas, heights = _split_bands(areas, len(frame.ys) - 1)
    rows: list[list[GridCell]] = [[] for _ in range(heights)]
    for area in sorted(areas, key=lambda a: (a.top, a.first)):
        if area.words:
            rows[area.top].append(_cell(area))
    columns = list(pairwise(frame.xs))
    used = [n for n, row in enumerate(rows) if row or any(a.top <= n <= a.bottom and a.words for a in areas)]
    renumbered = {n: k for k, n in enumerate(used)}
    kept = [rows[n] for n in used]
    for row in kept:
        for cell in row:
            cell.down = sum(1 for n in used if cell.row < n <= cell.row + cell.down)
            cell.row = renumbered[cell.row]
    header = _header_rows(kept)
    return Grid(columns, kept, header, _label_columns(kept, header, len(columns)), ruled=True)


def _areas(frame: Frame) -> list[_Area]:
    """Cells grown to the right and down over missing walls."""
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    taken: set[tuple[int, int]] = set()
    areas: list[_Area] = []
    for top in range(rows):
        for first in range(columns):
            if (top, first) in taken:
                continue
            last = first
            while last + 1 < columns and (top, last + 1) not in taken and not _wall(frame, top, last):
                last += 1
            bottom = top
            while bottom + 1 < rows and all(not _floor(frame, bottom, k) for k in range(first, last + 1)):
                bottom += 1
            taken.update((r, c) for r in range(top, bottom + 1) for c in range(first, last + 1))
            areas.append(_Area(top, bottom, first, last, []))
    return areas


def _wall(frame: Frame, row: int, column: int) -> bool:
    """A rule on the right of an elementary cell."""
    return _drawn(frame.down, frame.xs[column + 1], frame.ys[row], frame.ys[row + 1])


def _floor(frame: Frame, row: int, column: int) -> bool:
    return _drawn(frame.across, frame.ys[row + 1], frame.xs[column], frame.xs[column + 1])


def _drawn(lines: list[Line], at: float, low: float, high: float) -> bool:
    covered = sum(max(0.0, min(high, line.high) - max(low, line.low)) for line in lines if abs(line.at - at) <= NEAR)
    return covered > 0.6 * (high - low)


def _fill(areas: list[_Area], frame: Frame, words: list[Word]) -> None:
    at = {(r, c): a for a in areas for r in range(a.top, a.bottom + 1) for c in range(a.first, a.last + 1)}
    for word in words:
        row = sum(y < (word.y0 + word.y1) / 2 for y in frame.ys) - 1
        column = sum(x < (word.x0 + word.x1) / 2 for x in frame.xs) - 1
        area = at.get((row, column))
        if area is not None:
            area.words.append(word)


def _is_table(full: list[_Area]) -> bool:
    """Cells in several rows and columns, none that holds a page of text, hardly one that holds several figures."""
    crowded = sum(any(_is_crowded(row) for row in rows_of(area.words)) for area in full)
    if crowded > 0.08 * len(full):
        return False
    rows, columns = {a.top for a in full}, {a.first for a in full}
    longest = max(sum(len(w.text) for w in a.words) for a in full)
    everything = sum(len(w.text) for a in full for w in a.words)
    return len(rows) > 1 and len(columns) > 1 and not (longest > 500 and longest > 0.5 * everything)


def _is_crowded(row: Row) -> bool:
    """A figure and something else well apart from it: the cell is no cell, but columns that no rule parts."""
    items = items_of(row)
    return len(items) > 1 and any(i.is_value for i in items)


def _split_bands(areas: list[_Area], heights: int) -> tuple[list[_Area], int]:
    """Rows that no rule parts: a band in which several cells hold as many lines of figures is as many rows."""
    result: list[_Area] = []
    shift = 0
    for band in range(heights):
        here = [a for a in areas if a.top == band]
        single = [a for a in here if a.bottom == band]
        lines = _lines_of_figures(single)
        for area in here:
            if lines and area in single:
                result += _parted(area, band + shift, lines)
            else:
                result.append(_Area(area.top + shift, area.bottom + shift, area.first, area.last, area.words))
        if lines:
            for area in result:
                if area.top < band + shift <= area.bottom:
                    area.bottom += len(lines) - 1
            shift += len(lines) - 1
    return result, heights + shift


def _lines_of_figures(cells: list[_Area]) -> list[Row]:
    """The lines of a band, where at least two of its columns have a figure on at least two of them."""
    columns = [c for c in cells if c.words and sum(_is_figure(r) for r in rows_of(c.words)) >= 2]
    if not columns or (len(columns) < 2 and len(cells) > 2):
        return []
    return rows_of([w for c in cells for w in c.words])


def _is_figure(row: Row) -> bool:
    items = items_of(row)
    return len(items) == 1 and items[0].is_value


def _parted(area: _Area, top: int, lines: list[Row]) -> list[_Area]:
    parts = [_Area(top + k, top + k, area.first, area.last, []) for k in range(len(lines))]
    for word in area.words:
        middle = (word.y0 + word.y1) / 2
        nearest = min(range(len(lines)), key=lambda k: abs((lines[k].y0 + lines[k].y1) / 2 - middle))
        parts[nearest].words.append(word)
    return parts


def _cell(area: _Area) -> GridCell:
    rows = rows_of(area.words)
    text = ""
    for row in rows:
        text = together(text, row.text)
    item = _value(rows)
    return GridCell(
        area.top,
        area.first,
        area.last,
        item.text if item else text,
        min(w.x0 for w in area.words),
        min(w.y0 for w in area.words),
        max(w.x1 for w in area.words),
        max(w.y1 for w in area.words),
        bold=all(w.bold for w in area.words),
        is_value=item is not None,
        down=area.bottom - area.top,
    )


def _value(rows: list[Row]) -> Item | None:
    items = items_of(rows[0]) if len(rows) == 1 else []
    return items[0] if len(items) == 1 and items[0].is_value else None


def _header_rows(rows: list[list[GridCell]]) -> int:
    """Rows above the first with a figure beside its first cell; the first row where there are no figures at all."""
    for number, row in enumerate(rows):
        if any(c.is_value and c.first > 0 and not _is_year(c.text) for c in row):
            return number if number <= 5 else 1
    titles = 0
    while titles < len(rows) - 2 and len(rows[titles]) == 1:
        titles += 1
    return titles + 1


def _is_year(text: str) -> bool:
    return is_year(Item(text, "number", 0, 0, 0, 0, 0))


def _label_columns(rows: list[list[GridCell]], header: int, columns: int) -> int:
    """Columns on the left without figures; one where there are no figures at all."""
    body = [c for row in rows[header:] for c in row]
    first = min((c.first for c in body if c.is_value and not _is_year(c.text) and c.first > 0), default=1)
    return max(1, min(first, columns - 1))
