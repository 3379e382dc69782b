"""`python -m bench stress [--documents 60] [--every 10]`: documents of three users while workers and Redis are killed.

A fresh installation with two workers. Every ten seconds both are killed (-9, with all their processes) and started
again, and Redis twice, until every document has ended. None may be lost, none may be there twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.index import ROOT, manage
from library.packing import unpack_text

USERS = ("aoki", "baba", "chiba")
WORKERS = ("one", "two")
REDIS_AT = (2, 4)
"""The kills of the workers at which Redis goes too."""
MOST_S = 900
STORE = """
from pathlib import Path
from ingest import storage
from library.models import Collection, User
where = Collection.objects.create(name="Stress")
users = [User.objects.create_user(name) for name in {users!r}]
for number, path in enumerate(sorted(Path({folder!r}).iterdir())):
    storage.store(users[number % len(users)], where, path.name, [path.read_bytes()])
"""
DRAIN = """
import json
from retrieval import indexer, live, owner
with owner.ensure():
    indexer.drain()
    print(json.dumps(live.current().writable.size()))
"""


class Installation:
    """Redis and two workers over a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "SECRET_KEY": "for the bench",
            "WORKER_PROCESSES": "1",
        }
        self.environment.pop("REDIS_URL", None)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.log = (folder / "log").open("ab")

    def start(self, name: str) -> None:
        worker = [
            "celery",
            "-A",
            "config",
            "worker",
            "--loglevel",
            "INFO",
            "--hostname",
            f"{name}@stress",
            "-Q",
            "celery,speech",
        ]
        beat = ["--beat"] if name == WORKERS[0] else []
        more = ["config.redis_server"] if name == "redis" else [*worker, *beat, "--without-gossip", "--without-mingle"]
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", *more],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=self.log,
            stderr=self.log,
        )

    def kill(self, name: str) -> None:
        """With all its processes, at once."""
        os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running.pop(name).wait()

    def rows(self, query: str) -> list[Any]:
        connection = sqlite3.connect(f"file:{self.folder}/shiori.sqlite3?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def unread(self) -> int:
        return int(self.rows("SELECT count(*) FROM library_version WHERE state IN ('queued', 'working')")[0][0])


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench stress")
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two kills")
    parser.add_argument("--pages", type=int, default=12)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="shiori-stress-", ignore_cleanup_errors=True) as folder:
        house = Installation(Path(folder))
        try:
            print(json.dumps(measure(house, options.documents, options.pages, options.every)))
        finally:
            for name in list(house.running):
                house.kill(name)
            house.log.close()
    return 0


def measure(house: Installation, documents: int, pages: int, every: float) -> dict[str, Any]:
    made = house.folder / "made"
    made.mkdir()
    for number in range(documents):
        (made / f"{number:03}.html").write_text(page(number, pages))
    manage(house.environment, "migrate", "-v0")
    house.start("redis")
    manage(house.environment, "shell", "-v0", "-c", STORE.format(folder=str(made), users=USERS))
    begun, kills, restarts = time.monotonic(), 0, 0
    for name in WORKERS:
        house.start(name)
    due = begun + every
    while house.unread() and time.monotonic() - begun < MOST_S:
        time.sleep(0.1)
        if time.monotonic() < due:
            continue
        due += every
        kills += 1
        for name in WORKERS:
            house.kill(name)
        if kills in REDIS_AT:
            restarts += 1
            house.kill("redis")
            house.start("redis")
        for name in WORKERS:
            house.start(name)
        print(f"{time.monotonic() - begun:.0f} s: {house.unread()} unread", file=sys.stderr)
    seconds = time.monotonic() - begun
    for name in WORKERS:
        house.kill(name)
    points = json.loads(manage(house.environment, "shell", "-v0", "-c", DRAIN))
    return {"documents": documents, **result(house, pages, points), "kills": 2 * kills, "redis_restarts": restarts,
            "seconds": round(seconds, 1)}  # fmt: skip


def result(house: Installation, pages: int, points: int) -> dict[str, Any]:
    """What became of each document, by the database and by the index."""
    states = Counter(state for (state,) in house.rows("SELECT state FROM library_version"))
    texts = [unpack_text(text) for (text,) in house.rows("SELECT text FROM library_passage")]
    found = Counter(mark for text in texts for mark in re.findall(r"\d+-\d+\.", text))
    searchable = house.rows("SELECT count(*) FROM library_document WHERE current_id IS NOT NULL")[0][0]
    return {
        "ready": states["ready"],
        "failed": states["failed"],
        "lost": sum(states.values()) - states["ready"] - states["failed"],
        "searchable": searchable,
        "parts_missing": sum(states.values()) * pages - len(found),
        "twice": sum(found.values()) - len(found) + max(points - len(texts), 0),
        "not_in_index": max(len(texts) - points, 0),
        "attempts": house.rows("SELECT sum(attempts) FROM library_version")[0][0],
    }


def page(number: int, sections: int) -> str:
    """Sections of their own words, each a passage."""
    chance = random.Random(number)
    words = ["revenue", "margin", "guidance", "segment", "backlog", "dividend", "outlook", "inventory", "freight"]
    parts = (
        f"<h2>Part {part} of report {number}</h2><p>{' '.join(chance.choices(words, k=160))} {number}-{part}.</p>"
        for part in range(sections)
    )
    return f"<!doctype html><html><head><title>Report {number}</title></head><body>{''.join(parts)}</body></html>"
