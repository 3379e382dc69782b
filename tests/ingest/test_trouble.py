"""Starved and stuck are told apart: nobody takes a version up, or somebody did and fell silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from ingest import heartbeat
from ingest.progress import state_json
from library.models import Collection, Document, State, Version
from tests.redis_fixture import RedisServer

Aged = Callable[..., Version]


@pytest.fixture(autouse=True)
def not_looked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_known", (-1e9, False))


@pytest.fixture
def aged(markets: Collection) -> Aged:
    """A version in a state, whose last sign of life is so many seconds old."""

    def make(state: State, seconds: int) -> Version:
        document = Document.objects.create(collection=markets, name="a.pdf")
        version = Version.objects.create(document=document, number=1, sha256="a", file="a", size=1, state=state)
        Version.objects.filter(pk=version.pk).update(alive=timezone.now() - timedelta(seconds=seconds))
        version.refresh_from_db()
        return version

    return make


def test_without_a_worker_it_is_starved_and_says_why(aged: Aged, redis_server: RedisServer) -> None:
    said = state_json(aged(State.QUEUED, 25))
    assert (said["trouble"], said["words"]) == ("starved", "queued; no worker is running")


def test_with_busy_workers_it_is_starved_by_them(aged: Aged, redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        client.set(f"{heartbeat.PREFIX}one", 1, ex=60)
    said = state_json(aged(State.QUEUED, 25))
    assert (said["trouble"], said["words"]) == ("starved", "queued; the workers are busy with other files")


def test_a_silent_reader_is_stuck_whatever_the_workers_do(aged: Aged, redis_server: RedisServer) -> None:
    said = state_json(aged(State.WORKING, 40))
    assert said["trouble"] == "stuck"
    assert said["words"] == "no sign of life for 40 s; it will be taken up again"


@pytest.mark.parametrize("state", list(State))
def test_what_moves_or_has_ended_has_no_trouble(aged: Aged, state: State, no_redis: None) -> None:
    seconds = 5 if state in (State.QUEUED, State.WORKING) else 5000
    assert state_json(aged(state, seconds))["trouble"] == ""


def test_redis_is_asked_once_for_a_whole_list(aged: Aged, redis_server: RedisServer) -> None:
    version = aged(State.QUEUED, 25)
    state_json(version)
    with redis_server.client() as client:
        before = client.info("commandstats").get("cmdstat_scan", {}).get("calls", 0)
        for _ in range(20):
            state_json(version)
        assert client.info("commandstats").get("cmdstat_scan", {}).get("calls", 0) == before


def test_it_is_said_in_japanese(aged: Aged, redis_server: RedisServer) -> None:
    version = aged(State.QUEUED, 25)
    with translation.override("ja"):
        assert state_json(version)["words"] == "順番待ち（ワーカーが動いていません）"
