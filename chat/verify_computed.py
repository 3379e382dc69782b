"""Figures that the answer worked out: which sum, difference, ratio or growth of figures in the sources gives them.

A formula is plain arithmetic on values in the base unit, "(32765000000 - 31657000000) / 31657000000"; `rerun` works it
out again, so that a formula which is shown has been checked by the same reading that a person gives it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from itertools import combinations, permutations

from chat.verify_evidence import Evidence
from chat.verify_match import Claim
from chat.verify_periods import at_odds
from chat.verify_words import words
from library.figure_words import plain
from library.figures import close, tolerance

_GROWTH = re.compile(
    r"grow|grew|more than|less than|increas|decreas|declin|rose|fell|\bup\b|\bdown\b|chang|higher|lower"
    r"|year[\s-]o(?:ver|n)[\s-]year|yoy|cagr|improv|drop"
    r"|増|減|伸|成長|前年|前期|上昇|低下|変化|変動",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"margin|ratio|share|percent(?:age)? of|% of|rate|portion|proportion|account|represent|relative"
    r"|of (?:total|net )?(?:sales|revenue)|yield"
    r"|率|割合|比率|構成比|占め|に対する|シェア|比",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"total|sum\b|together|combined|altogether|aggregate|plus|合計|合わせ|総額|総計|累計|通算|足し", re.IGNORECASE
)
_DIFFERENCE = re.compile(
    r"differ|chang|increas|decreas|declin|rose|fell|grew|\bup\b|\bdown\b|higher|lower|more than"
    r"|less than|gap|net of|minus|excess|improv|drop"
    r"|差|増|減|上回|下回|伸び|変化|控除",
    re.IGNORECASE,
)
_MEAN = re.compile(r"average|mean\b|平均", re.IGNORECASE)
_PER_SHARE = re.compile(r"(?:per|a) (?:\w+ )?share|EPS|1株当たり|一株当たり|1株あたり", re.IGNORECASE)
_EQUATION = re.compile(r"[=＝≈]|[÷×/]\s*[\d(]")
_AMOUNTS = frozenset(["%", "pt", "bp", "x"])


@dataclass(slots=True, frozen=True)
class Operand:
    """A figure that is carried by a source, ready to be worked with."""

    value: Decimal
    unit: str
    evidence: Evidence
    said: str = ""
    """As the answer prints it, "" for one that it does not."""


@dataclass(slots=True, frozen=True)
class Computed:
    formula: str
    value: Decimal
    first: Evidence


def compute(claim: Claim, cited: Sequence[Operand], evidence: Sequence[Evidence]) -> Computed | None:
    """A formula over figures of the answer, then over cells that the sentence names, that gives the figure."""
    pools = [_distinct(cited[-12:]), _related(claim, evidence)]
    for nearby, operands in zip((True, False), pools, strict=True):
        for formula, first in _formulas(claim, operands, nearby=nearby):
            value = rerun(formula)
            if value is not None and _gives(claim, value):
                return Computed(formula, value, first)
    return None


def rerun(formula: str) -> Decimal | None:
    """The value of a formula of numbers, + - * / ** and brackets; None where it divides by nothing."""
    with localcontext() as context:
        context.prec = 40
        try:
            return _evaluated(ast.parse(formula, mode="eval").body, formula)
        except (DivisionByZero, InvalidOperation):
            return None


def _evaluated(node: ast.expr, formula: str) -> Decimal:
    if isinstance(node, ast.Constant):
        return Decimal(ast.get_source_segment(formula, node) or "")
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluated(node.operand, formula)
    if isinstance(node, ast.BinOp):
        left, right = _evaluated(node.left, formula), _evaluated(node.right, formula)
        match node.op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case ast.Pow():
                return left**right
    raise ValueError(f"no plain arithmetic: {formula}")


def _gives(claim: Claim, value: Decimal) -> bool:
    """Equal at the digits shown, and of the direction that the words say."""
    figure = claim.figure
    if claim.sign and value and (value > 0) != (claim.sign > 0):
        return False
    if not claim.sign and value < 0:
        return False
    shown, quantum = abs(Decimal(figure.value)), tolerance(figure)
    return close(shown, abs(value), quantum, Decimal(0), cut=figure.unit == "JPY")


def _distinct(operands: Sequence[Operand]) -> list[Operand]:
    seen: dict[tuple[Decimal, str], Operand] = {}
    for operand in operands:
        seen[(operand.value, operand.unit)] = operand
    return list(seen.values())


def _related(claim: Claim, evidence: Sequence[Evidence]) -> list[Operand]:
    """Cells of the rows that the sentence names best, cited sources first; figures of sentences alike."""
    said = words(claim.text)
    ranked: list[tuple[float, Operand]] = []
    for e in evidence:
        label = words(e.cell.rows[-1]) if e.cell and e.cell.rows else e.words
        shared = len(label & said)
        if not shared or (claim.cited and e.source.marker not in claim.cited):
            continue
        covered = shared / len(label) if e.cell else max(shared / len(label), min(shared, 4) / 8)
        if covered >= 0.34:
            ranked.append((covered, Operand(e.amount, e.figure.unit, e)))
    ranked.sort(key=lambda r: -r[0])
    return _distinct([operand for _, operand in ranked[:16]])


def _formulas(claim: Claim, operands: Sequence[Operand], *, nearby: bool) -> Iterator[tuple[str, Evidence]]:
    """Every formula that the figure's unit and the words of its sentence allow."""
    text, unit = _near(claim), claim.figure.unit
    free = bool(_EQUATION.search(claim.text))
    if unit in _AMOUNTS or (not unit and abs(Decimal(claim.figure.value)) < 100):
        for a, b in permutations(operands, 2):
            yield from _ratios(
                claim,
                a,
                b,
                growth=free or bool(_GROWTH.search(text)),
                share=free or bool(_SHARE.search(text)),
                nearby=nearby,
            )
    if unit not in _AMOUNTS:
        yield from _amounts(claim, operands, free=free)
    if _MEAN.search(text):
        yield from _means(claim, operands)


