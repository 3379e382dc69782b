"""Database and search calls from the event loop, each on a thread of its own, no connection held in between."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

# More would take the interpreter from the event loop more often than they would save anybody's time.
THREADS = ThreadPoolExecutor(4, "chat")
P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Not thread-sensitive: a slow call holds up nobody else's."""

    def then_let_go() -> T:
        try:
            return call(*args, **kwargs)
        finally:
            connections.close_all()

    return await sync_to_async(then_let_go, thread_sensitive=False, executor=THREADS)()
