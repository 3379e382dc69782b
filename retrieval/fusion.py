"""Rankings by words and by meaning made into one, page by page. Pure.

Both scores are brought to 0–1 and added; what stands on one page (slide, table, minute) counts together, each further
passage for less; a document that fits the question's company and period is lifted. The weights were measured on
questions about English filings and hold for others: the order changes little when they do.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from retrieval.store import Found

MEANING = 0.7
"""What the vectors' score weighs against the words'."""
NEXT, NOISE = 0.3, 0.6
"""What each further passage of a page counts, of the one before, and from which share of the highest score there can be
on: long pages and files have many that resemble any question a little."""
DOCUMENT = 2.0
"""What a document that fits the question in full is lifted by."""
TABLE, STATEMENT = 0.1, 0.3
"""What a table's rows are lifted by where a figure is asked for, and those of the statement that holds it."""


class Place(NamedTuple):
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
    # By the numbers of their ids, which Python compares in a tenth of the time.
    by_words = {found.id.int: found for ranking in words for found in ranking}
    by_meaning = {found.id.int: found for ranking in meaning for found in ranking}
    scores = _scores(by_words, by_meaning)
    groups: dict[tuple[int, int], list[tuple[float, int, UUID]]] = {}
    for key, found in (by_words | by_meaning).items():
        lift = STATEMENT if found.rows in statements else TABLE if figure and found.rows else 0.0
        member = (-(scores[key] + lift), key, found.id)
        groups.setdefault((found.document, found.place), []).append(member)
    noise = NOISE * ((1.0 if by_words else 0.0) + (MEANING if by_meaning else 0.0))
    made = [_place(document, members, likeness.get(document, 0.0), noise) for (document, _), members in groups.items()]
    return sorted(made, key=lambda place: (-place.score, place.passages[0].int))


def _scores(by_words: Mapping[int, Found], by_meaning: Mapping[int, Found]) -> dict[int, float]:
    """Both scores as shares of the best, added. What a ranking broke off before is given its last score at most."""
    best_words = max((found.score for found in by_words.values()), default=0.0) or 1.0
    best_meaning = max((found.score for found in by_meaning.values()), default=0.0) or 1.0
    last = min((found.score for found in by_meaning.values()), default=0.0)
    floor = MEANING * max(0.0, last) / best_meaning
    scores = {key: found.score / best_words + floor for key, found in by_words.items()}
    for key, found in by_meaning.items():
        by_word = by_words[key].score / best_words if key in by_words else 0.0
        scores[key] = by_word + MEANING * max(0.0, found.score) / best_meaning
    return scores


def _place(document: int, members: list[tuple[float, int, UUID]], likeness: float, noise: float) -> Place:
    """`members` are minus their score, the number of their id and their id."""
    if len(members) > 1:
        members.sort()
    total, weight = DOCUMENT * likeness - members[0][0], NEXT
    for below, _, _ in members[1:]:
        if -below <= noise:
            break
        total -= (below + noise) * weight
        weight *= NEXT
    return Place(document, total, tuple([key for _, _, key in members]))
