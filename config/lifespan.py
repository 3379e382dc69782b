"""What the web process starts before the first request and stops after the last."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from typing import Any

from chat import checker, llm, running, streams
from retrieval import embedding

logger = logging.getLogger(__name__)
GARBAGE = 20_000, 20, 50
"""New objects after which the young ones are looked through, and after how many of these looks the older ones are."""
SWITCH_S = 0.0005
"""How soon a computing thread gives way: at Python's 5 ms, each send of a hundred streams would wait that long."""


def _leave_alone_what_stays() -> None:
    """What was imported lives on: looking through it for garbage would stop every stream for a quarter of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def _load_model() -> None:
    """The first question would wait for it."""
    try:
        embedding.question("Hello")
    except embedding.EmbeddingAway as error:
        logger.warning("%s", error)


class Lifespan:
    """The ASGI lifespan protocol: answers under way are saved before the server ends."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                sys.setswitchinterval(SWITCH_S)
                checker.start()
                threading.Thread(target=_load_model, daemon=True).start()
                _leave_alone_what_stays()
                await send({"type": "lifespan.startup.complete"})
            else:
                for part in (running, llm, streams):
                    await part.close()
                checker.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return
