"""`python -m config.supervisor`: runs the Procfile, with one log; what dies is started again.

Ctrl-C or SIGTERM stops the processes in the reverse of their order. Each has a process group of its own, so that a
key press reaches this process alone, and dies with it on Linux should it be killed.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

PATIENCE_S = 30
"""How long a process may take to stop; the web process gives its streams 25 s."""
QUICK_S = 5
"""A process that ends sooner than this after its start is started again more and more slowly."""
SLOWEST_S = 30
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Service:
    """One line of the Procfile and the process that runs it."""

    name: str
    command: list[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0
    reader: threading.Thread | None = field(default=None, repr=False)


def read_procfile(text: str) -> list[Service]:
    """`name: command` a line; "python" is the interpreter that runs this."""
    lines = (line.split(":", 1) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    services = [Service(name.strip(), shlex.split(command)) for name, command in lines]
    for service in services:
        if service.command[0] == "python":
            service.command[0] = sys.executable
    return services


class Supervisor:
    """Keeps services running until it is told to stop."""

    def __init__(self, services: list[Service], say: Callable[[str, str], None]) -> None:
        self.services = services
        self.say = say
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            for service in self.services:
                self.keep(service)
            self.stopping.wait(0.1)
        self.stop_all()

    def keep(self, service: Service) -> None:
        now = time.monotonic()
        if service.process is None:
            if now >= service.due:
                self.start(service)
        elif service.process.poll() is not None:
            quick = now - service.started < QUICK_S
            service.failures = service.failures + 1 if quick else 0
            wait = min(2.0**service.failures, SLOWEST_S) if quick else 0.2
            self.say(service.name, f"ended ({describe(service.process.returncode)}); starts again in {wait:.1f} s")
            service.process, service.due = None, now + wait

    def start(self, service: Service) -> None:
        service.started = time.monotonic()
        service.process = subprocess.Popen(  # noqa: S603 - the commands are the Procfile's
            service.command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            env={**os.environ, "PYTHONUNBUFFERED": "1", "REMAP_SIGTERM": "SIGQUIT"},
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        service.reader = threading.Thread(target=self.relay, args=(service, service.process), daemon=True)
        service.reader.start()

    def relay(self, service: Service, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 - opened with a pipe above
        with process.stdout:
            for line in process.stdout:
                self.say(service.name, line.rstrip("\n"))

    def stop_all(self) -> None:
        for service in reversed(self.services):
            process = service.process
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.say(service.name, f"did not stop within {PATIENCE_S} s and was killed")
                os.killpg(process.pid, signal.SIGKILL)
            if service.reader is not None:
                service.reader.join(1)


def describe(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit status {code}"


def write_line(name: str, line: str) -> None:
    sys.stdout.write(f"{name:<7}│ {line}\n")
    sys.stdout.flush()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def announce(supervisor: Supervisor, address: str, lines: list[str]) -> None:
    """Say where to look and how to sign in, once every part is ready."""
    while not supervisor.stopping.wait(0.2):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=3):  # noqa: S310 - our own address
                break
        except OSError:
            continue
    else:
        return
    for line in ["", f"Shiori is ready: {address}", *lines, "Ctrl-C stops it.", ""]:
        supervisor.say("shiori", line)


def main() -> None:
    supervisor = Supervisor(read_procfile(Path("Procfile").read_text()), write_line)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    address = settings.ORIGINS[0] if settings.ORIGINS else f"http://localhost:{settings.PORT}"
    greeting = settings.DATA_DIR / "first-look.txt"
    lines = greeting.read_text().splitlines() if greeting.exists() else []
    threading.Thread(target=announce, args=(supervisor, address, lines), daemon=True).start()
    supervisor.run()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
