"""The index that this process asks: which generation, by which engine, and how it is reached."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from retrieval.models import Generation
from retrieval.store import IndexAway, Shelf, Store, WritableStore

WAIT_S = 10.0
"""How long a question waits for an index that is being loaded."""
_changed = threading.Condition()
_live: Live | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """The generation in use. `writable` is the same store where this process may change it, else None."""

    number: int
    model: str
    store: Store
    writable: WritableStore | None


def shelf() -> Shelf:
    """Where generations are kept, by the settings; the engine is imported only now."""
    if settings.QDRANT_URL:
        from retrieval.store_server import ServerShelf

        return ServerShelf()
    from retrieval.store_edge import EdgeShelf

    return EdgeShelf(Path(settings.INDEX_DIR))


def current(wait_s: float = WAIT_S) -> Live:
    """The live generation, once there is one."""
    if settings.QDRANT_URL:
        return _on_server()
    with _changed:
        _changed.wait_for(lambda: _live is not None, wait_s)
        if _live is None:
            raise IndexAway("The search index is not open in this process.")
        return _live


def is_open() -> bool:
    return _live is not None


def use(live: Live | None) -> None:
    """From now on questions of this process go there."""
    global _live
    with _changed:
        _live = live
        _changed.notify_all()


def live_generation() -> Generation | None:
    return Generation.objects.filter(state=Generation.State.LIVE).first()


def _on_server() -> Live:
    """The generation that the database calls live; another process may have switched it a moment ago."""
    row = live_generation()
    if row is None:
        raise IndexAway("The search index has not been built yet.")
    with _changed:
        if _live is not None and _live.number == row.number:
            return _live
    store = shelf().open(row.number)
    found = Live(row.number, row.model, store, store)
    use(found)
    return found
