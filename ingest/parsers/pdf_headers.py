"""A grid to a table that knows its unit, and each column's and row's labels and period."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.parsers.later_heads import last_columns, part
from ingest.parsers.pdf_grid import Grid, GridCell
from ingest.parsers.pdf_rows import Line, lines_of
from library.figures import read_cell, read_unit
from library.periods import read_period
from library.tables import Box, Cell, Column, Row, Table

PERIOD_WORDS = re.compile(
    r"\b(?:19|20)\d{2}\b|ended|ending|as of|\bat\b|months|weeks|quarter|fiscal|年|期|\b[1-4]Q|Q[1-4]"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)",
    re.I,
)
CURRENCY_SIGNS = {"US$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "円": "JPY"}
BASES = (
    (re.compile(r"連結(?!子会社)|\bconsolidated\b", re.I), "consolidated"),
    (re.compile(r"単体|個別|単独|\bparent company only\b|non-consolidated", re.I), "separate"),
    (re.compile(r"予想|見通し|計画|\bforecast\b|\boutlook\b|\bguidance\b|\bplan\b", re.I), "forecast"),
    (re.compile(r"実績|\bactual\b", re.I), "actual"),
)
STATEMENT = re.compile(
    r"statements? of|balance sheets?|schedule|summary|reconciliation|計算書|貸借対照表|財政状態|一覧|^表|^table\b", re.I
)


@dataclass(slots=True)
class Surroundings:
    """What the page and the document say about a table."""

    page: int
    fractions: Callable[[float, float, float, float], Box]
    """From the points that the words stand at to fractions of the page as shown."""
    heading: str = ""
    running: list[str] = field(default_factory=list)
    """The running heads of the page: notes to statements say the unit of all their tables there."""
    notes_unit: str = ""
    """What the notes say once, under their title, of all their amounts."""
    year_end: int = 0
    """Month in which the document's fiscal year ends, 0 if unknown."""
    period: str = ""
    """The document's own fiscal period, canonical."""
    before: Table | None = None
    """The last table, where this one may go on from it."""


@dataclass(slots=True)
class _Unit:
    printed: str = ""
    scale: str = "1"
    unit: str = ""


@dataclass(slots=True)
class _Head:
    """What stands over one column."""

    path: list[str] = field(default_factory=list)
    unit: _Unit | None = None


def table_of(grid: Grid, number: int, around: Surroundings) -> Table:
    """The table that a grid is, with every cell's number in the base unit."""
    captions = [row.text for row in grid.captions]
    if around.before is not None and _goes_on_without_header(grid, around):
        grid.header = 0
    grid.header = _with_unit_below(grid)
    stub = _stub(grid)
    unit = _table_unit([*reversed(stub), *reversed(captions), *_units_in(grid.lead), around.heading, *around.running])
    if not unit.printed and around.notes_unit and _currency(grid):
        unit = _table_unit([around.notes_unit])
    table = Table(
        number=number,
        title=_title(captions, around.heading),
        page=around.page,
        unit=unit.printed,
        scale=unit.scale,
        currency=unit.unit if unit.unit.isupper() and len(unit.unit) == 3 else "",
        box=around.fractions(*grid.box),
    )
    # What the lines over it say beyond title, unit and period is kept, as words.
    table.notes = [c for c in captions if c.strip() not in table.title and not _only_unit_or_period(c)]
    table.basis = _basis(" ".join([table.title, *captions]))
    table.currency = table.currency or _currency(grid)
    lines = lines_of(grid)
    heads = {k: _head(grid, k) for k in range(grid.labels, len(grid.columns))}
    table.columns = _columns(heads, stub, captions, around)
    if around.before is not None:
        _continue(table, around.before)
    table.rows = _rows(lines, table, around)
    table.cells = _cells(grid, lines, heads, table, around)
    part(table, lambda text, over: _column_period([over, text], "", around))
    return table


