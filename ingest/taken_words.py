"""A transcript whose words a recording has taken is searched as that recording, not once more by itself.

Its document stays, with its file and its text, and is searched again once no recording that is searched has its words.
Which of the two is searched is settled in the transaction in which the recording changes, so neither is missing nor
twice.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from ingest.models import Reading
from ingest.recordings import ENDINGS, ending, is_recording, same_stem
from library.models import Change, Document, State, Version
from retrieval import indexer

NOTE = "words_of_recording"
SETTLES = {"current", "narrowed"}
"""Fields of a recording or a transcript on which it depends which of the two is searched."""


def connect() -> None:
    """Publishing is the library's, in whichever process keeps the index."""
    post_save.connect(_saved, sender=Document, dispatch_uid="ingest.taken_words.saved")
    post_delete.connect(_deleted, sender=Document, dispatch_uid="ingest.taken_words.deleted")


def _saved(instance: Document, update_fields: frozenset[str] | None, **_: Any) -> None:
    mime = instance.current.mime if instance.current else ""
    if update_fields and SETTLES & set(update_fields) and (is_recording(mime) or ending(instance) in ENDINGS):
        settle(instance.collection_id)


def _deleted(instance: Document, **_: Any) -> None:
    if any(ending(other) in ENDINGS for other in same_stem(instance)):
        settle(instance.collection_id)


def settle(collection: int) -> None:
    """Take out of the search what recordings of the collection say, and put back what none says any more.

    A recording that is narrowed to some readers counts for none: the others would lose the words, and read its name.
    """
    taken = {
        transcript: recording
        for transcript, recording in Reading.objects.filter(
            transcript__isnull=False,
            version__document__collection=collection,
            version__document__current=F("version"),
            version__document__narrowed=False,
        ).values_list("transcript", "version__document__name")
        if transcript is not None
    }
    for version in Version.objects.filter(pk__in=taken, document__current=F("pk")):
        withdraw(version, taken[version.pk])
    for version in withdrawn(collection):
        if version.pk not in taken:
            put_back(version)


def withdrawn(collection: int) -> list[Version]:
    """The newest versions of documents that have been searched and are not."""
    documents = Document.objects.filter(collection=collection, current=None, versions__state=State.READY).distinct()
    newest = [document.versions.first() for document in documents]
    return [v for v in newest if v is not None and v.state == State.READY]


def withdraw(version: Version, recording: str) -> None:
    Document.objects.filter(pk=version.document_id).update(current=None)
    note = {"code": NOTE, "detail": {"recording": recording}}
    version.warnings = [*others(version), note]
    version.save(update_fields=["warnings"])
    Change.objects.create(kind=Change.Kind.REMOVE, version=version.pk)
    transaction.on_commit(indexer.wake)


def put_back(version: Version) -> None:
    """Into the index again, by the same steps as for a version that was read; its passages are still there."""
    version.state, version.warnings, version.alive = State.INDEXING, others(version), timezone.now()
    version.save(update_fields=["state", "warnings", "alive"])
    Change.objects.create(kind=Change.Kind.ADD, version=version.pk)
    transaction.on_commit(indexer.wake)


def others(version: Version) -> list[dict[str, Any]]:
    return [warning for warning in version.warnings if warning["code"] != NOTE]
