"""The steps in a document's life that must happen whole or not at all, each with its row in the change table.

Where both rows are locked, here and elsewhere, the document's comes before its version's: no two wait for each other.
"""

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
        document = Document.objects.select_for_update(of=("self",)).filter(versions=version_id).first()
        version = Version.objects.select_for_update().filter(pk=version_id, state=State.INDEXING).first()
        if document is None or version is None:
            return False
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
    with transaction.atomic():
        Document.objects.select_for_update().filter(pk=document.pk).first()
        versions = list(document.versions.select_for_update().values_list("pk", "file"))
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
