"""search(user, question): the passages that this user may see and that answer best.

The user's scopes go into every probe (gate 1), and every hit is looked up again for this user (gate 2). There is no
default user, and no scope means no search.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection as Ids
from dataclasses import dataclass
from typing import Any

from library import access
from library.models import Passage, User
from retrieval import embedding, fusion, lexical, live
from retrieval.embedding import EmbeddingAway
from retrieval.live import Live
from retrieval.store import Probe

logger = logging.getLogger(__name__)
CANDIDATES = 100
"""Points asked of the engine in each ranking."""
SPARE = 3
"""Candidates looked up in the database a hit wanted: some fall away as no longer visible or as repetitions."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its version, document, collection and table loaded, and how well it fits (higher is better)."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    hits: list[Hit]
    ms: float
    collections: int
    """In how many collections was searched."""
    question: Any
    """What was understood of the question."""
    generation: int
    """Number of the index generation that answered; 0 if none was asked."""


def search(
    user: User,
    question: str,
    *,
    limit: int = 10,
    document: str | None = None,
    collections: Ids[int] | None = None,
) -> SearchResult:
    """The best passages for the question among what `user` may see now.

    `document` (a file's name) and `collections` narrow that further; what the user may not see, by any of them, is
    simply not there. Raises IndexAway when the index cannot be asked.
    """
    began = time.perf_counter()
    visible = _visible(user, collections)
    documents = _named(user, document, collections) if document is not None else ()
    if not visible.scopes or not question.strip() or (document is not None and not documents):
        return SearchResult([], _ms(began), visible.collections, None, 0)
    now = live.current()
    rankings = now.store.search(visible.scopes, _probes(question, now, documents))
    scores = fusion.reciprocal([(1.0, ranking) for ranking in rankings])
    hits = _hits(user, scores, limit)
    return SearchResult(hits, _ms(began), visible.collections, None, now.number)


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit as the commands print it."""
    version = hit.passage.version
    return {
        "document": version.document.name,
        "document_id": version.document_id,
        "version": version.number,
        "collection": version.document.collection.name,
        "kind": hit.passage.kind,
        "locator": hit.passage.locator,
        "score": round(hit.score, 6),
        "text": hit.passage.text,
    }


@dataclass(frozen=True, slots=True)
class _Visible:
    scopes: frozenset[str]
    collections: int


def _visible(user: User, collections: Ids[int] | None) -> _Visible:
    """The user's scopes, narrowed to some collections where that is asked."""
    scopes = access.scopes(user)
    if collections is not None:
        wanted = {f"c{pk}" for pk in collections}
        own = (
            access.documents(user).filter(collection__in=list(collections), narrowed=True).values_list("pk", flat=True)
        )
        scopes &= wanted | {f"d{pk}" for pk in own}
    return _Visible(scopes, sum(scope.startswith("c") for scope in scopes))


def _named(user: User, name: str, collections: Ids[int] | None) -> tuple[int, ...]:
    """Documents of that file name which the user may see; one name may stand in several collections."""
    rows = access.documents(user).filter(name=name)
    if collections is not None:
        rows = rows.filter(collection__in=list(collections))
    return tuple(rows.values_list("pk", flat=True))


def _probes(question: str, now: Live, documents: tuple[int, ...]) -> list[Probe]:
    probes = []
    words = lexical.question(question)
    if words:
        probes.append(Probe(words, CANDIDATES, documents))
    vector = _vector(question, now)
    if vector is not None:
        probes.append(Probe(vector, CANDIDATES, documents))
    return probes


def _vector(question: str, now: Live) -> embedding.Vectors | None:
    """The question's vector, or None where it could not be compared: the words alone are searched then."""
    try:
        if now.model != embedding.model_name():
            logger.warning("The index still holds vectors of %s; words alone are searched.", now.model)
            return None
        return embedding.question(question)
    except EmbeddingAway as error:
        logger.warning("%s Words alone are searched.", error)
        return None


def _hits(user: User, scores: dict[Any, float], limit: int) -> list[Hit]:
    """The best of the candidates that the user may see now, in current versions, each text of a document once."""
    candidates = list(scores)
    hits: list[Hit] = []
    seen: set[tuple[int, str]] = set()
    for at in range(0, len(candidates), limit * SPARE):
        slice_ = candidates[at : at + limit * SPARE]
        rows = access.passages(user, slice_)
        for key in slice_:
            row = rows.get(key)
            if row is None or (row.version.document_id, row.text) in seen:
                continue
            seen.add((row.version.document_id, row.text))
            hits.append(Hit(row, scores[key]))
            if len(hits) == limit:
                return hits
    return hits


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
