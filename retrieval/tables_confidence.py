"""How sure a cell is, from how well it fits and how far it is ahead of the next one."""

from __future__ import annotations

import math

from retrieval.tables_found import CellAnswer


def confidence(answer: CellAnswer, *, first: bool) -> float:
    ahead = answer.score - answer.runners_up[0].score if answer.runners_up else 1.0
    x = -7.0 + 6.0 * answer.why["label"] + 2.0 * answer.why["period"] + 2.0 * min(ahead, 1.0)
    return round(1 / (1 + math.exp(-x)), 3) if first else round(0.5 / (1 + math.exp(-x)), 3)
