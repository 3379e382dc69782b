"""The supervisor keeps processes running, gathers one log, and stops all of them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from queue import Queue

import pytest

from config.supervisor import Service, Supervisor, read_procfile

PATIENCE_S = 20
STEADY = "import os, signal; print('pid', os.getpid(), flush=True); signal.pause()"


@pytest.fixture
def log() -> Queue[tuple[str, str]]:
    return Queue()


@pytest.fixture
def run(log: Queue[tuple[str, str]]) -> Iterator[Callable[..., Supervisor]]:
    """Runs a supervisor over Python one-liners by name, and stops it at the end."""
    running: list[tuple[Supervisor, threading.Thread]] = []

    def start(**programs: str) -> Supervisor:
        services = [Service(name, [sys.executable, "-c", code]) for name, code in programs.items()]
        supervisor = Supervisor(services, lambda name, line: log.put((name, line)))
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        running.append((supervisor, thread))
        return supervisor

    yield start
    for supervisor, thread in running:
        supervisor.stopping.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def next_pid(log: Queue[tuple[str, str]], name: str) -> int:
    while True:
        who, line = log.get(timeout=PATIENCE_S)
        if who == name and line.startswith("pid "):
            return int(line.split()[1])


def test_what_is_killed_starts_again(run: Callable[..., Supervisor], log: Queue[tuple[str, str]]) -> None:
    run(web=STEADY)
    first = next_pid(log, "web")
    os.kill(first, signal.SIGKILL)
    assert next_pid(log, "web") != first


def test_stopping_ends_every_process(run: Callable[..., Supervisor], log: Queue[tuple[str, str]]) -> None:
    supervisor = run(one=STEADY)
    pid = next_pid(log, "one")
    supervisor.stopping.set()
    process = supervisor.services[0].process
    assert process is not None
    assert process.wait(PATIENCE_S) == -signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_procfile_is_read(log: Queue[tuple[str, str]]) -> None:
    services = read_procfile("# a comment\nweb: python -m config.web --port '80 80'\n\nredis: redis-server\n")
    assert [(s.name, s.command) for s in services] == [
        ("web", [sys.executable, "-m", "config.web", "--port", "80 80"]),
        ("redis", ["redis-server"]),
    ]
