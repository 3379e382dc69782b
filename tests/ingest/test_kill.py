"""`kill -9` at ten random points of an ingest, with a real worker and a real Redis: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ingest.reader import ROOT
from tests.ingest.conftest import pdf
from tests.redis_fixture import RedisServer

DOCUMENTS, PAGES, KILLS = 8, 5, 10
PATIENCE_S = 120
STORE = """
from pathlib import Path
from ingest import storage
from library.models import Collection
where = Collection.objects.create(name="Filings")
for path in sorted(Path({folder!r}).glob("*.pdf")):
    storage.store(None, where, path.name, [path.read_bytes()])
"""
DRAIN = """
import json
from retrieval import indexer, live, owner
with owner.ensure():
    indexer.drain()
    print(json.dumps(live.current().writable.size()))
"""


class House:
    """An installation of its own: a database in a file, Redis, and a worker that is killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "DATA_DIR": str(folder), "WORKER_PROCESSES": "1", "LOG_LEVEL": "INFO"}
        self.environment.pop("DATABASE_URL", None)
        self.redis = RedisServer(folder / "redis" / "redis.sock")
        self.worker: subprocess.Popen[bytes] | None = None
        self.log = (folder / "worker.log").open("ab")

    def manage(self, *arguments: str, given: str = "") -> str:
        command = [sys.executable, "manage.py", *arguments]
        ended = subprocess.run(
            command, input=given, text=True, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE
        )
        return ended.stdout

    def start_worker(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat", "--loglevel", "INFO"]
        self.worker = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle"],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=self.log,
            stderr=self.log,
        )

    def kill_worker(self) -> None:
        """The worker with all its processes."""
        assert self.worker is not None
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def close(self) -> None:
        if self.worker is not None and self.worker.poll() is None:
            self.kill_worker()
        self.redis.stop()
        self.log.close()

    def rows(self, query: str) -> list[Any]:
        connection = sqlite3.connect(f"file:{self.folder}/shiori.sqlite3?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def wait_for(self, what: Callable[[], Any]) -> Any:
        until = time.monotonic() + PATIENCE_S
        while not (found := what()):
            if time.monotonic() > until:
                pytest.fail((self.folder / "worker.log").read_text()[-4000:] + str(self.rows(STATES)))
            time.sleep(0.005)
        return found


STATES = "SELECT id, state, attempts, claim, done, total, error FROM library_version"


@pytest.fixture
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="shiori-kill-") as folder:
        made = House(Path(folder))
        made.manage("migrate", "-v0")
        made.redis.start()
        yield made
        made.close()


def test_kill_at_ten_random_points(house: House) -> None:
    reports = house.folder / "reports"
    reports.mkdir()
    chance = random.Random(2018)
    for number in range(DOCUMENTS):
        # Pages of their own: a line that returns on the next page would be taken for a running head.
        words = ["".join(chance.choices("abcdefgh", k=7)) for _ in range(PAGES)]
        texts = ("\n" * page + f"{word} of report {number}" for page, word in enumerate(words))
        (reports / f"{number}.pdf").write_bytes(pdf(*texts))
    house.manage("shell", "-v0", "-c", STORE.format(folder=str(reports)))
    house.start_worker()
    killed: list[str] = []
    for kill in range(KILLS):
        page = chance.randrange(PAGES)
        point = f"state = 'working' AND done >= {page} AND attempts < 3 AND claim NOT IN {('', '', *killed)}"
        ((claim,), *_) = house.wait_for(partial(house.rows, f"SELECT claim FROM library_version WHERE {point}"))
        killed.append(claim)
        if kill % 3 == 2:
            house.kill_worker()
            house.start_worker()
        else:
            os.kill(int(claim.split(".")[1]), signal.SIGKILL)
    unread = "SELECT id FROM library_version WHERE state IN ('queued', 'working')"
    house.wait_for(lambda: not house.rows(unread))

    indexed = json.loads(house.manage("shell", "-v0", "-c", DRAIN))
    assert {(state, claim) for _, state, _, claim, *_ in house.rows(STATES)} == {("ready", "")}
    assert indexed == DOCUMENTS * PAGES
    passages = house.rows("SELECT version_id, position, text FROM library_passage ORDER BY 1, 2")
    assert len({text for _, _, text in passages}) == len(passages) == DOCUMENTS * PAGES
    assert {(version, position) for version, position, _ in passages} == {
        (version + 1, page) for version in range(DOCUMENTS) for page in range(PAGES)
    }
    assert house.rows("SELECT count(*) FROM library_embedding") == [(DOCUMENTS * PAGES,)]
    assert house.rows("SELECT count(*) FROM library_document WHERE current_id IS NOT NULL") == [(DOCUMENTS,)]
    assert DOCUMENTS < sum(attempts for _, _, attempts, *_ in house.rows(STATES)) <= DOCUMENTS + KILLS
