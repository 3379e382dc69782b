"""How well a cell's surroundings fit the question: its period, its basis, its axis, what it stands under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from library.periods import Period, matches, parse, shift
from library.tables import Cell, Column, Row, Table
from retrieval.question import Member, Question, short_forms
from retrieval.question_words import bare, fold, is_japanese, narrow
from retrieval.tables_found import FoundTable
from retrieval.tables_labels import Target, contains, similarity, wording
from retrieval.tables_names import same_name

UNKNOWN = 0.45
_OPENING = re.compile(r"期首|beginning of|opening balance")
_CLOSING = re.compile(r"期末残高|期末現在高|at (?:the )?end of|ending balance|closing balance")
_TOTAL = re.compile(r"合計$|計$|^total\b|\btotal$")
_GRAND_TOTAL = re.compile(
    r"純資産合計|^資本合計|^合計$|総計$|^連結$|財務諸表計上額|^連結合計|^total(?: equity)?$"
    r"|total (?:stock|share)holders' equity"
    r"|^consolidated$|consolidated total|total consolidated"
)


def period_fit(asked: str, question: Question, found: FoundTable, row: Row, column: Column, newest: str) -> float:
    """1 for the period asked for, 0 for another, between them where the table leaves it open.

    `newest` is the latest period of the table's columns.
    """
    own = row.period or column.period
    if row.period and column.period and parse(column.period) != parse(row.period):
        own = max((row.period, column.period), key=lambda p: _fit(asked, p, question, found))
    if not own:
        return _undated(asked, question, found, column)
    if row.path and _OPENING.search(narrow(row.path[-1])) and question.instant:
        own = shift(_resolved(own, found), -1)
    if not _is_a_year(asked):
        return _fit(asked, own, question, found)
    if QUARTERLY.search(found.table.title) and not WHOLE_YEAR.search(" ".join(column.path)):
        return 0.0
    return _fit(asked, _closing(own, newest, found.period), question, found)


QUARTERLY = re.compile(r"\bquarterly\b|\bby quarter\b|四半期(?:ごと|別|情報)", re.IGNORECASE)
WHOLE_YEAR = re.compile(r"\byear\b|\bannual|\btotal\b|\b(?:fy|fiscal) ?\d|通期|年度|累計|計", re.IGNORECASE)
"""A quarter's figures stand under the year as well; those of the whole year are called so."""


@lru_cache(maxsize=10_000)
def _is_a_year(period: str) -> bool:
    read = parse(period)
    return read is not None and read.relative is None and read.fiscal and not (read.part or read.month)


@lru_cache(maxsize=20_000)
def _closing(own: str, newest: str, document: str) -> str:
    """A day as the fiscal year that ends on it: 2022-06-30 beside 2023-06-30 is FY2022 in the report of FY2023.

    In the report of a quarter the newest day ends that quarter, and so does the same day of the year before.
    """
    day, last, read = parse(own), parse(newest), parse(document)
    if not (day and last and read and read.fiscal) or read.month or not (_is_day(day) and _is_day(last)):
        return own
    back = (last.year * 12 + last.month) - (day.year * 12 + day.month)
    years, rest = divmod(back + 1, 12)
    if rest > 2 or not -1 <= last.year - read.year <= 1:
        return own
    return f"FY{read.year - years}{read.part}"


def _is_day(period: Period) -> bool:
    return bool(period.month) and not (period.fiscal or period.months or period.relative is not None)


def is_quarterly(found: FoundTable) -> bool:
    read = parse(found.period)
    return read is not None and bool(read.part)


def _undated(asked: str, question: Question, found: FoundTable, column: Column) -> float:
    """Columns without a header: years side by side, the newest first in English and last in Japanese."""
    if not found.period:
        return UNKNOWN
    columns = [c.index for c in found.table.columns]
    if len(columns) < 2 or column.index not in columns or any(c.path for c in found.table.columns):
        return _fit(asked, found.period, question, found) * 0.5 + 0.1
    labels = [row.path[-1] for row in found.table.rows if row.path]
    newest_last = bool(labels) and is_japanese(labels[0])
    back = (columns[::-1] if newest_last else columns).index(column.index)
    return 0.75 * _fit(asked, shift(found.period, -back), question, found)


