"""`kill -9` of the index's process, its engine and the web process within index changes: nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.house import House, house

KILLED = ["index", "engine", "web", "index", "engine"]
PATIENCE_S = 240
WORDS = ["albatross", "bittern", "cormorant", "dunlin", "eider", "fulmar", "gannet", "heron", "ibis", "jackdaw"]
FILL = """
from ingest import storage
from library.models import Collection, Grant, User
birds, _ = Collection.objects.get_or_create(name="Birds")
Grant.objects.get_or_create(collection=birds, user=User.objects.get(username="analyst"), role="viewer")
for word in {words!r}:
    text = "\\n\\n".join(f"# Part {{n}}\\n\\nThe {{word}} was counted {{n}} times in the harbour." for n in range(40))
    storage.store(None, birds, f"{{word}}.md", [text.encode()])
"""
COUNT = """
from retrieval import live, owner
with owner.ensure():
    print(live.current().store.count(frozenset({scopes!r})))
"""


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    with house() as built:
        built.manage("adduser", "analyst")
        yield built


def rows(built: House, query: str) -> list[tuple[int, ...]]:
    with closing(sqlite3.connect(built.folder / "shiori.sqlite3", timeout=20)) as database:
        return list(database.execute(query))


def behind(built: House) -> bool:
    """Whether the index has changes before it."""
    ((last,),) = rows(built, "SELECT coalesce(max(id), 0) FROM library_change")
    applied = rows(built, "SELECT applied FROM retrieval_generation WHERE state = 'live'")
    return not applied or applied[0][0] < last


def unready(built: House) -> int:
    ((count,),) = rows(built, "SELECT count(*) FROM library_version WHERE state <> 'ready'")
    return count


def child(parent: int, command: str) -> int | None:
    found = subprocess.run(["pgrep", "-P", str(parent), "-f", command], capture_output=True, text=True, check=False)
    return int(found.stdout.split()[0]) if found.stdout.strip() else None


def pid_of(built: House, name: str) -> int | None:
    assert built.process is not None
    if name != "engine":
        return child(built.process.pid, f"config.{name}")
    owner = child(built.process.pid, "config.index")
    return owner and child(owner, "retrieval.engine")


def kill_while_behind(built: House, name: str, after_s: float) -> None:
    """One kill, so long after the index was seen behind."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        pid = pid_of(built, name)
        if pid and behind(built):
            time.sleep(after_s)
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.005)
    raise AssertionError("the index was never behind")


def wait_until_found(built: House) -> None:
    until = time.monotonic() + PATIENCE_S
    while unready(built) or behind(built) or not built.is_ready():
        assert time.monotonic() < until, built.log.read_text()[-4000:]
        time.sleep(0.2)


def test_every_document_is_found_once(running: House) -> None:
    chance = random.Random(5)
    for number, name in enumerate(KILLED):
        wait_until_found(running)
        running.manage("shell", "-c", FILL.format(words=WORDS[2 * number : 2 * number + 2]))
        kill_while_behind(running, name, chance.uniform(0, 0.2))
    wait_until_found(running)
    ((passages,),) = rows(running, "SELECT count(*) FROM library_passage")
    ((collection,),) = rows(running, "SELECT id FROM library_collection")
    assert int(running.manage("shell", "-v0", "-c", COUNT.format(scopes={f"c{collection}"}))) == passages
    questions = running.folder / "questions.jsonl"
    questions.write_text("".join(json.dumps({"id": word, "question": word}) + "\n" for word in WORDS))
    out = running.manage("search", "--batch", str(questions), "--as", "analyst", "--limit", "100", "--json")
    for result in map(json.loads, out.splitlines()):
        named = [hit["text"] for hit in result["hits"] if hit["document"] == f"{result['id']}.md"]
        assert named, f"{result['id']} is not found"
        assert len(named) == len(set(named)), f"a passage of {result['id']} is found twice"
