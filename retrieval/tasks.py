"""What keeps an index on a Qdrant server up to date, where no process of ours holds it."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from redis import Redis
from redis.exceptions import LockNotOwnedError

from retrieval import indexer, live, owner

logger = logging.getLogger(__name__)
LOCK = "shiori:drain"
LOCK_S = 590
"""As long as a task may run at most: a lock whose holder died is free again by then."""


@shared_task(name="retrieval.tasks.drain")
def drain() -> None:
    """Bring the index on the server up to date; one worker at a time, and another one's work is not repeated."""
    if not settings.QDRANT_URL:
        return
    with Redis.from_url(settings.REDIS_URL) as redis:
        lock = redis.lock(LOCK, timeout=LOCK_S, blocking=False)
        if not lock.acquire():
            return
        try:
            if live.live_generation() is None:
                owner.rebuild()
            indexer.drain()
        finally:
            try:
                lock.release()
            except LockNotOwnedError:
                logger.warning("The drain took longer than its lock lasted.")
