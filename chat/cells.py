"""Tables and cells as answers need them: read once, found again in the source, ready for checking figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chat.verify import SourceCell
from library import table_rows
from library.models import Passage
from library.tables import Cell, Row, Table
from retrieval.tables import FoundTable


def tables_of(passages: Sequence[Passage]) -> dict[UUID, Table]:
    """The table of each passage that has one; a table of several passages is read once."""
    loaded: dict[int, Table] = {}
    found = {}
    for passage in passages:
        if passage.table is not None:
            table = loaded.get(passage.table.pk) or table_rows.load(passage.table)
            found[passage.pk] = loaded[passage.table.pk] = table
    return found


def found_tables(passages: Sequence[Passage], tables: dict[UUID, Table]) -> list[FoundTable]:
    """Each table once, in the order of the passages."""
    found, seen = [], set()
    for passage in passages:
        if passage.pk in tables and passage.table_id not in seen:
            seen.add(passage.table_id)
            found.append(_found(passage, tables[passage.pk]))
    return found


def _found(passage: Passage, table: Table) -> FoundTable:
    document = passage.version.document
    return FoundTable(
        key=str(passage.pk),
        table=table,
        document=document.name,
        company=document.company,
        period=document.period,
        kind=document.kind,
        heading=passage.heading,
    )


def locator(passage: dict[str, Any], table: Table, cell: Cell) -> dict[str, Any]:
    """The cell's own place, in the terms of the source that its passage's locator tells."""
    boxes = {"boxes": [cell.box]} if cell.box else {}
    spot = {"table": table.number, "row": cell.row, "column": cell.column}
    if "sheet" in passage:
        return {"sheet": passage["sheet"], "cells": f"{_letters(cell.column)}{cell.row}"}
    if "slide" in passage:
        return {"slide": passage["slide"], "part": passage.get("part", "table")} | boxes
    if "page" in passage:
        return {"page": table.page or passage["page"]} | (boxes or {"boxes": passage.get("boxes", [])}) | spot
    return {"heading": passage.get("heading", "")} | spot | boxes


def row_locator(passage: dict[str, Any], table: Table, row: Row) -> dict[str, Any]:
    """The place of a whole row."""
    cells = [cell for cell in table.cells if cell.row == row.index]
    if not cells:
        return passage
    where = locator(passage, table, cells[0])
    where.pop("column", None)
    if "sheet" in where:
        where["cells"] = f"{where['cells']}:{_letters(cells[-1].column)}{row.index}"
    if boxes := [cell.box for cell in cells if cell.box]:
        where["boxes"] = boxes
    return where


def evidence(passage: Passage, table: Table) -> tuple[SourceCell, ...]:
    """What the table's cells say, for checking figures against them."""
    rows = {row.index: row for row in table.rows}
    columns = {column.index: column for column in table.columns}
    found = []
    for cell in table.cells:
        row, column = rows.get(cell.row), columns.get(cell.under)
        if cell.value is not None and row and column:
            found.append(
                SourceCell(
                    cell.value,
                    cell.unit,
                    tuple(row.path),
                    tuple(column.path),
                    column.period or row.period,
                    cell.text,
                    locator(passage.locator, table, cell),
                )
            )
    return tuple(found)


def _letters(column: int) -> str:
    """A column's name in a workbook: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
