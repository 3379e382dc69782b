"""/ws/chat/ through the whole of the application: questions in, events out, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from pytest_django.fixtures import Settings

from chat.models import Conversation, LanguageModel, Turn
from chat.threads import in_thread
from config.asgi import application
from library.models import User, Version
from tests.fakes import ModelServer, Script

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing", "redis_server")]
ORIGIN = "http://localhost:8000"
QUESTION = "Which branches were closed in Osaka?"


class Browser:
    """One page's socket."""

    def __init__(self, cookie: str, origin: str | None = ORIGIN, language: str = "en") -> None:
        headers = [(b"cookie", f"sessionid={cookie}".encode()), (b"accept-language", language.encode())]
        headers += [(b"origin", origin.encode())] if origin else []
        scope = {"type": "websocket", "path": "/ws/chat/", "query_string": b"", "headers": headers, "subprotocols": []}
        self.socket: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]

    async def open(self) -> dict[str, Any]:
        await self.socket.send_input({"type": "websocket.connect"})
        return await self.output()

    async def close(self) -> None:
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.socket.wait(timeout=10)

    async def output(self) -> dict[str, Any]:
        heard: dict[str, Any] = await self.socket.receive_output(timeout=20)
        return heard

    async def say(self, **message: Any) -> None:
        await self.socket.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def hear(self) -> dict[str, Any]:
        output = await self.output()
        assert output["type"] == "websocket.send"
        heard: dict[str, Any] = json.loads(output["text"])
        return heard

    async def hear_until(self, *kinds: str) -> list[dict[str, Any]]:
        events = [await self.hear()]
        while events[-1]["type"] not in kinds:
            events.append(await self.hear())
        return events


SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def sign_in() -> AsyncIterator[SignIn]:
    opened: list[Browser] = []

    async def page_of(user: User) -> Browser:
        client = Client()
        await in_thread(client.force_login, user)
        page = Browser(client.cookies["sessionid"].value)
        assert (await page.open())["type"] == "websocket.accept"
        opened.append(page)
        return page

    yield page_of
    for page in opened:
        await page.close()


async def test_a_question_is_answered_event_by_event(teller: User, report: Version, sign_in: SignIn) -> None:
    page = await sign_in(teller)
    await page.say(type="ask", conversation=None, question=QUESTION)
    asked, *events = await page.hear_until("done", "error")
    assert (asked["type"], asked["question"], asked["title"]) == ("asked", QUESTION, QUESTION)
    assert [event["type"] for event in events] == ["status", "sources", "delta", "done"]
    assert {event["turn"] for event in events} == {asked["turn"]}
    assert all(event["id"] for event in events)
    turn = await Turn.objects.aget(pk=asked["turn"])
    assert turn.state == Turn.State.DONE
    assert str(turn.conversation_id) == asked["conversation"]


async def test_a_conversation_goes_on(teller: User, report: Version, sign_in: SignIn) -> None:
    page = await sign_in(teller)
    await page.say(type="ask", conversation=None, question=QUESTION)
    asked, *_ = await page.hear_until("done")
    await page.say(type="ask", conversation=asked["conversation"], question="What were capital expenditures in FY2024?")
    again, *events = await page.hear_until("done")
    assert again["conversation"] == asked["conversation"]
    assert events[-1]["mode"] == "cell"


async def test_a_second_tab_reads_the_same_and_stops_it(
    teller: User, report: Version, model: ModelServer, sign_in: SignIn
) -> None:
    model.script = Script(["Two branches were closed [1]. "], end="hold")
    first, second = await sign_in(teller), await sign_in(teller)
    await first.say(type="ask", conversation=None, question=QUESTION)
    asked, *begun = await first.hear_until("delta")
    await second.say(type="resume", turn=asked["turn"], after="0")
    seen = await second.hear_until("delta")
    assert seen == begun[-len(seen) :], "all but a status that has passed"
    await second.say(type="stop", turn=asked["turn"])
    for page in (first, second):
        assert (await page.hear_until("done", "error"))[-1]["stopped"]


async def test_it_hides_from_outsiders(
    teller: User, outsider: User, report: Version, secret: Version, sign_in: SignIn
) -> None:
    mine, theirs = await sign_in(teller), await sign_in(outsider)
    await mine.say(type="ask", conversation=None, question=QUESTION)
    asked, *_ = await mine.hear_until("done")
    answers = []
    for turn, conversation in [(asked["turn"], asked["conversation"]), (str(uuid4()), str(uuid4())), ("x", "x")]:
        await theirs.say(type="resume", turn=turn, after="0")
        answers.append(await theirs.hear())
        await theirs.say(type="stop", turn=turn)
        answers.append(await theirs.hear())
        await theirs.say(type="ask", conversation=conversation, question=QUESTION)
        answers.append(await theirs.hear())
    assert answers == [{"type": "error", "code": "hidden", "text": answers[0]["text"]}] * 9
    await theirs.say(type="ask", conversation=None, question="What is Project Kite's target worth?")
    events = await theirs.hear_until("done")
    assert events[-1]["refused"]
    assert "91 billion" not in json.dumps(events)


