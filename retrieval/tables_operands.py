"""Which cells go into a formula: those of one statement, not the best ones from all over the documents.

A filing prints the same line many times: in its statements, in notes, for a part of the group, for guarantors, for
an earlier quarter. Figures that belong together stand in one table, so each statement is looked for as a whole: the
table that has most of what is needed of it is its home, and an operand is taken from there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from library.periods import parse, shift
from retrieval import glossary
from retrieval.question import Question
from retrieval.question_words import fold, words
from retrieval.tables import cells_for, ranked
from retrieval.tables_fit import is_of_a_part, is_quarterly, looks_like, statement_fit
from retrieval.tables_found import CellAnswer, FoundTable
from retrieval.tables_labels import SAME_HEAD, Target, label_of, target_of_term

ENOUGH = 0.3
"""An operand's least confidence."""
SAME_PERIOD = 0.4
SURE_PERIOD, WORSE = 0.7, 1.0
"""One table is taken for several periods where it has them for sure, with scores that are not much worse."""
ITSELF, IN_PART, IN_A_QUARTER, OWN_YEAR, ANNUAL = 0.6, -0.6, -0.4, 0.2, 0.1
"""What it counts, against having all that is needed: to be the statement, a part's, a quarter's, of the year asked."""
ITS_TITLE = 0.9
TOTAL, ROWS = 0.2, 10
"""What it counts in favour of a row among the best ones that it is called a total, or net where that is usual."""
APART = 0.6
"""How sure an operand is that its statement's home does not print."""
FOLLOWS = -0.4
"""For standing behind another of the same kind in its document: the group's own come first."""
OF_SECOND = 0.5
"""How sure an operand is that only such a second statement prints."""
MENTIONS = re.compile(
    r"follow|effect|impact|includ|recogni[sz]ed|recorded|component|supplement|selected|reconcil|locat|relat|provide",
    re.IGNORECASE,
)
"""A note that speaks of a statement, and is none."""
INSTEAD = {
    "equity": ("equity_parent", "net_assets"),
    "net_income": ("net_income_parent",),
    "net_income_parent": ("net_income",),
}
"""What stands for an operand that a statement does not print."""
_NEVER_NEGATIVE = (
    "revenue cash receivables inventories current_assets ppe total_assets payables current_liabilities "
    "total_liabilities noncurrent_assets noncurrent_liabilities long_term_debt"
)
NEVER_NEGATIVE = frozenset(_NEVER_NEGATIVE.split())

NOT_IN_CASH_FLOWS = frozenset({"revenue", "cost_of_sales", "gross_profit", "operating_income", "interest_expense"})
"""What only sounds alike there: sales of investments, costs paid."""

_OF_OWNERS = re.compile(
    r"(?:income|earnings|loss|profit)\)? attributable to|親会社(?:株主|の所有者)に帰属", re.IGNORECASE
)
OF_OTHERS = re.compile(
    r"attributable to (?:\w+ ){0,2}non-?controlling|非支配株主に帰属|非支配持分に帰属", re.IGNORECASE
)

Need = tuple[str, str]
"""A glossary key and a period."""


def needed(formula: ast.expr, periods: Sequence[str]) -> list[Need]:
    """What a formula takes for each of the periods: avg() and change() also the year before."""
    return list(dict.fromkeys(need for period in periods for need in _needs(formula, period)))


def _needs(node: ast.expr, period: str) -> Iterator[Need]:
    match node:
        case ast.Name(id=key):
            yield key, period
        case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=key)]):
            yield key, period
            if name != "abs" and (before := shift(period, -1)):
                yield key, before
        case ast.BinOp(left=left, right=right):
            yield from _needs(left, period)
            yield from _needs(right, period)


