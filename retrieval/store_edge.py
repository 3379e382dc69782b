"""Qdrant Edge: one generation of the index in one folder, inside the process that serves it (`retrieval/engine.py`).

The engine's own log is off: it would keep up to 64 MB of what the database holds as well. What is written survives a
kill once it has been flushed; what was not yet is written again from the change table. Queries release the
interpreter's lock; `load` holds it, `optimize` from start to end, and `flush` until the disk has it: 15 ms, or 100 on a
busy one, however little was written. How rare a term is, is counted beside the shard (`retrieval/rarity.py`), in a file
that is there only while nothing has been written since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import qdrant_edge as qe

from retrieval.lexical import Sparse
from retrieval.rarity import Rarity, Terms, exact, grained
from retrieval.store import (
    DENSE,
    DOCUMENT,
    PLACE,
    ROWS,
    SCOPE,
    SPARSE,
    VERSION,
    Found,
    IndexAway,
    Point,
    Probe,
    search_settled,
)

EXACT = 20_000
"""Up to so many visible passages of a segment each is compared (2 ms); beyond, a graph is asked, which misses a few."""
EDGES, BREADTH, LOOKED_AT = 16, 128, 160
"""Of the graph: links a point, candidates when it is built, candidates when it is asked."""
BYTES = 2
"""What the engine reckons for a number of a dense vector: it is told in kilobytes what is few enough to compare."""
FORMAT = "4"
"""Of what a shard holds; one of another format is built again from the database."""
FORMAT_FILE, TERMS_FILE = "format", "terms.npz"
FILTERS = 64
"""Filters kept as the engine reads them, one a set of scopes."""
READ = 1_000
UPSERT = 200
"""Points an update: short enough that other threads hardly wait for the interpreter's lock."""


class EdgeStore:
    """One shard, from one folder. Several threads may ask it while one writes."""

    def __init__(self, folder: Path, dimensions: int | None = None) -> None:
        """Load the shard in the folder, or make one where `dimensions` are given.

        The binding has no error type of its own: a damaged folder raises a bare Exception.
        """
        self._folder = folder
        if dimensions is None and not _is_current(folder):
            raise IndexAway(f"The index in {folder} was written by an earlier version.")
        self._shard = qe.EdgeShard.load(str(folder)) if dimensions is None else _create(folder, dimensions)
        self._rarity = _counted(self._shard, folder / TERMS_FILE)
        self._dirty = not (folder / TERMS_FILE).exists()
        self._filters: dict[frozenset[str], Any] = {}

    def search(self, scopes: frozenset[str], probes: Sequence[Probe]) -> list[list[Found]]:
        if not scopes or not probes:
            return [[] for _ in probes]
        vectors = {id(probe.vector): self._weighed(probe, scopes) for probe in probes}
        return search_settled(
            probes, lambda asked: self._asked(scopes, [(probe, vectors[id(probe.vector)]) for probe in asked])
        )

    def _asked(self, scopes: frozenset[str], probes: Sequence[tuple[Probe, Any]]) -> list[list[Found]]:
        requests = [_request(probe, vector, self._seen(scopes, probe.documents)) for probe, vector in probes]
        answers = self._shard.query_batch(qe.QueryBatchRequest(requests))
        return [[_found(point) for point in answer] for answer in answers]

    def _weighed(self, probe: Probe, scopes: frozenset[str]) -> Any:
        """The vector as the engine reads it. A question's terms weigh by how rare they are where the asker may look."""
        if not isinstance(probe.vector, Sparse):
            return probe.vector.tolist()
        rarity = self._rarity.weights(scopes, probe.vector.ids)
        return _sparse(Sparse(probe.vector.ids, exact(probe.vector.weights * rarity)))

    def _seen(self, scopes: frozenset[str], documents: tuple[int, ...]) -> Any:
        if documents:
            return _where(scopes, documents)
        found = self._filters.get(scopes)
        if found is None:
            if len(self._filters) >= FILTERS:
                self._filters.clear()
            found = self._filters[scopes] = _where(scopes)
        return found

    def count(self, scopes: frozenset[str]) -> int:
        if not scopes:
            return 0
        return int(self._shard.count(qe.CountRequest(exact=True, filter=_where(scopes))))

    def upsert(self, points: Iterable[Point]) -> None:
        left = iter(points)
        while part := {point.id: point for point in islice(left, UPSERT)}:
            self._begin_to_write()
            before = self._shard.retrieve(list(part), [SCOPE], [SPARSE])
            self._shard.update(qe.UpdateOperation.upsert_points([_point(point) for point in part.values()]))
            self._count(before, -1)
            for scope in {point.scope for point in part.values()}:
                self._rarity.add(scope, [point.sparse.ids for point in part.values() if point.scope == scope])

    def remove(self, version: int) -> None:
        self._begin_to_write()
        before = list(_read(self._shard, _of_version(version)))
        self._shard.update(qe.UpdateOperation.delete_points_by_filter(_of_version(version)))
        self._count(before, -1)

    def rescope(self, version: int, scope: str) -> None:
        self._begin_to_write()
        before = list(_read(self._shard, _of_version(version)))
        self._shard.update(qe.UpdateOperation.set_payload_by_filter(_of_version(version), {SCOPE: scope}))
        self._count(before, -1)
        self._rarity.add(scope, [_terms(row) for row in before])

    def _begin_to_write(self) -> None:
        """Should this process die from now on, the terms are counted anew when the shard is opened."""
        if not self._dirty:
            (self._folder / TERMS_FILE).unlink(missing_ok=True)
            self._dirty = True

    def _count(self, rows: Sequence[Any], sign: int) -> None:
        for scope, terms in _by_scope(rows).items():
            self._rarity.add(scope, terms, sign)

    def keep(self) -> None:
        self._shard.flush()

    def size(self) -> int:
        return int(self._shard.count(qe.CountRequest(exact=True)))

    def optimise(self) -> None:
        self._shard.optimize()
        self._shard.flush()

    def close(self) -> None:
        self._shard.flush()
        self._shard.close()
        if self._dirty and self._folder.is_dir():
            self._rarity.save(self._folder / TERMS_FILE)


