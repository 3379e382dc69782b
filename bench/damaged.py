"""Files cut, flipped and shuffled: `python -m bench damaged DIR [--count 2000] [--seconds 30]`.

Every file under DIR that a parser takes is damaged in turn, and read. A case ends ready or refused with a reason; an
untyped error, a crash or a case that takes longer than the limit is a finding, named by file and seed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from ingest.detect import mime_type, parser_for
from ingest.segments import Unreadable

SKIPPED = ("ingest.parsers.audio", "ingest.parsers.images")
"""Sound and pictures take seconds each; `--all` reads them too."""


def cut(data: bytes, chance: random.Random) -> bytes:
    """The file ends early."""
    return data[: chance.randrange(1, max(len(data), 2))]


def flip(data: bytes, chance: random.Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 5, 50, 500))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def shuffle(data: bytes, chance: random.Random) -> bytes:
    """Pieces of the file have changed places."""
    size = max(len(data) // chance.choice((4, 16, 64)), 1)
    pieces = [data[n : n + size] for n in range(0, len(data), size)]
    chance.shuffle(pieces)
    return b"".join(pieces)


def inside(data: bytes, chance: random.Random) -> bytes:
    """The parts of an office file are damaged, and packed again as if nothing were wrong."""
    import io
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, KeyError):
        return flip(data, chance)
    for name in chance.sample(sorted(parts), min(3, len(parts))):
        if parts[name]:
            parts[name] = chance.choice((cut, flip, shuffle))(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut, flip, shuffle, inside)


def damaged(data: bytes, seed: int) -> bytes:
    """The same damage for the same seed."""
    chance = random.Random(seed)
    return chance.choice(WAYS)(data, chance)


def read(path: Path, name: str, module: str, **options: Any) -> str:
    """ "ready", or why not."""
    try:
        for _ in importlib.import_module(module).parse(path, name, **options):
            pass
    except Unreadable as reason:
        return reason.code
    return "ready"


class Overdue(Exception):
    """A case ran longer than the limit."""


def _overdue(signum: int, frame: FrameType | None) -> None:
    raise Overdue


def main(argv: list[str]) -> None:
    arguments = argparse.ArgumentParser(prog="bench damaged", description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--count", type=int, default=2000)
    arguments.add_argument("--seconds", type=int, default=30)
    arguments.add_argument("--all", action="store_true")
    chosen = arguments.parse_args(argv)
    files = [(f, parser_for(mime_type(f, f.name))) for f in sorted(chosen.folder.rglob("*")) if f.is_file()]
    files = [(f, module) for f, module in files if module and (chosen.all or module not in SKIPPED)]
    ends: Counter[str] = Counter()
    signal.signal(signal.SIGALRM, _overdue)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(chosen.count):
            source, module = files[seed % len(files)]
            path = Path(folder) / f"damaged{source.suffix}"
            path.write_bytes(damaged(source.read_bytes(), seed))
            ends[_case(path, source.name, module, seed, chosen.seconds)] += 1
    print(json.dumps({"cases": chosen.count, "findings": ends["finding"], "ends": dict(ends.most_common())}))


def _case(path: Path, name: str, module: str, seed: int, seconds: int) -> str:
    """How one case ends; a finding is written to standard error."""
    options = {"ocr": False} if module.endswith(".pptx") else {}
    signal.alarm(seconds)
    try:
        return read(path, name, module, **options)
    except Exception as error:  # noqa: BLE001  (this is what the bench looks for)
        print(f"{name} seed {seed}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
        return "finding"
    finally:
        signal.alarm(0)
