"""Many files from the command line: taken, read by a worker or, where none is alive, here, and made searchable."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from ingest import claims, heartbeat, labels, storage, tasks
from ingest.models import Reading
from ingest.sentences import sentence
from library import access
from library.models import UNFINISHED, Collection, State, User, Version
from retrieval import owner
from retrieval.embedding import EmbeddingAway
from retrieval.store import IndexAway

CHUNK = 1 << 20
LOOK_S = 0.2
DRAIN_EVERY_S = 5.0
"""Files that were read wait so long for others, so that the index is opened once for several."""
BEING_READ = (State.QUEUED, State.WORKING)


@dataclass(slots=True)
class Result:
    """A file's line in the output."""

    file: str
    document: str
    version: int | None
    status: str
    pages: int = 0
    passages: int = 0
    tables: int = 0
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)
    error: str | None = None

    def json(self) -> dict[str, Any]:
        return asdict(self)

    def line(self) -> str:
        if self.error:
            return f"{self.document}: {self.status}. {self.error}"
        counts = f"{self.pages} pages, {self.passages} passages, {self.tables} tables, {self.seconds:.1f} s"
        return "\n  ".join([f"{self.document}: {self.status} ({counts})", *self.warnings])


@dataclass(slots=True)
class Job:
    """A file that was taken and is on its way."""

    file: Path
    version: int
    duplicate: bool
    since: float


def files(paths: list[Path]) -> list[Path]:
    """The files themselves and those below the folders, hidden ones left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.is_file())
            found += [p for p in below if not any(part.startswith(".") for part in p.relative_to(path).parts)]
        elif path.exists():
            found.append(path)
        else:
            raise CommandError(f"There is no file at {path}.")
    return found


def ingest(user: User | None, collection: Collection, paths: list[Path]) -> Iterator[Result]:
    """Each file's result, as soon as it is searchable or has failed."""
    jobs: list[Job] = []
    for path in paths:
        taken = take(user, collection, path)
        if isinstance(taken, Result):
            yield taken
        else:
            jobs.append(taken)
    if jobs:
        yield from follow(jobs)


def take(user: User | None, collection: Collection, path: Path) -> Job | Result:
    since = time.monotonic()
    try:
        with path.open("rb") as file:
            chunks = iter(lambda: file.read(CHUNK), b"")
            if user is None:
                outcome = storage.store(None, collection, path.name, chunks)
            else:
                outcome = storage.accept(user, collection.pk, path.name, chunks)
    except storage.Refused as reason:
        return Result(str(path), path.name, None, "failed", error=sentence(reason.code, reason.detail))
    except OSError as error:
        return Result(str(path), path.name, None, "failed", error=f"The file cannot be opened: {error.strerror}.")
    except access.Hidden as error:
        raise CommandError(f'There is no collection "{collection}" to which {user} may add.') from error
    if isinstance(outcome, storage.Duplicate):
        return Job(path, outcome.version.pk, True, since)
    return Job(path, outcome.pk, False, since)


def follow(jobs: list[Job]) -> Iterator[Result]:
    """Wait until the workers have read each file, or read it here; bring the index up to date as they come."""
    others = [] if heartbeat.workers() else readers(len(jobs) - 1)
    drained, waiting = time.monotonic(), list(jobs)
    try:
        while waiting:
            if heartbeat.workers() or not read_next(waiting):
                time.sleep(LOOK_S)
            now = states(waiting)
            being_read = any(state in BEING_READ for state in now.values())
            if State.INDEXING in now.values() and (not being_read or time.monotonic() - drained > DRAIN_EVERY_S):
                relabel()
                drain()
                drained, now = time.monotonic(), states(waiting)
            ended = [job for job in waiting if now.get(job.version) not in UNFINISHED]
            waiting = [job for job in waiting if job not in ended]
            yield from (result(job) for job in ended)
    finally:
        for other in others:
            other.terminate()
            other.wait()


def states(jobs: list[Job]) -> dict[int, str]:
    return dict(Version.objects.filter(pk__in=[job.version for job in jobs]).values_list("pk", "state"))


def readers(most: int) -> list[subprocess.Popen[bytes]]:
    """More processes that read as this one does: a reader and its parsing child keep two cores busy."""
    count = min(most, len(os.sched_getaffinity(0)) // 2 - 1)
    command = [sys.executable, "-m", "ingest.reading"]
    return [subprocess.Popen(command, cwd=settings.BASE_DIR) for _ in range(count)]  # noqa: S603 - our own module


def read_next(jobs: list[Job]) -> bool:
    """Read the first of the files that is free, recordings last; False if none is."""
    free = Version.objects.filter(pk__in=[job.version for job in jobs], state__in=BEING_READ)
    for pk in free.order_by("waits_for", "pk").values_list("pk", flat=True):
        if (version := claims.claim(pk)) is not None:
            tasks.attempt(version)
            return True
    return False


def relabel() -> None:
    """Where no worker is alive to do it: what was read before the cover of its report is embedded anew."""
    if not heartbeat.workers():
        for pk in list(Reading.objects.filter(stale=True).values_list("version", flat=True)):
            labels.relabel(pk)


def drain() -> None:
    """Bring the index up to date; where it cannot be reached, what was read becomes searchable once it can."""
    try:
        owner.bring_up_to_date()
    except (IndexAway, EmbeddingAway) as error:
        raise CommandError(f"The files were read, but are not searchable yet: {error}") from error


def result(job: Job) -> Result:
    row = Version.objects.select_related("document").filter(pk=job.version).first()
    if row is None:
        return Result(str(job.file), job.file.name, None, "failed", error="The document was deleted meanwhile.")
    warnings = [sentence(**warning) for warning in row.warnings]
    status = {State.READY: "ready", State.WAITING: "waiting"}.get(State(row.state), "failed")
    error = sentence(**row.error) if row.error else None
    return Result(
        file=str(job.file),
        document=row.document.name,
        version=row.pk,
        status=status,
        pages=row.total,
        passages=row.passages.count(),
        tables=row.tables.count(),
        seconds=round(time.monotonic() - job.since, 2),
        warnings=[sentence("duplicate", {}), *warnings] if job.duplicate else warnings,
        error=error if status == "failed" else None,
    )
