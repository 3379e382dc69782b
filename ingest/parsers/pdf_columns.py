"""Rows of figures to a grid: where the columns lie, and which of them each head stands over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.parsers.pdf_grid import Grid, GridCell
from ingest.parsers.pdf_items import Item, is_year, items_of
from ingest.parsers.pdf_lines import Row, finer, is_prose


@dataclass(slots=True)
class Line:
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


def _has_label(line: Line) -> bool:
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


def grid_of(lines: list[Line], header: int) -> Grid | None:
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
    if len(values) > 1 and _names_rows(values[0], body):
        _make_labels(values[0], lines[header:])
        values = values[1:]
    first = values[0][0]
    labels = [i for line in lines for i in line.items if i.x0 < first and i.middle < first and not i.is_value]
    left = min((i.x0 for i in labels), default=first)
    columns = [(left, max([i.x1 for i in labels if i.x1 < first] or [left])), *values]
    rows = [_cells(n, line, columns, n < header) for n, line in enumerate(lines)]
    return Grid(columns, rows, header)


def _header_end(lines: list[Line], header: int) -> int:
    """Years, and heads without a figure under them, are headers though the years are numbers."""
    first = min((i.x0 for line in lines if line.tabular for i in line.values), default=0.0)
    end = header
    while end < len(lines) and (_is_years(lines[end], first) or _is_heads(lines[end], first)):
        end += 1
    return end if end < len(lines) else header


def _is_years(line: Line, first: float) -> bool:
    """Years over the figures; a year alone beside them is a section."""
    return line.headerlike and line.row.x1 > first


def _is_heads(line: Line, first: float) -> bool:
    over = [i for i in line.items if i.x0 > first - 2 or i.middle > first + 10]
    return not line.numbers and bool(over) and not any(len(i.text) > 60 and i.text[0] not in "(（" for i in over)


def _is_contents(body: list[Line]) -> bool:
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


def _names_rows(column: tuple[float, float], body: list[Line]) -> bool:
    """A first column of years: "2019", "2020", "Thereafter" down a table of maturities are labels."""
    inside = [i for line in body for i in line.values if column[0] <= i.anchor <= column[1]]
    labelled = sum(line.items[0].kind == "text" and line.items[0].x1 < column[0] for line in body)
    return len(inside) > 1 and sum(map(is_year, inside)) > 0.6 * len(inside) and labelled < 0.3 * len(body)


def _make_labels(column: tuple[float, float], lines: list[Line]) -> None:
    for line in lines:
        for item in line.items:
            if item.is_value and column[0] <= item.anchor <= column[1]:
                item.kind = "text"


def _without_strays(values: list[tuple[float, float]], body: list[Line]) -> list[tuple[float, float]]:
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


def _cells(number: int, line: Line, columns: list[tuple[float, float]], header: bool) -> list[GridCell]:
    """A row's items in their columns; labels of one row are one cell."""
    placed: dict[tuple[int, int], list[Item]] = {}
    items = items_of(finer(line.row)) if header else line.items
    spans = _header_spans(items, columns) if header else [(k := _column(i, columns), k) for i in items]
    for item, span in zip(items, spans, strict=True):
        placed.setdefault(span, []).append(item)
    cells: list[GridCell] = []
    for (first, last), items in sorted(placed.items()):
        items.sort(key=lambda i: i.x0)
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
    if item.x0 < columns[1][0] - 1 and (not item.is_value or item.x1 < columns[1][0]):
        return 0
    return max(range(len(columns)), key=lambda k: _overlap(item, columns[k]))


def _overlap(item: Item, column: tuple[float, float]) -> float:
    """Shared width, or how far apart they are, negative."""
    return min(item.x1, column[1]) - max(item.x0, column[0])


def _header_spans(items: list[Item], columns: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """The columns that each head stands over: those it overlaps, more where it is centred over more."""
    spans: list[tuple[int, int]] = []
    first = columns[1][0]
    for item in items:
        if (
            item.middle < first - 2
            and item.x0 < (columns[0][1] + first) / 2
            and item.x1 < first + (0 if item.is_value else 8)
        ):
            spans.append((0, 0))
            continue
        over = [k for k in range(1, len(columns)) if _overlap(item, columns[k]) > 0]
        if not over:
            over = [max(range(1, len(columns)), key=lambda k: _overlap(item, columns[k]))]
        spans.append((over[0], over[-1]))
    return _widened(items, spans, columns)


SPANNING = re.compile(
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
        reach = 1 if SPANNING.search(item.text) and not is_year(item) else -1
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
