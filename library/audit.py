"""The audit: who did and was shown what. Append-only, each entry chained to the one before by its digest.

`record` raises when it cannot write, and its caller must not go on then: what is not recorded is not shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from library.models import AuditEntry, User

FIRST = "0" * 64
LOCK = 0x5817012  # any constant of our own: the key of PostgreSQL's advisory lock


def record(actor: User | None, action: str, **subject: Any) -> AuditEntry:
    """Append one entry. `subject` holds ids and names, never content."""
    with transaction.atomic():
        _one_writer()
        last = AuditEntry.objects.order_by("-id").values_list("digest", flat=True).first()
        entry = AuditEntry(
            at=timezone.now(),
            actor=actor.get_username() if actor else "",
            action=action,
            subject=subject,
            previous=last or FIRST,
        )
        entry.digest = _digest(entry.at, entry.actor, action, subject, entry.previous)
        entry.save(force_insert=True)
    return entry


def broken_links() -> Iterator[int]:
    """Ids of the entries that do not fit their own digest or the entry before."""
    previous = FIRST
    for entry in AuditEntry.objects.order_by("id").iterator():
        expected = _digest(entry.at, entry.actor, entry.action, entry.subject, entry.previous)
        if entry.digest != expected or entry.previous != previous:
            yield entry.pk
        previous = entry.digest


def _digest(at: datetime, actor: str, action: str, subject: dict[str, Any], previous: str) -> str:
    content = json.dumps([at.isoformat(), actor, action, subject, previous], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _one_writer() -> None:
    """SQLite's immediate transaction is already exclusive; PostgreSQL takes a lock until the commit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
