"""Both engines, by the very same tests: what is found, and what a right or its lack changes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from qdrant_client import QdrantClient

from retrieval import lexical
from retrieval.store import EngineAway, Found, IndexAway, Point, Probe, Shelf, WritableStore
from retrieval.store_local import LocalShelf
from retrieval.store_server import ServerShelf

SIZE = 16
WORDS = ["fee", "rent", "loan", "bond", "swap", "rate", "yield", "cash", "tax", "share", "note", "risk"]


@pytest.fixture
def store(shelf: Shelf) -> Iterator[WritableStore]:
    made = shelf.make(1, SIZE)
    yield made
    made.close()


def point(number: int, text: str, scope: str = "c1", version: int = 1) -> Point:
    vector = np.random.default_rng(number).normal(size=SIZE).astype(np.float32)
    return Point(
        UUID(int=number),
        vector / np.linalg.norm(vector),
        lexical.passage(text),
        scope,
        version,
        version,
        place=number % 7,
    )


def words(text: str, limit: int = 10, documents: tuple[int, ...] = ()) -> Probe:
    return Probe(lexical.question(text), limit, documents)


def ids(ranking: list[Found]) -> list[int]:
    return [found.id.int for found in ranking]


def test_it_finds_by_vector_and_by_words(store: WritableStore) -> None:
    points = [point(1, "the fee rose"), point(2, "the rent fell"), point(3, "a loan")]
    store.upsert(points)
    by_vector, by_words = store.search(frozenset({"c1"}), [Probe(points[1].dense, 2), words("rent")])
    assert ids(by_vector)[0] == 2
    assert len(by_vector) == 2
    assert ids(by_words) == [2]
    assert by_words[0].document == 1


def test_no_scope_finds_nothing(store: WritableStore) -> None:
    store.upsert([point(1, "the fee")])
    assert store.search(frozenset(), [words("fee")]) == [[]]
    assert store.search(frozenset({"c2"}), [words("fee")]) == [[]]
    assert store.search(frozenset({"c1"}), []) == []
    assert store.count(frozenset()) == 0
    assert store.count(frozenset({"c1", "c9"})) == 1


def test_documents_narrow_but_never_widen(store: WritableStore) -> None:
    store.upsert([point(1, "fee", "c1", 1), point(2, "fee", "c1", 2), point(3, "fee", "c2", 3)])
    (ranking,) = store.search(frozenset({"c1"}), [words("fee", documents=(2, 3))])
    assert ids(ranking) == [2]


def test_adding_again_changes_nothing(store: WritableStore) -> None:
    points = [point(number, f"fee {number}") for number in range(1, 500)]
    store.upsert(points)
    before = store.search(frozenset({"c1"}), [words("fee 7", 20)])
    store.upsert(points)
    assert store.size() == 499
    assert store.search(frozenset({"c1"}), [words("fee 7", 20)]) == before


def test_removing_and_rescoping_a_version(store: WritableStore) -> None:
    store.upsert([point(1, "fee", version=1), point(2, "fee", version=2), point(3, "fee", version=2)])
    store.rescope(2, "d5")
    assert store.count(frozenset({"c1"})) == 1
    assert store.count(frozenset({"d5"})) == 2
    (ranking,) = store.search(frozenset({"d5"}), [words("fee")])
    assert sorted(ids(ranking)) == [2, 3]
    store.remove(2)
    store.remove(2)
    assert store.size() == 1
    assert store.count(frozenset({"d5"})) == 0


@pytest.mark.parametrize("seed", range(25))
def test_two_worlds(shelf: Shelf, seed: int) -> None:
    """With and without passages that the asker may not see: the same hits, in the same order, with the same scores."""
    chance = random.Random(seed)
    mine = frozenset(chance.sample(["c1", "c2", "d1"], chance.randint(1, 3)))
    seen = [point(n, " ".join(chance.choices(WORDS, k=8)), chance.choice(sorted(mine)), n) for n in range(1, 60)]
    hidden = [point(n, " ".join(chance.choices(WORDS, k=8)), chance.choice(["c8", "c9"]), n) for n in range(60, 160)]
    alone, both = shelf.make(1, SIZE), shelf.make(2, SIZE)
    alone.upsert(seen)
    both.upsert(chance.sample(seen + hidden, len(seen) + len(hidden)))
    probes = [words(" ".join(chance.choices(WORDS, k=3)), 50) for _ in range(4)] + [Probe(seen[0].dense, 50)]
    assert both.count(mine) == alone.count(mine) == 59
    for left, right in zip(alone.search(mine, probes), both.search(mine, probes), strict=True):
        assert left == right != []
        assert {f.id for f in right} <= {p.id for p in seen}
    alone.close()
    both.close()


def test_both_engines_rank_alike(tmp_path: Path) -> None:
    """500 questions by words and by vector, each with rights of its own: the same passages with the same scores."""
    client = QdrantClient(":memory:")
    edge, server = LocalShelf(tmp_path).make(1, SIZE), ServerShelf(client).make(1, SIZE)
    chance = random.Random(7)
    points = [point(n, " ".join(chance.choices(WORDS, k=10)), f"c{n % 5}", n % 20) for n in range(1, 300)]
    edge.upsert(points)
    server.upsert(points)
    for number in range(500):
        scopes = frozenset(f"c{n}" for n in chance.sample(range(5), chance.randint(1, 5)))
        documents = tuple(chance.sample(range(20), 4)) if number % 3 == 0 else ()
        asked = words(" ".join(chance.choices(WORDS, k=2)), 300, documents)
        probes = [asked, Probe(point(1000 + number, "").dense, 300, documents)]
        # Edge holds a vector in a byte a dimension, and with 16 of them that shows.
        for left, right, close in zip(
            edge.search(scopes, probes), server.search(scopes, probes), (5e-3, 1e-2), strict=True
        ):
            scores = {found.id: found.score for found in right}
            assert {found.id for found in left} == set(scores)
            assert all(abs(found.score - scores[found.id]) < close for found in left)
    edge.close()
    client.close()


def test_generations_are_made_opened_and_discarded(shelf: Shelf) -> None:
    made = shelf.make(3, SIZE)
    made.upsert([point(1, "fee")])
    made.optimise()
    made.close()
    shelf.switch(3)
    again = shelf.open(3)
    assert again.size() == 1
    again.close()
    empty = shelf.make(3, SIZE)
    assert empty.size() == 0
    empty.close()
    assert shelf.numbers() == [3]
    shelf.discard(3)
    assert shelf.numbers() == []
    with pytest.raises(IndexAway):
        shelf.open(3)


def test_a_closed_engine_says_so(tmp_path: Path) -> None:
    store = LocalShelf(tmp_path).make(1, SIZE)
    store.close()
    with pytest.raises(EngineAway):
        store.size()
