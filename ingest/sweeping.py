"""What is put right from time to time: claims of dead processes, rows without a message, half-written uploads."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ingest import claims
from library.models import State, Version

UNHEARD = timedelta(seconds=30)
"""A queued row that no worker has taken for so long, with nothing left in the queue, has lost its message."""
OLD_S = 86_400
"""No upload takes a day."""


def revive() -> list[int]:
    """Queue again what its reader has abandoned and what no worker has heard of."""
    gone = claims.abandoned()
    Version.objects.filter(pk__in=gone, state=State.WORKING).update(state=State.QUEUED, claim="", alive=None)
    lost = unheard() if claims.queue_is_empty() else []
    Version.objects.filter(pk__in=lost, state=State.QUEUED).update(alive=timezone.now())
    for version_id in (again := sorted({*gone, *lost})):
        claims.send(version_id)
    return again


def unheard() -> list[int]:
    """Queued rows that wait for longer than any message takes; `alive` is when they were last sent again."""
    late = timezone.now() - UNHEARD
    silent = Q(alive=None, created__lt=late) | Q(alive__lt=late)
    return list(Version.objects.filter(silent, state=State.QUEUED).values_list("pk", flat=True)[:100])


def clear_uploads() -> None:
    """Delete files that no row names: the process that took them was killed."""
    named = set(Version.objects.values_list("file", flat=True))
    root, old = Path(settings.FILES_DIR), time.time() - OLD_S
    for path in root.glob("??/*"):
        if str(path.relative_to(root)) not in named and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