def _goes_on_without_header(grid: Grid, around: Surroundings) -> bool:
    """A ruled table of words on top of a page, as wide as the last one of the page before, with another first row."""
    before = around.before
    if before is None or not grid.ruled or grid.captions or before.box is None:
        return False
    if any(c.is_value and c.first for row in grid.rows for c in row):
        return False
    box = around.fractions(*grid.box)
    heads = {text for column in before.columns for text in column.path}
    same_width = abs(box[0] - before.box[0]) < 0.03 and abs(box[2] - before.box[2]) < 0.03
    same_columns = {c.index for c in before.columns} >= {c.first + 1 for row in grid.rows for c in row if c.first}
    return same_width and same_columns and not heads & {c.text for c in grid.rows[0]}


def _continue(table: Table, before: Table) -> None:
    """A table on top of a page goes on from the last one of the page before: same columns, no head of its own."""
    columns = last_columns(before)
    same = [c.index for c in table.columns] == [c.index for c in columns]
    if not same or any(c.path for c in table.columns):
        return
    table.continued = True
    table.columns = columns
    table.title = table.title or before.title
    if table.scale == "1" and before.scale != "1":
        table.unit, table.scale, table.currency = before.unit, before.scale, before.currency or table.currency


def _with_unit_below(grid: Grid) -> int:
    """The header's rows with a line under them that says nothing but the unit: it is no section of the table."""
    header = grid.header
    while 0 < header < len(grid.rows) and _says_only_a_unit(grid.rows[header]):
        header += 1
    return header


def _says_only_a_unit(row: list[GridCell]) -> bool:
    if len(row) != 1 or row[0].is_value or row[0].first > 0:
        return False
    return bool(read_unit(row[0].text)[0]) and _only_unit_or_period(row[0].text)


def _stub(grid: Grid) -> list[str]:
    """What stands over the labels, often a unit or the words that periods begin with; the unit over all columns."""
    header = grid.rows[: grid.header]
    return [c.text for row in header for c in row if c.last < grid.labels or _is_units_row(grid, row)]


def _is_units_row(grid: Grid, row: list[GridCell]) -> bool:
    """One unit for the whole table, set as a header row: "(In thousands)"."""
    over = [c for c in row if c.first >= grid.labels]
    if len(over) != 1 or not read_unit(over[0].text)[0] or not _only_unit_or_period(over[0].text):
        return False
    cell = over[0]
    if row is grid.rows[0] and cell.last == len(grid.columns) - 1 and read_unit(cell.text)[1] != "1":
        # A scale set flush right over the whole table, as Japanese statements have it.
        return True
    x0, x1 = grid.columns[cell.first]
    inside = min(x1, cell.x1) - max(x0, cell.x0) > 0.6 * (cell.x1 - cell.x0)
    outer = cell.first == cell.last and cell.first in (grid.labels, len(grid.columns) - 1)
    return not (inside and outer and len(grid.columns) - grid.labels > 1)


def _title(captions: list[str], heading: str) -> str:
    """The caption that names a statement, else the last one that is neither unit nor period, else the heading."""
    named = [c for c in captions if not _only_unit_or_period(c)]
    for caption in reversed(named):
        if STATEMENT.search(caption) and len(caption) < 120:
            return caption
    last = heading.rsplit(" › ", 1)[-1]
    return last if not named or (last and named[-1].rstrip().endswith(":") and len(named[-1]) > 60) else named[-1]


def _only_unit_or_period(text: str) -> bool:
    words = re.sub(r"\(.*?\)|（.*?）", "", text).strip()
    if not words or (read_unit(text)[0] and len(words) < 30):
        return True
    rest = re.sub(
        r"\b(?:for|the|fiscal|years?|months?|weeks?|quarters?|three|six|nine|twelve|ended|ending|as|of|at|and|in|to"
        r"|january|february|march|april|may|june|july|august|september|october|november|december|unaudited|\d+)\b"
        r"|[\d年月日期至自（）()、,.\s:-]",
        "",
        words,
        flags=re.I,
    )
    return not rest


def _table_unit(texts: list[str]) -> _Unit:
    for text in texts:
        printed, scale, unit = read_unit(text)
        if printed and printed != "%":
            return _Unit(printed, scale, unit)
    return _Unit()


def _units_in(text: str) -> list[str]:
    """Units in brackets in running text, the last first: "… consisted of the following (in millions):"."""
    return re.findall(r"[(（][^()（）]*(?:million|thousand|billion|百万|千円|億|単位)[^()（）]*[)）]", text, re.I)[::-1]


