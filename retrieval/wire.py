"""An engine's folder: its lock, its socket, and what goes over that either way: a line of JSON, then packed numbers.

No objects cross, so nothing is unpickled. Identifiers and scores cross in full: a ranking arrives to the last bit.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import numpy as np

from retrieval.lexical import Sparse
from retrieval.store import Found, Point, Probe

LOCK, SOCKET = "lock", "engine.sock"
WAITING = 128
"""Connections that may wait to be taken."""
SEND_S = 30.0
"""How long an engine may take nothing on: one that hangs would hold its askers for ever once its queue is full."""
LENGTH = struct.Struct("<I")
HIT = struct.Struct("<16sdqqH")
"""Id, score, document, place, and which of the names in the head its rows have."""
FLOAT, TERM = np.dtype("<f4"), np.dtype("<u4")


@dataclass(frozen=True, slots=True)
class Message:
    """What to do, or what came of it, with the numbers that belong to it."""

    head: dict[str, Any]
    body: bytes | memoryview = b""

    def packed(self) -> bytes:
        line = json.dumps(self.head, separators=(",", ":")).encode()
        return b"".join((LENGTH.pack(len(line)), line, self.body))


def unpacked(data: bytes) -> Message:
    (length,) = LENGTH.unpack_from(data)
    end = LENGTH.size + length
    return Message(json.loads(data[LENGTH.size : end]), memoryview(data)[end:])


def locked(folder: Path) -> IO[str]:
    """The lock that an engine has on its folder for as long as it lives; BlockingIOError where one does."""
    file = (folder / LOCK).open("a")
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def listening(folder: Path) -> socket.socket:
    """A socket in the folder, in place of what an engine that was killed left there."""
    (folder / SOCKET).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    _at(folder, listener.bind)
    listener.listen(WAITING)
    return listener


def connected(folder: Path) -> Connection:
    """To the engine of the folder. Raises OSError where there is none, or none that takes anything on."""
    asker = socket.socket(socket.AF_UNIX)
    asker.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(SEND_S), int(SEND_S % 1 * 1e6)))
    try:
        _at(folder, asker.connect)
    except OSError:
        asker.close()
        raise
    return Connection(asker.detach())


def _at(folder: Path, call: Callable[[str], object]) -> None:
    """By a short name: a socket's address has room for 107 bytes, and a folder may lie deep."""
    place = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        call(f"/proc/self/fd/{place}/{SOCKET}")
    finally:
        os.close(place)


def search(scopes: frozenset[str], probes: Sequence[Probe]) -> Message:
    rows = [[_size(probe), isinstance(probe.vector, Sparse), probe.limit, probe.documents] for probe in probes]
    body = b"".join(_vector_bytes(probe) for probe in probes)
    return Message({"do": "search", "scopes": sorted(scopes), "probes": rows}, body)


def read_search(message: Message) -> tuple[frozenset[str], list[Probe]]:
    body, probes, at = message.body, [], 0
    for size, is_words, limit, documents in message.head["probes"]:
        if is_words:
            ids = np.frombuffer(body, TERM, size, at)
            vector: Any = Sparse(ids, np.frombuffer(body, FLOAT, size, at + ids.nbytes))
            at += 2 * ids.nbytes
        else:
            vector = np.frombuffer(body, FLOAT, size, at)
            at += vector.nbytes
        probes.append(Probe(vector, limit, tuple(documents)))
    return frozenset(message.head["scopes"]), probes


def rankings(found: Sequence[Sequence[Found]]) -> Message:
    numbers: dict[str, int] = {}
    hits = [
        HIT.pack(hit.id.bytes, hit.score, hit.document, hit.place, numbers.setdefault(hit.rows, len(numbers)))
        for ranking in found
        for hit in ranking
    ]
    return Message({"lengths": [len(ranking) for ranking in found], "rows": list(numbers)}, b"".join(hits))


def read_rankings(message: Message) -> list[list[Found]]:
    names = message.head["rows"]
    hits = HIT.iter_unpack(message.body)
    return [
        [
            Found(UUID(bytes=key), score, document, place, names[rows])
            for _, (key, score, document, place, rows) in zip(range(length), hits, strict=False)
        ]
        for length in message.head["lengths"]
    ]


def upsert(points: Sequence[Point]) -> Message:
    rows = [
        [point.id.hex, len(point.sparse.ids), point.scope, point.version, point.document, point.place, point.rows]
        for point in points
    ]
    dense = np.stack([point.dense for point in points]).astype(FLOAT)
    parts = [dense.tobytes()]
    for point in points:
        parts += [point.sparse.ids.astype(TERM).tobytes(), point.sparse.weights.astype(FLOAT).tobytes()]
    return Message({"do": "upsert", "dimensions": dense.shape[1], "points": rows}, b"".join(parts))


def read_points(message: Message) -> Iterator[Point]:
    rows, dimensions = message.head["points"], message.head["dimensions"]
    dense = np.frombuffer(message.body, FLOAT, len(rows) * dimensions).reshape(len(rows), dimensions)
    at = dense.nbytes
    for vector, (key, terms, *rest) in zip(dense, rows, strict=True):
        ids = np.frombuffer(message.body, TERM, terms, at)
        weights = np.frombuffer(message.body, FLOAT, terms, at + ids.nbytes)
        at += 2 * ids.nbytes
        yield Point(UUID(key), vector, Sparse(ids, weights), *rest)


def _size(probe: Probe) -> int:
    return len(probe.vector.ids) if isinstance(probe.vector, Sparse) else len(probe.vector)


def _vector_bytes(probe: Probe) -> bytes:
    vector = probe.vector
    if isinstance(vector, Sparse):
        return vector.ids.astype(TERM).tobytes() + vector.weights.astype(FLOAT).tobytes()
    return vector.astype(FLOAT).tobytes()
