"""Running answers: read from any point, stopped from anywhere, withheld when rights end, whole without Redis."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from chat import control, running, streams
from chat.drafts import Draft
from chat.events import Delta, Done, Notice
from chat.following import follow
from chat.llm import ModelError
from chat.models import Turn
from chat.threads import THREADS, in_thread
from chat.writers import Writer
from chat.writing import paced
from library.access import Hidden
from library.models import Grant, User, Version
from tests.chat.conftest import draft_of
from tests.fakes import ModelServer, Script
from tests.redis_fixture import RedisServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing")]
QUESTION = "What happened in Osaka?"
TEXT = "Two branches were closed in Osaka [1]. "


async def started(user: User, session: str = "") -> Draft:
    draft = await in_thread(draft_of, user, QUESTION)
    await running.start(draft, session, "en")
    return draft


async def under_way(user: User, model: ModelServer, session: str = "") -> Draft:
    """An answer of which something is read, and whose model writes no more and does not end."""
    model.script = Script([TEXT], end="hold")
    draft = await started(user, session)
    await until(follow(user, draft.turn, "0", "en"), "delta")
    return draft


async def until(events: AsyncIterator[str], kind: str) -> list[dict[str, Any]]:
    """Everything up to the first event of that kind."""
    found = []
    async for event in events:
        found.append(json.loads(event))
        if found[-1]["type"] == kind:
            break
    return found


async def all_of(events: AsyncIterator[str]) -> list[dict[str, Any]]:
    return [json.loads(event) async for event in events]


def blocks(events: list[dict[str, Any]]) -> dict[int, str]:
    return {event["block"]: event["html"] for event in events if event["type"] == "delta"}


async def test_a_reader_goes_on_where_it_left(
    teller: User, report: Version, model: ModelServer, redis_server: RedisServer
) -> None:
    model.script = Script([TEXT, "\n\nStaff turnover fell ", "to 6.1% [1]."], pause_s=0.05)
    draft = await started(teller)
    whole = await all_of(follow(teller, draft.turn, "0", "en"))
    assert [event["type"] for event in whole][:2] == ["status", "sources"]
    assert whole[-1]["type"] == "done"
    numbers = [int(event["id"]) for event in whole]
    assert numbers == sorted(set(numbers))
    for after in range(max(numbers)):
        rest = await _stream(draft.turn, after)
        assert [int(event["id"]) for event in rest if int(event["id"]) <= after] == []
        seen = [event for event in whole if int(event["id"]) <= after]
        assert blocks(seen + rest) == blocks(whole)
        assert rest[-1] == whole[-1]


async def test_who_joins_late_or_reads_slowly_gets_the_latest_of_each_block(redis_server: RedisServer) -> None:
    writer = Writer(uuid4())
    slow = writer.follow(0)
    for text in ("O", "On", "One"):
        writer.put(Delta(0, text))
    assert (await anext(slow)).number == 3  # type: ignore[union-attr]
    for text in ("T", "Tw", "Two"):
        writer.put(Delta(1, text))
    writer.put(Done("model"))
    assert [entry.number async for entry in slow if entry] == [6, 7]
    assert [entry.number async for entry in writer.follow(0) if entry] == [3, 6, 7]
    await writer.finish()
    assert blocks(await _stream(writer.turn)) == {0: "One", 1: "Two"}


async def test_no_notice_takes_the_place_of_another(redis_server: RedisServer) -> None:
    writer = Writer(uuid4())
    for text in ("Not from documents.", "A guarded topic: one.", "A guarded topic: two."):
        writer.put(Notice("topic", text))
    writer.put(Done("model"))
    live = [json.loads(entry.text) async for entry in writer.follow(0) if entry]
    await writer.finish()
    for events in (live, await _stream(writer.turn)):
        assert [event["text"][-4:] for event in events if event["type"] == "notice"] == ["nts.", "one.", "two."]


async def test_what_fails_as_it_is_stopped_is_stopped() -> None:
    broken, first = asyncio.Event(), asyncio.Event()

    async def pieces() -> AsyncIterator[str]:
        yield "One"
        await broken.wait()
        raise ModelError("model_down")

    async def read() -> None:
        async with aclosing(paced(pieces())) as joined:
            async for _piece in joined:
                first.set()

    reading = asyncio.create_task(read())
    await first.wait()
    broken.set()
    for _turn in range(5):
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def _stream(turn: UUID, after: int = 0) -> list[dict[str, Any]]:
    return [json.loads(entry.text) async for entry in streams.follow(turn, after) if entry is not None]


async def test_an_ended_answer_reads_the_same_from_the_database(
    teller: User, report: Version, model: ModelServer, redis_server: RedisServer
) -> None:
    end = "Not 7.4%, and less capital [2].\n\nThere are 2 branches."
    model.script = Script([TEXT, "\n\n| | 2024 |\n|---|---|\n| Turnover | 6.1% [1] |\n\n", end])
    draft = await started(teller)
    live = await all_of(follow(teller, draft.turn, "0", "en"))
    with redis_server.client() as redis:
        redis.flushall()
    later = await all_of(follow(teller, draft.turn, live[3]["id"], "en"))
    assert blocks(later) == blocks(live)
    figures = [event["verdict"] for event in later if event["type"] == "figure"]
    assert figures == [event["verdict"] for event in live if event["type"] == "figure"]
    assert later[-1] == live[-1] | {"id": "0"}


async def test_stop_closes_the_models_stream_and_saves_what_was_written(
    teller: User, report: Version, model: ModelServer, redis_server: RedisServer
) -> None:
    draft = await under_way(teller, model)
    await running.stop(draft.turn)
    rest = await all_of(follow(teller, draft.turn, "0", "en"))
    assert rest[-1]["type"] == "done"
    assert rest[-1]["stopped"]
    assert await asyncio.to_thread(model.left.acquire, timeout=5)
    turn = await Turn.objects.aget(pk=draft.turn)
    assert (turn.state, turn.answer) == (Turn.State.STOPPED, TEXT.strip())


async def test_stop_comes_from_another_process_too(
    teller: User, report: Version, model: ModelServer, redis_server: RedisServer
) -> None:
    draft = await under_way(teller, model)
    await control.ask_to_stop(draft.turn)
    rest = await all_of(follow(teller, draft.turn, "0", "en"))
    assert rest[-1]["stopped"]


@pytest.mark.parametrize("how", ["grant", "account", "session"])
async def test_who_loses_the_right_reads_no_further(
    teller: User, report: Version, model: ModelServer, redis_server: RedisServer, how: str
) -> None:
    session = await in_thread(_signed_in, teller)
    draft = await under_way(teller, model, session)
    await in_thread(_take_away, how, session)
    last = (await _stream(draft.turn))[-1]
    assert (last["type"], last["code"], last["partial"]) == ("error", "withheld", False)
    assert await asyncio.to_thread(model.left.acquire, timeout=5)


async def test_rights_are_looked_at_while_every_thread_waits_for_the_index(
    teller: User, report: Version, model: ModelServer, redis_server: RedisServer
) -> None:
    draft = await under_way(teller, model)
    await in_thread(_take_away, "grant", "")
    back = threading.Event()
    searches = [asyncio.create_task(in_thread(back.wait)) for _ in range(THREADS._max_workers)]
    try:
        assert await asyncio.to_thread(model.left.acquire, timeout=5)
    finally:
        back.set()
        await asyncio.gather(*searches)
    assert (await all_of(follow(teller, draft.turn, "0", "en")))[-1]["code"] == "withheld"


def _signed_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _take_away(what: str, session: str) -> None:
    if what == "grant":
        Grant.objects.all().delete()
    elif what == "account":
        User.objects.update(is_active=False)
    else:
        SessionStore(session).flush()


async def test_an_old_answer_is_withheld_with_its_source(
    teller: User, report: Version, model: ModelServer, redis_server: RedisServer
) -> None:
    draft = await started(teller)
    await all_of(follow(teller, draft.turn, "0", "en"))
    await Grant.objects.all().adelete()
    (only,) = await all_of(follow(teller, draft.turn, "0", "en"))
    assert (only["type"], only["code"]) == ("error", "withheld")


async def test_it_hides_from_outsiders(
    teller: User, outsider: User, report: Version, redis_server: RedisServer
) -> None:
    draft = await started(teller)
    await all_of(follow(teller, draft.turn, "0", "en"))
    with pytest.raises(Hidden):
        await all_of(follow(outsider, draft.turn, "0", "en"))


async def test_without_redis_the_answer_is_made_and_read_from_the_database(
    teller: User, report: Version, model: ModelServer, no_redis: None
) -> None:
    draft = await started(teller)
    events = await all_of(follow(teller, draft.turn, "0", "en"))
    assert events[-1]["type"] == "done"
    assert blocks(events) == {0: "<p>Hello.</p>\n"}


async def test_what_redis_lost_is_brought_back(redis_server: RedisServer) -> None:
    turn = uuid4()
    writer = Writer(turn)
    entries = streams.follow(turn, 0)
    writer.put(Delta(0, "<p>One</p>", "One"))
    assert await anext(entries) is not None
    redis_server.stop()
    writer.put(Delta(1, "<p>Tw</p>", "Tw"))
    writer.put(Delta(1, "<p>Two</p>", "Two"))
    redis_server.start()
    writer.put(Done("model"))
    await writer.finish()
    assert blocks(await _stream(turn)) == {0: "<p>One</p>", 1: "<p>Two</p>"}
    assert blocks([json.loads(entry.text) async for entry in entries if entry]) == {1: "<p>Two</p>"}


async def test_what_a_dead_process_left_is_cut_off(teller: User, redis_server: RedisServer) -> None:
    draft = await in_thread(draft_of, teller, QUESTION)
    events = await all_of(follow(teller, draft.turn, "0", "en"))
    assert [(event["type"], event["code"]) for event in events] == [("error", "cut_off")]
    turn = await Turn.objects.aget(pk=draft.turn)
    assert turn.state == Turn.State.FAILED


async def test_an_ending_process_saves_what_it_has(
    teller: User, report: Version, model: ModelServer, redis_server: RedisServer
) -> None:
    draft = await under_way(teller, model)
    await running.close()
    turn = await Turn.objects.aget(pk=draft.turn)
    assert (turn.state, turn.answer) == (Turn.State.FAILED, TEXT.strip())
    assert turn.error == {"code": "cut_off", "partial": True}
