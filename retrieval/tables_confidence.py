"""How sure a cell is, from how well it fits and how far it is ahead of the next one."""

from __future__ import annotations

import math

from retrieval.tables_found import CellAnswer

# A logistic regression on some 1,300 answers in two languages, half of them to questions whose table was taken away.
WEIGHTS = {
    "label": 3.2,
    "explained": 4.8,
    "period": 2.3,
    "context": 2.3,
    "member": 0.9,
    "basis": 3.2,
    "span": 0.2,
    "line": 0.45,
}
AHEAD, BIAS = 1.1, -15.6
NOT_ASKED = 0.8
"""What a fit counts that the question did not ask for."""
OTHER_COMPANY, OTHER_PERIOD = 0.1, 0.25


def confidence(answer: CellAnswer, *, asked: frozenset[str], ahead: float) -> float:
    """0–1. `asked` names the optional fits that the question does ask for; `ahead` is the lead in score."""
    fits = {name: answer.why[name] for name in WEIGHTS}
    for name in ("period", "context", "member"):
        if name not in asked:
            fits[name] = NOT_ASKED
    x = BIAS + AHEAD * max(-1.5, min(ahead, 1.5)) + sum(WEIGHTS[name] * fit for name, fit in fits.items())
    sure = 1 / (1 + math.exp(-x))
    if answer.why["company"] == 0:
        sure *= OTHER_COMPANY
    if "period" in asked and answer.why["period"] == 0:
        sure *= OTHER_PERIOD
    return round(sure, 3)
