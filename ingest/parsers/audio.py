"""Recorded calls: sound to sentences with seconds, piece by piece.

A call of an hour is cut into pieces of about five minutes, at the quietest moment near each cut, so that no piece
exceeds a time limit and a run that was broken off goes on with the piece it had reached. A piece's place is its
start second; the same file is always cut at the same places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.error import FFmpegError

from ingest.parsers.facts import FactFinder
from ingest.parsers.speech import RATE, Speech, Spoken, recognise
from ingest.segments import Block, Notice, Progress, Segment, Unreadable

if TYPE_CHECKING:
    import numpy as np

    Samples = np.ndarray[Any, np.dtype[np.float32]]

PIECE = 300.0
"""Seconds of a piece, about: ten times that on a slow CPU still fits the limits."""
WINDOW = 15.0
"""Seconds before and after a cut in which the quietest moment is sought."""
MAX_SECONDS = 6 * 3600
BROKEN: tuple[type[Exception], ...] = (FFmpegError, ValueError, OSError, LookupError, RuntimeError, MemoryError)


class NoSpeechModel(Unreadable):
    """There is nothing to recognise speech with yet; the file can be read as soon as there is."""

    def __init__(self) -> None:
        super().__init__("speech_model")


@dataclass(slots=True, frozen=True)
class Piece:
    start: float
    end: float


def parse(
    path: Path, name: str, *, speech: Speech | None = None, after: float = 0.0, length: float = PIECE
) -> Iterator[Segment]:
    """All that is said, from the piece that starts at `after` on. Raises `NoSpeechModel` without a model."""
    total = duration(path)
    if speech is None or not speech.available:
        raise NoSpeechModel
    found = FactFinder(name, kind="call")
    silent = True
    for piece in pieces(path, length):
        if piece.start < after:
            continue
        for block in blocks(transcribe_piece(path, piece.start, piece.end, speech)):
            silent = False
            found.see(block)
            yield block
        yield Progress(round(piece.end), round(total), "second")
    if silent:
        yield Notice("nothing_said")
    yield found.facts()


def transcribe_piece(path: Path, start: float, end: float, speech: Speech) -> list[Spoken]:
    """What is said between two seconds, with seconds counted from the start of the file.

    Raises `SpeechFailed` where the model or the service fails, so that the piece may be tried again.
    """
    said = recognise(decode(path, start, end), speech)
    return [moved(s, start) for s in said]


def moved(spoken: Spoken, by: float) -> Spoken:
    words = [(round(a + by, 2), round(b + by, 2), word) for a, b, word in spoken.words]
    start, end = round(spoken.start + by, 2), round(spoken.end + by, 2)
    return Spoken(start, end, spoken.text, spoken.confidence, spoken.language, words, spoken.speaker)


def blocks(said: list[Spoken]) -> list[Block]:
    """A block for each segment that was said."""
    return [
        Block(
            s.text,
            {"start": s.start, "end": s.end} | ({"speaker": s.speaker} if s.speaker else {}),
            kind="speech",
            confidence=s.confidence,
        )
        for s in said
    ]


# --- sound ---------------------------------------------------------------------------------------------------------


def duration(path: Path) -> float:
    """Seconds of sound. Raises `Unreadable` for files without sound, damaged or longer than six hours."""
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                raise Unreadable("no_text")
            told = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
            told = told or float(container.duration or 0) / 1_000_000
    except BROKEN as error:
        raise Unreadable("damaged") from error
    seconds = told or sum(len(chunk) for chunk in samples(path)) / RATE
    if seconds > MAX_SECONDS:
        raise Unreadable("too_complex", seconds=round(seconds), limit=MAX_SECONDS)
    return seconds


def pieces(path: Path, length: float = PIECE) -> list[Piece]:
    """Where the file is cut, by how loud each twentieth of a second is; the file is decoded once, in small chunks."""
    loud = loudness(path)
    total = len(loud) / 20
    if total == 0:
        raise Unreadable("damaged")
    cuts = [0.0]
    while total - cuts[-1] > length * 1.5:
        cuts.append(_quietest(loud, cuts[-1] + length, min(WINDOW, length / 4)))
    return [Piece(a, b) for a, b in zip(cuts, [*cuts[1:], round(total, 2)], strict=True)]


def loudness(path: Path) -> list[float]:
    """Mean square of each twentieth of a second."""
    import numpy as np

    step = RATE // 20
    rest = np.zeros(0, dtype=np.float32)
    found: list[float] = []
    for chunk in samples(path):
        rest = np.concatenate([rest, chunk])
        whole = len(rest) // step * step
        found.extend((rest[:whole].reshape(-1, step) ** 2).mean(axis=1).tolist())
        rest = rest[whole:]
        if len(found) > MAX_SECONDS * 20:
            raise Unreadable("too_complex", seconds=len(found) // 20, limit=MAX_SECONDS)
    return [*found, float((rest**2).mean())] if len(rest) else found


def _quietest(loud: list[float], near: float, window: float) -> float:
    """The middle of the quietest half second around a place, in seconds."""
    first, last = int((near - window) * 20), int((near + window) * 20)
    sums = {n: sum(loud[n : n + 10]) for n in range(first, min(last, len(loud) - 10))}
    best = min(sums, key=lambda n: (sums[n], abs(n - near * 20)))
    return round((best + 5) / 20, 2)


def decode(path: Path, start: float, end: float) -> Samples:
    """The samples between two seconds: 16 kHz, one channel, -1 to 1."""
    import numpy as np

    found, place = [], 0
    first, last = round(start * RATE), round(end * RATE)
    for chunk in samples(path):
        low, high = max(first - place, 0), min(last - place, len(chunk))
        if high > low:
            found.append(chunk[low:high])
        place += len(chunk)
        if place >= last:
            break
    return np.concatenate(found) if found else np.zeros(0, dtype=np.float32)


def samples(path: Path) -> Iterator[Samples]:
    """The sound of the file from its start, some thousand samples at a time.

    Always from the start: compressed formats seek to within a second of where they were asked to, and a citation
    would be off by as much; decoding an hour takes a few seconds. Damaged frames are passed over, as players do.
    """
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for packet in container.demux(audio=0):
                for sound in _frames(packet):
                    for frame in resampler.resample(sound):
                        yield _samples(frame)
            for frame in resampler.resample(None):
                yield _samples(frame)
    except BROKEN as error:
        raise Unreadable("damaged") from error


def _samples(frame: Any) -> Samples:
    import numpy as np

    whole: Samples = frame.to_ndarray().reshape(-1).astype(np.float32)
    whole /= 32768
    return whole


def _frames(packet: Any) -> list[Any]:
    try:
        return list(packet.decode())
    except FFmpegError:
        return []
