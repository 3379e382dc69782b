"""A process takes its own network away, by three means, as each is missing somewhere.

A network namespace of its own needs rights that containers withhold; the filter of system calls needs none, but is
written for two kinds of processor; the hook holds everywhere, for Python's code alone. What the process starts
afterwards, LibreOffice say, is bound by the first two as well. Sockets of this machine's own (AF_UNIX) stay.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of the filter: load a word, jump if equal, jump if not smaller, decide."""
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"""Where these stand in what the kernel shows of a call."""
SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""The processor as the kernel names it, and the number of socket()."""
IO_URING_SETUP, OTHER_NUMBERS, AF_UNIX = 425, 0x40000000, 1


def cut_off() -> None:
    """No network from here on."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        # As root the first is enough; for others the kernel may allow the second.
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
        _filter_calls(libc)
    sys.addaudithook(_refuse_sockets)


def _filter_calls(libc: ctypes.CDLL) -> None:
    """Have the kernel refuse sockets of any network, and the ways around the refusal."""
    if platform.machine() not in SOCKET:
        return
    steps = _program(*SOCKET[platform.machine()])
    packed = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(packed, len(packed))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(buffer)))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_SECCOMP, FILTER, program, 0, 0)


def _program(processor: int, socket: int) -> list[tuple[int, int, int, int]]:
    """(instruction, steps to skip if so, steps to skip if not, value); the last two are where refusals jump to."""
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 0, 8, processor),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 6, 0, OTHER_NUMBERS),
        (EQUAL, 5, 0, IO_URING_SETUP),
        (EQUAL, 1, 0, socket),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUAL, 0, 1, AF_UNIX),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]


def _refuse_sockets(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.__new__":
        raise PermissionError("a parser has no network")
