"""The steps in a document's life that must happen whole or not at all, each with its row in the change table."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from library.models import UNFINISHED, Change, Document, State, Version


def publish(version_id: int) -> bool:
    """The index holds every passage of the version: make it the one that is searched, and let the old one leave.

    Returns False when there is nothing to do: the version is gone, cancelled, or a newer one is already current.
    """
    with transaction.atomic():
        version = Version.objects.select_related("document").filter(pk=version_id, state=State.INDEXING).first()
        if version is None:
            return False
        document = Document.objects.select_for_update().get(pk=version.document_id)
        newer = document.versions.filter(pk=document.current_id or 0, number__gt=version.number).exists()
        version.state, version.finished = State.READY, timezone.now()
        version.save(update_fields=["state", "finished"])
        outgoing = version.pk if newer else document.current_id
        if not newer:
            document.current = version
            document.save(update_fields=["current"])
        if outgoing is not None and (newer or outgoing != version.pk):
            Change.objects.create(kind=Change.Kind.REMOVE, version=outgoing)
    return not newer


def rescope(document: Document) -> None:
    """The document's passages carry another scope from now on; call it in the transaction that narrows or widens."""
    Change.objects.bulk_create(
        Change(kind=Change.Kind.RESCOPE, version=pk) for pk in document.versions.values_list("pk", flat=True)
    )


def remove(document: Document) -> None:
    """Delete the document, its versions and files; it leaves the index in order."""
    versions = list(document.versions.values_list("pk", "file"))
    with transaction.atomic():
        Change.objects.bulk_create(Change(kind=Change.Kind.REMOVE, version=pk) for pk, _ in versions)
        document.delete()
        transaction.on_commit(lambda: _remove_files([file for _, file in versions]))


def unfinished(document: Document) -> bool:
    return document.versions.filter(state__in=UNFINISHED).exists()


def file_path(version: Version) -> Path:
    return Path(settings.FILES_DIR) / version.file


def _remove_files(files: list[str]) -> None:
    for name in files:
        (Path(settings.FILES_DIR) / name).unlink(missing_ok=True)
