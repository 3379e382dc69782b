"""Every table of a folder of HTML, every cell in its place: `python -m bench u4_cells DIR [LIMIT]`.

Counts cells with text by their place as written, and those that the parser gives the same place and the same text
(white space aside).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from lxml import html

from ingest.parsers.html import parse
from ingest.segments import TableBlock

Place = tuple[int, int, int]


def written(path: Path) -> Iterator[tuple[Place, str]]:
    """(n-th table, n-th tr, n-th td or th) and text, straight from the source."""
    tree = html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    for n, table in enumerate(tree.iter("table"), 1):
        for r, row in enumerate(table.iter("tr"), 1):
            for c, cell in enumerate((x for x in row if x.tag in ("td", "th")), 1):
                if text := "".join("".join(map(str, cell.itertext())).split()):
                    yield (n, r, c), text


def read(path: Path) -> dict[Place, str]:
    return {
        (s.table.number, c.row, c.column): "".join(c.text.split())
        for s in parse(path, path.name)
        if isinstance(s, TableBlock)
        for c in s.table.cells
    }


def main(argv: list[str]) -> None:
    folder, limit = argv[0], int(argv[1]) if len(argv) > 1 else None
    files = sorted(Path(folder).rglob("*.html"))[:limit]
    cells = placed = same = tables = 0
    started = time.monotonic()
    for path in files:
        found = read(path)
        places = dict(written(path))
        cells += len(places)
        placed += sum(place in found for place in places)
        same += sum(found.get(place) == text for place, text in places.items())
        tables += len({table for table, _, _ in places})
    seconds = round(time.monotonic() - started, 1)
    print(json.dumps({"files": len(files), "tables": tables, "cells": cells, "in_place": round(placed / cells, 4),
                      "same_text": round(same / cells, 4), "seconds": seconds}))  # fmt: skip
