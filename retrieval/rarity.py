"""How rare each term is among the passages that an asker may see, exactly and in a fraction of a millisecond.

An engine can count that itself for any filter, but walks every posting of every term of the question for it: twice the
time of the search. Here the passages of each scope are counted term by term as they are written, so that a question
adds a few hundred numbers. What other scopes hold never enters a sum.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Terms = NDArray[np.uint32]
LOW = np.uint64(0xFFFFFFFF)
CACHED = 64
"""Sets of scopes whose marks are kept; each is a byte a scope."""
GRAIN = 1 / 256
"""What the weights in passages are multiples of, see `exact`."""
MOST = 2.2 / GRAIN
"""The heaviest weight of a term in a passage, in grains: BM25's limit for a term that is repeated for ever."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Counts in ascending order of term, then scope; in several blocks the counts of one pair add up."""

    keys: NDArray[np.uint64]
    """The term in the upper half, the scope's number in the lower."""
    counts: NDArray[np.int32]


NOTHING = _Block(np.zeros(0, np.uint64), np.zeros(0, np.int32))


class Rarity:
    """Passages by scope and term. One thread writes, others may ask meanwhile."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._passages: NDArray[np.int64] = np.zeros(0, np.int64)
        self._blocks: tuple[_Block, ...] = ()
        self._marks: dict[frozenset[str], NDArray[np.bool_]] = {}
        self._writing = threading.Lock()

    def add(self, scope: str, passages: Sequence[Terms], sign: int = 1) -> None:
        """Count passages in, or out with `sign` -1; each holds its terms once."""
        if not passages:
            return
        with self._writing:
            number = self._number(scope)
            self._passages[number] += sign * len(passages)
            terms, counts = np.unique(np.concatenate(passages).astype(np.uint64), return_counts=True)
            keys = (terms << np.uint64(32)) | np.uint64(number)
            self._blocks = _merged((*self._blocks, _Block(keys, (sign * counts).astype(np.int32))))

    def weights(self, scopes: frozenset[str], terms: Terms) -> NDArray[np.float64]:
        """The inverse document frequency of each term, as BM25 has it, among the passages of these scopes."""
        marks = self._marked(scopes)
        total = int(self._passages[: len(marks)][marks].sum())
        holding = np.zeros(len(terms), np.int64)
        for block in self._blocks:
            holding += _counted(block, terms.astype(np.uint64), marks)
        return np.asarray(np.log1p((total - holding + 0.5).clip(0.5) / (holding + 0.5)))

    def passages(self) -> int:
        return int(self._passages.sum())

    def save(self, path: Path) -> None:
        """Under another name first: a file that is there is whole."""
        with self._writing:
            self._blocks = _merged((NOTHING, *self._blocks), everything=True)
            whole = self._blocks[0]
            names = np.array(list(self._numbers), dtype=np.str_)
            passages = self._passages
        made = path.with_suffix(f".new{path.suffix}")
        np.savez_compressed(made, keys=whole.keys, counts=whole.counts, names=names, passages=passages)
        made.replace(path)

    @classmethod
    def load(cls, path: Path) -> Rarity:
        found = cls()
        with np.load(path) as data:
            found._numbers = {str(name): at for at, name in enumerate(data["names"])}
            found._passages = data["passages"]
            found._blocks = (_Block(data["keys"], data["counts"]),)
        return found

    def _number(self, scope: str) -> int:
        number = self._numbers.get(scope)
        if number is None:
            number = len(self._numbers)
            if number >= len(self._passages):
                self._passages = np.concatenate([self._passages, np.zeros(64, np.int64)])
            self._numbers[scope] = number
            self._marks = {}
        return number

    def _marked(self, scopes: frozenset[str]) -> NDArray[np.bool_]:
        """By a scope's number, whether it is one of them."""
        kept = self._marks
        marks = kept.get(scopes)
        if marks is None:
            marks = np.zeros(len(self._passages), np.bool_)
            marks[[number for scope in scopes if (number := self._numbers.get(scope, len(marks))) < len(marks)]] = True
            if len(kept) >= CACHED:
                kept.clear()
            kept[scopes] = marks
        return marks


def exact(weights: NDArray[Any]) -> NDArray[np.float32]:
    """A question's weights, rounded so that any sum of their products with `grained` weights is exact in 32 bits.

    An engine adds a passage's terms in an order that depends on the passages around it, hidden ones too. Exact sums
    are the same in every order, and so are scores to the last bit.
    """
    step = 2.0 ** np.ceil(np.log2(max(float(weights.sum()) * MOST / 2**24, 2.0**-16)))
    return np.asarray(np.maximum(np.round(weights / step), 1.0) * step, np.float32)


def grained(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """A passage's weights as multiples of `GRAIN`."""
    return np.asarray(np.maximum(np.round(weights / GRAIN), 1.0) * GRAIN, np.float32)


def _counted(block: _Block, terms: NDArray[np.uint64], marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each term, its passages in the marked scopes."""
    first = np.searchsorted(block.keys, terms << np.uint64(32))
    last = np.searchsorted(block.keys, (terms << np.uint64(32)) | LOW, side="right")
    lengths = last - first
    ends = np.cumsum(lengths)
    if not len(ends) or not ends[-1]:
        return np.zeros(len(terms), np.int64)
    at = np.arange(ends[-1]) + np.repeat(first - ends + lengths, lengths)
    numbers = (block.keys[at] & LOW).astype(np.int64)
    seen = np.where(numbers < len(marks), marks[np.minimum(numbers, len(marks) - 1)], False)
    sums = np.concatenate([[0], np.cumsum(block.counts[at] * seen, dtype=np.int64)])
    return np.asarray(sums[ends] - sums[ends - lengths])


def _merged(blocks: Iterable[_Block], *, everything: bool = False) -> tuple[_Block, ...]:
    """Two at the end become one until each is less than half of the one before it."""
    left = list(blocks)
    while len(left) > 1 and (everything or len(left[-2].keys) < 2 * len(left[-1].keys)):
        last, before = left.pop(), left.pop()
        left.append(_united(before, last))
    return tuple(left)


def _united(one: _Block, other: _Block) -> _Block:
    if not len(one.keys):
        return other
    keys = np.concatenate([one.keys, other.keys])
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], np.concatenate([one.counts, other.counts])[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    sums = np.add.reduceat(counts, starts)
    kept = sums != 0
    return _Block(keys[starts][kept], sums[kept].astype(np.int32))
