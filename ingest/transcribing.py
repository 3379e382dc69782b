"""A claimed recording to words: those of a transcript beside it, or a speech model's, piece by piece.

Each piece is kept once it is heard. A run ends before any time limit, or when other files wait for this worker, and
the next one goes on with the next piece; the last one saves as for any other file.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict
from queue import Empty
from typing import IO, cast

from django.conf import settings

from ingest import claims, pipeline, reader, recordings, wire
from ingest.models import RecordingPiece
from ingest.parsers.facts import FactFinder
from ingest.parsers.speech import RATE, Speech, SpeechFailed, Spoken
from ingest.progress import Lost, Meter
from ingest.segments import Block, Notice, Progress, Segment, Unreadable
from ingest.sounds import CPU_S, REFUSED
from library.models import State, Version
from library.versions import file_path

logger = logging.getLogger(__name__)
PIECE_S = 120.0
"""Of sound: a large model on a slow machine takes four times as long, and a run may take nine minutes."""
RUN_S = 400.0
"""After which a run starts no piece that might take it over its limit."""
SILENT_S = 520.0
"""A model that says nothing about a piece for so long is given up."""
PLAN_CPU_S = 600


def run(version: Version) -> State:
    """Go on with a recording; says how far it came."""
    meter, work = Meter(version), pipeline.Work(copy(version.document), mime=version.mime)
    try:
        said = transcript(version, work, meter)
        if said is None:
            if not recordings.available():
                return recordings.wait(version, recordings.MODEL)
            if not listen(version, meter):
                claims.hand_on(version)
                return claims.state(version)
            # It may have come while the model listened.
            said = transcript(version, work, meter) or list(recognised(version))
        pipeline.gather(said, work, meter)
    except Unreadable as reason:
        return pipeline.fail(version, reason.code, reason.detail)
    except SpeechFailed as error:
        logger.warning("version %s waits: %s", version.pk, error)
        return recordings.wait(version, recordings.SERVICE)
    except Lost:
        return claims.state(version)
    ended = pipeline.conclude(version, work)
    heed_the_latest(version, work.transcript)
    return ended


def heed_the_latest(version: Version, used: int | None) -> None:
    """A transcript that was saved just before the recording found it still working: it is heeded now."""
    for other in recordings.beside(version.document)[:1]:
        if other.pk != used and other.passages.filter(kind="speech").exists():
            recordings.heed(other)


# --- a transcript beside it ----------------------------------------------------------------------------------------


def transcript(version: Version, work: pipeline.Work, meter: Meter) -> list[Segment] | None:
    """What the first transcript beside the recording says, if one holds times."""
    for other in recordings.beside(version.document):
        said = written(other, meter)
        if any(isinstance(segment, Block) for segment in said):
            work.transcript = other.pk
            return said
    return None


def written(other: Version, meter: Meter) -> list[Segment]:
    """The segments of a transcript; [] of a text without times, or of one that cannot be read."""
    found: list[Segment] = []
    parsed = reader.segments(file_path(other), other.document.name, pipeline.limits())
    try:
        for segment in parsed:
            meter.tick()
            if isinstance(segment, Block) and segment.kind != "speech":
                return []
            if segment is not None and not isinstance(segment, wire.Mime):
                found.append(segment)
    except Unreadable as reason:
        logger.info("version %s is no transcript: %s", other.pk, reason.code)
        return []
    finally:
        parsed.close()
    return found


# --- a model -------------------------------------------------------------------------------------------------------


def recognised(version: Version) -> Iterator[Segment]:
    """The segments of a recording whose pieces have all been heard."""
    from ingest.parsers.audio import blocks

    found, silent, end = FactFinder(version.document.name, kind="call"), True, 0.0
    for piece in version.pieces.all():
        end = piece.end
        for block in blocks([Spoken(**said) for said in piece.said]):
            silent = False
            found.see(block)
            yield block
    yield Progress(round(end), round(end), "second")
    if silent:
        yield Notice("nothing_said")
    yield found.facts()


def listen(version: Version, meter: Meter) -> bool:
    """Have the next pieces heard and keep what is said; True once there is none left."""
    from ingest.parsers.audio import moved

    planned = pieces(version)
    left, total = [piece for piece in planned if piece.said is None], round(planned[-1].end)
    if not left:
        return True
    meter.tick(Progress(round(left[0].start), total, "second"))
    begun, longest = time.monotonic(), 0.0
    with sound(version, left[0].start) as read, ear() as hear:
        for piece, following in zip(left, [*left[1:], None], strict=True):
            since = time.monotonic()
            samples = read(2 * (round(piece.end * RATE) - round(piece.start * RATE)))
            piece.said = [asdict(moved(spoken, piece.start)) for spoken in hear(samples, meter)]
            piece.save(update_fields=["said"])
            meter.tick(Progress(round(piece.end), total, "second"))
            longest = max(longest, time.monotonic() - since)
            if following is not None and (others_wait() or time.monotonic() - begun + 1.5 * longest > RUN_S):
                return False
    return True


def others_wait() -> bool:
    """Files that a worker could read at once: an hour's call does not keep them."""
    return Version.objects.filter(state=State.QUEUED, waits_for="").exists()


