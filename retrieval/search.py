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
from retrieval import embedding, fusion, lexical, live, measured, rerank, statements, wording
from retrieval.asked import understand
from retrieval.embedding import EmbeddingAway
from retrieval.fusion import Place
from retrieval.live import Live
from retrieval.question import Question, main_clause
from retrieval.store import Found, Probe
from retrieval.understood import Chip

logger = logging.getLogger(__name__)
BY_WORDS, BY_MEANING = 60, 100
"""Points asked of the engine in each ranking; more of them changed no answer on six sets of questions."""
SPARE = 4
"""Candidates looked up beyond those wanted: some fall away as no longer visible or as repetitions."""
LIKELY, MOST_LIKELY = 3, 100
"""Documents that are asked for their best besides everything, or so many that fit alike."""
EXPANSION, UNNAMED, YEAR = 0.5, 0.15, 0.5
"""What the terms of other wordings weigh against a word of the question, what they do where it names no company whose
documents are known (its own words are all there is to tell documents apart), and what the years asked for do."""


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
    question: Question | None
    """What was understood of the question."""
    generation: int
    """Number of the index generation that answered; 0 if none was asked."""
    chips: tuple[Chip, ...] = ()
    """What was understood, as its asker may take it off; what was taken off stands among it."""


def search(
    user: User,
    question: str,
    *,
    limit: int = 10,
    document: str | None = None,
    collections: Ids[int] | None = None,
    documents: Ids[int] | None = None,
    ignoring: Ids[str] = (),
) -> SearchResult:
    """The best passages for the question among what `user` may see now.

    `document` (a file's name), `collections` and `documents` narrow that further; what the user may not see, by any of
    them, is simply not there. `ignoring` names readings of the question that are not meant (ids of its chips). Raises
    IndexAway when the index cannot be asked.
    """
    began = time.perf_counter()
    visible = _visible(user, collections)
    narrowed = document is not None or documents is not None
    chosen = _chosen(user, document, documents, collections) if narrowed else ()
    if not visible.scopes or not question.strip() or (narrowed and not chosen):
        return SearchResult([], _ms(began), visible.collections, None, 0)
    asked = understand(user, question, collections, ignoring)
    likeness = {} if len(chosen) == 1 else asked.likeness
    words, meaning, number = _rankings(visible.scopes, asked.question, chosen or _likely(likeness), alone=narrowed)
    named = bool(chosen or likeness)
    figure = named and (bool(asked.question.measures) or asked.question.wants in ("figure", "table"))
    places = fusion.places(
        words,
        meaning,
        likeness,
        figure=figure,
        statements=statements.meant(asked.question) if named else (),
    )
    if asked.question.measures:
        places = measured.reordered(visible.scopes, asked.question, places)
    again = rerank.is_on()
    hits = _hits(user, places, max(limit, rerank.DEPTH) if again else limit)
    if again:
        hits = _reranked(question, hits)[:limit]
    return SearchResult(hits, _ms(began), visible.collections, asked.question, number, asked.chips)


def _reranked(question: str, hits: list[Hit]) -> list[Hit]:
    """The first hits in the order of the reranking model; the scores stay where they stand, and the passages move."""
    first = hits[: rerank.DEPTH]
    texts = [wording.for_index(hit.passage.version.document, hit.passage.heading, hit.passage.text) for hit in first]
    moved = [first[at].passage for at in rerank.order(question, texts)]
    return [Hit(passage, hit.score) for passage, hit in zip(moved, first, strict=True)] + hits[rerank.DEPTH :]


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


def _chosen(user: User, name: str | None, documents: Ids[int] | None, collections: Ids[int] | None) -> tuple[int, ...]:
    """Those of the documents which the user may see; one file name may stand in several collections."""
    rows = access.documents(user)
    if name is not None:
        rows = rows.filter(name=name)
    if documents is not None:
        rows = rows.filter(pk__in=list(documents))
    if collections is not None:
        rows = rows.filter(collection__in=list(collections))
    return tuple(rows.values_list("pk", flat=True))


def _likely(likeness: dict[int, float]) -> tuple[int, ...]:
    """The documents that fit best, which are asked for their best on top of everything.

    A report may be kept as many files, which fit alike: none of them is left out for another.
    """
    best = sorted(likeness, key=lambda key: (-likeness[key], key))
    last = likeness[best[:LIKELY][-1]] if best else 0.0
    return tuple(key for key in best if likeness[key] >= last)[:MOST_LIKELY]


def _rankings(
    scopes: frozenset[str], asked: Question, documents: tuple[int, ...], *, alone: bool
) -> tuple[list[list[Found]], list[list[Found]], int]:
    """What is found by words and by meaning, and in which generation; a question asks again in one that comes now."""

    def asked_of(now: Live) -> tuple[list[list[Found]], list[list[Found]], int]:
        words, meaning = _probes(asked, now, documents, alone=alone)
        rankings = now.store.search(scopes, [*words, *meaning])
        return rankings[: len(words)], rankings[len(words) :], now.number

    return live.ask(asked_of)


def _probes(asked: Question, now: Live, documents: tuple[int, ...], *, alone: bool) -> tuple[list[Probe], list[Probe]]:
    """By words and by meaning, in everything that may be seen and in some documents; in these alone if so asked."""
    asks: list[tuple[int, ...]] = [] if alone else [()]
    if documents:
        asks.append(documents)
    sparse = lexical.question(*wordings(asked, EXPANSION if documents else UNNAMED))
    vector = _vector(spoken(asked), now)
    words = [Probe(sparse, BY_WORDS, chosen) for chosen in asks] if sparse else []
    return words, [] if vector is None else [Probe(vector, BY_MEANING, chosen) for chosen in asks]


def wordings(asked: Question, expansion: float) -> tuple[str, list[tuple[str, float]]]:
    """The words that ask, and what else the filing may call it, in both languages."""
    extra = [(wording, expansion) for wording in (*asked.expansions, *asked.sections)]
    extra += [(period[2:6], YEAR) for period in asked.periods if period.startswith("FY")]
    return _clause(asked), extra


def spoken(asked: Question) -> str:
    """What is embedded: the question without its instructions, and the usual names of what it asks for."""
    english = [wording for wording in asked.expansions if wording.isascii()]
    return f"{_clause(asked)} {', '.join([*english[:3], *asked.sections[:1]])}".strip()


def _clause(asked: Question) -> str:
    start, end = main_clause(asked.text)
    return asked.text[start:end]


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


def _hits(user: User, places: list[Place], limit: int) -> list[Hit]:
    """Passages that the user may see now, in current versions: the best of each place, then the others.

    A text that a document repeats is shown once.
    """
    firsts = [(place.passages[0], place.score) for place in places]
    others = [(key, place.score) for place in places for key in place.passages[1:]]
    candidates = firsts + others
    hits: list[Hit] = []
    seen: set[tuple[int, str]] = set()
    at, size = 0, limit + SPARE
    while len(hits) < limit and at < len(candidates):
        part = candidates[at : at + size]
        rows = access.passages(user, [key for key, _ in part])
        for key, score in part:
            row = rows.get(key)
            if row is not None and (row.version.document_id, row.text) not in seen:
                seen.add((row.version.document_id, row.text))
                hits.append(Hit(row, score))
        at += size
    return hits[:limit]


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
