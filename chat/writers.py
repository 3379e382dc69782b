"""The events of the answers that this process makes: numbered, given to its own readers at once, brought to Redis.

Events are idempotent: of a block that changes, readers that come later or are slow get the latest state alone, and a
reader may see one twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from redis.asyncio.client import Pipeline

from chat.events import Done, Error, Event, as_json
from chat.streams import AWAY, FINISHED_S, KEEP, RUNNING_S, SILENT_S, Entry, client, fields, key

log = logging.getLogger(__name__)
PATIENCE_S = 3.0
"""How long the end of an answer waits for a Redis that is away."""
REST_S = 0.05
"""Between two goes to Redis: what is new in between goes together."""
SLOWEST_S = 1.0
"""Between two tries of a Redis that is away."""
EACH = ("figure", "notice")
"""Of these a later one replaces no earlier one."""


class Writer:
    """Takes the events of one answer; nobody who reads them, and no Redis that is slow or away, holds it up."""

    def __init__(self, turn: UUID) -> None:
        self.turn = turn
        self.is_given_up = False
        self._entries: dict[str, Entry] = {}
        """What is current, by the order in which it came to be so."""
        self._number = 0
        self._brought = 0
        """The number up to which Redis has all that is current."""
        self._on_the_way: list[Entry] = []
        self._kept = 0
        self._is_there = self._is_ending = False
        self._through = asyncio.Event()
        self._readers: set[asyncio.Event] = set()

    def put(self, event: Event) -> None:
        self._number += 1
        name = f"{event.type} {getattr(event, 'block', '')}"
        if event.type in EACH:
            name = f"{event.type} {self._number}"
        self._entries.pop(name, None)
        self._entries[name] = Entry(self._number, as_json(event, str(self.turn)), isinstance(event, Done | Error))
        for reader in self._readers:
            reader.set()
        _carrier().call(self)

    async def follow(self, after: int) -> AsyncGenerator[Entry | None]:
        """What is current and came after a number, until the last; None for each two seconds without anything."""
        self._readers.add(changed := asyncio.Event())
        try:
            while True:
                changed.clear()
                for entry in self._after(after):
                    after = entry.number
                    yield entry
                    if entry.is_last:
                        return
                if not changed.is_set() and not await _within(SILENT_S, changed):
                    yield None
        finally:
            self._readers.discard(changed)

    async def finish(self) -> None:
        """Let what is left be brought; whoever reads elsewhere and without Redis reads from the database."""
        self._is_ending = True
        _carrier().call(self)
        self.is_given_up = not await _within(PATIENCE_S, self._through)

    def load(self, pipe: Pipeline) -> None:
        """Put the commands on the way that bring what is missing."""
        missing = self._after(self._brought)
        if self._kept + len(missing) > KEEP // 2:
            self._number_anew()
            missing, self._kept = list(self._entries.values()), 0
        for entry in missing:
            pipe.xadd(key(self.turn), fields(entry), id=str(entry.number), maxlen=KEEP, nomkstream=self._is_there)
        if self._is_ending or not self._is_there:
            pipe.expire(key(self.turn), FINISHED_S if self._is_ending else RUNNING_S)
        self._on_the_way = missing

    def unload(self, answers: list[Any]) -> None:
        """`answers` to the commands of `load`. Raises what Redis refused, save what it had got by a first try."""
        for answer in answers:
            if isinstance(answer, Exception) and "equal or smaller" not in str(answer):
                raise answer
        if None in answers:
            # The stream that was there is gone: a Redis that kept nothing over its restart.
            self._is_there, self._brought, self._kept = False, 0, 0
        elif self._on_the_way:
            self._is_there, self._brought = True, self._on_the_way[-1].number
            self._kept += len(self._on_the_way)
        if self._brought < self._number:
            _carrier().call(self)
        elif self._is_ending:
            self._through.set()

    def _after(self, number: int) -> list[Entry]:
        newer = takewhile(lambda entry: entry.number > number, reversed(self._entries.values()))
        return list(newer)[::-1]

    def _number_anew(self) -> None:
        """So that all that is current comes after all that was written before, which is soon forgotten."""
        for name, entry in self._entries.items():
            self._number += 1
            self._entries[name] = replace(entry, number=self._number)


class Carrier:
    """Goes to Redis for all writers of this event loop, while any of them has something."""

    def __init__(self) -> None:
        self._called: dict[Writer, None] = {}
        self._task: asyncio.Task[None] | None = None

    def call(self, writer: Writer) -> None:
        self._called[writer] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        tries = 0
        while self._called:
            writers = [writer for writer in self._called if not writer.is_given_up]
            self._called = {}
            try:
                await _bring(writers)
                tries = 0
            except AWAY as error:
                if not tries:
                    log.warning("%s answers wait: Redis is away (%s)", len(writers), type(error).__name__)
                tries += 1
                self._called = dict.fromkeys(writers) | self._called
            await asyncio.sleep(min(REST_S * 2 ** min(tries, 9), SLOWEST_S))


async def _bring(writers: list[Writer]) -> None:
    shares = []
    async with client().pipeline(transaction=False) as pipe:
        for writer in writers:
            before = len(pipe)
            writer.load(pipe)
            shares.append(slice(before, len(pipe)))
        answers = await pipe.execute(raise_on_error=False)
    for writer, share in zip(writers, shares, strict=True):
        writer.unload(answers[share])


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether it comes in this time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return await event.wait()
    return False


_carriers: WeakKeyDictionary[asyncio.AbstractEventLoop, Carrier] = WeakKeyDictionary()


def _carrier() -> Carrier:
    return _carriers.setdefault(asyncio.get_running_loop(), Carrier())
