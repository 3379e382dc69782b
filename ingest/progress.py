"""How far a version is: written down by the worker, told to whoever watches."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Any

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone

from ingest import claims, heartbeat, sentences
from ingest.segments import Progress
from ingest.sentences import sentence
from library.models import State, Version

logger = logging.getLogger(__name__)
EVERY_S = 0.25
ALIVE_S = 5.0
STARVED_S, STUCK_S = 20, 30
"""Seconds after which a queued version is starved, and one that is being read is stuck."""
_silent_until = 0.0


class Lost(Exception):
    """The row is no longer this run's: cancelled, deleted, or taken by another."""


@dataclass(slots=True)
class Meter:
    """What a run writes to its row while it reads, at most four times a second."""

    version: Version
    latest: Progress | None = None
    wrote: float = field(default_factory=time.monotonic)

    def tick(self, now: Progress | None = None) -> None:
        """Note the progress, or just that the run is alive; raises `Lost`."""
        self.latest = now or self.latest
        since = time.monotonic() - self.wrote
        if since >= ALIVE_S or (now is not None and (since >= EVERY_S or now.done in (0, now.total))):
            self.write()

    def write(self) -> None:
        self.wrote = time.monotonic()
        row: dict[str, Any] = {"alive": timezone.now()}
        if self.latest is not None:
            row |= {"done": self.latest.done, "total": self.latest.total, "part": self.latest.unit[:10]}
        if not Version.objects.filter(claims.held(self.version)).update(**row):
            raise Lost
        tell(self.version.pk)


def connect() -> None:
    """Other rooms change a version's state too (publishing does): those who watch hear of every saved change."""
    post_save.connect(_saved, sender=Version, dispatch_uid="ingest.progress")


def _saved(instance: Version, created: bool, **_: Any) -> None:
    if not created:
        transaction.on_commit(lambda: tell(instance.pk))


def group(version_id: int) -> str:
    return f"progress.{version_id}"


def tell(version_id: int) -> None:
    """Let the sockets that watch the version look at its row; where Redis is away they look by themselves, later."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        async_to_sync(get_channel_layer().group_send)(group(version_id), {"type": "progress", "version": version_id})
    except (redis.RedisError, OSError) as error:
        _silent_until = time.monotonic() + ALIVE_S
        logger.info("progress is not told: %s", error)


def state_json(version: Version) -> dict[str, Any]:
    """What the status address and the progress socket say of a version, in the reader's language."""
    what, _ = trouble(version)
    rate, left = speed(version)
    return {
        "version": version.pk,
        "state": version.state,
        "words": state_words(version),
        "trouble": {"": "", "stuck": "stuck"}.get(what, "starved"),
        "done": version.done,
        "total": version.total,
        "part": version.part,
        "rate": rate,
        "left_s": left,
        "error": sentence(**version.error) if version.error else None,
        "warnings": [sentence(**warning) for warning in version.warnings],
    }


def speed(version: Version) -> tuple[float | None, int | None]:
    """Parts a second, and the seconds left, while it is being read."""
    if version.state != State.WORKING or version.started is None or not version.done:
        return None, None
    seconds = max((timezone.now() - version.started).total_seconds(), 0.1)
    rate = version.done / seconds
    return round(rate, 1), round(max(version.total - version.done, 0) / rate)


def trouble(version: Version) -> tuple[str, int]:
    """Why a version does not move, and for how many seconds it has not; "" where it does.

    Starved is what no worker takes up, because none runs ("no_worker") or because all are "busy"; "stuck" is what a
    worker took up and then gave no sign of life for.
    """
    still = round((timezone.now() - (version.alive or version.created)).total_seconds())
    if version.state == State.WORKING and still >= STUCK_S:
        return "stuck", still
    if version.state == State.QUEUED and still >= STARVED_S:
        return ("busy" if heartbeat.any_alive() else "no_worker"), still
    return "", 0


def state_words(version: Version) -> str:
    """The state in a few words: “page 12 of 160”, “ready with warnings”, …"""
    what, seconds = trouble(version)
    if what:
        return sentences.trouble(what, seconds)
    if version.state == State.WORKING and version.total:
        return sentences.reading(version.part, version.done, version.total)
    if version.state == State.WAITING:
        return sentences.waiting(version.waits_for)
    if version.state == State.READY and version.warnings:
        return sentence("ready_with_warnings", {})
    return str(State(version.state).label)