@dataclass(slots=True)
class Operands:
    """The cells for the names of a formula, each looked up once."""

    question: Question
    tables: Sequence[FoundTable]
    _homes: dict[tuple[str, str], FoundTable] = field(default_factory=dict)
    """(statement, company) -> its table."""
    _second: set[int] = field(default_factory=set)
    """Homes that stand behind another statement of the kind, which lacks what is needed."""
    _found: dict[tuple[str, str, str], list[CellAnswer]] = field(default_factory=dict)

    def settle(self, question: Question, needs: Sequence[Need]) -> None:
        """Choose the home of each statement that has something of what is needed."""
        for statement in dict.fromkeys(glossary.terms()[key].statement for key, _ in needs):
            own = [(k, p) for k, p in needs if glossary.terms()[k].statement == statement]
            if home := self._home(question, statement, own):
                self._homes[statement, _company(question)] = home

    def cell(self, question: Question, key: str, period: str) -> CellAnswer | None:
        """From the statement's home, be it under another name; else from elsewhere."""
        names = (key, *INSTEAD.get(key, ()))
        found = [
            one for name in names if (one := self._best(question, name, period)) and not _has_itself(one, key, name)
        ]
        home = self._homes.get((glossary.terms()[key].statement, _company(question)))
        return next((one for one in found if one.found is home), next(iter(found), None))

    def own(self, question: Question, key: str, period: str) -> CellAnswer | None:
        """The cell for a line from the group's own statement; None where that is not among the tables."""
        home = self._homes.get((glossary.terms()[key].statement, _company(question)))
        asked = replace(question, statement=glossary.terms()[key].statement, sections=[])
        if home is None or not is_itself(asked, home) or is_quarterly(home):
            return None
        cell = self.cell(question, key, period)
        return cell if cell and cell.found is home else None

    def printed(self, question: Question, target: Target, period: str, periods: Sequence[str]) -> CellAnswer | None:
        """The figure itself; where several periods are asked for, all from one table that has them all."""
        found = self._figures(question, target, period)
        if len(periods) > 1 and (home := self._home_of_all(question, target, periods)):
            found = ranked([cell for cell in found if cell.found is home], question)
        return next(iter(found), None)

    def _home_of_all(self, question: Question, target: Target, periods: Sequence[str]) -> FoundTable | None:
        rows = [self._figures(question, target, period) for period in periods]
        scores = [
            {id(c.found): c.score for c in reversed(found) if c.why["period"] >= SURE_PERIOD} for found in rows if found
        ]
        if len(scores) < len(periods):
            return None
        total = {table: sum(s[table] for s in scores) for table in scores[0] if all(table in s for s in scores)}
        best = max(total, key=lambda table: total[table], default=0)
        if not total or total[best] < sum(found[0].score - WORSE for found in rows):
            return None
        return next(table for table in self.tables if id(table) == best)

    def _figures(self, question: Question, target: Target, period: str) -> list[CellAnswer]:
        at = (target.asked, period, _company(question))
        if at not in self._found:
            term = glossary.terms().get(target.key)
            own = replace(question, unit="") if term and term.kind != "ratio" and question.operation else question
            found = cells_for(target, period, own, self.tables)
            self._found[at] = [c for c in found if term is None or not _is_other_unit(term, c)]
        return self._found[at]

    def _best(self, question: Question, key: str, period: str) -> CellAnswer | None:
        found = self._candidates(question, key, period)
        home = self._homes.get((glossary.terms()[key].statement, _company(question)))
        at_home = [cell for cell in found if cell.found is home]
        if not found:
            return None
        net = glossary.terms()[key].english[0].endswith(", net")
        rows = ranked(at_home or found, question)[:ROWS]
        best = max(rows, key=lambda c: c.score + TOTAL * (_is_total(c) + (net and _is_net(c))))
        if home is not None and not at_home and not _goes_on(home, best.found):
            best.confidence *= APART
        if at_home and id(home) in self._second:
            best.confidence *= OF_SECOND
        return best if best.confidence >= ENOUGH else None

    def _home(self, question: Question, statement: str, needs: Sequence[Need]) -> FoundTable | None:
        """The table with most of what is needed, and with the best standing."""
        fits: dict[int, float] = {}
        for key, period in needs:
            there: set[int] = set()
            for name in (key, *INSTEAD.get(key, ())):
                there |= {id(cell.found) for cell in self._candidates(question, name, period)}
            for number in there:
                fits[number] = fits.get(number, 0.0) + 1 / len(needs)
        latest = max((period for _, period in needs), default="")
        asked = replace(question, statement=statement, sections=[])
        tables = sorted((t for t in self.tables if id(t) in fits), key=lambda t: t.table.page or 0)
        first: dict[str, FoundTable] = {}
        for table in tables:
            if is_itself(asked, table):
                first.setdefault(table.document, table)
        total = {id(t): fits[id(t)] + _standing(asked, t, latest, first) for t in tables}
        home = max(tables, key=lambda t: round(total[id(t)], 3), default=None)
        if home is not None and any(_is_before(table, home) for table in self.tables):
            self._second.add(id(home))
        return home

    def _candidates(self, question: Question, key: str, period: str) -> list[CellAnswer]:
        """Cells that may be the operand, best first."""
        at = (key, period, _company(question))
        if at not in self._found:
            term = glossary.terms()[key]
            own = replace(question, measures=[], members=[], sections=[], statement=term.statement, unit="")
            own.instant = term.kind == "stock"
            target = replace(target_of_term(term, said_as(question, key)), subject=frozenset())
            found = cells_for(target, period, own, self.tables)
            self._found[at] = [cell for cell in found if may_be(term, cell)]
        return self._found[at]


def _company(question: Question) -> str:
    return question.companies[0].name if question.companies else ""


def is_itself(question: Question, found: FoundTable) -> bool:
    """The table is the statement, and no note about it."""
    above = f"{found.table.title} {found.heading.split(' › ')[-1]}"
    return statement_fit(question, found) >= ITS_TITLE and not MENTIONS.search(above)


