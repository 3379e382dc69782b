"""Recordings on their way to words: in the speech queue, waiting for a model, or told by a transcript beside them.

A transcript lies beside a recording if it has the same name but for its ending, in the same collection; its language
may stand before the ending ("call.ja.srt" beside "call.mp3"). Its words are taken instead of a model's, whichever of
the two came first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from ingest import claims
from ingest.models import Reading
from ingest.progress import tell
from library.models import Document, State, Version

MODEL, SERVICE = "speech_model", "speech_service"
"""What a recording waits for: that there is a model, or that the model there is can be reached."""
AGAIN = timedelta(minutes=5)
"""After which a model that could not be reached is asked once more."""
ENDINGS = (".vtt", ".srt", ".txt")
"""Of transcripts, the ones with the surest times first."""
LANGUAGE = re.compile(r"(?P<stem>.+)\.(?P<language>[a-z]{2}|eng|jpn)(?:[-_][a-z]{2,4})?", re.I)


def available() -> bool:
    return bool(settings.SPEECH_MODEL or settings.SPEECH_BASE_URL)


def is_recording(mime: str) -> bool:
    return mime.startswith(("audio/", "video/"))


def queue(version: Version, mime: str) -> State:
    """A claimed version turned out to be a recording: into the speech queue, or waiting until it can be told."""
    if not available() and not beside(version.document):
        return wait(version, MODEL, mime=mime)
    row = {"state": State.QUEUED, "claim": "", "waits_for": claims.SPEECH, "attempts": 0, "alive": timezone.now()}
    if Version.objects.filter(claims.held(version)).update(**row, mime=mime):
        claims.enqueue(version.pk)
    return claims.state(version)


def wait(version: Version, what: str, **more: str) -> State:
    """The claimed recording can be told as soon as there is what it waits for; `resume` starts it then."""
    Version.objects.filter(claims.held(version)).update(
        state=State.WAITING, claim="", waits_for=what, alive=timezone.now(), **more
    )
    tell(version.pk)
    return claims.state(version)


def resume(which: Q) -> list[int]:
    """Waiting recordings into the speech queue."""
    rows = Version.objects.filter(which, state=State.WAITING, waits_for__in=(MODEL, SERVICE))
    started = []
    for pk in rows.values_list("pk", flat=True):
        fresh = {"state": State.QUEUED, "waits_for": claims.SPEECH, "attempts": 0, "alive": timezone.now()}
        if rows.filter(pk=pk).update(**fresh):
            claims.enqueue(pk)
            started.append(pk)
    return started


def resume_all() -> list[int]:
    """What waits for a model that is there by now, and what may try again to reach it."""
    if not available():
        return []
    return resume(Q(waits_for=MODEL) | Q(waits_for=SERVICE, alive__lt=timezone.now() - AGAIN))


def beside(recording: Document) -> list[Version]:
    """The newest versions of the transcripts beside a recording, the one to be preferred first.

    One that is narrowed to some readers is left out: its words would reach those of the recording.
    """
    found = [
        (preference(document, recording), version)
        for document in same_stem(recording)
        if ending(document) in ENDINGS and not document.narrowed
        if (version := document.versions.first()) and version.state not in (State.FAILED, State.CANCELLED)
    ]
    return [version for _, version in sorted(found, key=lambda pair: pair[0])]


def preference(transcript: Document, recording: Document) -> tuple[object, ...]:
    """The surest times, then the very name, then the recording's own language, then the same one each time."""
    own, spoken = language(transcript.name), recording.language
    return ENDINGS.index(ending(transcript)), own != "", own[:2] != spoken, transcript.name


def heed(transcript: Version) -> None:
    """A transcript has been read: the recordings beside it take its words."""
    for document in same_stem(transcript.document):
        newest = document.versions.first()
        if newest is None or not is_recording(newest.mime) or transcript not in beside(document)[:1]:
            continue
        if newest.state == State.WAITING:
            resume(Q(pk=newest.pk))
        elif newest.state == State.FAILED:
            claims.requeue(newest.pk)
        elif newest.state in (State.READY, State.INDEXING):
            read_again(newest, transcript)


def read_again(recording: Version, transcript: Version) -> None:
    """As a new version with the same file, so that the old words are searched until the new ones are complete."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=recording.document_id)
        if Reading.objects.filter(version=recording, transcript=transcript.pk).exists():
            return
        highest: int = document.versions.aggregate(highest=Max("number"))["highest"]
        again = Version.objects.create(
            document=document,
            number=highest + 1,
            sha256=recording.sha256,
            file=recording.file,
            size=recording.size,
            mime=recording.mime,
            uploaded_by=transcript.uploaded_by,
            state=State.QUEUED,
            waits_for=claims.SPEECH,
        )
        claims.enqueue(again.pk)


def same_stem(document: Document) -> Iterator[Document]:
    """The other documents of the collection that lie beside it by their names."""
    shortest = min(stems(document.name), key=len)
    others = Document.objects.filter(collection=document.collection_id, name__istartswith=shortest)
    own = stems(document.name)
    return (other for other in others.exclude(pk=document.pk) if stems(other.name) & own)


def stems(name: str) -> set[str]:
    """A file's name without its ending; of a transcript also without its language."""
    stem = PurePath(name).stem
    coded = LANGUAGE.fullmatch(stem) if PurePath(name).suffix.lower() in ENDINGS else None
    return {stem.casefold(), coded["stem"].casefold()} if coded else {stem.casefold()}


def language(name: str) -> str:
    """As a transcript's name says it, "" where it does not."""
    coded = LANGUAGE.fullmatch(PurePath(name).stem)
    return coded["language"].lower() if coded else ""


def ending(document: Document) -> str:
    return PurePath(document.name).suffix.lower()