async def test_the_scope_holds_only_what_the_user_sees(
    teller: User, report: Version, secret: Version, sign_in: SignIn
) -> None:
    page = await sign_in(teller)
    both = [report.document.collection_id, secret.document.collection_id]
    await page.say(type="ask", conversation=None, question=QUESTION, scope={"collections": both})
    asked, *_ = await page.hear_until("done")
    conversation = await Conversation.objects.aget(pk=asked["conversation"])
    assert conversation.scope == {"collections": [report.document.collection_id]}
    await page.say(type="ask", conversation=None, question=QUESTION, scope={"collections": both[1:]})
    events = await page.hear_until("done")
    assert events[-1]["refused"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "ask", "conversation": None, "question": "  "}, "empty"),
        ({"type": "ask", "conversation": None, "question": 3}, "empty"),
        ({"type": "ask", "conversation": None, "question": "x" * 5000}, "too_long"),
        ({"type": "ask", "conversation": None, "question": "x" * 40_000}, "malformed"),
        ({"type": "dance"}, "malformed"),
        ({}, "malformed"),
    ],
)
async def test_a_bad_message_gets_a_sentence(teller: User, sign_in: SignIn, message: dict[str, Any], code: str) -> None:
    page = await sign_in(teller)
    await page.say(**message)
    heard = await page.hear()
    assert (heard["type"], heard["code"]) == ("error", code)
    assert heard["text"]
    await page.say(type="ping")
    assert await page.hear() == {"type": "pong"}


async def test_too_many_questions_have_to_wait(
    teller: User, report: Version, sign_in: SignIn, settings: Settings
) -> None:
    settings.QUESTIONS_PER_MINUTE = 1
    page = await sign_in(teller)
    await page.say(type="ask", conversation=None, question=QUESTION)
    await page.hear_until("done")
    await page.say(type="ask", conversation=None, question=QUESTION)
    heard = await page.hear()
    assert (heard["code"], "1 questions" in heard["text"]) == ("too_fast", True)


async def test_sentences_are_in_the_users_language(teller: User, sign_in: SignIn) -> None:
    page = await sign_in(teller)
    await User.objects.filter(pk=teller.pk).aupdate(language="ja")
    await page.say(type="ask", conversation=None, question="")
    japanese = (await page.hear())["text"]
    await User.objects.filter(pk=teller.pk).aupdate(language="en")
    await page.say(type="ask", conversation=None, question="")
    assert (await page.hear())["text"] == "Type a question first."
    assert japanese


async def test_who_signs_out_is_closed_out(teller: User, sign_in: SignIn) -> None:
    page = await sign_in(teller)
    await in_thread(_sign_everybody_out)
    await page.say(type="ping")
    closed = await page.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", 4401)


def _sign_everybody_out() -> None:
    for row in SessionStore.get_model_class().objects.all():
        SessionStore(row.session_key).flush()


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:9999", "https://localhost:8000", None])
async def test_other_origins_are_refused(teller: User, origin: str | None) -> None:
    client = Client()
    await in_thread(client.force_login, teller)
    page = Browser(client.cookies["sessionid"].value, origin)
    assert (await page.open())["type"] == "websocket.close"


async def test_without_a_session_nothing_opens(db: None) -> None:
    page = Browser("no such session")
    closed = await page.open()
    assert (closed["type"], closed["code"]) == ("websocket.close", 4401)


async def test_a_model_that_is_not_theirs_looks_like_none(teller: User, report: Version, sign_in: SignIn) -> None:
    group = await Group.objects.acreate(name="others")
    theirs = await LanguageModel.objects.acreate(name="Theirs", base_url="http://127.0.0.1:9/v1", model="m")
    await theirs.groups.aadd(group)
    page = await sign_in(teller)
    said = []
    for model in (theirs.pk, theirs.pk + 1):
        await page.say(type="ask", conversation=None, question=QUESTION, model=model)
        said.append(await page.hear())
    assert said[0] == said[1]
    assert said[0]["code"] == "hidden"
    assert not await Turn.objects.aexists()


async def test_asked_again_without_a_model_it_is_a_branch_too(teller: User, report: Version, sign_in: SignIn) -> None:
    page = await sign_in(teller)
    await page.say(type="ask", conversation=None, question=QUESTION)
    first, *_ = await page.hear_until("done")
    await page.say(type="ask", conversation=first["conversation"], question=QUESTION, after=None)
    again, *events = await page.hear_until("done")
    assert (again["number"], again["count"], again["earlier"]) == (2, 2, first["turn"])
    assert events[-1]["how"] == "Extracts: no language model is connected"