def _create(folder: Path, dimensions: int) -> Any:
    config = qe.EdgeConfig(
        vectors={
            DENSE: qe.EdgeVectorParams(
                size=dimensions,
                distance=qe.Distance.Dot,
                datatype=qe.VectorStorageDatatype.Turbo8,
            )
        },
        sparse_vectors={SPARSE: qe.EdgeSparseVectorParams(datatype=qe.VectorStorageDatatype.Float16)},
        hnsw_config=qe.HnswIndexConfig(
            m=EDGES, ef_construct=BREADTH, full_scan_threshold=EXACT * dimensions * BYTES // 1024
        ),
        payload_memory=qe.Memory.Cached,
        wal_enabled=False,
    )
    shard = qe.EdgeShard.create(str(folder), config)
    for name, kind in (
        (SCOPE, qe.PayloadSchemaType.Keyword),
        (VERSION, qe.IntegerIndexParams(lookup=True, range=False)),
        (DOCUMENT, qe.IntegerIndexParams(lookup=True, range=False)),
    ):
        shard.update(qe.UpdateOperation.create_field_index(name, kind))
    (folder / FORMAT_FILE).write_text(FORMAT)
    return shard


def _is_current(folder: Path) -> bool:
    try:
        return (folder / FORMAT_FILE).read_text() == FORMAT
    except FileNotFoundError:
        return False


def _counted(shard: Any, path: Path) -> Rarity:
    """As it was kept when the shard was last closed, or counted from its points."""
    if path.exists():
        return Rarity.load(path)
    counted = Rarity()
    rows: list[Any] = []
    for row in _read(shard, None):
        rows.append(row)
        if len(rows) == READ:
            _count_in(counted, rows)
            rows = []
    _count_in(counted, rows)
    return counted


def _count_in(counted: Rarity, rows: Sequence[Any]) -> None:
    for scope, terms in _by_scope(rows).items():
        counted.add(scope, terms)


def _read(shard: Any, where: Any) -> Iterator[Any]:
    """The scope and the terms of all points that match."""
    offset = None
    while True:
        rows, offset = shard.scroll(
            qe.ScrollRequest(offset=offset, limit=READ, filter=where, with_payload=[SCOPE], with_vector=[SPARSE])
        )
        yield from rows
        if offset is None:
            return


def _by_scope(rows: Sequence[Any]) -> dict[str, list[Terms]]:
    found: dict[str, list[Terms]] = {}
    for row in rows:
        found.setdefault(str(row.payload[SCOPE]), []).append(_terms(row))
    return found


def _terms(row: Any) -> Terms:
    held = (row.vector or {}).get(SPARSE)
    return np.array(held.indices if held is not None else [], np.uint32)


def _where(scopes: frozenset[str], documents: tuple[int, ...] = ()) -> Any:
    conditions: list[Any] = [qe.FieldCondition(SCOPE, match=qe.MatchAny(sorted(scopes)))]
    if documents:
        conditions.append(qe.FieldCondition(DOCUMENT, match=qe.MatchAny(sorted(documents))))
    return qe.Filter(must=conditions)


def _of_version(version: int) -> Any:
    return qe.Filter(must=[qe.FieldCondition(VERSION, match=qe.MatchValue(version))])


def _request(probe: Probe, vector: Any, where: Any) -> Any:
    return qe.QueryRequest(
        limit=probe.limit + 1,
        query=qe.Query.Nearest(vector, using=SPARSE if isinstance(probe.vector, Sparse) else DENSE),
        filter=where,
        params=None if isinstance(probe.vector, Sparse) else qe.SearchParams(hnsw_ef=max(LOOKED_AT, probe.limit + 1)),
        with_payload=[DOCUMENT, PLACE, ROWS],
    )


def _sparse(sparse: Sparse) -> Any:
    return qe.SparseVector(sparse.ids.tolist(), sparse.weights.tolist())


def _point(point: Point) -> Any:
    return qe.Point(
        point.id,
        {DENSE: point.dense.tolist(), SPARSE: _sparse(Sparse(point.sparse.ids, grained(point.sparse.weights)))},
        {SCOPE: point.scope, VERSION: point.version, DOCUMENT: point.document, PLACE: point.place, ROWS: point.rows},
    )


def _found(point: Any) -> Found:
    payload = point.payload
    return Found(point.id, point.score, payload[DOCUMENT], payload[PLACE], payload[ROWS])
