"""The labels down a table's left side: wrapped ones joined, and which stands under which."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.parsers.pdf_grid import Grid
from ingest.parsers.pdf_lines import WIDE

NOTE_MARK = re.compile(r"(?:\s*\((?:[a-z]|\d{1,2}|[ivx]+)\)|\s*[*†‡]+|\s*[¹²³⁴⁵⁶⁷⁸⁹]+|\s*[（(]?[注※]\s*\d*[)）]?)$")
TOTAL = re.compile(r"^\s*(?:total|net cash|subtotal)\b|計$|合計", re.I)
PERIOD = re.compile(r"(?:fiscal(?: year)? |fy ?)?(?:19|20)\d{2}|(?:\w+ \d{1,2}, ?)(?:19|20)\d{2}|\d{4}年.*", re.I)
"""A section that is a period holds all that stands on its level."""
STEP = 1.8
"""Points by which a label must be set in to stand under another."""


@dataclass(slots=True)
class Line:
    """A body row's label: the last row it stands on, and the labels it stands under."""

    row: int
    label: str
    x0: float
    x1: float
    y0: float
    y1: float
    bold: bool
    has_values: bool
    path: list[str] = field(default_factory=list)
    indent: int = 0


def lines_of(grid: Grid) -> list[Line]:
    """Body rows with their labels joined, and the path of labels to each."""
    if grid.ruled and (grid.labels > 1 or any(c.down for row in grid.rows[grid.header :] for c in row)):
        return _spanned(grid)
    lines = _joined(_labels(grid))
    _set_indents(lines)
    _set_paths(lines)
    return lines


def _spanned(grid: Grid) -> list[Line]:
    """Rows of a ruled table whose labels stand in several columns, and reach over several rows."""
    body = [c for row in grid.rows[grid.header :] for c in row]
    lines: list[Line] = []
    section: list[str] = []
    for number in range(grid.header, len(grid.rows)):
        row = grid.rows[number]
        if len(row) == 1 and row[0].first == 0 and row[0].last >= grid.labels:
            section = [clean_label(row[0].text)]
            continue
        over = [c for c in body if c.first < grid.labels and c.row <= number <= c.row + c.down]
        if not over and not row:
            continue
        path = [clean_label(c.text) for c in sorted(over, key=lambda c: c.first)]
        first = over[0] if over else row[0]
        values = any(c.first >= grid.labels for c in row)
        label = path[-1] if path else ""
        line = Line(number, label, first.x0, first.x1, first.y0, first.y1, first.bold, values, [*section, *path])
        lines.append(line)
    return lines


def _labels(grid: Grid) -> list[Line]:
    lines: list[Line] = []
    for number in range(grid.header, len(grid.rows)):
        row = grid.rows[number]
        labels = [c for c in row if c.last < grid.labels or (c.first == 0 and len(row) == 1)]
        values = any(c.first >= grid.labels for c in row)
        if not row:
            continue
        text = " ".join(c.text for c in labels)
        first = labels[0] if labels else row[0]
        x0 = first.x0 if labels else grid.columns[0][0]
        x1 = max((c.x1 for c in labels), default=x0)
        lines.append(Line(number, text, x0, x1, first.y0, first.y1, bool(labels) and first.bold, values))
    return lines


def _joined(lines: list[Line]) -> list[Line]:
    """Labels that run over several lines made one, on the row that holds the figures."""
    joined: list[Line] = []
    pitch = _pitch(lines)
    for number, line in enumerate(lines):
        before = joined[-1] if joined else None
        after = lines[number + 1].y0 if number + 1 < len(lines) else None
        if before is None or not _belongs(before, line, after, pitch):
            joined.append(line)
        elif before.has_values:
            before.label = _together(before.label, line.label)
            before.y1 = line.y1
        else:
            line.label = _together(before.label, line.label)
            line.x0, line.y0 = before.x0, before.y0
            joined[-1] = line
    return joined


def _belongs(before: Line, line: Line, after: float | None, pitch: float) -> bool:
    if not before.label or not line.label:
        return False
    return _goes_on(before, line) or _set_close(before, line, after, pitch)


