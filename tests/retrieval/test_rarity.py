"""Counts of terms by scope: the same as counting anew, whatever came and went, and nothing of other scopes."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.rarity import GRAIN, Rarity, exact, grained

SCOPES = ["c1", "c2", "c3", "d1"]


def counted_anew(held: list[tuple[str, list[int]]], scopes: frozenset[str], term: int) -> float:
    seen = [terms for scope, terms in held if scope in scopes]
    holding = sum(term in terms for terms in seen)
    return math.log1p((len(seen) - holding + 0.5) / (holding + 0.5))


def array(terms: list[int]) -> np.ndarray:
    return np.array(sorted(terms), np.uint32)


@pytest.mark.parametrize("seed", range(20))
def test_it_counts_as_one_would_by_hand(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rarity, held = Rarity(), list[tuple[str, list[int]]]()
    for _ in range(60):
        if held and chance.random() < 0.3:
            scope, terms = held.pop(chance.randrange(len(held)))
            rarity.add(scope, [array(terms)], -1)
        else:
            scope = chance.choice(SCOPES)
            some = [chance.sample([0, 1, 2, 7, 2**31, 2**32 - 1], chance.randint(1, 4)) for _ in range(3)]
            rarity.add(scope, [array(terms) for terms in some])
            held += [(scope, terms) for terms in some]
        scopes = frozenset(chance.sample([*SCOPES, "c99"], chance.randint(1, 4)))
        asked = array([0, 2, 9, 2**32 - 1])
        expected = [counted_anew(held, scopes, int(term)) for term in asked]
        assert rarity.weights(scopes, asked) == pytest.approx(expected)
        assert rarity.passages() == len(held)
    rarity.save(tmp_path / "terms.npz")
    again = Rarity.load(tmp_path / "terms.npz")
    for scopes in (frozenset({"c1"}), frozenset(SCOPES)):
        assert list(again.weights(scopes, asked)) == list(rarity.weights(scopes, asked))
    again.add("c8", [array([0])])
    assert again.passages() == len(held) + 1


def test_other_scopes_change_not_one_bit() -> None:
    alone, among = Rarity(), Rarity()
    for rarity in (alone, among):
        rarity.add("c1", [array([1, 2]), array([2])])
    among.add("c2", [array([1, 2, 3])] * 50)
    asked = array([1, 2, 3])
    assert alone.weights(frozenset({"c1"}), asked).tobytes() == among.weights(frozenset({"c1"}), asked).tobytes()
    assert among.weights(frozenset(), asked).tolist() == [math.log(2)] * 3


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.001, 20), st.floats(0.001, 2.2)), min_size=1, max_size=200),
    st.randoms(use_true_random=False),
)
def test_sums_are_the_same_in_every_order(pairs: list[tuple[float, float]], chance: random.Random) -> None:
    asked = exact(np.array([pair[0] for pair in pairs]))
    held = grained(np.array([pair[1] for pair in pairs], np.float32))
    products = [np.float32(a * b) for a, b in zip(asked, held, strict=True)]
    sums = set()
    for _ in range(5):
        chance.shuffle(products)
        total = np.float32(0)
        for product in products:
            total = np.float32(total + product)
        sums.add(float(total))
    assert len(sums) == 1
    assert np.abs(held - [pair[1] for pair in pairs]).max() <= GRAIN
