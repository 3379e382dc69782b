"""A place in a document as the pane beside answers and search results shows it, marked on a picture of its page."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse

from library import pictures, table_notes, table_rows, table_view
from library.locators import Locator, boxes, label
from library.models import Passage, Version
from library.tables import Cell, Table

GROWN = 0.002
"""How far a mark reaches over the ink on each side, as a share of the page."""


@dataclass(slots=True)
class Mark:
    """A rectangle on a page of 1 by 1, in plain decimals whatever the reader's language."""

    x: str
    y: str
    width: str
    height: str


@dataclass(slots=True)
class Shown:
    passage: Passage
    version: Version
    place: str
    old: bool
    """The document has a newer version by now."""
    page: int | None = None
    """The page or slide."""
    picture: str = ""
    """The address of its picture; "" where the source has no pages."""
    slide: bool = False
    marks: list[Mark] = field(default_factory=list)
    cell: bool = False
    """The marks are one cell's."""
    table: Table | None = None
    lines: list[table_view.Line] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    """The cited cell in words: "row", "column", "value", "unit"."""
    notes: list[str] = field(default_factory=list)
    """The table's notes whose marks stand at the cited cell, its label or its head."""
    recognised: float | None = None
    """How sure the recognition of its words is, 0 to 1; None where they were written."""
    marker: int = 0
    others: list[tuple[int, str]] = field(default_factory=list)
    """The markers of the same answer, each with its address."""


def shown(passage: Passage, locator: Locator) -> Shown:
    """`passage` is one that the reader may see now; the locator says which place of it is meant."""
    version = passage.version
    page = pictures.number(version, locator)
    table = table_rows.load(passage.table) if passage.table else None
    row, column = locator.get("row"), locator.get("column")
    return Shown(
        passage=passage,
        version=version,
        place=label(locator),
        old=version.document.current_id not in (None, version.pk),
        page=page,
        picture=reverse("page-image", args=[version.pk, page]) if page else "",
        slide="slide" in locator,
        marks=[_mark(box) for box in boxes(locator)],
        cell=row is not None and column is not None,
        table=table,
        lines=table_view.lines(table, row, column) if table else [],
        facts=_facts(table, row, column) if table else {},
        notes=_notes(table, row, column) if table else [],
        recognised=passage.locator.get("confidence"),
    )


def _mark(box: list[float]) -> Mark:
    x0, y0, x1, y1 = box
    left, top = max(0.0, x0 - GROWN), max(0.0, y0 - GROWN)
    return Mark(*(f"{n:.5f}" for n in (left, top, min(1.0, x1 + GROWN) - left, min(1.0, y1 + GROWN) - top)))


def _notes(table: Table, row: int | None, column: int | None) -> list[str]:
    cell = _cell(table, row, column)
    return table_notes.notes_of(table, cell.row, cell.under) if cell else []


def _cell(table: Table, row: int | None, column: int | None) -> Cell | None:
    return next((c for c in table.cells if c.row == row and c.column == column), None)


def _facts(table: Table, row: int | None, column: int | None) -> dict[str, str]:
    cell = _cell(table, row, column)
    if cell is None:
        return {}
    labels = {r.index: r.path for r in table.rows}
    heads = {c.index: c.path for c in table.columns}
    found = {
        "row": " › ".join(labels.get(cell.row, [])),
        "column": " › ".join(heads.get(cell.under, [])),
        "value": cell.text,
        "unit": table.unit or cell.unit,
    }
    return {name: words for name, words in found.items() if words}
