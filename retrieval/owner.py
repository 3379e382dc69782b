"""Who holds the embedded index: one process, by a file lock. It starts the engines, and is the only one that writes.

That is the process `index` (`python -m config.index`), or, where it does not run, a command for as long as it needs
the index. With a Qdrant server there is nothing to hold; then a Celery task does what the loop does here.
"""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from redis import Redis, RedisError
from redis.client import PubSub

from retrieval import embedding, indexer, live
from retrieval.live import Live
from retrieval.models import Generation
from retrieval.store import EngineAway, IndexAway
from retrieval.store_local import Engine

logger = logging.getLogger(__name__)
LOOK_S = 1.0
"""How often the owner looks for changes by itself, should nobody have been able to wake it."""
LOCK_FILE = "owner.lock"
"""Below INDEX_DIR."""
PATIENCE_S = 600.0
"""How long a command waits for whoever holds the index to take up the next change: a long report may be one."""
HEALTH_S = 1.0
"""How long a generation may take to change hands until the index counts as away."""
FAILED_BUILD_S = 600.0
"""Until a rebuild that failed is tried again."""
ASIDE, BEHIND = 5, 10
"""How far taking up changes and a build stand back behind answering, as `nice` counts."""
_held: IO[str] | None = None
_opening = threading.Lock()


def health() -> str:
    """ "ok", or in a few words why the index cannot be asked."""
    try:
        live.ask(lambda now: now.store.count(frozenset({"c0"})), HEALTH_S)
    except IndexAway as error:
        return str(error)
    except DatabaseError:
        return "unknown, the database is not reachable"
    return "ok"


@contextmanager
def ensure() -> Iterator[None]:
    """For commands: the index can be used inside, and holds what was added before; here, or by whoever holds it."""
    if settings.QDRANT_URL:
        if live.live_generation() is None:
            _first_generation()
        indexer.drain()
        yield
        return
    if live.opened() is not None:
        yield
        return
    live.stand_in(take_over)
    try:
        if _is_held_here():
            open_live()
            _drain_or_rebuild()
        yield
    finally:
        live.stand_in(None)
        close_live()


def bring_up_to_date() -> None:
    """Returns once the index holds what was added before, whoever takes it up."""
    with ensure():
        if live.current().writable is not None:
            indexer.drain()


def _is_held_here() -> bool:
    """True: this process holds the index now. False: another does, and has taken up what was added before."""
    last, before = indexer.latest(), -1
    indexer.wake()
    until = time.monotonic()
    while not hold():
        row = live.live_generation()
        applied = row.applied if row else 0
        if row and applied >= last:
            live.current()
            return False
        if applied > before:
            before, until = applied, time.monotonic() + PATIENCE_S
        if time.monotonic() > until:
            raise IndexAway(
                "Another process holds the index, and has not taken up what was added"
                f" within {PATIENCE_S:.0f} s. It is searchable once it has."
            )
        time.sleep(live.LOOK_S)
    return True


def take_over() -> None:
    """Where nobody serves the index any more: whoever held it has ended, or its engine has."""
    with _opening:
        if is_served() or not hold():
            return
        open_live()


def is_served() -> bool:
    """Whether the engine that this process started is there."""
    now = live.opened()
    return now is not None and isinstance(now.writable, Engine) and now.writable.is_running()


def _drain_or_rebuild() -> None:
    """Another embedding model may be set than the one that the index was built by, and something new be waiting."""
    now = live.current()
    try:
        indexer.drain()
    except IndexAway:
        if now.model == embedding.model_name():
            raise
        rebuild()


def open_live() -> None:
    """Open the live generation in this process, which holds the lock; a missing or damaged one is built again."""
    _close()
    shelf = live.shelf()
    indexer.sweep(shelf)
    row = live.live_generation()
    if row is None:
        row = _first_generation()
    try:
        store = shelf.open(row.number)
    except EngineAway:
        raise
    except IndexAway as error:
        logger.warning("The index cannot be opened and is built again from the database: %s", error)
        row = _first_generation()
        store = shelf.open(row.number)
    live.use(Live(row.number, row.model, store, store))


def close_live() -> None:
    """Let go of the index, if this process holds it."""
    global _held
    _close()
    if _held is not None:
        _held.close()
        _held = None


def _close() -> None:
    now = live.opened()
    live.use(None)
    if now is not None and now.writable is not None:
        now.writable.close()


def rebuild() -> int:
    """Build the next generation in this process and switch to it; its number."""
    shelf = live.shelf()
    number = indexer.next_number(shelf)
    indexer.build(shelf, number)
    swap(number)
    return number


def swap(number: int) -> None:
    """Go over to a generation that has been built, and throw the old one away.

    The new one is open first, and has taken up everything that the old one holds, so that nothing is missing for a
    moment. Questions that are still inside the old one end there; it is gone before the new one takes up more.
    """
    shelf = live.shelf()
    row = Generation.objects.get(number=number)
    store = shelf.open(number)
    old = live.opened()
    with ExitStack() as undo:
        undo.callback(store.close)
        if old is not None and old.writable is not None:
            if old.model == row.model:  # else nothing can be added to it any more
                indexer.drain()
            indexer.catch_up(store, row, Generation.objects.get(number=old.number).applied)
        indexer.switch(shelf, number)
        undo.pop_all()
    live.use(Live(number, row.model, store, store))
    if old is not None and old.writable is not None:
        old.writable.close()
    indexer.drain()
    indexer.sweep(shelf)


