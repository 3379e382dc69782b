"""The rows and columns of a table that the question may mean, and the cells on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from library.tables import Cell, Column, Row, Table
from retrieval.question import Question
from retrieval.question_words import features
from retrieval.tables_labels import SAME_TERM, Target, Wording, best_wording

LEAST_LABEL = 0.3
LINES_A_TABLE = 6
TITLE_WEIGHT = 0.8


@dataclass(slots=True)
class Line:
    """A row or a column whose label fits; neither where the title names the measure and rows name something else."""

    row: Row | None
    column: Column | None
    label: float
    wording: Wording
    names_it: bool = True
    """The label is the measure's, not only made of words that the question says too."""


@dataclass(slots=True)
class Grid:
    """A table, ready for looking cells up, with the lines that its parser took for labels or headers."""

    table: Table
    cells: dict[tuple[int, int], Cell]
    rows: list[Row]
    columns: list[Column]
    label_columns: list[Column] = field(default_factory=list)
    texts: dict[int, list[str]] = field(default_factory=dict)
    """Row -> the short texts in it, which say who or what a row is about where its label does not."""
    repeated: set[str] = field(default_factory=set)


def grid_of(table: Table) -> Grid:
    grid = Grid(table, {}, list(table.rows), table.columns)
    known = {row.index for row in table.rows}
    values = {column.index for column in table.columns}
    first = min(known, default=0)
    beside: dict[int, list[Cell]] = {}
    for cell in table.cells:
        at = cell.at or cell.column
        grid.cells.setdefault((cell.row, at), cell)
        if cell.row not in known:
            beside.setdefault(cell.row, []).append(cell)
            if cell.row < first and at not in values:
                grid.label_columns.append(Column(at, [cell.text]))
        elif cell.value is None and 0 < len(cell.text) < 30:
            grid.texts.setdefault(cell.row, []).append(cell.text)
    if len(values) < 2:
        grid.rows += [Row(n, [two[0].text]) for n, two in beside.items() if len(two) == 2 and len(two[0].text) < 40]
    seen: set[str] = set()
    for row in grid.rows:
        label = row.path[-1] if row.path else ""
        (grid.repeated if label in seen else seen).add(label)
    return grid


def lines_of(target: Target, table: Table) -> list[Line]:
    """What the parser's own rows and columns offer."""
    rows = _best([_row_line(target, row) for row in table.rows if row.path])
    return rows + _best([_column_line(target, column) for column in table.columns if column.path])


def more_lines(target: Target, question: Question, grid: Grid, lines: list[Line]) -> list[Line]:
    """Lines that the parser took for labels or headers, and what only the title names: where nothing else fits well."""
    if max((line.label for line in lines), default=0.0) >= SAME_TERM:
        return []
    beside = [_row_line(target, row) for row in grid.rows[len(grid.table.rows) :]]
    beside += [_column_line(target, column) for column in grid.label_columns if column.path[0]]
    return [*_best(beside), *_title_lines(target, question, grid)]


def _row_line(target: Target, row: Row) -> Line:
    return Line(row, None, *best_wording(target, row.path))


def _column_line(target: Target, column: Column) -> Line:
    return Line(None, column, *best_wording(target, column.path))


def _best(lines: list[Line]) -> list[Line]:
    lines = sorted((line for line in lines if line.label >= LEAST_LABEL), key=lambda line: -line.label)
    return [line for line in lines[:LINES_A_TABLE] if line.label > 0.6 * lines[0].label]


def _title_lines(target: Target, question: Question, grid: Grid) -> list[Line]:
    """The title may name the measure: of a table of one or two figures, or where the rows are segments."""
    small = len(grid.rows) <= 2 and len(grid.columns) <= 4
    if not small and not any(m.named for m in question.members):
        return []
    wording = target.wordings[0]
    said = features(grid.table.title)
    share = len(wording.features & said) / len(wording.features) if wording.features else 0.0
    return [Line(None, None, TITLE_WEIGHT * share, wording)] if share >= 0.5 else []


def cells_on(line: Line, grid: Grid) -> Iterator[tuple[Row, Column, Cell]]:
    rows = [line.row] if line.row else grid.rows
    columns = [line.column] if line.column else grid.columns
    for row in rows:
        for column in columns:
            if cell := grid.cells.get((row.index, column.index)):
                yield row, column, cell
        if line.row and not line.column and row not in grid.table.rows:
            yield from _pair(row, grid)


def _pair(row: Row, grid: Grid) -> Iterator[tuple[Row, Column, Cell]]:
    """What stands beside a label in a line that the parser took for a header."""
    there = sorted((at, cell) for (index, at), cell in grid.cells.items() if index == row.index)
    for at, cell in there[1:2]:
        yield row, Column(at), cell


def before(row: Row, grid: Grid) -> list[str]:
    """The labels just above a row whose own label stands several times in the table."""
    if not row.path or row.path[-1] not in grid.repeated:
        return []
    above = [r.path[-1] for r in grid.rows if r.path and row.index - 3 < r.index < row.index]
    return [a for a in above if a != row.path[-1]]
