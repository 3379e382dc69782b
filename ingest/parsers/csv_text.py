"""Tables as text: comma, tab, semicolon or bar between the cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path, PurePath

from ingest.parsers.cells import Placed, clean
from ingest.parsers.decoding import decode
from ingest.parsers.facts import FactFinder
from ingest.parsers.sheets import Sheet, SheetRow, read_rows
from ingest.segments import Progress, Segment, Unreadable

MAX_BYTES = 100_000_000
SEPARATORS = (",", "\t", ";", "|")


def parse(path: Path, name: str) -> Iterator[Segment]:
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        raise Unreadable("too_large", limit=MAX_BYTES // 1_000_000)
    text = decode(data)
    if not text.strip():
        raise Unreadable("empty")
    found = FactFinder(name, kind="workbook")
    for segment in read_rows(_rows(text, separator_of(text)), Sheet(PurePath(name).stem)):
        found.see(segment)
        yield segment
    yield Progress(1, 1, "sheet")
    yield found.facts()


def separator_of(text: str) -> str:
    """The sign that cuts most lines into the same number of cells, more than one."""

    def evenness(separator: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(io.StringIO(text[:20_000]), delimiter=separator) if row][:50]
        usual = max(set(counts), key=lambda n: (counts.count(n), n)) if counts else 1
        return (counts.count(usual) if usual > 1 else 0, usual)

    try:
        return max(SEPARATORS, key=evenness)
    except csv.Error:
        return ","


def _rows(text: str, separator: str) -> Iterator[SheetRow]:
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            cells = [Placed(number, n, shown, 0, 0) for n, cell in enumerate(row, 1) if (shown := clean(cell))]
            if cells:
                yield SheetRow(number, cells)
    except csv.Error as error:
        raise Unreadable("damaged") from error