def _fit(asked: str, own: str, question: Question, found: FoundTable) -> float:
    own, asked = _resolved(own, found), _resolved(asked, found)
    if not own:
        return UNKNOWN
    if not asked:
        return 0.5
    a, c = parse(asked), parse(own)
    if a is None or c is None or a.relative is not None or c.relative is not None:
        return 1.0 if asked == own else UNKNOWN * 0.5
    if question.by_end and a.fiscal and not a.month and not a.part:
        if c.year != a.year or c.part or c.months not in (0, 12):
            return 0.0
        return 1.0 if c.fiscal != question.instant else 0.95
    return matches(asked, own)


@lru_cache(maxsize=10_000)
def _relative_to(period: str, document: str) -> str:
    p = parse(period)
    if p is None or p.relative is None or not document:
        return period
    base = parse(document)
    if base is None or base.relative is not None:
        return period
    year = shift(document.split("Q")[0].split("H")[0], p.relative) if base.fiscal else f"FY{base.year + p.relative}"
    return year + p.part


def _resolved(period: str, found: FoundTable) -> str:
    return _relative_to(period, found.period)


def recency(own: str, newest: str) -> float:
    """Where no period was asked: 1 for the newest column, less for older ones."""
    a, b = parse(own), parse(newest)
    if a is None or b is None:
        return UNKNOWN
    if a.relative is not None or b.relative is not None:
        return 1.0 if own == newest else 0.4
    return 1.0 if own == newest else 0.6 if a.year >= b.year else 0.3


def basis_fit(asked: str, found: FoundTable, column: Column) -> float:
    """1 what was asked for; without being asked, consolidated before separate."""
    own = basis_of(found, column)
    if own == "forecast":
        return 1.0 if asked == "forecast" else 0.2
    if not asked:
        return 0.7 if own == "separate" else 1.0
    if own == asked:
        return 1.0
    return 0.5 if own in ("", "actual") else 0.0


def basis_of(found: FoundTable, column: Column) -> str:
    if column.basis and column.basis != "actual":
        return column.basis
    return found.table.basis or _basis_in(found.heading + " " + found.table.title)


@lru_cache(maxsize=20_000)
def _basis_in(text: str) -> str:
    plain = narrow(text)
    if (
        re.search(r"提出会社|単体|個別|(?<!連結)財務諸表等|parent company only|unconsolidated", plain)
        and "連結財務" not in plain
    ):
        return "separate"
    return "consolidated" if re.search(r"連結|consolidated", plain) else ""


def company_fit(question: Question, found: FoundTable) -> float:
    """1 for a company asked for, 0 for another; half where either is not known."""
    if not question.companies or not found.company or _NO_NAME.search(found.company):
        return 0.5
    own = forms_of(found.company)
    return max(float(not own.isdisjoint(forms_of(c.name))) for c in question.companies)


@lru_cache(maxsize=5_000)
def forms_of(company: str) -> frozenset[str]:
    return frozenset(short_forms(company))


_NO_NAME = re.compile(r"[。、「」①-⑳]|名称|所在地|.{60}")
"""What a report's text may have been taken for: a sentence or a table's header is nobody's name."""


def context_fit(
    context: Sequence[str],
    found: FoundTable,
    row: Row,
    column: Column,
    label_in_row: bool,
    above: Sequence[str] = (),
) -> float:
    """How well what the measure shall stand under is found above the row, over the column, in title or heading."""
    if not context:
        return UNKNOWN
    own, other = (row.path, column.path) if label_in_row else (column.path, row.path)
    near = (*own[:-1], *other, *above)
    places = _title_places(found.table.title, found.heading)
    total = 0.0
    for one in context:
        total += max(
            _in_places(one, near),
            max((weight * _in_places(one, (place,)) for place, weight in places), default=0.0),
            0.8 * _in_places(one, tuple(own[-1:])),
        )
    return total / len(context)


