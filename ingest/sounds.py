"""What is decoded of a recording, in a confined process: `python -m ingest.confined MB CPU_S ingest.sounds …`.

`plan FILE LENGTH` prints where the file is cut, as JSON; `sound FILE START` writes all samples from that second on, as
16-bit integers, 16,000 a second, one channel. A file that cannot be decoded ends it with `REFUSED` and the reason.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from ingest.limits import Limits, extend_cpu
from ingest.segments import Unreadable

REFUSED = 3
CPU_S = 60
EVERY = 60 * 16_000
"""Samples after which the decoder has its CPU time anew."""


def main(arguments: list[str]) -> int:
    with os.fdopen(os.dup(1), "wb") as out:
        # What a native library prints does not go between the samples.
        os.dup2(2, 1)
        try:
            if arguments[0] == "plan":
                out.write(plan(Path(arguments[1]), float(arguments[2])))
            else:
                sound(Path(arguments[1]), float(arguments[2]), out)
        except Unreadable as reason:
            sys.stderr.write(f"{reason.code}\n")
            return REFUSED
        except MemoryError:
            sys.stderr.write("too_complex\n")
            return REFUSED
    return 0


def plan(path: Path, length: float) -> bytes:
    from ingest.parsers import audio

    audio.duration(path)
    return json.dumps([[piece.start, piece.end] for piece in audio.pieces(path, length)]).encode()


def sound(path: Path, start: float, out: BinaryIO) -> None:
    from ingest.parsers import audio
    from ingest.parsers.speech import RATE

    limits = Limits(memory_mb=0, cpu_s=CPU_S, wall_s=0, pages=0)
    place, since = 0, 0
    first = round(start * RATE)
    for chunk in audio.samples(path):
        if place + len(chunk) > first:
            out.write((chunk[max(first - place, 0) :] * 32768).astype("<i2").tobytes())
        place += len(chunk)
        since += len(chunk)
        if since > EVERY:
            since = 0
            extend_cpu(limits)
