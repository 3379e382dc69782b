"""Workbooks: values, not formulas; what is hidden is left out, and said so."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.parsers.cells import MAX_SPAN, Placed, clean
from ingest.parsers.charts import exact
from ingest.parsers.facts import FactFinder
from ingest.parsers.number_formats import unit_of, write_number
from ingest.parsers.ooxml import Package, attribute, damage_is_unreadable, find_all, local, open_package
from ingest.parsers.sheets import Sheet, SheetRow, read_rows
from ingest.segments import Block, Notice, Progress, Segment, TableBlock, Unreadable

MAX_CELLS = 3_000_000
"""Cells with something in them, of all sheets together."""
MAX_MERGED = 1_000_000
"""Places inside merged cells that are kept in mind; they hold nothing in files that Excel writes."""


@dataclass(slots=True)
class Layout:
    """What a sheet says of its rows and columns before and after its cells."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """(row, column) of the first cell -> (width, height)."""
    inside: set[tuple[int, int]] = field(default_factory=set)
    without_value: int = 0
    """Formulas that were never calculated."""


def parse(path: Path, name: str, *, max_cells: int = MAX_CELLS) -> Iterator[Segment]:
    found = FactFinder(name, kind="workbook")
    with open_package(path) as package:
        parts = _sheet_parts(package)
        found.title = clean(package.title())
    seen = False
    for segment in _workbook(path, parts, max_cells):
        found.see(segment)
        seen = seen or isinstance(segment, Block | TableBlock)
        yield segment
    if not seen:
        raise Unreadable("empty")
    yield found.facts()


def _sheet_parts(package: Package) -> dict[str, tuple[str, bool]]:
    """Sheet name -> (part, hidden), in the order of the tabs."""
    main = package.main_part()
    root = package.xml(main)
    if local(root) != "workbook":
        raise Unreadable("not_what_it_says")
    relations = package.relations(main)
    parts = {}
    for sheet in find_all(root, "sheet"):
        key = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        relation = relations.get(str(key))
        if relation is not None and relation.kind == "worksheet" and package.has(relation.target):
            hidden = attribute(sheet, "state") in ("hidden", "veryHidden")
            parts[attribute(sheet, "name")] = (relation.target, hidden)
    if not parts:
        raise Unreadable("empty")
    return parts


def _workbook(path: Path, parts: dict[str, tuple[str, bool]], max_cells: int) -> Iterator[Segment]:
    import openpyxl

    with damage_is_unreadable(), path.open("rb") as stored:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Opened by us: openpyxl goes by a file's ending, and ours has none.
            book = openpyxl.load_workbook(stored, read_only=True, data_only=True, keep_links=False)
        left, sheet = [max_cells], Sheet("")
        try:
            if hidden := [name for name, (_, is_hidden) in parts.items() if is_hidden]:
                yield Notice("hidden_sheets", {"sheets": hidden})
            shown = [name for name, (_, is_hidden) in parts.items() if not is_hidden]
            for number, name in enumerate(shown, 1):
                with open_package(path) as package:
                    layout = read_layout(package, parts[name][0])
                yield from _notices(name, layout)
                sheet = Sheet(name, sheet.tables)
                yield from read_rows(_rows(book[name], layout, left), sheet)
                yield Progress(number, len(shown), "sheet")
        finally:
            book.close()


def _notices(name: str, layout: Layout) -> Iterator[Notice]:
    if layout.hidden_rows or layout.hidden_columns:
        counts = {"rows": len(layout.hidden_rows), "columns": len(layout.hidden_columns)}
        yield Notice("hidden_cells", {"sheet": name, **counts})
    if layout.without_value:
        yield Notice("formulas_without_values", {"sheet": name, "count": layout.without_value})


def read_layout(package: Package, part: str) -> Layout:
    """One pass over the sheet's XML, which keeps nothing but what it returns."""
    layout = Layout()
    with package.zip.open(package.names[part.lower()]) as file:
        tags = ("{*}row", "{*}col", "{*}mergeCell", "{*}c")
        for _, element in etree.iterparse(file, events=("end",), tag=tags, resolve_entities=False, no_network=True):
            _note(layout, element)
            if local(element) in ("row", "c"):
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    return layout


def _note(layout: Layout, element: Any) -> None:
    tag = local(element)
    if tag == "row" and element.get("hidden") in ("1", "true"):
        layout.hidden_rows.add(int(element.get("r", "0")))
    elif tag == "col" and element.get("hidden") in ("1", "true"):
        first, last = int(element.get("min", "1")), int(element.get("max", "1"))
        layout.hidden_columns.update(range(first, min(last, first + 16_384) + 1))
    elif tag == "mergeCell":
        _note_merge(layout, element.get("ref", ""))
    elif tag == "c":
        names = {local(e) for e in element if len(e) or e.text}
        layout.without_value += "f" in names and "v" not in names and "is" not in names


def _note_merge(layout: Layout, reference: str) -> None:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = (edge or 1 for edge in range_boundaries(reference))
    width, height = min(right - left + 1, MAX_SPAN), min(bottom - top + 1, MAX_SPAN)
    layout.merged[top, left] = (width, height)
    if len(layout.inside) + width * height <= MAX_MERGED:
        places = {(top + down, left + over) for down in range(height) for over in range(width)}
        layout.inside |= places - {(top, left)}


def _rows(worksheet: Any, layout: Layout, left: list[int]) -> Iterator[SheetRow]:
    """The rows with something to see in them; `left` counts down the cells that may still come."""
    worksheet.reset_dimensions()
    for cells in _quietly(worksheet.iter_rows()):
        shown = [p for c in cells if c.value is not None and (p := _placed(c, layout)) is not None]
        left[0] -= len(shown)
        if left[0] < 0:
            raise Unreadable("too_complex", limit=MAX_CELLS)
        if shown and shown[0].row not in layout.hidden_rows:
            yield SheetRow(shown[0].row, shown)


def _quietly(rows: Iterator[Any]) -> Iterator[Any]:
    """openpyxl warns of every date out of range and every extension that it does not know."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = next(rows, None)
        if row is None:
            return
        yield row


def _placed(cell: Any, layout: Layout) -> Placed | None:
    row, column = cell.row, cell.column
    if column in layout.hidden_columns or (row, column) in layout.inside:
        return None
    text, number, unit = read_value(cell.value, cell.number_format or "")
    if not text:
        return None
    width, height = layout.merged.get((row, column), (1, 1))
    indent = cell.alignment.indent if cell.style_array is not None and cell.alignment else 0
    lead = len(str(cell.value)) - len(str(cell.value).lstrip(" \u3000")) if not number else 0
    return Placed(row, column, text, 0, 0, width, height, indent=float(indent) * 10 + lead, number=number, unit=unit)


def read_value(value: Any, code: str) -> tuple[str, str, str]:
    """(as shown, exact number or "", what the number's format says it counts)."""
    if isinstance(value, bool):
        return str(value).upper(), "", ""
    if isinstance(value, int | float | Decimal):
        number = exact(repr(value) if isinstance(value, float) else str(value))
        return (write_number(number, code), number, unit_of(code)) if number else (str(value), "", "")
    if isinstance(value, datetime.datetime):
        return _date(value, code), "", ""
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value), "", ""
    return clean(str(value)), "", ""


def _date(value: datetime.datetime, code: str) -> str:
    """A day, or a month where the format shows no day."""
    shows_day = "d" in code.lower() or "y" not in code.lower()
    if value.time() != datetime.time(0):
        return value.isoformat(" ", "minutes")
    return value.date().isoformat() if shows_day else f"{value:%Y-%m}"
