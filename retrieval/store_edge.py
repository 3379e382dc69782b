"""Qdrant Edge: the engine inside this process, one folder a generation.

The write-ahead log is on, so a call that returned survives a kill. Queries release the interpreter's lock; `optimize`
holds it from start to end and belongs in a process of its own.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import qdrant_edge as qe

from retrieval.lexical import Sparse
from retrieval.store import (
    DECIMALS,
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
    settled,
)

UPSERT = 200
"""Points an update: short enough that other threads hardly wait for the interpreter's lock."""


class EdgeStore:
    """One shard, from one folder. Safe to use from several threads; `close` waits for those inside."""

    def __init__(self, folder: Path, dimensions: int | None = None) -> None:
        """Load the shard in the folder, or make one where `dimensions` are given.

        The binding has no error type of its own: a damaged folder raises a bare Exception.
        """
        self._folder = folder
        self._inside = 0
        self._quiet = threading.Condition()
        self._closed = False
        if dimensions is None and not folder.is_dir():
            raise IndexAway(f"There is no index in {folder}.")
        self._shard = qe.EdgeShard.load(str(folder)) if dimensions is None else _create(folder, dimensions)

    def search(self, scopes: frozenset[str], probes: Sequence[Probe]) -> list[list[Found]]:
        if not scopes or not probes:
            return [[] for _ in probes]
        corpus = _where(scopes)
        requests = [_request(probe, _where(scopes, probe.documents), corpus) for probe in probes]
        with self._use() as shard:
            answers = shard.query_batch(qe.QueryBatchRequest(requests))
        return [
            settled([_found(point) for point in answer], probe.limit)
            for probe, answer in zip(probes, answers, strict=True)
        ]

    def count(self, scopes: frozenset[str]) -> int:
        if not scopes:
            return 0
        with self._use() as shard:
            return int(shard.count(qe.CountRequest(exact=True, filter=_where(scopes))))

    def upsert(self, points: Sequence[Point]) -> None:
        for at in range(0, len(points), UPSERT):
            rows = [_point(point) for point in points[at : at + UPSERT]]
            with self._use() as shard:
                shard.update(qe.UpdateOperation.upsert_points(rows))

    def remove(self, version: int) -> None:
        with self._use() as shard:
            shard.update(qe.UpdateOperation.delete_points_by_filter(_of_version(version)))

    def rescope(self, version: int, scope: str) -> None:
        with self._use() as shard:
            shard.update(qe.UpdateOperation.set_payload_by_filter(_of_version(version), {SCOPE: scope}))

    def size(self) -> int:
        with self._use() as shard:
            return int(shard.count(qe.CountRequest(exact=True)))

    def optimise(self) -> None:
        with self._use() as shard:
            shard.optimize()
            shard.flush()

    def close(self) -> None:
        with self._quiet:
            self._closed = True
            self._quiet.wait_for(lambda: self._inside == 0)
        self._shard.close()

    @contextmanager
    def _use(self) -> Iterator[Any]:
        with self._quiet:
            if self._closed:
                raise IndexAway("The index was closed.")
            self._inside += 1
        try:
            yield self._shard
        finally:
            with self._quiet:
                self._inside -= 1
                self._quiet.notify_all()


class EdgeShelf:
    """The generations in a folder, a folder each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, number: int, dimensions: int) -> EdgeStore:
        if self._at(number).exists():
            shutil.rmtree(self._at(number))
        return EdgeStore(self._at(number), dimensions)

    def open(self, number: int) -> EdgeStore:
        return EdgeStore(self._at(number))

    def switch(self, number: int) -> None:
        """The database says which generation is live; a folder need not."""

    def discard(self, number: int) -> None:
        shutil.rmtree(self._at(number), ignore_errors=True)

    def numbers(self) -> list[int]:
        return sorted(int(path.name[4:]) for path in self._folder.glob("gen-[0-9]*"))

    def _at(self, number: int) -> Path:
        return self._folder / f"gen-{number:06}"


def _create(folder: Path, dimensions: int) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    config = qe.EdgeConfig(
        vectors={
            DENSE: qe.EdgeVectorParams(
                size=dimensions,
                distance=qe.Distance.Dot,
                datatype=qe.VectorStorageDatatype.Float16,
            )
        },
        sparse_vectors={SPARSE: qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf)},
        payload_memory=qe.Memory.Cached,
        wal_enabled=True,
    )
    shard = qe.EdgeShard.create(str(folder), config)
    for name, kind in (
        (SCOPE, qe.PayloadSchemaType.Keyword),
        (VERSION, qe.PayloadSchemaType.Integer),
        (DOCUMENT, qe.PayloadSchemaType.Integer),
    ):
        shard.update(qe.UpdateOperation.create_field_index(name, kind))
    return shard


def _where(scopes: frozenset[str], documents: tuple[int, ...] = ()) -> Any:
    conditions: list[Any] = [qe.FieldCondition(SCOPE, match=qe.MatchAny(sorted(scopes)))]
    if documents:
        conditions.append(qe.FieldCondition(DOCUMENT, match=qe.MatchAny(sorted(documents))))
    return qe.Filter(must=conditions)


def _of_version(version: int) -> Any:
    return qe.Filter(must=[qe.FieldCondition(VERSION, match=qe.MatchValue(version))])


def _request(probe: Probe, where: Any, corpus: Any) -> Any:
    vector: Any
    params = None
    if isinstance(probe.vector, Sparse):
        vector, using = _sparse(probe.vector), SPARSE
        # Without a corpus, how rare a word is would be counted in passages that the asker may not see.
        params = qe.SearchParams(idf=qe.IdfParams(corpus=corpus))
    else:
        vector, using = probe.vector.tolist(), DENSE
    return qe.QueryRequest(
        limit=probe.limit + 1,
        query=qe.Query.Nearest(vector, using=using),
        filter=where,
        params=params,
        with_payload=[DOCUMENT, PLACE, ROWS],
    )


def _sparse(sparse: Sparse) -> Any:
    return qe.SparseVector(sparse.ids.tolist(), sparse.weights.tolist())


def _point(point: Point) -> Any:
    return qe.Point(
        point.id,
        {DENSE: point.dense.tolist(), SPARSE: _sparse(point.sparse)},
        {SCOPE: point.scope, VERSION: point.version, DOCUMENT: point.document, PLACE: point.place, ROWS: point.rows},
    )


def _found(point: Any) -> Found:
    name, payload = point.id, point.payload
    return Found(
        name if isinstance(name, UUID) else UUID(str(name)),
        round(float(point.score), DECIMALS),
        int(payload[DOCUMENT]),
        int(payload[PLACE]),
        str(payload[ROWS]),
    )