@lru_cache(maxsize=20_000)
def _title_places(title: str, heading: str) -> list[tuple[str, float]]:
    """The title's last part says most of this table, a heading far above it least."""
    parts = title.split(" – ")
    places = [(part, 1.0 if part is parts[-1] else 0.85) for part in parts if part]
    above = [h for h in heading.split(" › ") if h]
    return places + [(h, 0.9 if n == len(above) - 1 else 0.8) for n, h in enumerate(above)]


@lru_cache(maxsize=100_000)
def _in_places(context: str, places: tuple[str, ...]) -> float:
    return contains(context, places)


def member_fit(members: Sequence[Member], found: FoundTable, row: Row, column: Column, beside: Sequence[str]) -> float:
    """How well the segment, class or person asked for is named beside the cell; without one, totals come first."""
    named = [m for m in members if m.named]
    if not named:
        return _total(tuple(column.path)) if column.path else UNKNOWN
    total = 0.0
    for member in named:
        fit = max(_named(member, tuple(row.path)), _named(member, tuple(column.path)))
        if fit < 0.9 and beside:
            fit = max(fit, *(_named(member, (text,)) for text in beside))
        total += max(fit, 0.7 * _named(member, (found.table.title, found.heading)))
    return total / len(named)


@lru_cache(maxsize=50_000)
def _total(path: tuple[str, ...]) -> float:
    label = narrow(path[-1])
    if _GRAND_TOTAL.search(label):
        return 0.55
    return 0.5 if _TOTAL.search(label) else UNKNOWN


def _named(member: Member, path: tuple[str, ...]) -> float:
    return _member_in(member.wordings, member.groups, path) if path else 0.0


@lru_cache(maxsize=100_000)
def _member_in(wordings: tuple[str, ...], groups: tuple[tuple[str, ...], ...], path: tuple[str, ...]) -> float:
    best = 0.0
    for depth, label in enumerate(reversed(path)):
        away = 1.0 - 0.08 * min(depth, 3)
        for text in wordings:
            best = max(best, away * similarity(wording(text), label))
        if is_japanese(label) and best < 0.9:
            best = max(best, away * 0.9 * _share_of_groups(groups, label), away * same_name(wordings[1], label))
    return best


def across_fit(across: Sequence[str], row: Row, column: Column) -> float:
    """ "所有株式数－外国法人等－個人以外": the measure is one axis, what follows is the other."""
    if not across:
        return UNKNOWN
    path = [*row.path, *column.path]
    last = [p[-1] for p in (row.path, column.path) if p]
    inner = max((similarity(wording(across[-1]), p) for p in last), default=0.0)
    outer = [contains(a, path) for a in across[:-1]]
    return (inner * 2 + sum(outer)) / (2 + len(outer))


def line_fit(question: Question, row: Row, label_in_row: bool) -> float:
    """Rows are mostly the measures. Where a column is (a part of equity), a balance at the end stands for a day."""
    if label_in_row:
        return 1.0
    label = narrow(row.path[-1]) if row.path else ""
    if _CLOSING.search(label):
        return 0.8 if question.instant else 0.2
    return 0.2 if _OPENING.search(label) else 0.5


def _share_of_groups(groups: tuple[tuple[str, ...], ...], label: str) -> float:
    """不動産販売事業 says both parts of "real estate selling", 不動産賃貸事業 one of them."""
    folded = fold(label)
    hits = sum(any(fold(word) in folded for word in group) for group in groups)
    return hits / len(groups) if groups else 0.0