def pieces(version: Version) -> list[RecordingPiece]:
    """Where the recording is cut: found once, and kept."""
    if not version.pieces.exists():
        command = confined(PLAN_CPU_S, "plan", str(file_path(version)), str(PIECE_S))
        ended = subprocess.run(command, capture_output=True, cwd=reader.ROOT, env=reader.environment())  # noqa: S603
        raise_refusal(ended.returncode, ended.stderr)
        cuts = json.loads(ended.stdout)
        RecordingPiece.objects.bulk_create(
            (RecordingPiece(version=version, start=start, end=end) for start, end in cuts), ignore_conflicts=True
        )
    return list(version.pieces.all())


def confined(cpu_s: int, *arguments: str) -> list[str]:
    limits = (str(settings.PARSE_MEMORY_MB), str(cpu_s))
    return [sys.executable, "-m", "ingest.confined", *limits, "ingest.sounds", *arguments]


@contextmanager
def sound(version: Version, start: float) -> Iterator[Callable[[int], bytes]]:
    """`read(size)`: the next bytes of samples from a second on, decoded only as fast as they are asked for; raises
    `Unreadable` where the decoder did not come to the end of the file."""
    command = confined(CPU_S, "sound", str(file_path(version)), str(start))
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(  # noqa: S603 - our own module
            command, stdout=subprocess.PIPE, stderr=errors, cwd=reader.ROOT, env=reader.environment()
        )
        pipe = cast(IO[bytes], child.stdout)

        def read(size: int) -> bytes:
            samples = pipe.read(size)
            if len(samples) < size:
                code = child.wait()
                errors.seek(0)
                raise_refusal(code, errors.read())
            return samples

        try:
            yield read
        finally:
            child.kill()
            child.wait()
            pipe.close()


def raise_refusal(code: int, errors: bytes) -> None:
    """As the decoder has ended: well, with a reason, or because it took too much."""
    if code == 0:
        return
    words = errors.decode(errors="replace").split()
    raise Unreadable(words[-1] if code == REFUSED and words else "too_complex" if code < 0 else "damaged")


def speech() -> Speech:
    return Speech(settings.SPEECH_MODEL, settings.SPEECH_BASE_URL, settings.SPEECH_API_KEY)


@contextmanager
def ear() -> Iterator[Callable[[bytes, Meter], list[Spoken]]]:
    """`hear(samples, meter)`: what is said in them, by a model that is loaded once for all of them."""
    threads = {"OMP_NUM_THREADS": str(len(os.sched_getaffinity(0)))}
    first = json.dumps(asdict(speech())).encode() + b"\n"
    child = reader.Child("ingest.hearing", [], SILENT_S, settings.SPEECH_ENVIRONMENT | threads, first)
    try:
        yield lambda samples, meter: heard(child, samples, meter)
    finally:
        child.close()


def heard(child: reader.Child, samples: bytes, meter: Meter) -> list[Spoken]:
    """Raises `SpeechFailed` where the model or the service fails, and `Lost` when the row was cancelled meanwhile."""
    with tempfile.NamedTemporaryFile(suffix=".pcm") as file:
        file.write(samples)
        file.flush()
        child.say(json.dumps(file.name).encode() + b"\n")
        while True:
            try:
                line = child.lines.get(timeout=reader.TICK_S)
                break
            except Empty:
                meter.tick()
    if line is None:
        child.verdict()
        raise SpeechFailed("The process that holds the speech model has ended; its last words stand above.")
    answer = json.loads(line)
    if "failed" in answer:
        raise SpeechFailed(answer["failed"])
    return [Spoken(**said) for said in answer["said"]]
