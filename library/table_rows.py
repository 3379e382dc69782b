"""Between a `library.models.Table` row and the `library.tables.Table` it keeps, in few bytes."""

from __future__ import annotations

import json
import zlib
from dataclasses import fields
from typing import Any

from library import models, tables

DEFAULTS: dict[type, dict[str, Any]] = {
    kind: {field.name: field.default for field in fields(kind)}
    for kind in (tables.Table, tables.Column, tables.Row, tables.Cell)
}


def dump(table: tables.Table) -> bytes:
    """zlib-compressed JSON that `tables.from_json` reads: what has its default is left out, boxes have 4 decimals."""
    data = _lean(table)
    data["columns"] = [_lean(column) for column in table.columns]
    data["rows"] = [_lean(row) for row in table.rows]
    data["cells"] = [_lean(cell) for cell in table.cells]
    return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def load(row: models.Table) -> tables.Table:
    return tables.from_json(json.loads(zlib.decompress(bytes(row.data))))


def _lean(value: tables.Table | tables.Column | tables.Row | tables.Cell) -> dict[str, Any]:
    defaults = DEFAULTS[type(value)]
    kept = {name: getattr(value, name) for name in defaults}
    kept = {name: content for name, content in kept.items() if content != defaults[name] and content not in ([], {})}
    if kept.get("box"):
        kept["box"] = [round(side, 4) for side in kept["box"]]
    return kept
