"""The index that this process asks: the generation that the database calls live, and the way to its engine.

A generation may go away while it is asked: the next one takes its place, or its engine died and is started again by
whoever owns the index. `ask` then asks again, for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from retrieval.models import Generation
from retrieval.store import EngineAway, IndexAway, Shelf, Store, WritableStore

WAIT_S = 10.0
"""How long a question waits for an index that is being loaded."""
LOOK_S = 0.02
T = TypeVar("T")
_live: Live | None = None
_changing = threading.Lock()
_stand_in: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """The generation in use. `writable` is the same store where this process may change it, else None."""

    number: int
    model: str
    store: Store
    writable: WritableStore | None


def shelf() -> Shelf:
    """Where generations are kept, by the settings."""
    if settings.QDRANT_URL:
        from retrieval.store_server import ServerShelf

        return ServerShelf()
    from retrieval.store_local import LocalShelf

    return LocalShelf(Path(settings.INDEX_DIR))


def ask(what: Callable[[Live], T], wait_s: float = WAIT_S) -> T:
    """What the live generation answers; where it goes away meanwhile, what the one answers that comes."""
    until = time.monotonic() + wait_s
    while True:
        now = current(until - time.monotonic())
        try:
            return what(now)
        except EngineAway:
            if now.writable is None:
                forget(now)
            if time.monotonic() > until:
                raise
            _wait_a_little()
        except IndexAway:
            if current(0).number == now.number:
                raise


def current(wait_s: float = WAIT_S) -> Live:
    """The live generation, once there is one and it can be reached."""
    if settings.QDRANT_URL:
        return _on_server()
    until = time.monotonic() + wait_s
    while True:
        try:
            return _on_this_machine()
        except IndexAway:
            if time.monotonic() > until:
                raise
        _wait_a_little()


def _wait_a_little() -> None:
    if _stand_in is not None:
        _stand_in()
    time.sleep(LOOK_S)


def opened() -> Live | None:
    """What this process asks at the moment, if anything."""
    return _live


def use(live: Live | None) -> None:
    """From now on questions of this process go there."""
    global _live
    with _changing:
        _live = live


def forget(gone: Live) -> None:
    """Look again for the live generation at the next question, unless somebody has done so."""
    global _live
    with _changing:
        if _live is gone:
            _live = None


def stand_in(step: Callable[[], None] | None) -> None:
    """For commands: what they do while nobody serves the index."""
    global _stand_in
    _stand_in = step


def live_generation() -> Generation | None:
    return Generation.objects.filter(state=Generation.State.LIVE).first()


def _on_this_machine() -> Live:
    """The last one that answered: once another is live, it does so no more."""
    global _live
    if (now := _live) is not None:
        return now
    row = _row()
    found = Live(row.number, row.model, shelf().connect(row.number), None)
    with _changing:
        _live = _live or found
        return _live


def _on_server() -> Live:
    """The generation that the database calls live; another process may have switched it a moment ago."""
    row, now = _row(), _live
    if now is not None and now.number == row.number:
        return now
    store = shelf().open(row.number)
    found = Live(row.number, row.model, store, store)
    use(found)
    return found


def _row() -> Generation:
    row = live_generation()
    if row is None:
        raise IndexAway("The search index has not been built yet.")
    return row
