"""The scripted model server in a process of its own, so that what the readers do does not hold it up."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from multiprocessing.connection import Connection
from typing import Any

from tests.fakes import ModelServer, Script


class ModelProcess:
    """Starts with the block and ends with it; `url` is where it listens."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.url = ""

    def __enter__(self) -> ModelProcess:
        self._process.start()
        self.url = self._line.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.send(None)
        self._process.join(10)

    def play(self, script: Script) -> None:
        """From the next request on."""
        self._asked("script", script)

    def moments(self) -> dict[str, dict[str, float]]:
        """For each question when it was "asked", its "first" and "last" piece written, its asker had "left"."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for asked, what, at in self._asked("moments"):
            found[_question(asked)][what] = at
        return found

    def late(self) -> dict[str, list[tuple[float, float]]]:
        """From when to when the server itself was late, for each question."""
        found = defaultdict(list)
        for asked, start, end in self._asked("late"):
            found[_question(asked)].append((start, end))
        return found

    def _asked(self, what: str, value: object = None) -> Any:
        self._line.send((what, value))
        return self._line.recv()


def _question(asked: str) -> str:
    """The last line of what the model is sent."""
    return asked.rstrip().splitlines()[-1].removeprefix("Question: ")


def _serve(line: Connection) -> None:
    with ModelServer() as server:
        line.send(server.url)
        while (message := line.recv()) is not None:
            what, value = message
            if what == "script":
                server.script = value
            line.send(None if what == "script" else getattr(server, what))
