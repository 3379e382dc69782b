"""From a question to typed events: by a cell, by a model, by extracts; refused, failed, withheld."""

from __future__ import annotations

from contextlib import aclosing
from typing import TypeVar

import pytest

from chat import answering, saving
from chat.drafts import Draft
from chat.events import Delta, Done, Error, Event, Sources, Status
from chat.models import Citation, Turn
from chat.threads import in_thread
from library.models import AuditEntry, User, Version
from tests.chat.conftest import draft_of
from tests.fakes import ModelServer, Script

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing")]


E = TypeVar("E")


async def events_of(draft: Draft) -> list[Event]:
    async with aclosing(answering.answer(draft)) as events:
        return [event async for event in events]


async def asked(user: User, question: str) -> tuple[Draft, list[Event]]:
    draft = await in_thread(draft_of, user, question)
    return draft, await events_of(draft)


def last(events: list[Event], kind: type[E]) -> E:
    return [event for event in events if isinstance(event, kind)][-1]


def words(events: list[Event]) -> str:
    """What a reader sees at the end."""
    shown = {event.block: event.text for event in events if isinstance(event, Delta)}
    return "\n\n".join(shown[number] for number in sorted(shown) if shown[number])


async def test_a_question_that_names_a_cell_is_answered_by_the_cell(teller: User, report: Version) -> None:
    draft, events = await asked(teller, "What were capital expenditures in FY2024?")
    assert isinstance(events[0], Status)
    assert words(events) == "Aozora Holdings' capital expenditures were $(1,577) million in FY2024 [1]."
    done = last(events, Done)
    assert (done.mode, done.refused) == ("cell", False)
    (figure,) = draft.figures
    assert (figure.value, figure.unit, figure.verdict) == ("-1577000000", "USD", "verified")
    assert figure.locator == {"page": 60, "boxes": [[0.4, 0.3, 0.5, 0.35]], "table": 1, "row": 3, "column": 2}
    assert 'class="figure verified"' in last(events, Delta).html


async def test_the_cell_is_given_in_the_language_of_the_question(teller: User, report: Version) -> None:
    _, events = await asked(teller, "2023年度の設備投資額はいくらですか。")
    assert words(events) == "Aozora Holdingsの設備投資額（Capital expenditures）（2023年度）は△1,373百万ドルです [1]。"


async def test_without_a_model_it_gives_extracts(teller: User, report: Version) -> None:
    _, events = await asked(teller, "Which branches were closed in Osaka?")
    assert words(events) == "Two branches were closed in Osaka in March 2025. [1]"
    assert last(events, Done).mode == "extract"
    (source,) = last(events, Sources).sources
    assert (source.document, source.label, source.marker) == ("aozora_2024.pdf", "p. 3", 1)


async def test_a_question_that_nothing_answers_is_refused(teller: User, report: Version) -> None:
    _, events = await asked(teller, "Who won the volcano surfing championship?")
    assert last(events, Done).refused
    assert "1 collection was searched" in words(events)
    assert "volcano" in words(events)
    assert not [event for event in events if isinstance(event, Sources)]


async def test_it_hides_from_outsiders(outsider: User, teller: User, report: Version, secret: Version) -> None:
    for user in (outsider, teller):
        _, events = await asked(user, "What is the target of Project Kite worth in yen?")
        assert last(events, Done).refused
        assert "91 billion" not in repr(events)
        assert "project_kite" not in repr(events)


async def test_what_was_shown_is_recorded_before_it_is_shown(teller: User, report: Version) -> None:
    draft = await in_thread(draft_of, teller, "Which branches were closed in Osaka?")
    async with aclosing(answering.answer(draft)) as events:
        async for event in events:
            if isinstance(event, Sources):
                shown = [source.passage for source in event.sources]
                break
    entry = await AuditEntry.objects.alatest("id")
    assert (entry.actor, entry.action) == ("teller", "shown")
    assert entry.subject["turn"] == str(draft.turn)
    assert entry.subject["passages"] == shown
    assert await Citation.objects.filter(turn=draft.turn).acount() == 1


