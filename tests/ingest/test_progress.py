"""The progress socket: what moves is told at once, in the reader's language, and only to whoever may see it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from config.asgi import application
from ingest import progress
from ingest.progress import Meter, state_json
from ingest.segments import Progress
from library import versions
from library.models import Collection, Document, State, User, Version

ORIGIN = settings.ORIGINS[0].encode()


@pytest.fixture(autouse=True)
def nothing_failed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a Redis that was away, nothing is told for some seconds; each test begins without such a memory."""
    monkeypatch.setattr(progress, "_silent_until", 0.0)


@pytest.fixture
def version(markets: Collection) -> Version:
    document = Document.objects.create(collection=markets, name="a.pdf")
    return Version.objects.create(document=document, number=1, sha256="a", file="a", size=1)


def working(version: Version, done: int, total: int) -> Version:
    started = timezone.now() - timedelta(seconds=10)
    Version.objects.filter(pk=version.pk).update(
        state=State.WORKING, claim="c", done=done, total=total, started=started, alive=timezone.now()
    )
    version.refresh_from_db()
    return version


Communicator: Any = ApplicationCommunicator


class Socket:
    """A browser's end of the socket."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {"type": "websocket", "path": "/ws/progress/", "query_string": b"", "headers": headers}
        self.wire = Communicator(application, {**scope, "subprotocols": []})

    async def connect(self) -> dict[str, Any]:
        await self.wire.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await self.wire.receive_output(timeout=5)
        return answer

    async def say(self, what: object) -> None:
        text = what if isinstance(what, str) else json.dumps(what)
        await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def hear(self) -> Any:
        answer = await self.wire.receive_output(timeout=5)
        return json.loads(answer["text"]) if "text" in answer else answer

    async def leave(self) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wire.wait()

    async def answer_to_ping(self) -> Any:
        """What it says next to a ping: a pong, if it had nothing else to say."""
        await self.say({"type": "ping"})
        return await self.hear()


async def opened(user: User | None, client: Client | None = None) -> Socket:
    client = client or Client()
    if user is not None:
        await sync_to_async(client.force_login)(user)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = [(b"origin", ORIGIN), (b"cookie", cookie.encode())]
    return Socket(headers)


async def watching(user: User, *ids: object) -> Socket:
    socket = await opened(user)
    assert (await socket.connect())["type"] == "websocket.accept"
    await socket.say({"type": "watch", "versions": list(ids)})
    return socket


def test_words_rate_and_time_left(version: Version) -> None:
    state = state_json(working(version, 40, 160))
    assert (state["words"], state["rate"], state["left_s"]) == ("page 40 of 160", 4.0, 30)
    Version.objects.filter(pk=version.pk).update(state=State.WAITING, waits_for="speech_model", part="second")
    version.refresh_from_db()
    assert state_json(version)["words"] == "waiting for a speech model"
    assert state_json(version)["left_s"] is None


def test_an_error_is_a_sentence_in_the_readers_language(version: Version) -> None:
    version.state, version.error = State.FAILED, {"code": "too_many_pages", "detail": {"pages": 3000, "limit": 2000}}
    assert state_json(version)["error"].startswith("The file has 3000 pages; the limit is 2000.")
    with translation.override("ja"):
        assert "3000" in state_json(version)["error"]


@pytest.mark.usefixtures("redis_server")
@pytest.mark.django_db(transaction=True)
async def test_each_step_of_a_version_is_told(version: Version, analyst: User) -> None:
    socket = await watching(analyst, version.pk)
    first = await socket.hear()
    assert (first["type"], first["version"], first["state"]) == ("progress", version.pk, "queued")
    await sync_to_async(working)(version, 0, 0)
    await sync_to_async(Meter(version, wrote=-1000).tick)(Progress(3, 9))
    told = await socket.hear()
    assert (told["state"], told["words"]) == ("working", "page 3 of 9")
    await sync_to_async(finish)(version)
    ready = await socket.hear()
    assert ready["state"] == "ready"
    await socket.leave()


def finish(version: Version) -> None:
    """As the index does it, which knows nothing of sockets."""
    Version.objects.filter(pk=version.pk).update(state=State.INDEXING, claim="")
    versions.publish(version.pk)


@pytest.mark.usefixtures("redis_server")
@pytest.mark.django_db(transaction=True)
async def test_it_hides_from_outsiders(version: Version, outsider: User, analyst: User) -> None:
    """A foreign version and one that never was: nothing, now and when it moves."""
    for user, ids in (
        (outsider, (version.pk, version.pk + 1)),
        (analyst, (version.pk + 1, "1", None, 1.5, -1, 10**30)),
    ):
        socket = await watching(user, *ids)
        assert await socket.answer_to_ping() == {"type": "pong"}
        await sync_to_async(progress.tell)(version.pk)
        assert await socket.answer_to_ping() == {"type": "pong"}
        await socket.leave()


@pytest.mark.usefixtures("redis_server")
@pytest.mark.django_db(transaction=True)
async def test_a_right_that_is_withdrawn_ends_it(version: Version, analyst: User, markets: Collection) -> None:
    socket = await watching(analyst, version.pk)
    await socket.hear()
    await markets.grants.all().adelete()
    await sync_to_async(working)(version, 1, 2)
    await sync_to_async(progress.tell)(version.pk)
    assert await socket.answer_to_ping() == {"type": "pong"}
    await socket.leave()


@pytest.mark.usefixtures("redis_server")
@pytest.mark.django_db(transaction=True)
async def test_signing_out_ends_it(version: Version, analyst: User) -> None:
    client = Client()
    socket = await opened(analyst, client)
    assert (await socket.connect())["type"] == "websocket.accept"
    await sync_to_async(client.session.flush)()
    await socket.say({"type": "watch", "versions": [version.pk]})
    assert await socket.hear() == {"type": "websocket.close", "code": 4401}


@pytest.mark.usefixtures("redis_server")
@pytest.mark.django_db(transaction=True)
async def test_nobody_gets_in_without_signing_in() -> None:
    socket = await opened(None)
    assert await socket.connect() == {"type": "websocket.close", "code": 4401}


@pytest.mark.usefixtures("redis_server")
@pytest.mark.django_db(transaction=True)
async def test_nonsense_is_answered_and_harms_nothing(version: Version, analyst: User) -> None:
    socket = await watching(analyst, version.pk)
    await socket.hear()
    for nonsense in ("{", "[]", "null", '{"type": "watch"}', '{"type": "watch", "versions": 3}', '{"type": []}'):
        await socket.say(nonsense)
        assert await socket.hear() == {"type": "error", "code": "malformed"}
    await socket.wire.send_input({"type": "websocket.receive", "bytes": b"\x00"})
    assert (await socket.hear())["type"] == "error"
    assert await socket.answer_to_ping() == {"type": "pong"}
    await socket.leave()


@pytest.mark.usefixtures("no_redis")
def test_without_redis_the_row_still_moves(version: Version) -> None:
    Meter(working(version, 0, 0), wrote=-1000).tick(Progress(2, 4))
    version.refresh_from_db()
    assert (version.done, version.total) == (2, 4)