def hold() -> bool:
    """Take the lock on the index for this process; False if another has it."""
    global _held
    if _held is not None:
        return True
    folder = Path(settings.INDEX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / LOCK_FILE).open("a+")
    try:
        # A lock of the process: a child made by fork does not keep it when its parent has died.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    _held = file
    return True


def _first_generation() -> Generation:
    shelf = live.shelf()
    number = indexer.next_number(shelf)
    indexer.build(shelf, number)
    indexer.switch(shelf, number)
    return Generation.objects.get(number=number)


class Owner:
    """Opens the index, then drains whenever it is woken, and has the next generation built when that is due."""

    def __init__(self) -> None:
        self._rebuild_asked = False
        self._build: subprocess.Popen[bytes] | None = None
        self._building = 0
        self._no_build_before = 0.0
        # A thread of its own, as it cannot come forward again: engines that it started would stand back too.
        self._drainer = ThreadPoolExecutor(1, initializer=_stand_back, initargs=(ASIDE,))

    def run(self) -> None:
        """Until SystemExit; a build under way is broken off then, and the index closed in order."""
        ears = Ears()
        wait = LOOK_S
        try:
            while True:
                wait = self._tried(wait)
                self._rebuild_asked |= ears.wait(wait) == indexer.REBUILD
        finally:
            ears.close()
            self._stop_build()
            close_live()
            connections.close_all()

    def _tried(self, before: float) -> float:
        """How long to wait until the next step."""
        try:
            self._step()
            return LOOK_S
        except EngineAway as error:
            logger.warning("%s It is opened again.", error)
            return LOOK_S
        except Exception:  # a border: whatever went wrong is logged and tried again
            logger.exception("The index could not be brought up to date; next try in %.0f s", before)
            return min(before * 2, 60.0)
        finally:
            close_old_connections()

    def _step(self) -> None:
        take_over()
        if not is_served():
            return
        self._follow_build()
        generation = Generation.objects.get(number=live.current().number)
        if indexer.is_behind(generation):
            self._drain()
            generation.refresh_from_db()
        self._begin_build(generation)

    def _drain(self) -> None:
        """An addition that was embedded by another model than the live generation's waits for the next one."""
        try:
            self._drainer.submit(_drain_and_hang_up).result()
        except EngineAway:
            raise
        except IndexAway as error:
            if self._build is None and time.monotonic() >= self._no_build_before:
                logger.warning("%s What was added waits for the next generation.", error)

    def _begin_build(self, generation: Generation) -> None:
        if self._build is not None or time.monotonic() < self._no_build_before:
            return
        now = live.current()
        size = now.writable.size() if now.writable else 0
        if self._rebuild_asked or indexer.wants_rebuild(generation, size):
            self._rebuild_asked = False
            self._building = indexer.next_number(live.shelf())
            logger.info("Generation %d of the index is being built", self._building)
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "reindex", "--build", str(self._building)]
            self._build = subprocess.Popen(command)  # noqa: S603 - our own command line
            _stand_back(BEHIND, self._build.pid)

    def _follow_build(self) -> None:
        if self._build is None or (code := self._build.poll()) is None:
            return
        self._build = None
        if code:
            self._no_build_before = time.monotonic() + FAILED_BUILD_S
            logger.error("Generation %d of the index could not be built (exit %d)", self._building, code)
            return
        swap(self._building)
        logger.info("Generation %d of the index is live", self._building)

    def _stop_build(self) -> None:
        if self._build is not None and self._build.poll() is None:
            self._build.terminate()
            self._build.wait(10)


def _stand_back(nice: int, pid: int = 0) -> None:
    """A process, or the thread that calls this; on Linux each has a priority of its own."""
    os.setpriority(os.PRIO_PROCESS, pid, nice)


def _drain_and_hang_up() -> None:
    try:
        indexer.drain()
    finally:
        close_old_connections()


class Ears:
    """Waits for a call over Redis, or, while Redis is away, for the time to pass."""

    def __init__(self) -> None:
        self._pubsub: PubSub | None = None

    def wait(self, seconds: float) -> str:
        """What was called."""
        try:
            if self._pubsub is None:
                redis = Redis.from_url(
                    settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=None, decode_responses=True
                )
                self._pubsub = redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
                self._pubsub.subscribe(indexer.CHANNEL)
            heard = self._pubsub.get_message(timeout=seconds)
            return str(heard["data"]) if heard else ""
        except (RedisError, OSError):
            self.close()
            time.sleep(seconds)
            return ""

    def close(self) -> None:
        if self._pubsub is not None:
            self._pubsub.close()
            self._pubsub = None