async def test_the_model_gets_the_sources_and_its_answer_is_checked(
    teller: User, report: Version, model: ModelServer
) -> None:
    model.script = Script(
        ["They closed **two** branches", " in Osaka [1][", "9]. Turn", "over fell to 6.1% [1], not to 7.4% [1]."]
    )
    draft, events = await asked(teller, "What happened to branches and staff?")
    text = "They closed **two** branches in Osaka [1]. Turnover fell to 6.1% [1], not to 7.4% [1]."
    assert words(events) == draft.text == text
    assert [(f.text, f.verdict) for f in draft.figures if "%" in f.text] == [
        ("6.1%", "verified"),
        ("7.4%", "unsupported"),
    ]
    html = last(events, Delta).html
    assert '<span class="figure verified" title="Found in the source">6.1%</span>' in html
    assert '<span class="figure unsupported" title="Not found in the sources">7.4%</span>' in html
    (request,) = model.requests
    prompt = request["messages"][-1]["content"]
    assert "Source [1] aozora_2024.pdf" in prompt
    assert "Two branches were closed in Osaka" in prompt
    await in_thread(saving.finish, draft, Turn.State.DONE)
    turn = await Turn.objects.aget(pk=draft.turn)
    assert turn.provenance["markers_removed"] == 1
    assert turn.provenance["answered_by"] == "scripted-1"
    assert turn.provenance["tokens"] == {"in": 100, "out": 4}


async def test_a_sentence_that_nothing_carries_is_marked(teller: User, report: Version, model: ModelServer) -> None:
    model.script = Script(["Two branches were closed in **Osaka** [1]. ", "Two **branches** were opened in Osaka [1]."])
    draft, events = await asked(teller, "What happened to branches and staff?")
    html = last(events, Delta).html
    title = 'title="Not found in the sources"'
    assert html.count("statement unsupported") == 4  # before, within and after the words in bold, and the full stop
    assert f'<span class="statement unsupported" {title}>Two </span><strong>' in html
    assert f'<span class="statement unsupported end" {title}>.</span>' in html
    assert draft.provenance["unsupported"] == ["Two branches were opened in Osaka [1]."]


async def test_the_model_may_say_that_the_sources_do_not_hold_it(
    teller: User, report: Version, model: ModelServer
) -> None:
    model.script = Script(["NO", "_ANSWER", "\nThe sources say nothing", " about dividends."])
    _, events = await asked(teller, "What dividend did the branches in Osaka pay?")
    assert words(events) == "The sources say nothing about dividends."
    assert last(events, Done).refused
    model.script = Script(["NO_ANSWER"])
    _, events = await asked(teller, "What dividend did the branches in Osaka pay?")
    assert "collection was searched" in words(events)


async def test_with_no_passage_the_model_is_not_asked(outsider: User, report: Version, model: ModelServer) -> None:
    _, events = await asked(outsider, "What happened in Osaka?")
    assert last(events, Done).refused
    assert model.requests == []


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (Script(status=401), "model_key"),
        (Script(status=429), "model_busy"),
        (Script(status=500), "model_error"),
        (Script([]), "model_empty"),
        (Script(body=b"<html>a proxy's page</html>"), "model_cut_off"),
    ],
)
async def test_a_model_that_fails_gives_one_sentence(
    teller: User, report: Version, model: ModelServer, script: Script, code: str
) -> None:
    model.script = script
    _, events = await asked(teller, "What happened in Osaka?")
    error = last(events, Error)
    assert (error.code, error.partial) == (code, False)
    assert error.text
    assert not [event for event in events if isinstance(event, Done)]


@pytest.mark.parametrize("end", ["no_reason", "drop"])
async def test_half_an_answer_says_that_it_is_cut_off(
    teller: User, report: Version, model: ModelServer, end: str
) -> None:
    model.script = Script(["Two branches were closed in Osaka [1]", ", and 7.4% of"], end=end)  # type: ignore[arg-type]
    draft, events = await asked(teller, "What happened in Osaka?")
    error = last(events, Error)
    assert (error.code, error.partial) == ("model_cut_off", True)
    assert draft.text == "Two branches were closed in Osaka [1], and 7.4% of"
    assert "unsupported" in last(events, Delta).html
