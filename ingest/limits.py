"""What a file may cost. The child process confines itself with this before it opens the file."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

from ingest.no_network import cut_off

MAX_CHARACTERS = 60_000_000
"""Of text in one file: some twenty times the longest annual reports. More is a bomb."""
MAX_LINE_BYTES = 64 * 1024 * 1024
"""One segment on its way to the worker; a full sheet of a large workbook has a tenth of it."""
MAX_FILE_BYTES = 512 * 1024 * 1024
"""That it or LibreOffice may write for itself, in one file: more would fill the disk."""
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Limits:
    memory_mb: int
    cpu_s: int
    """For each part of the document (a page, a slide), by the child's own count."""
    wall_s: int
    """Without a new segment and without work; the worker counts."""
    pages: int


def confine(limits: Limits) -> None:
    """Bound its memory, CPU time and files, take its network away, let others go first, die with the worker."""
    attach()
    cut_off()
    size = limits.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    extend_cpu(limits)


def attach() -> None:
    """Die with the worker, leave no image of the memory behind, let others go first."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def extend_cpu(limits: Limits) -> None:
    """The next part begins: it has the whole allowance again, and SIGXCPU ends the process when it is spent."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_s, hard))
