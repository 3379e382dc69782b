"""A worker's sign of life in Redis, for the readiness check and for commands that ask whether to do its part."""

from __future__ import annotations

import logging
import math
import socket
import threading
import time
from typing import Any

import redis
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import connection

from ingest import sweeping

logger = logging.getLogger(__name__)
PREFIX = "shiori:worker:"
EVERY_S, EXPIRES_S = 3, 10
_stop = threading.Event()
_known = (-math.inf, False)
"""When it was last looked, and whether a worker was alive."""


def connect() -> None:
    """Called where the tasks are loaded; the signals come in a worker only."""
    worker_ready.connect(start, weak=False, dispatch_uid="heartbeat")
    worker_shutting_down.connect(stop, weak=False, dispatch_uid="heartbeat")


def start(sender: Any = None, **_: Any) -> None:
    """Begin to beat, and put back at once what a killed worker of this machine left behind."""
    _stop.clear()
    threading.Thread(target=_beat, name="heartbeat", daemon=True).start()
    sweeping.revive()
    connection.close()


def stop(**_: Any) -> None:
    _stop.set()


def workers() -> list[str]:
    """Names of the machines whose worker is alive; none where Redis is away."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            return sorted(key.decode().removeprefix(PREFIX) for key in client.scan_iter(f"{PREFIX}*"))
    except (redis.RedisError, OSError):
        return []


def any_alive() -> bool:
    """Whether a worker is; asked at most every few seconds, however many rows of a list want to know."""
    global _known
    if time.monotonic() - _known[0] > EVERY_S:
        _known = (time.monotonic(), bool(workers()))
    return _known[1]


def _beat() -> None:
    key = PREFIX + socket.gethostname()
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        while not _stop.is_set():
            try:
                client.set(key, 1, ex=EXPIRES_S)
            except (redis.RedisError, OSError) as error:
                logger.warning("no sign of life: %s", error)
            _stop.wait(EVERY_S)
        try:
            client.delete(key)
        except (redis.RedisError, OSError):
            logger.info("Redis is away")
