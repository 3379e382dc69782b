"""Answers' events in Redis Streams: the client, and reading what another process writes, from any point on.

The process that makes an answer numbers its events (`chat/writers.py`) and gives them to its own readers from memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

KEEP = 5000
"""Entries of a stream; everything current is written again within each so many, so that no reader misses a block."""
RUNNING_S, FINISHED_S = 3600, 120
"""How long a stream is kept: while it is written, and after its end (the database serves it from then on)."""
SILENT_S = 2.0
"""How long a reader hears nothing until it is told so."""
AWAY = (RedisError, OSError)
MOST_CONNECTIONS = 20_000
"""Each reader of another process's answer blocks on one of its own; redis-py's own limit is 100."""
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Redis] = WeakKeyDictionary()


@dataclass(slots=True, frozen=True)
class Entry:
    """One event of an answer, by its number."""

    number: int
    event: str
    """JSON."""
    is_last: bool = False

    @property
    def text(self) -> str:
        """As it is sent: with its number as the last key, "id"."""
        return f'{self.event[:-1]}, "id": "{self.number}"}}'


def client() -> Redis:
    """This event loop's client. No socket time-out: its readers block on purpose."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = Redis.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            socket_timeout=None,
            socket_connect_timeout=3,
            health_check_interval=25,
            max_connections=MOST_CONNECTIONS,
            retry=Retry(NoBackoff(), 1),
        )
    return _clients[loop]


async def close() -> None:
    if own := _clients.pop(asyncio.get_running_loop(), None):
        await own.aclose()


def key(turn: UUID) -> str:
    return f"turn:{turn}"


def fields(entry: Entry) -> dict[Any, Any]:
    return {"event": entry.event, "last": int(entry.is_last)}


async def read(turn: UUID, after: int, *, wait_s: float) -> list[Entry]:
    """The events after a number, waiting for one if there is none; [] after `wait_s` without any."""
    found: Any = await client().xread({key(turn): after}, block=int(wait_s * 1000), count=500)
    streams = found.items() if isinstance(found, dict) else found or []
    return [
        Entry(int(id_.partition("-")[0]), kept["event"], kept["last"] == "1")
        for _key, entries in streams
        for id_, kept in entries
    ]


async def follow(turn: UUID, after: int) -> AsyncGenerator[Entry | None]:
    """Events as they come, until the last one; None for each two seconds without any, or while Redis is away."""
    while True:
        try:
            entries = await read(turn, after, wait_s=SILENT_S)
        except AWAY:
            await asyncio.sleep(1)
            entries = []
        if not entries:
            yield None
        for entry in entries:
            after = entry.number
            yield entry
            if entry.is_last:
                return
