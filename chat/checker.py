"""A process that checks answers: in the web process it would hold the interpreter from every stream.

Where none was started (the commands), or it died, a thread does the same.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TypeVar

from chat.threads import in_thread
from chat.verdicts import Said, Verdicts, first_verdicts, verdicts
from chat.verify import Checked, Source

log = logging.getLogger(__name__)
NICE = 5
"""Answers that are still being written go first."""
T = TypeVar("T")
_pool: ProcessPoolExecutor | None = None


def start() -> None:
    """Start the process; not a fork, for the web process has threads."""
    global _pool
    _pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin)
    _pool.submit(verdicts, [], [])


def stop() -> None:
    global _pool
    if _pool is not None:
        _pool.shutdown(wait=False, cancel_futures=True)
        _pool = None


async def check(words: Sequence[str], evidence: Sequence[Source], *, statements: bool) -> Verdicts:
    """`verdicts`, while the event loop and its threads go on."""
    return await _done(partial(verdicts, words, evidence, statements=statements))


async def first(said: Sequence[Said]) -> list[list[Checked]]:
    """`first_verdicts`, likewise; a process that is new knows nothing of the answers that another began to check."""
    return await _done(partial(first_verdicts, said))


async def _done(job: Callable[[], T]) -> T:
    if (pool := _pool) is not None:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, job)
        except BrokenProcessPool:
            _replace(pool)
    return await in_thread(job)


def _replace(broken: ProcessPoolExecutor) -> None:
    """Once, however many answers were waiting for it."""
    if _pool is broken:
        log.warning("the process that checks answers has died; it is started anew")
        start()


def _begin() -> None:
    """In the process that checks. A web process that is killed would leave it waiting for ever."""
    os.nice(NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(0)
