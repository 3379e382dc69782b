"""Between a `library.models.Table` row and the `library.tables.Table` it keeps, in few bytes.

Cells are kept field by field, because like things compress well side by side, and each box as it differs from the one
above it in its column and from the one before it in its row.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from library import models, packing, tables

DEFAULTS: dict[type, dict[str, Any]] = {
    kind: {field.name: field.default for field in fields(kind)}
    for kind in (tables.Table, tables.Column, tables.Row, tables.Cell)
}
STEPS = 10_000
"""Boxes are kept to 4 decimals."""
NOWHERE = [0, 0, 0, 0]
FORMS = Path(__file__).with_name("table_forms.txt")
"""How a table's JSON mostly looks. Not to be changed, as all that was packed with it is unpacked with it."""
WITH_FORMS = b"\x0f"
"""In front of what was packed with it; neither zlib's header nor a stream of its begins so."""


def dump(table: tables.Table) -> bytes:
    """Compressed JSON: what has its default is left out."""
    data = _lean(table)
    data["columns"] = [_lean(column) for column in table.columns]
    data["rows"] = [_lean(row) for row in table.rows]
    data["cells"] = _by_field(table.cells)
    return WITH_FORMS + packing.packed(json.dumps(data, cls=packing.Compact).encode(), known())


def load(row: models.Table) -> tables.Table:
    stored = bytes(row.data)
    with_forms = stored.startswith(WITH_FORMS)
    data = json.loads(packing.unpacked(stored[1:], known()) if with_forms else zlib.decompress(stored))
    cells = data.get("cells")
    if not isinstance(cells, dict):  # as the first stores have them
        return tables.from_json(data)
    table = tables.from_json({**data, "cells": []})
    table.cells = list(_cells(cells))
    return table


@lru_cache(maxsize=1)
def known() -> bytes:
    return packing.phrases() + FORMS.read_bytes()


def _lean(value: tables.Table | tables.Column | tables.Row) -> dict[str, Any]:
    defaults = DEFAULTS[type(value)]
    kept = {name: getattr(value, name) for name in defaults}
    kept = {name: content for name, content in kept.items() if content != defaults[name] and content not in ([], {})}
    if kept.get("box"):
        kept["box"] = [round(side, 4) for side in kept["box"]]
    return kept


def _by_field(cells: list[tables.Cell]) -> dict[str, list[Any]]:
    """The values of each field in the order of the cells; a field with its default in every cell is left out."""
    defaults = DEFAULTS[tables.Cell]
    kept = {name: [getattr(cell, name) for cell in cells] for name in defaults if name != "box"}
    kept = {name: values for name, values in kept.items() if any(value != defaults[name] for value in values)}
    if any(cell.box for cell in cells):
        kept["box"] = list(_differences(cells))
    return kept


def _cells(data: dict[str, list[Any]]) -> Iterator[tables.Cell]:
    boxes = data.pop("box", [])
    names = list(data)
    made = [tables.Cell(**dict(zip(names, values, strict=True))) for values in zip(*data.values(), strict=True)]
    _place(made, boxes)
    yield from made


def _differences(cells: list[tables.Cell]) -> Iterator[list[int] | None]:
    above: dict[int, list[int]] = {}
    before = NOWHERE
    for cell in cells:
        if not cell.box:
            yield None
            continue
        box = [round(side * STEPS) for side in cell.box]
        over = above.get(cell.column, NOWHERE)
        yield [box[0] - over[0], box[1] - before[1], box[2] - over[2], box[3] - before[3]]
        above[cell.column] = before = box


def _place(cells: list[tables.Cell], differences: list[list[int] | None]) -> None:
    above: dict[int, list[int]] = {}
    before = NOWHERE
    for cell, difference in zip(cells, differences, strict=False):
        if difference is None:
            continue
        over, (left, top, right, bottom) = above.get(cell.column, NOWHERE), difference
        box = [over[0] + left, before[1] + top, over[2] + right, before[3] + bottom]
        cell.box = [side / STEPS for side in box]
        above[cell.column] = before = box
