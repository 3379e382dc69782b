"""Several rankings of the same passages made into one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from retrieval.store import Found

# Reciprocal rank fusion's damping: how little the first ranks stand out.
DAMPING = 20


def reciprocal(rankings: Sequence[tuple[float, Sequence[Found]]]) -> dict[UUID, float]:
    """Sum of weight / (damping + rank) over the rankings; best first."""
    scores: dict[UUID, float] = {}
    for weight, ranking in rankings:
        for rank, found in enumerate(ranking, 1):
            scores[found.id] = scores.get(found.id, 0.0) + weight / (DAMPING + rank)
    return ordered(scores)


def ordered(scores: dict[UUID, float]) -> dict[UUID, float]:
    """Best first; equal scores by id, so that the order never depends on chance."""
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0].int)))
