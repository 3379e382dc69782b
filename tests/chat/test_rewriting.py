"""A model makes a follow-up whole where no rule is sure how; what it says is checked, counted, shown, and optional."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from chat import asking, breaker, conversations, repeating, rewriting, saving
from chat.drafts import Draft
from chat.events import Done, Event, Understood
from chat.models import GuardRail, LanguageModel, Spending, Turn
from chat.rewriting import is_fit
from chat.threads import in_thread
from library.models import User, Version
from tests.chat.conftest import model_row
from tests.chat.test_answering import events_of, last
from tests.fakes import ModelServer, Script
from tests.redis_fixture import RedisServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing", "redis_server")]
ASKED, TOLD = "Which branches were closed in Osaka?", "Two branches were closed in Osaka [1]."
LEANING = "And why was that in 2025?"
WHOLE = "Why were two branches closed in Osaka in 2025?"


@pytest.fixture
def house(servers: tuple[ModelServer, ModelServer], db: None) -> ModelServer:
    """The one model that there is, in the house."""
    model_row("Alpha", servers[0], 1)
    servers[0].script = Script([TOLD])
    return servers[0]


def follow_up(user: User, question: str = LEANING, before: str = ASKED) -> Draft:
    """A question after one that has been answered."""
    where = conversations.create(user)
    first = asking.draft_for(user, where, before)
    first.text = TOLD
    saving.finish(first, Turn.State.DONE)
    return asking.draft_for(user, where, question, parent=first.turn)


async def answered(user: User, *question: str) -> tuple[Draft, list[Event]]:
    draft = await in_thread(follow_up, user, *question)
    return draft, await events_of(draft)


async def test_what_the_model_makes_of_it_is_searched_for_shown_and_counted(
    teller: User, report: Version, house: ModelServer
) -> None:
    house.next = [Script([f'"{WHOLE[:9]}', f'{WHOLE[9:]}"\n'])]
    draft, events = await answered(teller)
    assert last(events, Understood).question == WHOLE
    assert (draft.provenance["rewritten_by"], draft.provenance["understood"]["question"]) == ("Alpha", WHOLE)
    request = house.requests[0]
    assert request["max_tokens"] == 80
    rules, told = (message["content"] for message in request["messages"])
    fence = told.splitlines()[0]
    assert told.splitlines() == [fence, f"Question: {ASKED}", f"Answer: {TOLD}", f"Last question: {LEANING}", fence]
    assert fence in rules
    assert "in English" in rules
    assert house.requests[1]["messages"][-1]["content"].endswith(f"Question: {LEANING}")
    await in_thread(saving.finish, draft, Turn.State.DONE)
    turn = await Turn.objects.aget(pk=draft.turn)
    assert (turn.input_tokens, turn.output_tokens, turn.cost) == (200, 3, Decimal("0.000424"))
    assert turn.provenance["spent"]["tokens_in"] == 200
    assert (await Spending.objects.aget()).tokens == 203


@pytest.mark.parametrize("today", [True, False])
async def test_a_replay_asks_the_question_as_it_was_understood(
    teller: User, report: Version, house: ModelServer, today: bool
) -> None:
    house.next = [Script([WHOLE])]
    draft, _events = await answered(teller)
    await in_thread(saving.finish, draft, Turn.State.DONE)
    asked = len(house.requests)
    turn = await in_thread(repeating.turn_of, draft.trace, teller)
    repeated = await repeating.repeat(turn, teller, today=today)
    assert len(house.requests) == asked + 1, "for the answer alone"
    again = await Turn.objects.aget(trace=repeated.replay)
    assert again.provenance["rewritten_by"] == "Alpha"
    if today:
        assert again.provenance["understood"]["question"] == WHOLE


async def test_what_was_made_whole_and_never_searched_is_asked_again(
    teller: User, report: Version, house: ModelServer
) -> None:
    """The index was away."""
    draft = await in_thread(follow_up, teller)
    draft.provenance["rewritten_by"] = "Alpha"
    await in_thread(saving.finish, draft, Turn.State.FAILED, {"code": "search_away", "partial": False})
    turn = await in_thread(repeating.turn_of, draft.trace, teller)
    house.next = [Script([WHOLE])]
    repeated = await repeating.repeat(turn, teller, today=True)
    again = await Turn.objects.aget(trace=repeated.replay)
    assert again.provenance["understood"]["question"] == WHOLE


@pytest.mark.parametrize(
    "question", ["Which branches were closed in Kyoto in fiscal 2024, and why was that?", "And for Aozora Holdings?"]
)
async def test_no_model_is_asked_where_a_question_stands_alone_or_a_rule_is_sure(
    teller: User, report: Version, house: ModelServer, question: str
) -> None:
    draft, _events = await answered(teller, question)
    assert "rewritten_by" not in draft.provenance
    assert len(house.requests) <= 1, "the answer alone"


async def test_nothing_is_asked_without_a_model_or_where_two_are_compared(
    teller: User, report: Version, house: ModelServer
) -> None:
    draft = await in_thread(follow_up, teller)
    draft.compared = True
    await events_of(draft)
    assert len(house.requests) == 1
    await LanguageModel.objects.aupdate(enabled=False)
    draft, events = await answered(teller)
    assert last(events, Done).mode == "extract"
    assert last(events, Understood).question == f"{ASKED} {LEANING}"
    assert len(house.requests) == 1


@pytest.mark.parametrize(
    "script",
    [
        Script(["Why were two branches closed in Osaka?"]),
        Script([f"{WHOLE}\nBecause of the neighbours."]),
        Script([WHOLE, " And more." * 40]),
        Script(["大阪の2支店は2025年になぜ閉鎖されたのですか。"]),
        Script([LEANING.upper()]),
        Script([WHOLE], end="drop"),
        Script(status=500),
        Script([]),
    ],
    ids=["loses the year", "two lines", "too long", "another language", "the same", "broken off", "fails", "nothing"],
)
async def test_what_is_unfit_leaves_the_rules_form_and_the_answer(
    teller: User, report: Version, house: ModelServer, script: Script
) -> None:
    house.next = [script]
    draft, events = await answered(teller)
    assert last(events, Understood).question == f"{ASKED} {LEANING}"
    assert "rewritten_by" not in draft.provenance
    assert (last(events, Done).mode, draft.text) == ("model", TOLD)


async def test_a_model_that_takes_too_long_is_not_waited_for(
    teller: User, report: Version, house: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "LONGEST_S", 0.2)
    house.next = [Script([WHOLE], end="hold")]
    draft, events = await answered(teller)
    assert last(events, Understood).question == f"{ASKED} {LEANING}"
    assert draft.text == TOLD
    assert draft.aside is not None, "what it had said by then is counted"
    assert draft.aside.estimated
    assert house.left.acquire(timeout=10), "the connection is closed"
    assert await breaker.is_clean(house.url), "it may only be slow"


async def test_a_failure_is_told_to_the_breaker_and_a_doubtful_endpoint_is_spared(
    teller: User, report: Version, house: ModelServer
) -> None:
    house.next = [Script(status=500)]
    await answered(teller)
    assert len(house.requests) == 2
    await breaker.failed(house.url)
    assert not await breaker.is_clean(house.url)
    await answered(teller)
    assert len(house.requests) == 3, "the answer alone, which closes the breaker again"
    await answered(teller)
    assert len(house.requests) == 5


async def test_personal_data_stays_in_the_house_and_comes_back(
    teller: User, report: Version, house: ModelServer
) -> None:
    await LanguageModel.objects.aupdate(outside=True)

    def reply(request: dict[str, Any]) -> list[str]:
        said = request["messages"][-1]["content"]
        return [f"Does {said.split('written by ')[1].split('?')[0]} know why branches were closed in Osaka?"]

    house.next = [Script(reply=reply)]
    _draft, events = await answered(teller, "And was that written by taro@aozora.example?")
    assert "aozora.example" not in str(house.requests)
    assert last(events, Understood).question == "Does taro@aozora.example know why branches were closed in Osaka?"


async def test_what_may_not_leave_the_house_is_not_sent(teller: User, report: Version, house: ModelServer) -> None:
    await LanguageModel.objects.aupdate(outside=True)
    await GuardRail.objects.acreate(kind=GuardRail.Kind.PERSONAL_OUTSIDE, action=GuardRail.Action.BLOCK)
    draft, _events = await answered(teller, "And was that written by taro@aozora.example?")
    assert house.requests == []
    assert "rewritten_by" not in draft.provenance


async def test_who_has_spent_the_day_gets_the_rules_form(teller: User, report: Version, house: ModelServer) -> None:
    await GuardRail.objects.acreate(kind=GuardRail.Kind.DAILY_TOKENS, action=GuardRail.Action.BLOCK, limit=0)
    draft, _events = await answered(teller)
    assert house.requests == []
    assert "rewritten_by" not in draft.provenance


async def test_what_another_currency_cost_is_counted_by_itself(
    teller: User, report: Version, servers: tuple[ModelServer, ModelServer], redis_server: RedisServer
) -> None:
    """The first model makes the question whole and then fails; the next one answers."""
    await in_thread(model_row, "Alpha", servers[0], 1, currency="EUR")
    await in_thread(model_row, "Beta", servers[1], 2, currency="USD")
    servers[0].next, servers[0].script = [Script([WHOLE])], Script(status=503)
    servers[1].script = Script([TOLD])
    draft, _events = await answered(teller)
    await in_thread(saving.finish, draft, Turn.State.DONE)
    assert (await Turn.objects.aget(pk=draft.turn)).currency == "USD"
    spent = {row.currency: row.tokens async for row in Spending.objects.all()}
    assert spent == {"USD": 101, "EUR": 101}


@pytest.mark.parametrize(
    ("text", "question", "fit"),
    [
        ("Why did Aozora's net income fall by 1,200 million?", "Why by 1200?", True),
        ("Why did Aozora's net income fall by 1,300 million?", "Why by 1200?", False),
        ("青空銀行の2025年の純利益はなぜ減ったのですか。", "２０２５年はなぜ？", True),
        ("Why did 青空銀行 lose money?", "Why?", True),
        ("青空銀行？", "Why?", False),
        ("", "Why?", False),
    ],
)
def test_what_is_fit(text: str, question: str, fit: bool) -> None:
    assert is_fit(text, question) is fit
