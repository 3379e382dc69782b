"""The embedded index as other processes see it: a folder a generation, and behind its socket the engine's process.

Whoever opens a generation starts its engine, and may write; every process of this installation may ask. Nothing here
waits: an engine that is gone raises EngineAway, and `retrieval/live.py` knows for how long to ask again.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

from retrieval import wire
from retrieval.store import EngineAway, Found, IndexAway, Point, Probe
from retrieval.wire import Message

ROOT = Path(__file__).parent.parent
ANSWER_S = 30.0
"""Longer than any question takes."""
END_S = 60.0
"""How long an engine may take to end: questions that are inside, then what it counts is kept."""


class LocalStore:
    """Asks the engine of one generation. Safe to use from several threads, each with a connection while it asks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._idle: deque[Connection] = deque()

    def reach(self) -> None:
        """Raises EngineAway where there is no engine."""
        self._idle.append(self._connected())

    def search(self, scopes: frozenset[str], probes: Sequence[Probe]) -> list[list[Found]]:
        if not scopes or not probes:
            return [[] for _ in probes]
        return wire.read_rankings(self._call(wire.search(scopes, probes), ANSWER_S))

    def count(self, scopes: frozenset[str]) -> int:
        if not scopes:
            return 0
        return int(self._call(Message({"do": "count", "scopes": sorted(scopes)}), ANSWER_S).head["count"])

    def _call(self, message: Message, patience_s: float | None = None) -> Message:
        """Without a patience as long as it takes: the engine writes, and its end is heard."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connected()
        try:
            connection.send_bytes(message.packed())
            if not connection.poll(patience_s):
                raise TimeoutError(f"no answer within {patience_s:.0f} s")
            answer = wire.unpacked(connection.recv_bytes())
        except (OSError, EOFError) as error:
            connection.close()
            raise self._away(error) from error
        self._idle.append(connection)
        if "error" in answer.head:
            raise IndexAway(f"The search index failed: {answer.head['error']}")
        return answer

    def _connected(self) -> Connection:
        try:
            return wire.connected(self._folder)
        except OSError as error:
            raise self._away(error) from error

    def _away(self, error: Exception) -> EngineAway:
        why = str(error) or "it has ended"
        return EngineAway(f"The search index in {self._folder} is not being served ({why}).")


class Engine(LocalStore):
    """A generation whose engine this process has started, to write it too."""

    def __init__(self, folder: Path, dimensions: int | None = None) -> None:
        super().__init__(folder)
        command = [sys.executable, "-m", "retrieval.engine", str(folder.resolve())]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            command if dimensions is None else [*command, str(dimensions)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with ExitStack() as undo:
            undo.callback(self._let_go, 0)
            self._wait_until_there()
            undo.pop_all()

    def _wait_until_there(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - opened with a pipe above
        line = self._process.stdout.readline()
        said = json.loads(line) if line else {"away": f"its engine ended with {self._process.wait()}"}
        if "held" in said:
            raise EngineAway(said["held"])
        if "away" in said:
            raise IndexAway(said["away"])

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def upsert(self, points: Sequence[Point]) -> None:
        if points:
            self._call(wire.upsert(points))

    def remove(self, version: int) -> None:
        self._call(Message({"do": "remove", "version": version}))

    def rescope(self, version: int, scope: str) -> None:
        self._call(Message({"do": "rescope", "version": version, "scope": scope}))

    def keep(self) -> None:
        self._call(Message({"do": "keep"}))

    def size(self) -> int:
        return int(self._call(Message({"do": "size"})).head["count"])

    def optimise(self) -> None:
        self._call(Message({"do": "optimise"}))

    def close(self) -> None:
        """Have the engine end in order; it refuses from now on and answers those who are inside."""
        self._let_go(END_S)

    def _let_go(self, patience_s: float) -> None:
        """An engine ends with its input."""
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.close()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        while self._idle:
            self._idle.pop().close()


class LocalShelf:
    """The generations in a folder, a folder each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, number: int, dimensions: int) -> Engine:
        if self._is_served(number):
            raise EngineAway(f"Another process holds the index in {self._at(number)}.")
        if self._at(number).exists():
            shutil.rmtree(self._at(number))
        return Engine(self._at(number), dimensions)

    def open(self, number: int) -> Engine:
        if not self._at(number).is_dir():
            raise IndexAway(f"There is no index in {self._at(number)}.")
        return Engine(self._at(number))

    def connect(self, number: int) -> LocalStore:
        store = LocalStore(self._at(number))
        store.reach()
        return store

    def switch(self, number: int) -> None:
        """The database says which generation is live; a folder need not."""

    def discard(self, number: int) -> None:
        """Not where an engine still builds or ends in it: what it writes by name would lie in the next one's folder."""
        if not self._is_served(number):
            shutil.rmtree(self._at(number), ignore_errors=True)

    def numbers(self) -> list[int]:
        return sorted(int(path.name[4:]) for path in self.folder.glob("gen-[0-9]*"))

    def _is_served(self, number: int) -> bool:
        """Whether an engine has the folder, if only one that was left alone and ends."""
        try:
            wire.locked(self._at(number)).close()
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _at(self, number: int) -> Path:
        return self.folder / f"gen-{number:06}"
