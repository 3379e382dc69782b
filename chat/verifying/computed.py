"""Figures that the answer worked out: which sum, difference, ratio or growth of figures in the sources gives them.

A formula is plain arithmetic on values in the base unit, "(32765000000 - 31657000000) / 31657000000"; `rerun` works it
out again, so that a formula which is shown has been checked by the same reading that a person gives it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

from chat.verifying.evidence import Evidence
from chat.verifying.formulas import Operand, formulas, target
from chat.verifying.match import Claim, Held
from chat.verifying.words import words
from library.figures import close, tolerance


@dataclass(slots=True, frozen=True)
class Computed:
    formula: str
    value: Decimal
    first: Evidence


def compute(claim: Claim, known: Sequence[Operand], held: Held) -> Computed | None:
    """A formula over figures of the answer, then over cells that the sentence names, that gives the figure."""
    aim = target(claim)
    for nearby in (True, False):
        operands = _distinct(known[-12:]) if nearby else _related(claim, held)
        for formula, first in formulas(aim, operands, nearby=nearby):
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


def _related(claim: Claim, held: Held) -> list[Operand]:
    """Cells of the rows that the sentence names best, of what it cites; figures of sentences alike."""
    said = words(claim.text)
    ranked: list[tuple[float, Evidence]] = []
    for e, label in zip(held.all, held.labels, strict=True):
        if claim.cited and e.source.marker not in claim.cited:
            continue
        if not label and e.cell and e.cell.rows and e.cell.rows[-1].lower() in claim.text.lower():
            ranked.append((1.0, e))
        elif shared := len(label & said):
            covered = shared / len(label) if e.cell else max(shared / len(label), min(shared, 4) / 8)
            if covered >= 0.34:
                ranked.append((covered, e))
    ranked.sort(key=lambda r: -r[0])
    return _distinct([Operand(e.amount, e.figure.unit, e) for _, e in ranked[:16]])