def _basis(text: str) -> str:
    return next((basis for pattern, basis in BASES[:2] if pattern.search(text)), "")


def _currency(grid: Grid) -> str:
    for row in grid.rows[grid.header :]:
        for cell in row:
            if cell.is_value:
                for sign, code in CURRENCY_SIGNS.items():
                    if sign in cell.text:
                        return code
    return ""


# --- columns -------------------------------------------------------------------------------------------------------


def _head(grid: Grid, column: int) -> _Head:
    """Header cells over a column, top level first; lines of one head set over each other are joined."""
    rows = [row for row in grid.rows[: grid.header] if not _is_units_row(grid, row)]
    over = [c for row in rows for c in row if c.first <= column <= c.last]
    path: list[str] = []
    spans: list[tuple[int, int]] = []
    for cell in over:
        span = (cell.first, cell.last)
        if spans and spans[-1] == span:
            path[-1] = f"{path[-1]} {cell.text}"
        else:
            path.append(cell.text)
            spans.append(span)
    printed, scale, unit = next((u for t in reversed(path) if (u := read_unit(t))[0]), ("", "1", ""))
    found = _Unit(printed, scale, unit) if printed else None
    if found is None and path and _is_percent_head(path[-1]):
        found = _Unit("%", "1", "%")
    return _Head(path, found)


def _is_percent_head(text: str) -> bool:
    return bool(re.search(r"%|％|percent|増減率|構成比|比率|進捗率|伸び率", text, re.I)) and not re.search(r"\$", text)


def _columns(heads: dict[int, _Head], stub: list[str], captions: list[str], around: Surroundings) -> list[Column]:
    above = _period_context(stub) or _period_context(captions[-3:])
    columns: list[Column] = []
    for k, head in heads.items():
        period = _column_period(head.path, above, around)
        text = " ".join(head.path)
        basis = next((b for pattern, b in BASES if pattern.search(text)), "")
        columns.append(Column(k + 1, head.path, period, basis))
    return columns


def _period_context(texts: list[str]) -> str:
    return " ".join(t for t in texts if PERIOD_WORDS.search(t) and len(t) < 120)


def _column_period(path: list[str], above: str, around: Surroundings) -> str:
    """From the lowest head that names one, with the heads over it (else stub or caption) for what it leaves open."""
    for level in range(len(path) - 1, -1, -1):
        upper = " ".join(path[:level])
        over = upper if PERIOD_WORDS.search(upper) else above
        period = read_period(path[level], above=over, year_end=around.year_end, current=around.period)
        if period:
            return period
    return ""


# --- rows and cells ------------------------------------------------------------------------------------------------


def _rows(lines: list[Line], table: Table, around: Surroundings) -> list[Row]:
    by_row = not any(c.period for c in table.columns)
    rows: list[Row] = []
    for line in lines:
        if line.has_values:
            rows.append(Row(line.row + 1, line.path, line.indent, _row_period(line.path, around) if by_row else ""))
    return rows


def _row_period(path: list[str], around: Surroundings) -> str:
    """From the row's own label, else from the nearest section over it."""
    for label in reversed(path):
        if len(label) <= 40 and PERIOD_WORDS.search(label):
            period = read_period(label, year_end=around.year_end, current=around.period)
            if period:
                return period
    return ""


def _cells(grid: Grid, lines: list[Line], heads: dict[int, _Head], table: Table, around: Surroundings) -> list[Cell]:
    line_of = {line.row: line for line in lines}
    marks: dict[int, str] = {}
    cells: list[Cell] = []
    for number, row in enumerate(grid.rows):
        for cell in row:
            made = Cell(number + 1, cell.first + 1, cell.text, box=around.fractions(cell.x0, cell.y0, cell.x1, cell.y1))
            if number >= grid.header and cell.first >= grid.labels:
                mark = _mark(cell.text, marks.get(cell.first, ""))
                marks[cell.first] = mark
                _read_value(made, cell, line_of.get(number), heads[cell.first], table, mark)
            cells.append(made)
    return cells