def _near(claim: Claim) -> str:
    """The words around the figure, which say how it was worked out."""
    return claim.text[max(0, claim.figure.start - 64) : claim.figure.end + 32]


def _both_said(claim: Claim, a: Operand, b: Operand) -> bool:
    """Both figures stand in the sentence itself."""
    return a.said in claim.text and b.said in claim.text and bool(a.said and b.said)


def _ratios(
    claim: Claim, a: Operand, b: Operand, *, growth: bool, share: bool, nearby: bool
) -> Iterator[tuple[str, Evidence]]:
    unit, x, y = claim.figure.unit, plain(a.value), plain(b.value)
    alike = _alike(a, b)
    if unit in ("pt", "bp"):
        if alike and a.unit in ("%", "") and (nearby or _same_row(a, b)) and _in_order(claim, a, b):
            yield f"{_bracket(x)} - {_bracket(y)}", a.evidence
        return
    if b.value == 0 or a.unit in ("%", "pt", "bp") or b.unit in ("%", "pt", "bp"):
        return
    if unit in ("%", "") and growth and alike and (nearby or _same_row(a, b)) and _in_order(claim, a, b):
        base = y if b.value > 0 else f"({plain(abs(b.value))})"
        yield f"({x} - {_bracket(y)}) / {base}", a.evidence
        if (years := _years_between(a, b)) > 1 and re.search(r"CAGR|compound|年平均|年率", claim.text, re.IGNORECASE):
            yield f"({x} / {y}) ** (1 / {years}) - 1", a.evidence
    if ((share or unit in ("x", "")) and alike and not _periods_apart(claim, a, b)) or (unit == "x" and alike):
        yield f"{_bracket(x)} / {_bracket(y)}", a.evidence


def _amounts(claim: Claim, operands: Sequence[Operand], *, free: bool) -> Iterator[tuple[str, Evidence]]:
    text, unit = _near(claim), claim.figure.unit
    kin = [o for o in operands if o.unit not in _AMOUNTS and _units_fit(unit, o.unit)]
    if free or _DIFFERENCE.search(text):
        for a, b in permutations(kin, 2):
            if _in_order(claim, a, b) and (_same_row(a, b) or _both_said(claim, a, b)):
                yield f"{_bracket(plain(a.value))} - {_bracket(plain(b.value))}", a.evidence
    if free or _SUM.search(text):
        for size in range(2, min(len(kin), 5) + 1):
            for chosen in combinations(kin, size):
                yield " + ".join(_bracket(plain(o.value)) for o in chosen), chosen[0].evidence
    if unit.endswith("/share") or _PER_SHARE.search(text):
        for a, b in permutations(operands, 2):
            if b.unit == "shares" and a.unit not in _AMOUNTS and a.unit != "shares" and b.value:
                yield f"{_bracket(plain(a.value))} / {plain(b.value)}", a.evidence


def _means(claim: Claim, operands: Sequence[Operand]) -> Iterator[tuple[str, Evidence]]:
    kin = [o for o in operands if _units_fit(claim.figure.unit, o.unit)]
    for size in range(2, min(len(kin), 5) + 1):
        for chosen in combinations(kin, size):
            total = " + ".join(_bracket(plain(o.value)) for o in chosen)
            yield f"({total}) / {size}", chosen[0].evidence


def _bracket(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _units_fit(a: str, b: str) -> bool:
    return not a or not b or a.split("/")[0] == b.split("/")[0]


def _alike(a: Operand, b: Operand) -> bool:
    return _units_fit(a.unit, b.unit)


def _same_row(a: Operand, b: Operand) -> bool:
    """Two columns of one row, or two figures of one sentence."""
    if a.evidence.cell and b.evidence.cell:
        return a.evidence.cell.rows == b.evidence.cell.rows
    return a.evidence.text == b.evidence.text


def _in_order(claim: Claim, a: Operand, b: Operand) -> bool:
    """The later period comes first, and is the one that the sentence speaks of, where periods are known."""
    if at_odds(claim.period, a.evidence.period, loose=a.evidence.loose):
        return False
    x, y = a.evidence.period, b.evidence.period
    return not (x and y and x.canonical and y.canonical and x.canonical < y.canonical)


def _periods_apart(claim: Claim, a: Operand, b: Operand) -> bool:
    return any(at_odds(claim.period, o.evidence.period, loose=o.evidence.loose) for o in (a, b)) or at_odds(
        a.evidence.period, b.evidence.period, loose=a.evidence.loose or b.evidence.loose
    )


def _years_between(a: Operand, b: Operand) -> int:
    x, y = a.evidence.period, b.evidence.period
    if not (x and y):
        return 0
    first, last = re.search(r"\d{4}", y.canonical), re.search(r"\d{4}", x.canonical)
    return int(last.group()) - int(first.group()) if first and last else 0
