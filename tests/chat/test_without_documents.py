"""A model asked to write without documents: said so, held against the asker's own words, and not where it is off."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from chat import asking, replay, transcript
from chat.asking import Declined
from chat.events import Delta, Done, Error, Notice, Sources
from chat.models import Citation, Conversation, Turn
from chat.running import _state
from chat.saving import finish
from chat.threads import in_thread
from library.models import User, Version
from tests.chat.test_answering import events_of, last, words
from tests.fakes import ModelServer, Script

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing")]
ASKED = {"question": "Put this kindly: we lost 1,577 million yen in Osaka.", "grounded": False}


async def test_it_is_written_by_the_model_alone_and_says_so(teller: User, report: Version, model: ModelServer) -> None:
    model.script = Script(["Sadly, we lost 1,577 million yen in Osaka, ", "or 1,600 million yen with Kyoto [1]."])
    (draft,) = (await in_thread(asking.begin, teller, ASKED)).drafts
    events = await events_of(draft)
    kinds = [type(event) for event in events]
    assert kinds.index(Notice) < kinds.index(Delta)
    assert words(events) == "Sadly, we lost 1,577 million yen in Osaka, or 1,600 million yen with Kyoto."
    assert [(f.text, f.verdict) for f in draft.figures] == [
        ("1,577 million yen", "verified"),
        ("1,600 million yen", "unsupported"),
    ]
    assert "statement unsupported" not in last(events, Delta).html
    done = last(events, Done)
    assert (done.mode, done.refused, done.how) == ("free", False, "Written by scripted without documents")
    assert [s.sources for s in events if isinstance(s, Sources)] in ([], [[]])
    assert not await Citation.objects.filter(turn=draft.turn).aexists()
    (request,) = model.requests
    assert "Osaka in March 2025" not in str(request)

    await in_thread(finish, draft, _state(done))
    turn = await Turn.objects.aget(pk=draft.turn)
    again = await in_thread(lambda: list(replay.events(teller, turn)))
    assert last(again, Notice).code == "without_documents"
    where = await Conversation.objects.aget(pk=turn.conversation_id)
    (shown,) = await in_thread(transcript.shown, teller, where)
    assert shown.free
    assert shown.notices[0].code == "without_documents"


async def test_where_it_is_off_it_is_declined(
    teller: User, report: Version, model: ModelServer, settings: Settings
) -> None:
    settings.WITHOUT_DOCUMENTS = False
    with pytest.raises(Declined) as declined:
        await in_thread(asking.begin, teller, ASKED)
    assert declined.value.code == "needs_documents"
    assert not await Turn.objects.aexists()


async def test_without_a_model_it_is_declined(teller: User, report: Version) -> None:
    with pytest.raises(Declined):
        await in_thread(asking.begin, teller, ASKED)


async def test_a_forged_message_is_malformed(teller: User, report: Version, model: ModelServer) -> None:
    with pytest.raises(Declined) as declined:
        await in_thread(asking.begin, teller, {"question": "Hello?", "grounded": "no"})
    assert declined.value.code == "malformed"


async def test_a_model_that_fails_says_so(teller: User, report: Version, model: ModelServer) -> None:
    model.script = Script(status=500)
    (draft,) = (await in_thread(asking.begin, teller, ASKED)).drafts
    assert last(await events_of(draft), Error).text
