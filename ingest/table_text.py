"""A table as lines of text: "label | column: value | …", in parts that are never cut through a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.sentence_ends import tokens
from library.table_notes import keys, marks_of
from library.tables import Box, Cell, Column, Row, Table

ROOM = 1.15
"""So much more than its rows may a part hold with its notes."""
LABEL_LENGTH = 24
"""A column label longer than this stands in the head alone."""


@dataclass(slots=True)
class Part:
    text: str
    box: Box | None
    notes: list[Box] = field(default_factory=list)
    """Where the notes stand that it ends with."""


@dataclass(slots=True)
class Note:
    text: str
    key: str
    """The mark that stands for it at rows and heads."""
    box: Box | None


@dataclass(slots=True)
class Line:
    """One row of the table as text."""

    text: str
    cells: list[Cell]
    path: list[str]
    """The sections it stands in, repeated where a part begins with it."""
    leads: bool = False
    """It has no values: the title of what follows, and never the last line of a part."""


def parts(table: Table, full: int) -> Iterator[Part]:
    """Runs of rows of about `full` tokens, each with the head of the table and the notes that it has marks of.

    Notes that belong to no row close the last part; those that would make a part too long are parts themselves.
    """
    head = header(table)
    rest = [note for note in footnotes(table) if note.text.strip()]
    runs = list(row_runs(table, tokens(head), full))
    if not runs:
        return
    above = marks_of(table, [cell for cell in table.cells if cell.row < min((r.index for r in table.rows), default=0)])
    for at, run in enumerate(runs):
        marks = marks_of(table, [cell for line in run for cell in line.cells]) | (above if at == 0 else set())
        own = [note for note in rest if note.key in marks or at == len(runs) - 1]
        rest = [note for note in rest if note not in own]
        size = tokens(head) + sum(tokens(line.text) for line in run)
        fit: list[Note] = []
        while own and size + tokens(own[0].text) <= full * ROOM:
            fit.append(own.pop(0))
            size += tokens(fit[-1].text)
        yield part(head, run, fit)
        yield from note_parts(own, full)


def row_runs(table: Table, size: int, full: int) -> Iterator[list[Line]]:
    taken: list[Line] = []
    head = size
    for row in lines(table):
        grown = tokens(row.text)
        if taken and size + grown > full:
            ending, taken = before_titles(taken)
            yield ending
            size = head + sum(tokens(line.text) for line in taken)
        taken.append(row)
        size += grown
    if taken:
        yield taken


def footnotes(table: Table) -> list[Note]:
    boxes = table.extra.get("note_boxes", {})
    return [
        Note(text, key, boxes.get(str(at)))
        for at, (text, key) in enumerate(zip(table.notes, keys(table.notes), strict=True))
    ]


def note_parts(notes: list[Note], full: int) -> Iterator[Part]:
    """Long notes, as many together as fill a part."""
    taken: list[Note] = []
    for note in notes:
        if taken and sum(tokens(n.text) for n in [*taken, note]) > full:
            yield Part("\n".join(n.text for n in taken), None, [n.box for n in taken if n.box])
            taken = []
        taken.append(note)
    if taken:
        yield Part("\n".join(n.text for n in taken), None, [n.box for n in taken if n.box])


def before_titles(rows: list[Line]) -> tuple[list[Line], list[Line]]:
    """The rows up to the last one with values, and the titles after it, which go with the rows to come."""
    last = max((at for at, row in enumerate(rows) if not row.leads), default=len(rows) - 1)
    return rows[: last + 1], rows[last + 1 :]


def part(head: str, rows: list[Line], notes: list[Note]) -> Part:
    sections = [section for section in rows[0].path if section not in head]
    text = "\n".join([*([head] if head else []), *sections, *(row.text for row in rows), *(n.text for n in notes)])
    return Part(text, around([cell for row in rows for cell in row.cells]), [n.box for n in notes if n.box])


def header(table: Table) -> str:
    """The column labels, each from its top level down; a top level that columns share is said once."""
    labels, above = [], ""
    for column in table.columns:
        upper = " ".join(column.path[:-1])
        labels.append(" ".join(column.path if upper != above else column.path[-1:]))
        above = upper
    return " | ".join(label for label in labels if label)


def lines(table: Table) -> list[Line]:
    """Each row below the head, values with their column's label; a row without values is a section's title."""
    rows = {row.index: row for row in table.rows}
    columns = {column.index: column for column in table.columns}
    by_row: dict[int, list[Cell]] = {}
    for cell in table.cells:
        by_row.setdefault(cell.row, []).append(cell)
    first = min(rows, default=0)
    found: list[Line] = []
    for index in sorted(by_row):
        cells = by_row[index]
        if index in rows:
            row = rows[index]
            found.append(Line(row_text(row, cells, columns), cells, row.path[:-1]))
        elif index > first or not table.columns:
            found.append(Line(" | ".join(cell.text for cell in cells), cells, [], leads=bool(rows)))
    return found


def row_text(row: Row, cells: list[Cell], columns: dict[int, Column]) -> str:
    values = [cell for cell in cells if cell.under in columns]
    label = row.path[-1] if row.path else " ".join(cell.text for cell in cells if cell not in values)
    return " | ".join([label, *(value_text(cell, columns[cell.under]) for cell in values)])


def value_text(cell: Cell, column: Column) -> str:
    label = column.path[-1] if column.path else ""
    return f"{label}: {cell.text}" if label and len(label) <= LABEL_LENGTH else cell.text


def around(cells: list[Cell]) -> Box | None:
    """The smallest box that holds the cells."""
    boxes = [cell.box for cell in cells if cell.box]
    if not boxes:
        return None
    return [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]
