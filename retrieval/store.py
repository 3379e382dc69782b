"""What any index engine can do for us, in plain data; `store_local.py` and `store_server.py` lead to the engines.

Rights are part of the question: a probe is always asked together with the scopes that the asker has, and an engine
that is given none answers nothing without looking.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from retrieval.lexical import Sparse

DENSE, SPARSE = "dense", "words"
SCOPE, VERSION, DOCUMENT, PLACE, ROWS = "scope", "version", "document", "place", "rows"


ENOUGH, WIDER, WIDEST = 0.5, 8, 10_000
"""How much of a ranking has to be left, how many times more is asked for otherwise, and up to how many."""
DECIMALS = 4
"""Of a score. An engine adds a passage's terms in an order that depends on all passages, hidden ones too, and so the
last bits of the sum do."""


class IndexAway(Exception):
    """The index cannot be asked or written now; the message says why in one sentence."""


class EngineAway(IndexAway):
    """The process that serves the index has ended or changes hands: ask again in a moment."""


@dataclass(frozen=True, slots=True)
class Point:
    """One passage as the index holds it."""

    id: UUID
    dense: NDArray[np.float32]
    sparse: Sparse
    scope: str
    version: int
    document: int
    place: int
    """Which page, slide, table, … of the document it stands on (`place_of`)."""
    rows: str = ""
    """The statement whose rows it is, "table" for rows of another table, "" for text."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One ranking to ask for: by a dense vector or by words, in all that may be seen or in some documents of it."""

    vector: NDArray[np.float32] | Sparse
    limit: int
    documents: tuple[int, ...] = ()


class Found(NamedTuple):
    """A point of a ranking. Scores compare within one ranking only."""

    id: UUID
    score: float
    document: int
    place: int
    rows: str = ""


def search_settled(probes: Sequence[Probe], ask: Callable[[Sequence[Probe]], list[list[Found]]]) -> list[list[Found]]:
    """The best of each probe without the luck of the draw: `ask` brings one more than each asks for.

    Which of several equal passages an engine lets pass depends on how its segments lie, and so on passages that the
    asker may not see. So equal ones stand by id, and those that the limit would cut through are left out; where that
    leaves little, more are asked for until they all are there.
    """
    found: list[list[Found]] = [[] for _ in probes]
    left = list(enumerate(probes))
    while left:
        answers = ask([probe for _, probe in left])
        cut = []
        for (at, probe), answer in zip(left, answers, strict=True):
            found[at] = settled(answer, probe.limit)
            if len(answer) > probe.limit and len(found[at]) < ENOUGH * probes[at].limit and probe.limit < WIDEST:
                cut.append((at, replace(probe, limit=probe.limit * WIDER)))
        left = cut
    return [ranking[: probe.limit] for ranking, probe in zip(found, probes, strict=True)]


def settled(ranking: list[Found], limit: int) -> list[Found]:
    """The best `limit` of a ranking of one more, less those that equal the first one left out."""
    ranking.sort(key=lambda found: (-found.score, found.id.int))
    if len(ranking) <= limit:
        return ranking
    last = ranking[limit].score
    return [found for found in ranking if found.score > last] or ranking[:limit]


def place_of(locator: Mapping[str, Any]) -> int:
    """One number for each page, slide, sheet, table, heading or minute of a document: what is read at one glance."""
    if "start" in locator:
        return int(locator["start"] // 60)
    number = locator.get("page") or locator.get("slide")
    if number:
        return int(number)
    return zlib.crc32(f"{locator.get('sheet')} {locator.get('table')} {locator.get('heading')}".encode()) & 0x7FFFFFFF


class Store(Protocol):
    """An index that can be asked."""

    def search(self, scopes: frozenset[str], probes: Sequence[Probe]) -> list[list[Found]]:
        """One ranking a probe, best first; of points within `scopes` alone, with statistics of those alone."""
        ...

    def count(self, scopes: frozenset[str]) -> int: ...


class WritableStore(Store, Protocol):
    """An index that this process may write. Until it is told to keep what was written, an engine that dies loses it."""

    def upsert(self, points: Sequence[Point]) -> None: ...

    def remove(self, version: int) -> None: ...

    def rescope(self, version: int, scope: str) -> None: ...

    def keep(self) -> None:
        """Returns once all that was written is there for good."""
        ...

    def size(self) -> int:
        """Points in all."""
        ...

    def optimise(self) -> None:
        """Build the graphs and merge the segments; may take minutes and hold the process."""
        ...

    def close(self) -> None: ...


class Shelf(Protocol):
    """Where an engine keeps its numbered generations."""

    def make(self, number: int, dimensions: int) -> WritableStore:
        """A new empty generation; what stood under the number is thrown away."""
        ...

    def open(self, number: int) -> WritableStore:
        """To write it as well. EngineAway: another process has it open. Another IndexAway: it has to be built again."""
        ...

    def connect(self, number: int) -> Store:
        """To ask it, whoever has it open."""
        ...

    def switch(self, number: int) -> None:
        """From now on this one is asked by whoever asks by name."""
        ...

    def discard(self, number: int) -> None: ...

    def numbers(self) -> list[int]: ...
