"""Who holds the index, and how a command reaches it when another process does."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from library.models import Change, Collection, User
from retrieval import indexer, live, owner, remote
from retrieval.models import Generation
from retrieval.remote import RemoteStore
from retrieval.search import search
from retrieval.store import IndexAway, Probe, Shelf
from tests.redis_fixture import RedisServer
from tests.retrieval.conftest import AddDocument

URL = "/internal/index"


@pytest.fixture
def own_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.INDEX_DIR = tmp_path / "index"
    yield settings.INDEX_DIR
    owner.stop()
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
            assert live.is_open()
        assert owner.health() == "ok"
    assert not live.is_open()
    assert owner.health() != "ok"


def test_a_command_says_so_when_nobody_answers_for_a_held_index(
    own_folder: Path, db: None, redis_server: RedisServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "PATIENCE_S", 0.0)
    settings.PORT = 1
    process = held_elsewhere(own_folder)
    try:
        with pytest.raises(IndexAway, match="port 1"), owner.ensure():
            pass
    finally:
        release(process)


@pytest.mark.django_db(transaction=True)
def test_a_command_asks_the_server_that_holds_the_index(
    index: Shelf,
    add: AddDocument,
    retail: Collection,
    teller: User,
    live_server: LiveServer,
    redis_server: RedisServer,
    settings: Settings,
) -> None:
    settings.PORT = int(live_server.url.rsplit(":", 1)[1])
    now = live.current()
    add(retail, "a.pdf", "The fee.", "The rent.")
    assert remote.call("drain") == {"changes": 1}
    scopes = frozenset({f"c{retail.pk}"})
    assert RemoteStore().count(scopes) == 2
    store = RemoteStore()
    probes = [remote.probe_from_json(remote.probe_json(probe)) for probe in _probes()]
    assert store.search(scopes, probes) == now.store.search(scopes, probes)
    assert store.search(frozenset(), probes) == [[], []]
    assert store.drain() == 0


def _probes() -> list[Probe]:
    from retrieval import embedding, lexical

    return [Probe(lexical.question("fee"), 5), Probe(embedding.question("fee"), 5, (1, 2, 3))]


def test_the_door_is_shut_without_a_token(
    index: Shelf, client: Client, compliance: User, redis_server: RedisServer
) -> None:
    body = json.dumps({"action": "count", "scopes": ["c1"]})
    unknown = client.post("/internal/nothing", body, content_type="application/json")
    client.force_login(compliance)
    unknown = client.post("/internal/nothing", body, content_type="application/json")
    for headers in ({}, {remote.HEADER: ""}, {remote.HEADER: "made up"}):
        refused = client.post(URL, body, content_type="application/json", headers=headers)
        assert (refused.status_code, refused.content) == (404, unknown.content)
    assert client.get(URL).status_code == 404


def test_a_token_is_good_for_one_call_of_one_kind_from_here(
    index: Shelf, client: Client, redis_server: RedisServer
) -> None:
    def post(token: str, action: str = "count", address: str = "127.0.0.1") -> int:
        body = json.dumps({"action": action, "scopes": ["c1"]})
        headers = {remote.HEADER: token}
        return client.post(URL, body, content_type="application/json", headers=headers, REMOTE_ADDR=address).status_code

    with redis_server.client() as redis:
        for token in ("one", "two", "three"):
            redis.set(f"shiori:call:{token}", "count", ex=remote.TOKEN_S)
    assert post("one") == 200
    assert post("one") == 404
    assert post("two", "drain") == 404
    assert post("three", address="192.0.2.7") == 404
    assert post("three", "no such thing") == 404
    assert post("three") == 200


def test_without_redis_the_door_stays_shut(index: Shelf, client: Client, no_redis: None) -> None:
    body = json.dumps({"action": "drain"})
    answer = client.post(URL, body, content_type="application/json", headers={remote.HEADER: "token"})
    assert answer.status_code == 404


@pytest.mark.parametrize("redis", ["redis_server", "no_redis"])
@pytest.mark.django_db(transaction=True)
def test_the_owners_thread_follows_the_database(
    own_folder: Path, add: AddDocument, retail: Collection, teller: User, redis: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(redis)
    owner.start()
    version = add(retail, "a.pdf", "The fee.")
    indexer.wake()
    wait_for_change(version.pk)
    assert [hit.passage.text for hit in search(teller, "fee").hits] == ["The fee."]
    owner.stop()
    assert not live.is_open()
    assert owner.hold()


def wait_for_change(version: int) -> None:
    """Until the live generation holds every change there is; the test's own time limit ends a wait in vain."""
    from threading import Event

    pause = Event()
    latest = Change.objects.latest("pk").pk
    while not Generation.objects.filter(state=Generation.State.LIVE, applied__gte=latest).exists():
        pause.wait(0.02)


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
