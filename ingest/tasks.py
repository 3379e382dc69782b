"""Celery's door: thin. A task loads by id, calls the pipeline, and records how it ended."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone

from ingest import claims, heartbeat
from library.models import State, Version

logger = logging.getLogger(__name__)
UNHEARD = timedelta(seconds=30)
"""A queued row that no worker has taken for so long, with nothing left in the queue, has lost its message."""

heartbeat.connect()


@shared_task(bind=True, max_retries=3, default_retry_delay=1, name="ingest.tasks.read")
def read(self: Task[Any, Any], version_id: int) -> None:
    """Read one version: the one named, or the one whose turn it is."""
    version = claims.claim(claims.next_in_line(version_id))
    if version is None:
        return
    try:
        attempt(version)
    except OperationalError as error:
        raise self.retry(args=(version.pk,), exc=error, countdown=5) from error


def attempt(version: Version) -> None:
    """Read a claimed version; whatever happens, the row says how it ended. Raises for a database that is away."""
    from ingest import pipeline
    from retrieval.embedding import EmbeddingAway

    try:
        logger.info("%s: %s", version.document, pipeline.run(version).label)
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


@shared_task(name="ingest.tasks.sweep")
def sweep() -> None:
    """Put back what was lost: claims of dead processes, rows without a message, and half-written uploads."""
    revive()
    clear_uploads()


def revive() -> list[int]:
    """Queue again what its reader has abandoned and what no worker has heard of."""
    gone = claims.abandoned()
    Version.objects.filter(pk__in=gone, state=State.WORKING).update(state=State.QUEUED, claim="", alive=None)
    late = timezone.now() - UNHEARD
    unheard = Q(alive=None, created__lt=late) | Q(alive__lt=late)
    queued = (
        Version.objects.filter(unheard, state=State.QUEUED) if heartbeat.queue_is_empty() else Version.objects.none()
    )
    lost = list(queued.values_list("pk", flat=True)[:100])
    Version.objects.filter(pk__in=lost, state=State.QUEUED).update(alive=timezone.now())
    for version_id in (again := sorted({*gone, *lost})):
        claims.send(version_id)
    return again


def clear_uploads() -> None:
    """Files that no row names: their upload was killed. A day is longer than any upload."""
    named = set(Version.objects.values_list("file", flat=True))
    root, old = Path(settings.FILES_DIR), time.time() - 86_400
    for path in root.glob("??/*"):
        if str(path.relative_to(root)) not in named and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
