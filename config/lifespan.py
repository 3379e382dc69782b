"""What the web process starts before the first request and stops after the last."""

from __future__ import annotations

import gc
import sys
from typing import Any

from asgiref.sync import sync_to_async

from chat import checker, llm, running, streams
from retrieval import owner

GARBAGE = 20_000, 20, 50
"""New objects after which the young ones are looked through, and after how many of these looks the older ones are."""
SWITCH_S = 0.0005
"""How soon a computing thread gives way: at Python's 5 ms, each send of a hundred streams would wait that long."""


def _leave_alone_what_stays() -> None:
    """What was imported lives on: looking through it for garbage would stop every stream for a quarter of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


class Lifespan:
    """The ASGI lifespan protocol: the index's owner lives as long as the server does; answers under way are saved."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                sys.setswitchinterval(SWITCH_S)
                checker.start()
                _leave_alone_what_stays()
                await sync_to_async(owner.start, thread_sensitive=False)()
                await send({"type": "lifespan.startup.complete"})
            else:
                for part in (running, llm, streams):
                    await part.close()
                checker.stop()
                await sync_to_async(owner.stop, thread_sensitive=False)()
                await send({"type": "lifespan.shutdown.complete"})
                return
