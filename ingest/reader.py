"""The worker's end of the child process: segments as they come, and a reason when the child does not come through."""

from __future__ import annotations

import logging
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from ingest import wire
from ingest.limits import MAX_LINE_BYTES, Limits
from ingest.segments import Segment, Unreadable

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent
AHEAD = 512
"""Lines that the child may be ahead of the worker, so that parsing and embedding overlap and memory stays flat."""
SPENT = {signal.SIGXCPU, signal.SIGKILL, signal.SIGABRT, signal.SIGTRAP, signal.SIGILL}
"""How a process ends that ran out of time or memory; native libraries abort when an allocation fails."""
TICK_S = 1.0
NOTHING: Mapping[str, str] = {}
PATH = "/usr/local/bin:/usr/bin:/bin"


class Child:
    """One running child process and the thread that listens to it."""

    def __init__(
        self, module: str, arguments: list[str], wall_s: float, more: Mapping[str, str] = NOTHING, given: bytes = b""
    ) -> None:
        """`more` goes into its environment, `given` to its standard input, which then stays open for more."""
        self.wall_s = wall_s
        self.lines: queue.Queue[bytes | None] = queue.Queue(AHEAD)
        self.stopped = threading.Event()
        self.overdue = False
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        self.process = subprocess.Popen(  # noqa: S603 - our own module, and the names are arguments, not a shell's words
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=ROOT,
            env=environment() | dict(more),
            # With a group of its own, what it has started ends with it.
            process_group=0,
        )
        self.pipe = cast(IO[bytes], self.process.stdout)
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        if given:
            self.say(given)

    def say(self, line: bytes) -> None:
        """To its standard input; a child that is gone shows when it is listened to."""
        with suppress(BrokenPipeError):
            stdin = cast(IO[bytes], self.process.stdin)
            stdin.write(line)
            stdin.flush()

    def _listen(self) -> None:
        """Lines into the queue; the child is killed when it says nothing for too long, or too much in one line."""
        pipe, rest = self.pipe.fileno(), b""
        while not self.stopped.is_set():
            ready, _, _ = select.select([pipe], [], [], self.wall_s)
            chunk = os.read(pipe, 1 << 20) if ready else b""
            if not ready or len(rest) > MAX_LINE_BYTES:
                self.overdue = True
                break
            if not chunk:
                break
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                self._put(line)
        if self.overdue:
            self.process.kill()
        self._put(None)

    def _put(self, line: bytes | None) -> None:
        while not self.stopped.is_set():
            try:
                return self.lines.put(line, timeout=TICK_S)
            except queue.Full:
                continue

    def close(self) -> None:
        """Whatever it was doing, it is over."""
        self.stopped.set()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.listener.join()
        self.pipe.close()
        self.errors.close()
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()

    def verdict(self) -> Unreadable | None:
        """Why the child ended early, or None if it came to its end."""
        code = self.process.wait()
        if code == 0 and not self.overdue:
            return None
        self.errors.seek(0)
        logger.warning("parsing ended with %s: %s", code, self.errors.read()[-2000:].decode(errors="replace"))
        spent = self.overdue or (code < 0 and -code in SPENT)
        return Unreadable("too_complex" if spent else "damaged")


def segments(path: Path, name: str, limits: Limits) -> Generator[Segment | wire.Mime | None, None, None]:
    """What a child process reads in the file, lazily; None whenever it has had nothing to say for a second.

    Raises `Unreadable`, also when the child crashed, took too much, or fell silent. Closing the generator ends the
    child.
    """
    numbers = (limits.memory_mb, limits.cpu_s, limits.wall_s, limits.pages)
    child = Child("ingest.child", [str(path), name, *map(str, numbers)], limits.wall_s)
    try:
        while True:
            try:
                line = child.lines.get(timeout=TICK_S)
            except queue.Empty:
                yield None
                continue
            if line is None:
                break
            yield wire.decode(line)
        if (reason := child.verdict()) is not None:
            raise reason
    finally:
        child.close()


def environment() -> dict[str, str]:
    """All that the child has of an environment: keys and passwords of the worker's stay with the worker."""
    place = tempfile.gettempdir()
    # One core a child, and one heap: each thread, and each of their heaps, reserves address space that is counted.
    # With one heap OCR stays below 1.4 GB; with the C library's eight it took 2.1.
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    return {"PATH": PATH, "LANG": "C.UTF-8", "TMPDIR": place, "HOME": place, **single}
