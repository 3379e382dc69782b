"""What was understood of a question: told with its answer, kept with it, and left out where the asker takes it off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from chat import asking, readings
from chat.answering import answer
from chat.drafts import Draft
from chat.events import Event, Understood
from chat.following import follow
from chat.models import Turn
from chat.running import start
from chat.threads import in_thread
from library.models import Grant, User, Version

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing", "redis_server")]
ASKED = "What were Aozora's capital expenditures in FY2024?"


def draft_of(user: User, question: str, **message: Any) -> Draft:
    (draft,) = asking.begin(user, {"question": question, **message}).drafts
    return draft


async def told(draft: Draft) -> list[Event]:
    return [event async for event in answer(draft)]


def chips(events: list[Event]) -> dict[str, bool]:
    """Words of each reading and whether it counts."""
    (found,) = [event for event in events if isinstance(event, Understood)]
    return {reading.text: not reading.off for reading in found.readings}


async def test_the_readings_come_before_the_sources(teller: User, report: Version) -> None:
    events = await told(await in_thread(draft_of, teller, ASKED))
    assert [event.type for event in events][:3] == ["status", "understood", "sources"]
    assert chips(events) == {"Aozora": True, "FY2024": True, "capital expenditures": True}


async def test_what_is_taken_off_counts_no_more(teller: User, report: Version) -> None:
    asked = ASKED.replace("2024", "2023")
    whole = await in_thread(draft_of, teller, asked)
    assert chips(await told(whole)) == {"Aozora": True, "FY2023": True, "capital expenditures": True}
    less = await in_thread(draft_of, teller, asked, ignoring=["period:FY2023"])
    assert chips(await told(less)) == {"Aozora": True, "FY2023": False, "capital expenditures": True}
    assert "1,373" in whole.text
    assert "1,577" in less.text, "without a year the latest one counts"


async def test_a_follow_up_is_asked_again_whole(teller: User, report: Version) -> None:
    begun = await in_thread(asking.begin, teller, {"question": ASKED})
    await (await start(begun.drafts[0], "", "en"))
    conversation = str(begun.where.pk)
    second = await in_thread(draft_of, teller, "And the year before?", conversation=conversation)
    (found,) = [event for event in await told(second) if isinstance(event, Understood)]
    assert "Aozora" in found.question
    assert {reading.id for reading in found.readings} >= {"company:aozora", "period:FY2023", "measure:capex"}


async def test_they_are_kept_with_the_answer(teller: User, report: Version) -> None:
    draft = await in_thread(draft_of, teller, ASKED, ignoring=["period:FY2024"])
    await (await start(draft, "", "en"))
    turn = await Turn.objects.aget(pk=draft.turn)
    late = [json.loads(event) async for event in follow(teller, turn.pk, "0", "en")]
    (replayed,) = [event for event in late if event["type"] == "understood"]
    assert [(one["text"], one["off"]) for one in replayed["readings"]] == [
        ("Aozora", False),
        ("FY2024", True),
        ("capital expenditures", False),
    ]
    page = await in_thread(shown, teller, turn)
    assert 'data-reading="period:FY2024" aria-pressed="false"' in page
    assert 'data-reading="company:aozora" aria-pressed="true"' in page


async def test_they_go_with_the_right_to_the_answer(teller: User, report: Version) -> None:
    draft = await in_thread(draft_of, teller, ASKED)
    await (await start(draft, "", "en"))
    await Grant.objects.all().adelete()
    page = await in_thread(shown, teller, await Turn.objects.aget(pk=draft.turn))
    assert "withheld" in page
    assert 'data-reading="' not in page


def shown(user: User, turn: Turn) -> str:
    client = Client()
    client.force_login(user)
    return client.get(f"/c/{turn.conversation_id}/").content.decode()


@pytest.mark.parametrize("wanted", [None, "period:FY2024", {"period": 1}, 7, [None, 3, {}, "", "x" * 999]])
def test_a_malformed_wish_takes_nothing_off(wanted: object) -> None:
    assert readings.ignoring(wanted) == frozenset()


def test_readings_are_in_the_readers_language() -> None:
    record = {"question": "…", "chips": [{"id": "measure:net_income", "said": "profit", "off": False}]}
    with translation.override("ja"):
        found = readings.understood(record, "")
    assert found is not None
    assert [reading.text for reading in found.readings] == ["当期純利益"]
    assert readings.understood({}, "Why?") is None
