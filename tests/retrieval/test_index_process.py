"""The process that owns the index, and commands beside it or without it: real processes, killed where it hurts."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.redis_fixture import RedisServer

ROOT = Path(__file__).parents[2]
FEE, RENT = "The fee is 100 yen.", "The rent is 200 yen."


class Installation:
    """A folder of its own, with one user who sees everything in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        self.environment |= {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR"}
        self.manage("prepare")
        self.manage("adduser", "ana")
        self.add("fees.txt", FEE)
        self.manage("grant", "all", "--user", "ana", "--role", "viewer")

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def add(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        self.manage("ingest", str(self.folder / name), "--collection", "all")

    @contextmanager
    def index(self) -> Iterator[Running]:
        """The process that owns the index, which it has open."""
        with Running([sys.executable, "-m", "config.index"], self.environment) as owner:
            pause = threading.Event()
            while not engines_of(owner):
                assert owner.poll() is None
                pause.wait(0.05)
            yield owner

    def asker(self) -> Running:
        """A command that answers a question a line, for as long as there are any."""
        command = [sys.executable, "manage.py", "search", "--batch", "-", "--as", "ana", "--json"]
        return Running(command, self.environment)

    def row(self, query: str) -> tuple[int, ...]:
        with closing(sqlite3.connect(self.folder / "shiori.sqlite3", timeout=20)) as database:
            found: tuple[int, ...] = database.execute(query).fetchone()
        return found

    def generation(self) -> int:
        return self.row("SELECT number FROM retrieval_generation WHERE state = 'live'")[0]


class Running(subprocess.Popen[str]):
    """A process that is spoken with, and is gone when the test is."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        super().__init__(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, question: str) -> list[str]:
        assert self.stdin is not None
        assert self.stdout is not None
        self.stdin.write(json.dumps({"id": 1, "question": question}) + "\n")
        line = self.stdout.readline()
        assert line, f"the asker ended with {self.wait()}"
        return [hit["text"] for hit in json.loads(line)["hits"]]

    def __exit__(self, *exception: object) -> None:
        if self.poll() is None:
            self.terminate()
        super().__exit__(*exception)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="shiori-index-") as folder:
        yield Installation(Path(folder))


@contextmanager
def redis_of(installation: Installation) -> Iterator[None]:
    server = RedisServer(installation.folder / "redis" / "redis.sock")
    server.start()
    try:
        yield
    finally:
        server.stop()


def engines_of(owner: Running) -> list[int]:
    command = ["pgrep", "-P", str(owner.pid), "-f", "retrieval.engine"]
    return [int(pid) for pid in subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()]


@pytest.mark.parametrize("redis", [True, False])
def test_a_command_leaves_the_index_to_the_process_that_owns_it(installation: Installation, redis: bool) -> None:
    with ExitStack() as stack:
        if redis:
            stack.enter_context(redis_of(installation))
        owner = stack.enter_context(installation.index())
        asker = stack.enter_context(installation.asker())
        assert FEE in asker.ask("fee")
        installation.add(f"rents-{redis}.txt", RENT)
        assert RENT in asker.ask("rent")
        assert owner.poll() is None


def test_questions_wait_for_an_index_that_is_killed(installation: Installation) -> None:
    with ExitStack() as stack:
        owner = stack.enter_context(installation.index())
        asker = stack.enter_context(installation.asker())
        assert FEE in asker.ask("fee")
        for engine in engines_of(owner):
            os.kill(engine, signal.SIGKILL)
        assert FEE in asker.ask("fee")
        owner.kill()
        owner.wait()
        assert FEE in asker.ask("fee")


def test_of_two_commands_the_second_asks_the_first_and_stands_in_for_it(installation: Installation) -> None:
    with installation.asker() as second, installation.asker() as first:
        assert FEE in first.ask("fee")
        assert FEE in second.ask("fee")
        assert FEE in json.loads(installation.manage("search", "fee", "--as", "ana", "--json"))["hits"][0]["text"]
        first.kill()
        first.wait()
        assert FEE in second.ask("fee")


def test_no_question_of_another_process_fails_while_generations_are_switched(installation: Installation) -> None:
    with ExitStack() as stack:
        stack.enter_context(redis_of(installation))
        owner = stack.enter_context(installation.index())
        asker = stack.enter_context(installation.asker())
        assert FEE in asker.ask("fee")
        pause = threading.Event()
        for _ in range(2):
            before = installation.generation()
            assert f"after {before}" in installation.manage("reindex")
            while installation.generation() == before:
                assert FEE in asker.ask("fee")
                pause.wait(0.01)
            assert FEE in asker.ask("fee")
        assert owner.poll() is None
