"""Figures worked out from cells: derived measures by their formulas, changes, averages and sums over periods.

Each result carries its formula as plain arithmetic on base-unit values, "(6439000000 - 1577000000)", and the cells that
went into it, so that it can be shown and worked out again.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

from library.periods import parse, shift
from retrieval import glossary
from retrieval.question import Company, Question
from retrieval.question_words import narrow
from retrieval.tables import CellAnswer, FoundTable, cells_for, targets_of
from retrieval.tables_formula import formula_of
from retrieval.tables_labels import SAME_TERM
from retrieval.tables_operands import ENOUGH, Operands, amount, needed

DIRECT = 0.6
"""From here on a printed figure is taken before the formula of a derived measure is tried."""
SHOWN_DIGITS = Decimal("0.000001")


@dataclass(slots=True)
class Computed:
    """A figure, its formula and the cells in it; for a single cell the formula is its value."""

    value: Decimal
    unit: str
    formula: str
    cells: list[CellAnswer]
    confidence: float
    period: str = ""
    company: str = ""

    @property
    def plain(self) -> str:
        """The value as a plain decimal string."""
        return format(self.value.quantize(SHOWN_DIGITS).normalize(), "f")


@dataclass(slots=True)
class Comparison:
    """The figure for each period or company, and what was asked to be worked out of them."""

    parts: list[Computed]
    result: Computed | None
    operation: str
    """"change", "percent", "cagr", "average", "sum", "maximum", "minimum" or ""."""


@dataclass(slots=True)
class _Work:
    question: Question
    tables: Sequence[FoundTable]
    formula: str
    """Over glossary keys; "" to look the measure up as printed only."""
    unit: str
    composed: bool
    """The question puts the formula together itself, so no printed figure can be meant."""
    operands: Operands


def compute(question: Question, tables: Sequence[FoundTable]) -> Comparison | None:
    """The figures asked for and what they give; None where one of them cannot be had."""
    formula, unit = formula_of(question)
    usual = question.measures[0].formula if question.measures else ""
    if not formula and not targets_of(question):
        return None
    work = _Work(question, tables, formula, unit, formula != usual, Operands(question, tables))
    companies: Sequence[Company | None] = question.companies if question.comparison == "companies" else [None]
    periods = question.periods or (_periods_of_row(work) if question.operation else []) or ["FY0"]
    if formula:
        needs = needed(ast.parse(formula, mode="eval").body, periods)
        for company in companies:
            work.operands.settle(_of_company(question, company), needs)
    parts = [_figure(work, period, company) for company in companies for period in periods]
    known = [p for p in parts if p is not None]
    if not known or len(known) < len(parts) or _share_a_cell(known):
        return None
    return Comparison(known, _combined(known, question), question.operation)


def _of_company(question: Question, company: Company | None) -> Question:
    return question if company is None else replace(question, companies=[company])


def _periods_of_row(work: _Work) -> list[str]:
    """Where no period is asked for: those that the best row shows, newest first; two of them make a change."""
    best = next(iter(cells_for(targets_of(work.question)[0], "", work.question, work.tables)), None)
    if best is None or best.confidence < ENOUGH:
        return []
    table = best.found.table
    filled = {c.under for c in table.cells if c.row == best.cell.row and c.value is not None}
    dated = dict.fromkeys(c.period for c in table.columns if c.period and c.index in filled)
    periods = sorted(dated, key=_order, reverse=True)
    return periods[:2] if work.question.operation in ("change", "percent") else periods


def _share_a_cell(parts: Sequence[Computed]) -> bool:
    """A cell cannot be the figure of two periods: one of them is not in the table."""
    if len(parts) < 2:
        return False
    used = [{(id(c.found), c.cell.row, c.cell.column) for c in p.cells} for p in parts]
    return any(a == b for n, a in enumerate(used) for b in used[:n])


def _figure(work: _Work, period: str, company: Company | None) -> Computed | None:
    """The measure as printed, else by its formula."""
    question = _of_company(work.question, company)
    printed = None
    if not work.composed and (targets := targets_of(question)):
        printed = work.operands.printed(question, targets[0], period, work.question.periods)
    if printed is not None and (not work.formula or _is_meant(printed)):
        one = _of_cell(printed, period)
    else:
        one = _evaluated(work, question, period) if work.formula else None
    if one is None:
        return None
    one.period, one.company = period, company.name if company else ""
    return one


def _is_meant(printed: CellAnswer) -> bool:
    """The derived measure itself is printed, and not only what it is derived from."""
    return printed.confidence >= DIRECT and printed.why["label"] >= SAME_TERM and printed.why["explained"] > 0.99


def _of_cell(cell: CellAnswer, period: str) -> Computed | None:
    if cell.cell.value is None or cell.confidence < ENOUGH:
        return None
    return Computed(Decimal(cell.cell.value), cell.unit, _written(cell.cell.value), [cell], cell.confidence, period)


def _written(value: str) -> str:
    return f"({value})" if value.startswith("-") else value


# --- formulas ------------------------------------------------------------------------------------------------------


def _evaluated(work: _Work, question: Question, period: str) -> Computed | None:
    cells: list[CellAnswer] = []

    def operand(key: str, when: str) -> str:
        plain = glossary.terms()[key].formula and _UNADJUSTED.search(question.text)
        found = None if plain else work.operands.cell(question, key, when)
        if found is None or found.cell.value is None:
            raise LookupError(key)
        cells.append(found)
        return _written(amount(key, found))

    tree = ast.parse(work.formula, mode="eval").body
    try:
        formula = _expanded(tree, period, operand)
        value = worked_out(formula)
    except LookupError:
        return None
    if value is None or (_AVERAGED.search(question.text) and _lacks_the_year_before(work, question, tree, period)):
        return None
    unit = work.unit or next((c.unit for c in cells if c.unit), "")
    once = list({(id(c.found), c.cell.row, c.cell.column): c for c in cells}.values())
    return Computed(value, unit, formula, once, min(c.confidence for c in once), period)


_UNADJUSTED = re.compile(r"\bunadjusted\b", re.IGNORECASE)
"""Worked out of the lines of the statements, and not as the company prefers to print it."""
_AVERAGED = re.compile(r"\baverages?\b|平均", re.IGNORECASE)


def _lacks_the_year_before(work: _Work, question: Question, tree: ast.expr, period: str) -> bool:
    return any(
        work.operands.cell(question, key, when) is None for key, when in needed(tree, [period]) if when != period
    )


def _expanded(node: ast.expr, period: str, operand: Callable[[str, str], str]) -> str:
    """The formula with figures for names: avg() is the mean with the year before, change() the difference to it."""
    match node:
        case ast.Name(id=key):
            try:
                return operand(key, period)
            except LookupError:
                if not (derived := glossary.terms()[key].formula):
                    raise
                return _expanded(ast.parse(derived, mode="eval").body, period, operand)
        case ast.Constant(value=number):
            return str(number)
        case ast.Call(func=ast.Name(id="abs"), args=[ast.Name(id=key)]):
            return operand(key, period).strip("()").lstrip("-")
        case ast.Call(func=ast.Name(id="avg"), args=[ast.Name(id=key)]):
            return _mean(key, period, operand)
        case ast.Call(func=ast.Name(id="change"), args=[ast.Name(id=key)]):
            return f"({operand(key, period)} - {operand(key, shift(period, -1))})"
        case ast.BinOp(left=left, op=op, right=right):
            sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}[type(op)]
            return f"({_expanded(left, period, operand)} {sign} {_expanded(right, period, operand)})"
    raise ValueError(f"no formula of the glossary: {ast.dump(node)}")


def _mean(key: str, period: str, operand: Callable[[str, str], str]) -> str:
    """With the year before; where that is not printed, the closing figure alone."""
    closing = operand(key, period)
    try:
        return f"(({closing} + {operand(key, shift(period, -1))}) / 2)"
    except LookupError:
        return closing


def worked_out(formula: str) -> Decimal | None:
    """The value of plain arithmetic; None where it divides by nothing."""
    with localcontext() as context:
        context.prec = 40
        try:
            return _value(ast.parse(formula, mode="eval").body, formula)
        except (DivisionByZero, InvalidOperation):
            return None


_SIGNS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def _value(node: ast.expr, formula: str) -> Decimal:
    match node:
        case ast.Constant():
            return Decimal(ast.get_source_segment(formula, node) or "")
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, formula)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _value(left, formula), _value(right, formula)
            return _SIGNS[type(op)](a, b)
    raise ValueError(f"no plain arithmetic: {formula}")


# --- over periods and companies ------------------------------------------------------------------------------------


def _combined(parts: Sequence[Computed], question: Question) -> Computed | None:
    """What was asked to be worked out of the parts: changes run from the earliest to the latest."""
    operation = question.operation
    if len(parts) < 2 or not operation:
        return None
    ordered = sorted(parts, key=_when)
    first, last = ordered[0], ordered[-1]
    written = [f"({p.formula})" if " " in p.formula and not p.formula.startswith("(") else p.formula for p in ordered]
    unit = last.unit
    match operation:
        case "change":
            falls = last.value < first.value and _FALL.search(narrow(question.text))
            formula = f"{written[0]} - {written[-1]}" if falls else f"{written[-1]} - {written[0]}"
            unit = "pt" if last.unit == "%" else last.unit
        case "percent":
            formula, unit = f"({written[-1]} - {written[0]}) / {_size(first, written[0])}", "%"
        case "cagr":
            years = _years(first, last) if first.value > 0 and last.value > 0 else 0
            formula, unit = f"({written[-1]} / {written[0]}) ** (1 / {years}) - 1", "%"
        case "average":
            formula = f"({' + '.join(written)}) / {len(written)}"
        case "sum":
            formula = " + ".join(written)
        case "maximum" | "minimum":
            chosen = (max if operation == "maximum" else min)(parts, key=lambda p: p.value)
            return replace(chosen)
        case _:
            return None
    value = worked_out(formula)
    if value is None:
        return None
    cells = [c for p in ordered for c in p.cells]
    return Computed(value, unit, formula, cells, min(p.confidence for p in parts))


_FALL = re.compile(
    r"^(?!.*(?:increas|grow|grew|ris|rose|chang|differ|増|変化|差))(?=.*(?:decreas|declin|drop|fall|fell|減))"
)
"""How much did it fall? By a positive amount."""


def _size(part: Computed, written: str) -> str:
    """A change from a loss is measured by the loss's size."""
    return format(-part.value, "f") if part.value < 0 else written


def _years(first: Computed, last: Computed) -> int:
    """Whole years between the two; 0 between a quarter and another one, or a year."""
    (begin, *part), (end, *same) = _when(first), _when(last)
    return end - begin if part == same else 0


def _when(part: Computed) -> tuple[int, int, str]:
    return _order(part.period)


def _order(canonical: str) -> tuple[int, int, str]:
    period = parse(canonical)
    if period is None:
        return (0, 0, "")
    year = period.year if period.relative is None else 10_000 + period.relative
    return (year, period.month, period.part)
