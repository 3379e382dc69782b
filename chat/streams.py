"""An answer's events in Redis: written once, read by any socket from any point on.

Events are idempotent, so a writer that lost Redis brings back what is current, and a reader may see one twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chat.events import Event, encode

log = logging.getLogger(__name__)
KEEP = 5000
"""Entries of a stream; everything current is written again within each so many, so that no reader misses a block."""
RUNNING_S, FINISHED_S = 3600, 120
"""How long a stream is kept: while it is written, and after its end (the database serves it from then on)."""
PATIENCE_S = 3.0
"""How long the end of an answer waits for a Redis that is away."""
AWAY = (RedisError, OSError)
MOST_CONNECTIONS = 20_000
"""Each reader blocks on one of its own; redis-py's own limit is 100."""
TERMINAL = ("done", "error")
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Redis] = WeakKeyDictionary()


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


class Writer:
    """Takes events at once and brings them to Redis in its own time, so that Redis holds no answer up.

    Of a block that changes faster than it can be written, only the latest state is written.
    """

    def __init__(self, turn: UUID) -> None:
        self.key = key(turn)
        self.turn = str(turn)
        self._all: dict[str, dict[str, Any]] = {}
        self._missing: dict[str, dict[str, Any]] = {}
        self._waiting = asyncio.Event()
        self._written = 0
        self._there = False
        self._finishing = False

    def put(self, event: Event) -> None:
        data = encode(event) | {"turn": self.turn}
        name = f"{event.type} {data.get('block', '')}"
        if event.type == "figure":
            name = f"figure {len(self._all)}"
        self._all[name] = data
        self._missing.pop(name, None)
        self._missing[name] = data
        self._waiting.set()

    async def run(self) -> None:
        """Write through every absence of Redis, until `finish` was called and nothing is missing."""
        pause = 0.1
        while self._missing or not self._finishing:
            await self._waiting.wait()
            self._waiting.clear()
            try:
                await self._write()
                pause = 0.1
            except AWAY as error:
                if pause == 0.1:
                    log.warning("answer %s: Redis is away (%s)", self.turn, type(error).__name__)
                self._waiting.set()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1)

    async def finish(self, run: asyncio.Task[None]) -> None:
        """Let `run` bring what is left; whoever reads without Redis reads from the database."""
        self._finishing = True
        self._waiting.set()
        await asyncio.wait([run], timeout=PATIENCE_S)
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run

    async def _write(self) -> None:
        if self._written + len(self._missing) > KEEP // 2:
            self._missing, self._written = self._all | self._missing, 0
        batch = list(self._missing.items())
        if None in await self._append(batch):
            # The stream that was there is gone: a Redis that kept nothing over its restart.
            self._there = False
            batch = list((self._all | self._missing).items())
            await self._append(batch)
        self._there = True
        self._written += len(batch)
        for name, data in batch:
            if self._missing.get(name) is data:
                del self._missing[name]

    async def _append(self, batch: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        async with client().pipeline(transaction=False) as pipe:
            for _name, data in batch:
                fields: dict[Any, Any] = {"event": json.dumps(data, ensure_ascii=False)}
                pipe.xadd(self.key, fields, maxlen=KEEP, nomkstream=self._there)
            if self._finishing or not self._there:
                pipe.expire(self.key, FINISHED_S if self._finishing else RUNNING_S)
            written: list[Any] = await pipe.execute()
        return written


async def read(turn: UUID, after: str, *, wait_ms: int) -> list[tuple[str, dict[str, Any]]]:
    """The events after an id, waiting for one if there is none; [] after `wait_ms` without any."""
    found: Any = await client().xread({key(turn): after}, block=wait_ms, count=500)
    streams = found.items() if isinstance(found, dict) else found or []
    return [(id_, json.loads(fields["event"])) for _key, entries in streams for id_, fields in entries]


async def follow(turn: UUID, after: str) -> AsyncIterator[tuple[str, dict[str, Any]] | None]:
    """Events as they come, until the last one; None for each two seconds without any, or while Redis is away."""
    while True:
        try:
            entries = await read(turn, after, wait_ms=2000)
        except AWAY:
            await asyncio.sleep(1)
            entries = []
        if not entries:
            yield None
        for id_, event in entries:
            after = id_
            yield id_, event | {"id": id_}
            if event["type"] in TERMINAL:
                return
