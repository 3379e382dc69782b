"""A command holds the index for as long as it needs it, and generations are switched under questions."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from pytest_django.fixtures import Settings

from library.models import Collection, User
from retrieval import indexer, live, owner
from retrieval.models import Generation
from retrieval.search import search
from retrieval.store import IndexAway
from tests.retrieval.conftest import AddDocument


@pytest.fixture
def own_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.INDEX_DIR = tmp_path / "index"
    yield settings.INDEX_DIR
    owner.close_live()


def held_elsewhere(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the index until its input ends."""
    script = (
        "import fcntl, pathlib, sys; folder = pathlib.Path(sys.argv[1]); folder.mkdir(parents=True, exist_ok=True)\n"
        "file = (folder / 'owner.lock').open('a'); fcntl.lockf(file, fcntl.LOCK_EX); print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def release(process: subprocess.Popen[str]) -> None:
    process.communicate()


def test_a_command_holds_the_index_while_it_needs_it(
    own_folder: Path, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(retail, "a.pdf", "The fee.")
    with owner.ensure():
        assert [hit.passage.text for hit in search(teller, "fee").hits] == ["The fee."]
        with owner.ensure():
            assert live.opened() is not None
        assert owner.health() == "ok"
    assert live.opened() is None
    assert owner.health() != "ok"


def test_without_its_database_an_index_is_not_well(own_folder: Path, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE retrieval_generation RENAME TO elsewhere")
    assert owner.health() == "unknown, the database is not reachable"


def test_a_command_says_so_when_nobody_answers_for_a_held_index(
    own_folder: Path, db: None, no_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "PATIENCE_S", 0.0)
    process = held_elsewhere(own_folder)
    try:
        with pytest.raises(IndexAway, match="Another process holds the index"), owner.ensure():
            pass
    finally:
        release(process)


def test_a_command_builds_the_index_anew_where_another_model_is_set(
    own_folder: Path, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(retail, "a.pdf", "The fee.")
    with owner.ensure():
        number = live.current().number
    Generation.objects.update(model="another")
    with owner.ensure():
        assert live.current().number == number
    add(retail, "b.pdf", "The late fee.")
    with owner.ensure():
        assert live.current().number == number + 1
        assert {hit.passage.text for hit in search(teller, "fee").hits} == {"The fee.", "The late fee."}


def test_a_broken_off_build_is_swept_away(own_folder: Path, db: None) -> None:
    with owner.ensure():
        number = live.current().number
    shelf = live.shelf()
    shelf.make(number + 1, 384).close()
    Generation.objects.create(number=number + 1, state=Generation.State.BUILDING, model="x")
    with owner.ensure():
        assert live.current().number == number
    assert shelf.numbers() == [number]
    assert Generation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_question_fails_while_generations_are_switched(
    own_folder: Path, add: AddDocument, retail: Collection, teller: User
) -> None:
    with owner.ensure():
        add(retail, "a.pdf", "The fee.")
        indexer.drain()
        over = threading.Event()
        found: list[list[str]] = []

        def ask() -> None:
            while not over.is_set():
                found.append([hit.passage.text for hit in search(teller, "fee").hits])
            connections.close_all()

        askers = [ThreadPoolExecutor(1).submit(ask) for _ in range(2)]
        for number in range(4):
            add(retail, f"{number}.pdf", f"A loan, number {number}.")
            owner.rebuild()
        over.set()
        for asker in askers:
            asker.result()
        assert len(found) > 8
        assert all(texts[0] == "The fee." for texts in found)
        assert len(search(teller, "loan number").hits) == 5


@pytest.mark.django_db(transaction=True)
def test_a_process_that_only_looks_after_its_health_finds_the_next_generation(own_folder: Path) -> None:
    with owner.ensure():
        held = live.current()
        reader = live.Live(held.number, held.model, live.shelf().connect(held.number), None)
        number = owner.rebuild()
        held = live.current()
        live.stand_in(None)
        live.use(reader)
        try:
            assert owner.health() == "ok"
            assert live.current().number == number
        finally:
            live.use(held)
