"""Database and search calls from the event loop, each on a thread of its own, no connection held in between."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

# More would take the interpreter from the event loop more often than they would save anybody's time.
THREADS = ThreadPoolExecutor(4, "chat")
WATCH = ThreadPoolExecutor(1, "rights")
"""Searches hold the others for as long as the index is away, and rights are looked at all the same."""
P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Not thread-sensitive: a slow call holds up nobody else's."""
    return await _on(THREADS, partial(call, *args, **kwargs))


async def watching(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same, beside all the others."""
    return await _on(WATCH, partial(call, *args, **kwargs))


async def _on(threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    def then_let_go() -> T:
        try:
            return call()
        finally:
            connections.close_all()

    return await sync_to_async(then_let_go, thread_sensitive=False, executor=threads)()
