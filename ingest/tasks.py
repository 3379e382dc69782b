"""Celery's door: thin. A task loads by id, calls the pipeline, and records how it ended."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError

from ingest import claims, heartbeat, labels, page_images, recordings, sweeping
from library.models import Version

logger = logging.getLogger(__name__)

heartbeat.connect()


LONGEST_S = 4 * 3600
"""For a scan of 2,000 pages. Each page has its own limits (`ingest/limits.py`), and a message that the broker hands out
again in the meantime finds the row claimed."""


@shared_task(
    bind=True,
    max_retries=3,
    default_retry_delay=1,
    name=claims.READ,
    soft_time_limit=LONGEST_S,
    time_limit=LONGEST_S + 60,
)
def read(self: Task[Any, Any], version_id: int) -> None:
    """Read one version: the one named, or the one whose turn it is."""
    run(self, claims.next_in_line(version_id))


@shared_task(bind=True, max_retries=3, default_retry_delay=1, name=claims.TRANSCRIBE)
def transcribe(self: Task[Any, Any], version_id: int) -> None:
    """The same for the next pieces of a recording."""
    run(self, claims.next_in_line(version_id, claims.SPEECH))


def run(task: Task[Any, Any], version_id: int) -> None:
    version = claims.claim(version_id)
    if version is None:
        return
    try:
        attempt(version)
    except OperationalError as error:
        raise task.retry(args=(version.pk,), exc=error, countdown=5) from error


def attempt(version: Version) -> None:
    """Read a claimed version; whatever happens, the row says how it ended. Raises for a database that is away."""
    from ingest import pipeline, transcribing
    from retrieval.embedding import EmbeddingAway

    read = transcribing.run if version.waits_for == claims.SPEECH else pipeline.run
    try:
        logger.info("version %s: %s", version.pk, read(version).label)
    except SoftTimeLimitExceeded:
        pipeline.fail(version, "too_complex", {})
    except EmbeddingAway:
        logger.exception("version %s", version.pk)
        pipeline.fail(version, "model_away", {})
    except OperationalError:
        claims.release(version)
        raise
    except Exception:  # the border: recorded, and shown with the document
        logger.exception("version %s", version.pk)
        pipeline.fail(version, "internal", {"version": version.pk})


@shared_task(name=labels.RELABEL)
def relabel(version_id: int) -> None:
    """Embed a version's passages under the labels that its document has now."""
    labels.relabel(version_id)


@shared_task(name="ingest.tasks.sweep")
def sweep() -> None:
    sweeping.revive()
    recordings.resume_all()
    labels.revive()
    sweeping.clear_uploads()
    page_images.clear()
