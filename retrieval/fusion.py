"""Rankings by words and by meaning made into one, page by page. Pure.

Both scores are brought to 0–1 and added; what stands on one page (slide, table, minute) counts together, each further
passage for less; a document that fits the question's company and period is lifted. The weights were measured on
questions about English filings and hold for others: the order changes little when they do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Ids
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from retrieval.store import Found

MEANING = 1.0
"""What the vectors' score weighs against the words'."""
NEXT = 0.3
"""What each further passage of a page counts, of the one before."""
DOCUMENT = 2.0
"""What a document that fits the question in full is lifted by."""
TABLE, STATEMENT = 0.2, 0.4
"""What a table's rows are lifted by where a figure is asked for, and those of the statement that holds it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page (slide, table, …) with its passages, best first."""

    document: int
    score: float
    passages: tuple[UUID, ...]


def places(
    words: Iterable[Sequence[Found]],
    meaning: Iterable[Sequence[Found]],
    likeness: Mapping[int, float],
    *,
    figure: bool = False,
    statements: Ids[str] = (),
) -> list[Place]:
    """The places of all passages found, best first; equal ones by id, so that the order never depends on chance.

    `likeness` says how well each document fits the question (0–1), `figure` that it asks for one, `statements` where
    that stands.
    """
    by_words, by_meaning = _merged(words), _merged(meaning)
    scores = _scores(by_words, by_meaning)
    groups: dict[tuple[int, int], list[tuple[float, UUID]]] = defaultdict(list)
    for key, found in (by_words | by_meaning).items():
        lift = STATEMENT if found.rows in statements else TABLE if figure and found.rows else 0.0
        groups[found.document, found.place].append((scores[key] + lift, key))
    made = [_place(document, members, likeness.get(document, 0.0)) for (document, _), members in groups.items()]
    return sorted(made, key=lambda place: (-place.score, place.passages[0].int))


def _merged(rankings: Iterable[Sequence[Found]]) -> dict[UUID, Found]:
    """One ranking out of several that were asked with the same vector, so that scores are the same for the same."""
    return {found.id: found for ranking in rankings for found in ranking}


def _scores(by_words: Mapping[UUID, Found], by_meaning: Mapping[UUID, Found]) -> dict[UUID, float]:
    """Both scores as shares of the best, added. What a ranking broke off before is given its last score at most."""
    best_words = max((found.score for found in by_words.values()), default=0.0) or 1.0
    best_meaning = max((found.score for found in by_meaning.values()), default=0.0) or 1.0
    last = min((found.score for found in by_meaning.values()), default=0.0)
    scores = {}
    for key in by_words.keys() | by_meaning.keys():
        words = by_words[key].score if key in by_words else 0.0
        meaning = by_meaning[key].score if key in by_meaning else last
        scores[key] = words / best_words + MEANING * max(0.0, meaning) / best_meaning
    return scores


def _place(document: int, members: list[tuple[float, UUID]], likeness: float) -> Place:
    members.sort(key=lambda member: (-member[0], member[1].int))
    total = sum(score * NEXT**rank for rank, (score, _) in enumerate(members))
    return Place(document, total + DOCUMENT * likeness, tuple(key for _, key in members))
