"""The version's row as a job: queued, claimed, let go, tried again.

A claim is a conditional update with a token, so that of two workers one gets the row; whoever saves must still hold
the token. The token names the process, and a claim whose process is gone is void at once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import kombu.exceptions
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Max, Q, Value, When
from django.utils import timezone

from library.models import Change, State, Version

logger = logging.getLogger(__name__)
NEVER = datetime.min.replace(tzinfo=UTC)
READ, QUEUE = "ingest.tasks.read", "celery"
TRANSCRIBE, SPEECH = "ingest.tasks.transcribe", "speech"
"""Recordings have a queue of their own; `waits_for` of a row that stands in it is its name."""
STALE = timedelta(seconds=60)
"""Without a sign of life, after which a claim of another machine is void."""
MOST_ATTEMPTS = 4
RETRIABLE = (State.FAILED, State.CANCELLED, State.WAITING)
CANCELLABLE = (State.QUEUED, State.WORKING, State.INDEXING, State.WAITING)
BROKER_ERRORS = (kombu.exceptions.OperationalError, redis.RedisError, OSError)


def enqueue(version_id: int) -> None:
    """Tell the workers once the transaction stands; where no broker listens, the sweep will."""
    transaction.on_commit(lambda: send(version_id))


def send(version_id: int) -> None:
    task, queue = (TRANSCRIBE, SPEECH) if in_speech_queue(version_id) else (READ, QUEUE)
    post(task, queue, version_id)


def post(task: str, queue: str, version_id: int) -> None:
    try:
        # Celery would look for a broker that is away for six seconds, and an upload waits for this.
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1) as client:
            client.ping()
        current_app.send_task(task, (version_id,), queue=queue, retry=False)
    except BROKER_ERRORS as error:
        logger.info("version %s waits for the sweep: %s", version_id, error)


def in_speech_queue(version_id: int) -> bool:
    return Version.objects.filter(pk=version_id, waits_for=SPEECH).exists()


def queue_is_empty(queue: str = QUEUE) -> bool:
    """No message waits to be taken by a worker; False where Redis is away and nothing could be sent either."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            return int(client.llen(queue)) == 0
    except (redis.RedisError, OSError):
        return False


def claim(version_id: int) -> Version | None:
    """The row for this process alone, or None if it is not to be had.

    A row that was claimed `MOST_ATTEMPTS` times without an end has failed: what it holds ends its reader.
    """
    free = Q(state=State.QUEUED) | Q(state=State.WORKING, pk__in=abandoned())
    now = timezone.now()
    worn_out = Version.objects.filter(free, pk=version_id, attempts__gte=MOST_ATTEMPTS)
    error = {"code": "gave_up", "detail": {"attempts": MOST_ATTEMPTS}}
    if worn_out.update(state=State.FAILED, claim="", error=error, finished=now):
        return None
    goes_on = Q(waits_for=SPEECH, total__gt=0, started__isnull=False)
    token = f"{here()}.{os.getpid()}.{token_hex(4)}"
    claimed = Version.objects.filter(free, pk=version_id).update(
        state=State.WORKING,
        claim=token,
        attempts=F("attempts") + 1,
        alive=now,
        started=Case(When(goes_on, then=F("started")), default=Value(now)),
        done=Case(When(goes_on, then=F("done")), default=0),
        total=Case(When(goes_on, then=F("total")), default=0),
        error=None,
    )
    return Version.objects.select_related("document").get(pk=version_id, claim=token) if claimed else None


def next_in_line(version_id: int, waits_for: str = "") -> int:
    """Whose turn it is: a message names one version, but a queue of a hundred by one user lets others in between.

    Of the users who wait, the one whose last file was begun longest ago comes next, with the oldest file. There is
    a message for each queued row, so each gets its turn. A message that comes again, for a row whose reader is gone,
    means that row.
    """
    if version_id in abandoned():
        return version_id
    waiting = Version.objects.filter(state=State.QUEUED, waits_for=waits_for)
    users = list(waiting.order_by().values_list("uploaded_by", flat=True).distinct())
    theirs = Version.objects.filter(Q(uploaded_by__in=users) | Q(uploaded_by=None)).order_by()
    begun = dict(theirs.values_list("uploaded_by").annotate(last=Max("started")))
    turn = min(users, key=lambda user: begun.get(user) or NEVER, default=None)
    return waiting.filter(uploaded_by=turn).order_by("pk").values_list("pk", flat=True).first() or version_id


def held(version: Version) -> Q:
    """As long as this run may still write to the row."""
    return Q(pk=version.pk, claim=version.claim, state=State.WORKING)


def state(version: Version) -> State:
    """As the row has it now; a row that is gone was cancelled for good."""
    found = Version.objects.filter(pk=version.pk).values_list("state", flat=True).first()
    return State(found) if found else State.CANCELLED


def release(version: Version) -> None:
    """Back into the queue, after a trouble that is not the file's: the attempt does not count."""
    Version.objects.filter(held(version)).update(state=State.QUEUED, claim="", attempts=F("attempts") - 1)


def hand_on(version: Version) -> None:
    """Back into the queue after a part of the work, so that others have their turn; the attempts start anew."""
    if Version.objects.filter(held(version)).update(state=State.QUEUED, claim="", attempts=0, alive=timezone.now()):
        enqueue(version.pk)


def requeue(version_id: int) -> bool:
    """From the start again, where a run has ended without success."""
    fresh = {"state": State.QUEUED, "attempts": 0, "claim": "", "error": None, "waits_for": "", "finished": None}
    if not Version.objects.filter(pk=version_id, state__in=RETRIABLE).update(**fresh, alive=None, done=0, total=0):
        return False
    enqueue(version_id)
    return True


def cancel(version_id: int) -> bool:
    """The run that holds the row notices within seconds, and what it has read is not saved; the index forgets it."""
    with transaction.atomic():
        changed = Version.objects.filter(pk=version_id, state__in=CANCELLABLE).update(
            state=State.CANCELLED, claim="", finished=timezone.now()
        )
        if changed:
            Change.objects.create(kind=Change.Kind.REMOVE, version=version_id)
    return changed > 0


def abandoned() -> list[int]:
    """Rows whose reader is gone: a process of this machine that has ended, or one elsewhere that has fallen silent."""
    rows = Version.objects.filter(state=State.WORKING).values_list("pk", "claim", "alive")
    late = timezone.now() - STALE
    return [pk for pk, claim, alive in rows if alive is None or alive < late or ended(claim)]


def ended(claim: str) -> bool:
    """True where the claim is of a process of this machine that runs no more."""
    machine, _, rest = claim.partition(".")
    pid = rest.partition(".")[0]
    if machine != here() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def here() -> str:
    """This machine since its last start, as process ids count on it (a container counts its own)."""
    parts = [socket.gethostname()]
    boot = Path("/proc/sys/kernel/random/boot_id")
    if boot.exists():
        parts += [boot.read_text().strip(), os.readlink("/proc/self/ns/pid")]
    return hashlib.blake2s(" ".join(parts).encode(), digest_size=6).hexdigest()