def _standing(question: Question, found: FoundTable, latest: str, first: Mapping[str, FoundTable]) -> float:
    """How far a table is the group's own statement of the year asked for."""
    itself = is_itself(question, found)
    standing = ITSELF * itself + FOLLOWS * (itself and not _goes_on(first[found.document], found))
    standing += IN_PART * is_of_a_part(f"{found.table.title} {found.heading}")
    asked, own = parse(latest), parse(found.period)
    if asked and own and not asked.part:
        standing += IN_A_QUARTER * is_quarterly(found)
        standing += OWN_YEAR * (own.year == asked.year) + ANNUAL * (found.kind == "annual report")
    return standing


@lru_cache(maxsize=1_000)
def _said(text: str) -> dict[str, str]:
    return {found.term.key: found.text for found in glossary.find(text) if found.term.is_measure}


def said_as(question: Question, key: str) -> str:
    """The question's own name for a term: total equity, or shareholders' equity."""
    return _said(question.text).get(key, "")


def _has_itself(cell: CellAnswer, key: str, name: str) -> bool:
    """What stands in for the shareholders' part of a net income does so only where that is not told apart."""
    if key != "net_income_parent" or name == key:
        return False
    labels = (row.path[-1] for row in cell.found.table.rows if row.path)
    return any(_OF_OWNERS.search(label) and not OF_OTHERS.search(label) for label in labels)


def _is_total(cell: CellAnswer) -> bool:
    return bool(cell.row.path) and cell.row.path[-1].lower().startswith("total ")


def _is_net(cell: CellAnswer) -> bool:
    return bool(cell.row.path) and "net" in words(label_of(cell.row.path[-1]).folded)


def _is_before(one: FoundTable, other: FoundTable) -> bool:
    """A statement under the same title, as long or longer, pages before the other."""
    if one.document != other.document or fold(one.table.title) != fold(other.table.title) or _goes_on(one, other):
        return False
    return (one.table.page or 0) < (other.table.page or 0) and len(one.table.rows) >= len(other.table.rows)


def _goes_on(home: FoundTable, other: FoundTable) -> bool:
    """A statement may run over two pages."""
    near = abs((home.table.page or 0) - (other.table.page or 0)) <= 1
    return home.document == other.document and near


def may_be(term: glossary.Term, cell: CellAnswer) -> bool:
    """Of the company and the period, not a change of a balance, and no less than nothing where that cannot be."""
    value = cell.cell.value
    if value is None or cell.why["label"] < SAME_HEAD or cell.why["company"] == 0 or cell.why["period"] < SAME_PERIOD:
        return False
    if _is_other_unit(term, cell) or (term.kind == "stock" and cell.why["statement"] == 0):
        return False
    if (
        term.key in NOT_IN_CASH_FLOWS
        and looks_like("cash_flow", f"{cell.found.table.title} {cell.found.heading}") > 0.8
    ):
        return False
    if "noncontrolling" not in term.english[0] and OF_OTHERS.search(cell.row.path[-1] if cell.row.path else ""):
        return False
    return not (term.key in NEVER_NEGATIVE and value.startswith("-"))


def _is_other_unit(term: glossary.Term, cell: CellAnswer) -> bool:
    """A share of something or an amount a piece where an amount is meant; an amount where a ratio is."""
    unit, _, each = cell.unit.partition("/")
    if term.kind == "ratio":
        return unit[:3].isupper() and not each
    return unit in ("%", "pt", "bp") or bool(each and "share" not in " ".join(term.english))


# --- signs ---------------------------------------------------------------------------------------------------------

_PAID = (
    "cost_of_sales capex dividends_paid interest_expense share_repurchases depreciation_amortization amortization "
    "research_development sga"
)
PAID = frozenset(_PAID.split())
"""Meant by their size: a statement may print them as negative."""
_BENEFIT_FIRST = re.compile(r"^\W*(?:income tax )?\(?benefit\b", re.IGNORECASE)
_COST = re.compile(r"\bcosts?\b|\bexpenses?\b|費|原価", re.IGNORECASE)


def amount(key: str, cell: CellAnswer) -> str:
    """The operand's value as a formula takes it: a payment by its size, a tax with a benefit below nothing."""
    value = cell.cell.value or "0"
    if key in PAID:
        return value.lstrip("-")
    if key == "income_tax" and _is_turned(cell):
        return value.removeprefix("-") if value.startswith("-") else f"-{value}"
    return value


def _is_turned(cell: CellAnswer) -> bool:
    """ "Benefit (provision)", or a statement that prints what is paid as negative."""
    label = cell.row.path[-1] if cell.row.path else ""
    if _BENEFIT_FIRST.search(label):
        return True
    if "benefit" in label.lower():
        return False
    costs = {row.index for row in cell.found.table.rows if row.path and _COST.search(row.path[-1])} - {cell.cell.row}
    signs = [
        c.value.startswith("-")
        for c in cell.found.table.cells
        if c.value and c.row in costs and c.under == cell.cell.under
    ]
    return bool(signs) and sum(signs) > len(signs) / 2
