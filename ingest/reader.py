"""The worker's end of the child process: segments as they come, and a reason when the child does not come through."""

from __future__ import annotations

import logging
import os
import queue
import re
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
AT_WORK = 0.05
"""Of a silence, the share of CPU time from which on the child is not stuck but waits for a busy machine."""
PLACE = re.compile(r'^ *File "([^"]+)", line (\d+)', re.M)
ERROR = re.compile(r"^([\w.]+(?:Error|Exception|Unreadable|Interrupt|Warning))\b", re.M)
MOST_PLACES = 6
LAST_WORDS = 20_000
"""Bytes of what a child has complained of that are looked at."""
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
        self.spent = 0.0
        """CPU seconds at the last look."""
        # What it and LibreOffice leave there goes with the child, killed or not.
        self.place = tempfile.TemporaryDirectory(prefix="shiori-", ignore_cleanup_errors=True)
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        self.process = subprocess.Popen(  # noqa: S603 - our own module, and the names are arguments, not a shell's words
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=ROOT,
            env=environment(self.place.name) | dict(more),
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
        """Lines into the queue; the child is killed when it is idle for too long, or says too much in one line.

        A silent one that works is left to the limit of its CPU time: on a busy machine a page takes long.
        """
        pipe, rest = self.pipe.fileno(), b""
        while not self.stopped.is_set():
            ready, _, _ = select.select([pipe], [], [], self.wall_s)
            if not ready and self._works():
                continue
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

    def _works(self) -> bool:
        """Whether it has used the processor since the last look."""
        before, self.spent = self.spent, cpu_seconds(self.process.pid)
        return self.spent - before > AT_WORK * self.wall_s

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
        self.place.cleanup()
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()

    def verdict(self) -> Unreadable | None:
        """Why the child ended early, or None if it came to its end."""
        code = self.process.wait()
        if code == 0 and not self.overdue:
            return None
        self.errors.seek(max(self.errors.seek(0, os.SEEK_END) - LAST_WORDS, 0))
        logger.warning("parsing ended with %s: %s", code, trace(self.errors.read().decode(errors="replace")))
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


def cpu_seconds(pid: int) -> float:
    """What the process has used so far; 0 where the system does not say."""
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def trace(said: str) -> str:
    """Of a traceback where it happened and what kind of error it was: an error's own words may quote the document."""
    places = [" ".join(found) for found in PLACE.findall(said)]
    kinds = ERROR.findall(said)
    return " ".join([*places[-MOST_PLACES:], *kinds[-1:]]) or "no words"


def environment(place: str | None = None) -> dict[str, str]:
    """All that the child has of an environment: keys and passwords of the worker's stay with the worker.

    `place` is for what it writes down meanwhile.
    """
    place = place or tempfile.gettempdir()
    # One core a child, and one heap: each thread, and each of their heaps, reserves address space that is counted.
    # With one heap OCR stays below 1.4 GB; with the C library's eight it took 2.1.
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    return {"PATH": PATH, "LANG": "C.UTF-8", "TMPDIR": place, "HOME": place, **single}
