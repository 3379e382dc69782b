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
QUEUES = {claims.QUEUE: "", claims.SPEECH: claims.SPEECH}
"""Each queue, and what the rows that stand in it wait for."""
OLD_S = 86_400
"""No upload takes a day."""


def revive() -> list[int]:
    """Queue again what its reader has abandoned and what no worker has heard of."""
    gone = claims.abandoned()
    Version.objects.filter(pk__in=gone, state=State.WORKING).update(state=State.QUEUED, claim="", alive=None)
    empty = [(queue, waits_for) for queue, waits_for in QUEUES.items() if claims.queue_is_empty(queue)]
    lost = [pk for _, waits_for in empty for pk in unheard(waits_for)]
    Version.objects.filter(pk__in=lost, state=State.QUEUED).update(alive=timezone.now())
    for version_id in (again := sorted({*gone, *lost})):
        claims.send(version_id)
    return again


def unheard(waits_for: str = "") -> list[int]:
    """Queued rows that wait for longer than any message takes; `alive` is when they were last sent again."""
    late = timezone.now() - UNHEARD
    silent = Q(alive=None, created__lt=late) | Q(alive__lt=late)
    queued = Version.objects.filter(silent, state=State.QUEUED, waits_for=waits_for)
    return list(queued.values_list("pk", flat=True)[:100])


def clear_uploads() -> None:
    """Delete files that no row names: the process that took them was killed."""
    named = set(Version.objects.values_list("file", flat=True))
    root, old = Path(settings.FILES_DIR), time.time() - OLD_S
    for path in root.glob("??/*"):
        if str(path.relative_to(root)) not in named and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