def _mark(text: str, before: str) -> str:
    """ "%", "%." (with decimals), "%?" (on a dash) or "$".

    A column prints its sign on its first figure, and means it for those below.
    """
    if re.search(r"[%％]", text):
        return "%." if "." in text else "%" if re.search(r"\d", text) else "%?"
    if re.search(r"[$€£¥]", text) or re.search(r"\d,\d{3}", text):
        return "$"
    return before


def _read_value(made: Cell, cell: GridCell, line: Line | None, head: _Head, table: Table, mark: str) -> None:
    scale, unit = _scale_and_unit(cell.text, line, head, table)
    if mark[:1] == "%" and not unit.endswith("/share") and (mark == "%?" or ("." in cell.text) == (mark == "%.")):
        scale, unit = "1", "%"
    if read := read_cell(cell.text, scale=scale, unit=unit):
        made.value, made.unit = read


PER_SHARE = re.compile(r"per (?:common |ordinary |diluted |basic )*share|[1１一]株(?:当|あ)たり|per unit", re.I)
COUNTS = re.compile(r"\bnumber of\b|\bemployees\b|\bheadcount\b|\bstores\b|従業員数|人員|店舗数|社数|件数", re.I)
SHARES = re.compile(
    r"weighted[- ]average.*\bshares|\bshares (?:used|outstanding|repurchased|issued)|number of shares"
    r"|average (?:\w+ )*shares|株式数|株数",
    re.I,
)
MONEY_SHARES = re.compile(r"par value|treasury|preferred|stated value|\bcost\b|[$€£¥]", re.I)


def _column_unit(text: str, head: _Head, scale: str, currency: str) -> tuple[str, str] | None:
    """What a column of shares, or of prices a share, counts; shares printed in full are not multiplied."""
    words = " ".join(head.path)
    if PER_SHARE.search(words) and "." in text:
        return "1", f"{currency}/share" if currency else ""
    if re.search(r"number of shares|\bshares purchased|株式数", words, re.I) and not re.search(r"[$€£¥]", text):
        return "1" if len(re.sub(r"\D", "", text)) > 6 else scale, "shares"
    return None


def _label_unit(label: str) -> _Unit | None:
    """A unit in brackets at a label's end: "Net sales (millions)", 従業員数（人）."""
    found = re.search(r"[(（]([^()（）]{1,40})[)）]\s*$", label)
    if found is None:
        return None
    printed, scale, unit = read_unit(f"({found[1]})")
    return _Unit(printed, scale, unit) if printed else None


def _scale_and_unit(text: str, line: Line | None, head: _Head, table: Table) -> tuple[str, str]:
    """What a cell's number counts: by its row first, then its column, then its table."""
    label = line.path[-1] if line and line.path else ""
    above = line.path[-2] if line and len(line.path) > 1 else ""
    money = head.unit if head.unit and head.unit.unit != "%" else None
    own = _label_unit(label) or (_label_unit(above) if above else None)
    scale = own.scale if own else money.scale if money else table.scale
    currency = (own.unit if own else "") or (money.unit if money else "") or table.currency
    per_share = PER_SHARE.search(label) and not re.search(r"[$€£¥]\s?[\d.]+ per", label)
    if (per_share and ("." in text or currency == "JPY")) or (PER_SHARE.search(above) and "." in text):
        return "1", f"{currency}/share" if currency else ""
    if re.search(r"\bper (?!cent)\w+", label, re.I) and re.search(r"\.\d\d\b", text) and "(" not in label:
        return "1", currency
    if re.search(r"[%％]\s*[)）]?$|率$|as a percent|percentage of|% of", label, re.I) and len(text) < 8:
        return "1", "%"
    if head.unit and head.unit.unit == "%":
        return "1", "%"
    if (of_column := _column_unit(text, head, scale, currency)) is not None:
        return of_column
    if SHARES.search(label) and not MONEY_SHARES.search(label + text):
        return ("1" if re.search(r"except (?:for )?(?:share|number of share)", table.unit, re.I) else scale), "shares"
    if COUNTS.search(label) and "$" not in text:
        return "1", "people" if re.search(r"employees|headcount|人員|従業員", label, re.I) else ""
    return scale, currency