def statement_fit(question: Question, found: FoundTable) -> float:
    """Whether the table is the statement that was asked for or that the measure belongs to."""
    places = f"{found.table.title} {found.heading}"
    if is_of_a_part(places) and not is_of_a_part(question.text):
        return 0.2
    if question.sections:
        if _says_any(tuple(question.sections), places):
            return 1.0
        return 0.95 if looks_like(question.statement, places) > 0.8 else 0.2
    if _SUMMARY.search(places):
        return 0.3
    if question.statement == "balance" and question.instant and looks_like("cash_flow", places) > 0.8:
        return 0.0
    return looks_like(question.statement, places)


_PART_OF_IT = re.compile(
    r"guarantor|obligor|cross guarantee|parent company|consolidating|eliminations|pro forma"
    r"|unconsolidated|summari[sz]ed financial|business acquired|purchase price",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def is_of_a_part(places: str) -> bool:
    """Figures of a part of the group, of its parent alone, or of a company that it has bought."""
    return bool(_PART_OF_IT.search(places))


def span_fit(question: Question, own: str) -> float:
    """A day's column for what is asked as of a day, a year's for what is asked of a year."""
    if not own:
        return UNKNOWN
    is_day = not own.startswith("FY") and "/" not in own
    return 1.0 if is_day == question.instant else 0.3


def unit_fit(question: Question, cell: Cell) -> float:
    """A percentage where one is asked for, none where an amount is."""
    if question.unit == "%":
        return 1.0 if cell.unit == "%" else 0.3
    if question.unit:
        return 1.0 if cell.unit.startswith(question.unit) or not cell.unit else 0.3
    return UNKNOWN


def filled_fit(question: Question, target: Target, cell: Cell) -> float:
    """Numbers first; only a quoted label may well stand for a name or a text."""
    if cell.value is not None:
        return 1.0
    return 0.5 if any(m.quoted for m in question.measures) else -5.0


_SUMMARY = re.compile(r"経営指標等|selected financial data|financial highlights", re.I)


@lru_cache(maxsize=50_000)
def _says_any(wordings: tuple[str, ...], places: str) -> bool:
    said = fold(places)
    return any(len(w) > 2 and bare(w) in said for w in wordings)


_STATEMENT = {
    "balance": (
        r"貸借対照表|財政状態計算書|balance sheet|statements? of financial (?:position|condition)",
        r"資産|assets",
    ),
    "income": (
        r"損益計算書|包括利益計算書|income statement"
        r"|statements? of (?:consolidated )?(?:comprehensive )?(?:income|earnings|operations)",
        r"収益|損益|earnings|results of operations",
    ),
    "cash_flow": (
        r"キャッシュ・フロー計算書|statements? of (?:consolidated )?cash flows?|cash flow statement",
        r"cash flow|キャッシュ",
    ),
    "equity": (
        r"株主資本等変動計算書|持分変動計算書"
        r"|statements? of (?:changes in )?(?:consolidated )?(?:share|stock)(?:holders|owners)",
        r"株主資本|equity",
    ),
    "segment": (r"セグメント|segment", r"事業別|地域別"),
}
_COMPILED = {name: (re.compile(own), re.compile(near)) for name, (own, near) in _STATEMENT.items()}


@lru_cache(maxsize=50_000)
def looks_like(statement: str, places: str) -> float:
    """0.9 for the statement itself, less for what is near it. A filing may space the title's letters out."""
    if statement not in _COMPILED:
        return UNKNOWN
    own, near = _COMPILED[statement]
    said = narrow(places)
    if own.search(said) or own.search(re.sub(r"(?<=[a-z]) (?=[a-z]\b)", "", said)):
        return 0.9
    return 0.55 if near.search(said) else UNKNOWN


def newest_period(table: Table) -> str:
    dated = [p for p in (parse(c.period) for c in table.columns if c.period) if p and p.relative is None]
    if not dated:
        return "FY0"
    best = max(dated, key=lambda p: (p.year, p.month, p.day))
    return next(c.period for c in table.columns if parse(c.period) == best)
