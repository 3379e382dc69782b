"""Files in: checked, measured and hashed while they stream, stored under a generated name, queued as a version.

Either all of it happens or nothing: a refused file leaves no row and no byte.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from ingest import claims
from library import access, audit
from library.models import UNFINISHED, Collection, Document, Role, State, User, Version

NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same bytes are there already, ready or on their way."""

    version: Version


class Refused(Exception):
    """The file is not taken, and why: a code and what fills its sentence (`ingest/sentences.py`)."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Stored:
    """A file on disk that no row names yet."""

    file: str
    size: int
    sha256: str


def accept(user: User, collection: int, name: str, stream: Iterable[bytes]) -> Version | Duplicate:
    """A file by a member of staff, who needs the right to add to the collection; raises `Hidden` or `Refused`."""
    return store(user, access.collection(user, collection, Role.CONTRIBUTOR), name, stream)


def store(uploader: User | None, collection: Collection, name: str, stream: Iterable[bytes]) -> Version | Duplicate:
    """The same for a caller that has checked the right itself; `uploader` None is the program."""
    name = clean_name(name)
    stored = write(stream)
    kept = False
    try:
        with transaction.atomic():
            outcome, kept = _version(uploader, collection, name, stored)
    finally:
        if not kept:
            discard(stored.file)
    return outcome


def clean_name(name: str) -> str:
    """The file's own name: no path, no control characters, composed Unicode, at most 255 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    shown = " ".join(shown.split())
    if not shown.strip(". "):
        raise Refused("bad_name")
    stem, dot, suffix = shown.rpartition(".")
    if len(shown) > NAME_LENGTH and dot and len(suffix) < 12:
        return stem[: NAME_LENGTH - len(suffix) - 1] + "." + suffix
    return shown[:NAME_LENGTH]


def write(stream: Iterable[bytes]) -> Stored:
    """The bytes to disk, as long as they are within the limit; what is refused is gone."""
    file = uuid4().hex
    path = Path(settings.FILES_DIR) / file[:2] / file
    path.parent.mkdir(parents=True, exist_ok=True)
    size, digest, limit = 0, hashlib.sha256(), settings.UPLOAD_MAX_MB * 1024 * 1024
    whole = False
    try:
        with path.open("xb") as out:
            for chunk in stream:
                size += len(chunk)
                if size > limit:
                    raise Refused("too_large", limit=settings.UPLOAD_MAX_MB)
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if size == 0:
            raise Refused("empty")
        whole = True
    finally:
        if not whole:
            path.unlink(missing_ok=True)
    return Stored(f"{file[:2]}/{file}", size, digest.hexdigest())


def discard(file: str) -> None:
    with suppress(FileNotFoundError):
        (Path(settings.FILES_DIR) / file).unlink()


def _version(
    uploader: User | None, collection: Collection, name: str, stored: Stored
) -> tuple[Version | Duplicate, bool]:
    """The row for the stored file, and whether it keeps that file."""
    document, _ = Document.objects.get_or_create(collection=collection, name=name, defaults={"uploaded_by": uploader})
    document = Document.objects.select_for_update().get(pk=document.pk)
    same = document.versions.filter(sha256=stored.sha256)
    known = same.filter(pk=document.current_id or 0).first() or same.filter(state__in=UNFINISHED).first()
    if known is not None:
        return Duplicate(known), False
    newest = document.versions.first()
    if newest is not None and newest.sha256 == stored.sha256:
        if newest.state == State.READY:
            return Duplicate(newest), False
        if claims.requeue(newest.pk):
            newest.refresh_from_db()
            return newest, False
    highest: int = document.versions.aggregate(highest=Max("number"))["highest"] or 0
    version = Version.objects.create(
        document=document,
        number=highest + 1,
        sha256=stored.sha256,
        file=stored.file,
        size=stored.size,
        uploaded_by=uploader,
        state=State.QUEUED,
    )
    audit.record(uploader, "upload", document=document.pk, version=version.pk, name=name, collection=collection.pk)
    claims.enqueue(version.pk)
    return version, True
