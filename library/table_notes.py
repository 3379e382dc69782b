"""Which note of a table is meant by a mark at a label, a head or a figure: "Net sales (1)", "(注2)", "450*"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from library.tables import Cell, Table

MARK = re.compile(
    r"\s*(?:[（(]\s*(?:[0-9０-９]{1,2}|[a-zA-Z]|[ivx]{1,4})\s*[)）]|\*+|[†‡]+|[¹²³⁴⁵⁶⁷⁸⁹]+"
    r"|[（(]?\s*[注※]\s*[)）]?\s*[0-9０-９]{0,2}\s*[)）]?|[0-9]{1,2}(?=\s))"
)
"""What a note begins with."""
_TAIL = re.compile(
    r"(?:\((?:[0-9]{1,2}|[a-zA-Z]|[ivx]{1,4})\)|\*+|[†‡]+|\(?[注※]\)?[0-9]{0,2}\)?|(?<=[^\W\d_])\s?[0-9]{1,2})$"
)
"""What a cell ends with, several of them one after the other."""
_ITEM = re.compile(r"\s*([0-9]{1,2})\s*[.．、)]")
_RAISED = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹", "123456789")


def key_of(mark: str) -> str:
    """A mark as it is compared: "（注）１" and "注1" are one."""
    plain = unicodedata.normalize("NFKC", mark.translate(_RAISED)).replace(" ", "")
    return re.sub(r"[()]", "", plain) if re.search("[注※]", plain) else plain


def keys(notes: list[str]) -> list[str]:
    """Of each note its mark, "" where it has none; the items that follow "（注）1．" are 注2, 注3, …"""
    found, japanese = [], False
    for note in notes:
        plain = unicodedata.normalize("NFKC", note.translate(_RAISED))
        item = _ITEM.match(plain)
        if japanese and item:
            found.append(f"注{item[1]}")
            continue
        mark = MARK.match(plain)
        key = key_of(mark[0]) if mark else ""
        japanese = japanese or key.startswith("注")
        found.append(key)
    return found


def marks_in(texts: Iterable[str]) -> set[str]:
    """The marks at the end of the texts."""
    found = set()
    for text in texts:
        rest = unicodedata.normalize("NFKC", text.translate(_RAISED)).strip()
        while mark := _TAIL.search(rest):
            found.add(key_of(mark[0].strip()))
            rest = rest[: mark.start()].strip(" ,、")
    return found


def marks_of(table: Table, cells: Iterable[Cell]) -> set[str]:
    """Those of the cells; a figure in brackets is none."""
    return marks_in(cell.text for cell in cells if cell.value is None or not cell.text.strip().startswith(("(", "（")))


def notes_of(table: Table, row: int, column: int) -> list[str]:
    """What the notes say of a cell, by `Row.index` and `Column.index`: the marks at itself, its label and its head."""
    first = min((r.index for r in table.rows), default=1)
    columns = {c.index for c in table.columns}
    near = [
        c
        for c in table.cells
        if (c.row == row and (c.under == column or c.under not in columns)) or (c.row < first and c.under == column)
    ]
    used = marks_of(table, near)
    return [note for note, key in zip(table.notes, keys(table.notes), strict=True) if key in used]
