"""What a document is, as a person says it: saved at once, and its passages embedded anew under the new labels.

Title, company and period stand in front of each passage's words when it is embedded (`retrieval/wording.py`). The row
that says "stale" is the job, so a message that is lost costs some seconds and no label.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ingest import claims
from ingest.models import Reading
from library import audit
from library.models import Change, Document, Embedding, Passage, State, User, Version
from library.periods import parse, read_period
from retrieval import embedding, indexer, wording

logger = logging.getLogger(__name__)
RELABEL = "ingest.tasks.relabel"
STALE = timedelta(seconds=60)
"""Without a sign of life, after which another worker takes a relabelling up."""
SLICE = 64
ROWS_A_STATEMENT = 500


class Labels(forms.Form):
    """The fields of a document that a person may set; a period in any usual form becomes the canonical one."""

    title = forms.CharField(max_length=500, required=False)
    company = forms.CharField(max_length=200, required=False)
    ticker = forms.CharField(max_length=20, required=False)
    period = forms.CharField(max_length=20, required=False)
    kind = forms.CharField(max_length=40, required=False)
    language = forms.ChoiceField(choices=[("", ""), *settings.LANGUAGES], required=False)

    def clean_period(self) -> str:
        typed: str = self.cleaned_data["period"]
        return typed if parse(typed) else read_period(typed) or typed


def edit(user: User, document: Document, labels: dict[str, str]) -> None:
    """Save the labels; what is searched follows as soon as a worker has embedded it anew."""
    with transaction.atomic():
        row = Document.objects.select_for_update().get(pk=document.pk)
        before, worded = {name: getattr(row, name) for name in labels}, head(row)
        changed = {name: value for name, value in labels.items() if value != before[name]}
        if not changed:
            return
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        audit.record(user, "label", document=row.pk, before={name: before[name] for name in changed}, after=changed)
        if head(row) != worded:
            for version in searched().filter(document=row):
                Reading.objects.update_or_create(version=version, defaults={"stale": True})
                enqueue(version.pk)


def head(document: Document) -> str:
    """What stands in front of each of its passages."""
    return wording.for_index(document, "", "")


def searched() -> QuerySet[Version]:
    """Versions whose passages are in the index, or on their way into it."""
    return Version.objects.filter(Q(document__current=F("pk")) | Q(state=State.INDEXING))


def enqueue(version_id: int) -> None:
    transaction.on_commit(lambda: claims.post(RELABEL, claims.QUEUE, version_id))


def revive() -> list[int]:
    """Send again what is stale and in no worker's hands, once no message waits."""
    ids = list(free(Reading.objects.filter(stale=True)).values_list("version", flat=True)[:100])
    if not ids or not claims.queue_is_empty():
        return []
    for pk in ids:
        claims.post(RELABEL, claims.QUEUE, pk)
    return ids


def free(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    return readings.filter(Q(relabelling=None) | Q(relabelling__lt=timezone.now() - STALE))


def relabel(version_id: int) -> bool:
    """Embed the passages of a stale version anew and have the index take them; True if it was this run's to do."""
    mine = Reading.objects.filter(version=version_id, stale=True)
    if not free(mine).update(relabelling=timezone.now()):
        return False
    version = searched().filter(pk=version_id).select_related("document").first()
    if version is None:
        mine.update(stale=False, relabelling=None)
        return False
    made = {}
    for batch in slices(version):
        made.update(embedded(batch, version.document))
        mine.update(relabelling=timezone.now())
    if save(version, made):
        indexer.wake()
    else:
        mine.update(relabelling=None)
        enqueue(version_id)
    return True


def slices(version: Version) -> Iterator[list[Passage]]:
    after = -1
    while rows := list(version.passages.filter(position__gt=after).order_by("position")[:SLICE]):
        yield rows
        after = rows[-1].position


def embedded(rows: list[Passage], document: Document) -> dict[UUID, bytes]:
    """The packed vector by passage id."""
    texts = [wording.for_index(document, row.heading, row.text) for row in rows]
    return {row.pk: embedding.pack(vector) for row, vector in zip(rows, embedding.passages(texts), strict=True)}


def save(version: Version, made: dict[UUID, bytes]) -> bool:
    """All in one transaction; False where the labels have changed once more, or the passages are others by now."""
    model = embedding.model_name()
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=version.document_id)
        rows = list(version.passages.only("pk"))
        if head(document) != head(version.document) or {row.pk for row in rows} != made.keys():
            return False
        Embedding.objects.filter(passage__version=version).delete()
        Embedding.objects.bulk_create(
            (Embedding(passage=row, model=model, vector=made[row.pk]) for row in rows), batch_size=ROWS_A_STATEMENT
        )
        Reading.objects.filter(version=version).update(stale=False, relabelling=None)
        Change.objects.create(kind=Change.Kind.ADD, version=version.pk)
    return True
