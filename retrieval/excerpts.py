"""What a search result shows of a passage: the lines of a table, or the stretch of a text, that hold most of the words.

Pure: pieces of text, each with whether it is marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.marking import Span
from retrieval.question_words import is_japanese

Piece = tuple[str, bool]
LINES, LEAST_LINES = 4, 2
"""Of a table."""
WIDTH, JAPANESE_WIDTH = 300, 160
"""Characters of a text that are shown, and how many of Japanese, which are wider and say more."""
BEFORE = 60
_STOP = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d(“\"])|(?<=[。！？])|\n+")
_YEAR = re.compile(r"(?:fy)?[\s\d年度月期]*")


def excerpt(text: str, spans: Sequence[Span], *, table: bool) -> list[list[Piece]]:
    """Lines of pieces; more than one for a table."""
    if table:
        return [_row(text, spans, start, end) for start, end in _best_lines(text, spans)]
    start, end = _window(text, spans)
    pieces = _pieces(text, spans, start, end)
    return [[*([("… ", False)] if start else []), *pieces, *([(" …", False)] if end < len(text) else [])]]


def _best_lines(text: str, spans: Sequence[Span]) -> list[Span]:
    """In the order of the table: those with any of the words, else the first ones or those with the years."""
    lines = [match.span() for match in re.finditer(r"[^\n]*[^\s|][^\n]*", text)]
    worth = {line: _worth(text, spans, *line) for line in lines}
    best = sorted(lines, key=lambda line: worth[line], reverse=True)
    return sorted([line for line in best[:LINES] if worth[line][0]] or best[:LEAST_LINES])


def _row(text: str, spans: Sequence[Span], start: int, end: int) -> list[Piece]:
    """A row of a table; of a long one its label, the cells with the words, and of the others what there is room for."""
    cells = [match.span() for match in re.compile(r"[^|]*[^|\s][^|]*").finditer(text, start, end)]
    best = sorted(cells, key=lambda cell: (cell != cells[0], not any(_worth(text, spans, *cell)), cell))
    room = _width(text)
    kept: set[Span | None] = set()
    for cell in best:
        room -= cell[1] - cell[0]
        if room >= 0 or not kept:
            kept.add(cell)
    pieces: list[Piece] = []
    for before, cell in zip([None, *cells[:-1]], cells, strict=True):
        if cell in kept:
            pieces += [*([] if before is None else [("|", False)]), *_pieces(text, spans, *cell)]
        elif before in kept:
            pieces.append(("| …", False))
    return pieces


def _window(text: str, spans: Sequence[Span]) -> Span:
    """The stretch with the most of what is wanted, from the start of a sentence or at least of a word."""
    width = _width(text)
    if len(text) <= width:
        return 0, len(text)
    starts = [0, *(_start(text, start) for start, _ in spans)]
    best = max(starts, key=lambda start: (_worth(text, spans, start, start + width), -start))
    return best, _end(text, best + width)


def _width(text: str) -> int:
    return JAPANESE_WIDTH if is_japanese(text[:400]) else WIDTH


def _start(text: str, place: int) -> int:
    """A little before the place: after the last full stop there, else after a space."""
    low = max(0, place - BEFORE)
    stops = [match.end() for match in _STOP.finditer(text, low, place)]
    if stops or not low:
        return stops[0] if stops else 0
    space = text.find(" ", low, place)
    return space + 1 if space >= 0 else low


def _end(text: str, place: int) -> int:
    """Where the sentence ends, if soon; else a word."""
    if place >= len(text):
        return len(text)
    stop = _STOP.search(text, place, place + BEFORE)
    if stop:
        return stop.start()
    space = text.rfind(" ", place - BEFORE // 2, place)
    return space if space >= 0 else place


def _worth(text: str, spans: Sequence[Span], start: int, end: int) -> tuple[int, int, int]:
    """How many different words are inside that are no bare year, how many with those, and how many in all."""
    inside = [text[a:b].lower() for a, b in spans if start <= a and b <= end]
    return len({word for word in inside if not _YEAR.fullmatch(word)}), len(set(inside)), len(inside)


def _pieces(text: str, spans: Sequence[Span], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for a, b in spans:
        a, b = max(a, start), min(b, end)
        if a < b:
            pieces += [(text[at:a], False), (text[a:b], True)]
            at = b
    return [piece for piece in [*pieces, (text[at:end], False)] if piece[0]]
