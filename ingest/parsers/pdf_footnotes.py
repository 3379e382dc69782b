"""The notes right under a table, which belong to it: "(1) Includes …", "* Unaudited", "（注）1．…", "Source: …"."""

from __future__ import annotations

import re
from statistics import median

from ingest.parsers.pdf_grid import Grid
from ingest.parsers.pdf_lines import Row
from ingest.parsers.pdf_text import together
from library.table_notes import MARK, key_of, marks_in

NEAR = 4.5
"""So many of its own heights may the first note stand under the table: a short rule is often drawn between them."""
NEXT = 1.6
"""The same between two notes, and …"""
SAME = 0.75
"""… between the lines of one."""
MOST_ROWS = 60
SURE = re.compile(
    r"\s*(?:[*†‡]|[（(]?\s*[注※]|(?:Notes?|Sources?|N/?MF?|n/?m)\b\s*[:：=–—-]|(?:出所|出典|資料)\s*[:：])"
)
"""Begins nothing but a note, whether or not a cell has its mark."""
ITEM = re.compile(r"\s*[0-9０-９]{1,2}\s*[.．、)]")
"""The next of several notes under one 注."""


def notes_under(grid: Grid, rows: list[Row], body_size: float) -> tuple[list[list[Row]], list[Row]]:
    """The rows of each note of the table, and the rows that come after them; `rows` follow the table on its page."""
    used = marks_in(c.text for row in grid.rows for c in row if not c.is_value)
    notes: list[list[Row]] = []
    bottom = grid.box[3]
    for at, row in enumerate(rows[:MOST_ROWS]):
        high = row.y1 - row.y0
        gap = row.y0 - bottom
        bottom = row.y1
        begins = _begins(row, used, body_size) or bool(notes and _is_japanese(notes[0]) and ITEM.match(row.text))
        if begins and gap < (NEXT if notes else NEAR) * high:
            notes.append([row])
        elif notes and not begins and gap < SAME * high and _goes_on(notes[-1], row):
            notes[-1].append(row)
        else:
            return notes, rows[at:]
    return notes, rows[MOST_ROWS:]


def _begins(row: Row, used: set[str], body_size: float) -> bool:
    if SURE.match(row.text):
        return True
    found = MARK.match(row.text)
    if found is None or not row.text[found.end() :].strip():
        return False
    return _is_raised(row) or (
        not found[0].strip().isdigit() and (key_of(found[0]) in used or row.size < 0.93 * body_size)
    )


def _is_raised(row: Row) -> bool:
    """A bare number set smaller than the words after it."""
    words = row.chunks[0].words
    first, after = words[0], words[1] if len(words) > 1 else None
    if after is None and len(row.chunks) > 1:
        after = row.chunks[1].words[0]
    return after is not None and first.text.isdigit() and first.size < 0.85 * after.size


def _is_japanese(note: list[Row]) -> bool:
    return "注" in note[0].text[:3]


def _goes_on(note: list[Row], row: Row) -> bool:
    """Another line of the same note: the same type, not set out to the left, and the one before is no last line."""
    last = note[-1]
    widest = max(r.x1 for r in [*note, row])
    ended = last.text.rstrip().endswith((".", "。")) and last.x1 < widest - 0.1 * (widest - note[0].x0)
    same = abs(_letters(row) - _letters(last)) < 0.07 * _letters(last) and row.bold == last.bold
    return same and not ended and row.x0 > note[0].x0 - row.size


def _letters(row: Row) -> float:
    """The size that most of the row is set in: marks are raised, and letters after a drop cap are not."""
    return median(w.size for c in row.chunks for w in c.words)


def text_of(note: list[Row]) -> str:
    text = ""
    for row in note:
        text = together(text, row.text)
    return text