def _pitch(lines: list[Line]) -> float:
    """The usual step from one row of figures to the next, 0 if none follow each other."""
    steps = [b.y0 - a.y0 for a, b in pairwise(lines) if a.has_values and b.has_values]
    return median(steps) if len(steps) > 2 else 0.0


def _set_close(before: Line, line: Line, after: float | None, pitch: float) -> bool:
    """A second line of a label, by its being nearer to the first than rows are to each other."""
    if before.has_values == line.has_values or line.x0 - before.x0 < -STEP:
        return False
    step = line.y0 - before.y1 + (before.y1 - before.y0)
    if line.has_values or after is None:
        return 0 < step < 0.8 * pitch
    return 0 < step < 0.8 * min(pitch, after - line.y0)


def _goes_on(before: Line, line: Line) -> bool:
    if (before.has_values and line.has_values) or line.y0 - before.y1 > 0.7 * (line.y1 - line.y0):
        return False
    if before.label.rstrip().endswith((":", "：")):
        return False
    open_end = re.search(
        r"(?:,|\b(?:and|of|to|for|in|the|from|on|by|or|with|net|than)|[-–—(&])$", before.label.rstrip()
    )
    unclosed = before.label.count("(") > before.label.count(")")
    return bool(line.label[0].islower() or open_end or unclosed) and not (
        before.has_values and line.x0 < before.x0 - STEP
    )


def _together(a: str, b: str) -> str:
    if a.endswith("-") and b[:1].islower():
        return a + b
    return a + b if WIDE.match(a[-1]) and WIDE.match(b[0]) else f"{a} {b}"


def _set_indents(lines: list[Line]) -> None:
    levels: list[float] = []
    for x0 in sorted(line.x0 for line in lines if line.label):
        if not levels or x0 - levels[-1] > STEP:
            levels.append(x0)
    for line in lines:
        line.indent = sum(1 for x0 in levels if x0 <= line.x0 + 0.1) - 1 if line.label else 0


@dataclass(slots=True)
class _Open:
    """A label that others may stand under."""

    line: Line
    child_x0: float | None = None


def _set_paths(lines: list[Line]) -> None:
    stack: list[_Open] = []
    for line in lines:
        label = clean_label(line.label)
        _close(stack, line)
        line.path = [*(clean_label(o.line.label) for o in stack), *([label] if label else [])]
        if stack and stack[-1].child_x0 is None:
            stack[-1].child_x0 = line.x0
        if stack and line.has_values and TOTAL.search(label) and _is_closed_by(stack[-1].line, line):
            stack.pop()
        if line.label and (not line.has_values or _may_hold(line)):
            stack.append(_Open(line))


def _is_closed_by(section: Line, total: Line) -> bool:
    return total.x0 - section.x0 <= STEP and not PERIOD.fullmatch(section.label.strip())


def _may_hold(line: Line) -> bool:
    """Japanese statements print a group's sum on the group's own row; others only where a colon says so."""
    return line.label.rstrip().endswith((":", "：")) or (bool(WIDE.search(line.label)) and not TOTAL.search(line.label))


def _close(stack: list[_Open], line: Line) -> None:
    while stack:
        top = stack[-1]
        deeper = line.x0 - top.line.x0 > STEP
        level = abs(line.x0 - top.line.x0) <= STEP
        if not line.label or deeper:
            return
        holds = not top.line.has_values and level
        if holds and PERIOD.fullmatch(top.line.label.strip()) and not PERIOD.fullmatch(line.label.strip()):
            return
        if holds and not line.has_values and top.line.bold and not line.bold:
            return
        if holds and line.has_values and (top.child_x0 is None or top.child_x0 - top.line.x0 <= STEP):
            return
        stack.pop()


def clean_label(text: str) -> str:
    """Without footnote marks and a closing colon."""
    clean = text.strip()
    while (shorter := NOTE_MARK.sub("", clean).strip()) != clean and shorter:
        clean = shorter
    return clean.rstrip(":：").strip()
