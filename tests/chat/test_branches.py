"""Branches of a conversation: asked again, edited, gone back to, side by side; each within its asker's own."""

from __future__ import annotations

import asyncio
import re
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from chat import asking, branches, conversations, saving, transcript
from chat.asking import Begun, Declined
from chat.beside import look_for
from chat.branches import Row, Tree
from chat.models import Conversation, Turn
from chat.threads import in_thread
from chat.whole import answered
from library.access import Hidden
from library.models import User, Version
from tests.chat.conftest import model_row
from tests.fakes import ModelServer, Script

pytestmark = pytest.mark.django_db(transaction=True)


def ask(user: User, question: str, where: Conversation | None = None, **more: Any) -> Turn:
    """A question that is answered with its own words."""
    message = {"type": "ask", "conversation": where and str(where.pk), "question": question, **more}
    (draft,) = asking.begin(user, message).drafts
    draft.text = question.upper()
    saving.finish(draft, Turn.State.DONE)
    return Turn.objects.select_related("conversation", "parent").get(pk=draft.turn)


def seen(user: User, where: Conversation) -> list[tuple[str, str]]:
    """Question and place of each turn that is shown."""
    where.refresh_from_db()
    turns = transcript.shown(user, where)
    return [(turn.question, f"{turn.place.number} / {turn.place.count}") for turn in turns]


@pytest.fixture
def forked(teller: User) -> tuple[Conversation, dict[str, Turn]]:
    """one → two → three, with two asked again (two') and gone on with (four)."""
    one = ask(teller, "one")
    where = one.conversation
    two, three = ask(teller, "two", where), ask(teller, "three", where)
    again = ask(teller, "two'", where, after=str(one.pk))
    four = ask(teller, "four", where)
    return where, {"one": one, "two": two, "three": three, "again": again, "four": four}


def test_a_question_follows_the_last_that_is_shown(teller: User, forked: tuple[Conversation, dict[str, Turn]]) -> None:
    where, turns = forked
    assert [turns[name].parent for name in ("one", "two", "again", "four")] == [
        None,
        turns["one"],
        turns["one"],
        turns["again"],
    ]
    assert seen(teller, where) == [("one", "1 / 1"), ("two'", "2 / 2"), ("four", "1 / 1")]


def test_a_branch_that_was_chosen_stays_chosen(teller: User, forked: tuple[Conversation, dict[str, Turn]]) -> None:
    where, turns = forked
    branches.choose(teller, turns["two"].pk)
    assert seen(teller, where) == [("one", "1 / 1"), ("two", "1 / 2"), ("three", "1 / 1")]
    ask(teller, "five", where)
    assert seen(teller, where)[-1] == ("five", "1 / 1")
    branches.choose(teller, turns["again"].pk)
    assert seen(teller, where)[1:] == [("two'", "2 / 2"), ("four", "1 / 1")]


def test_the_first_question_has_branches_too(teller: User, forked: tuple[Conversation, dict[str, Turn]]) -> None:
    where, turns = forked
    ask(teller, "ONE", where, after=None)
    assert seen(teller, where) == [("ONE", "2 / 2")]
    branches.choose(teller, turns["one"].pk)
    assert [question for question, _place in seen(teller, where)] == ["one", "two'", "four"]


def test_what_came_before_is_that_of_the_own_branch(teller: User, forked: tuple[Conversation, dict[str, Turn]]) -> None:
    _where, turns = forked
    assert conversations.history(teller, turns["four"]) == [("one", "ONE"), ("two'", "TWO'")]
    assert conversations.history(teller, turns["three"]) == [("one", "ONE"), ("two", "TWO")]
    assert conversations.history(teller, turns["one"]) == []


def post(user: User, path: str) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    answer = client.post(path)
    return answer.status_code, answer.content.decode()


def test_the_page_gets_the_branch_from_its_fork_on(teller: User, forked: tuple[Conversation, dict[str, Turn]]) -> None:
    _where, turns = forked
    status, html = post(teller, f"/turns/{turns['two'].pk}/branch")
    assert status == 200
    assert re.findall(r'question-words">(.+?)<', html) == ["two", "three"]
    assert "1 / 2" in html
    assert f'data-to="{turns["again"].pk}"' in html


@pytest.mark.parametrize("does", ["branch", "keep"])
def test_it_hides_from_outsiders(
    teller: User, analyst: User, forked: tuple[Conversation, dict[str, Turn]], does: str
) -> None:
    where, turns = forked
    before = seen(teller, where)
    assert post(analyst, f"/turns/{turns['two'].pk}/{does}") == post(analyst, f"/turns/{uuid4()}/{does}")
    assert post(analyst, f"/turns/{turns['two'].pk}/{does}")[0] == 404
    assert seen(teller, where) == before


def test_nothing_follows_a_turn_of_another_conversation(
    teller: User, analyst: User, forked: tuple[Conversation, dict[str, Turn]]
) -> None:
    where, turns = forked
    other = ask(teller, "elsewhere")
    strangers = ask(analyst, "another's")
    for after in (str(other.pk), str(strangers.pk), str(uuid4()), "x", 7, [str(turns["one"].pk)]):
        with pytest.raises(Hidden):
            ask(teller, "five", where, after=after)
    with pytest.raises(Hidden):
        ask(analyst, "five", where)
    assert seen(teller, where)[-1] == ("four", "1 / 1")


@pytest.fixture
def pair(servers: tuple[ModelServer, ModelServer]) -> list[int]:
    """The ids of Alpha, which tells the truth, and Beta, which does not and reads less."""
    servers[0].script = Script(["Turnover fell to 6.1% [1]."])
    servers[1].script = Script(["Turnover fell to 7.4% [1]."])
    alpha = model_row("Alpha", servers[0], 1)
    beta = model_row("Beta", servers[1], 2, context_tokens=4000)
    return [alpha.pk, beta.pk]


async def side_by_side(user: User, question: str, models: list[int]) -> Begun:
    begun = await in_thread(asking.begin, user, {"type": "ask", "question": question, "models": models})
    look = look_for(begun.drafts)
    await asyncio.gather(*(answered(draft, look) for draft in begun.drafts))
    return begun


@pytest.mark.usefixtures("closing")
async def test_two_models_answer_from_the_same_evidence_each_checked_for_itself(
    teller: User, report: Version, servers: tuple[ModelServer, ModelServer], pair: list[int]
) -> None:
    begun = await side_by_side(teller, "What happened to staff turnover?", pair)
    left, right = [await Turn.objects.aget(pk=draft.turn) for draft in begun.drafts]
    assert (left.model, right.model) == ("Alpha", "Beta")
    assert [turn.figures[0]["verdict"] for turn in (left, right)] == ["verified", "unsupported"]
    for kept in ("found", "passages", "understood", "generation"):
        assert left.provenance[kept] == right.provenance[kept]
    sent = [server.requests[0]["messages"][1]["content"].split("\n", 2)[2] for server in servers]
    assert sent[0].split("===")[0] == sent[1].split("===")[0]


@pytest.mark.usefixtures("closing")
async def test_a_cell_does_not_spare_two_models_the_answer(
    teller: User, report: Version, servers: tuple[ModelServer, ModelServer], pair: list[int]
) -> None:
    begun = await side_by_side(teller, "What were capital expenditures in FY2024?", pair)
    assert [draft.mode for draft in begun.drafts] == ["model", "model"]
    assert [len(server.requests) for server in servers] == [1, 1]


@pytest.mark.usefixtures("closing")
async def test_one_of_two_is_kept_and_the_other_stays_a_branch(teller: User, report: Version, pair: list[int]) -> None:
    begun = await side_by_side(teller, "What happened to staff turnover?", pair)
    left, right = (draft.turn for draft in begun.drafts)
    where = begun.where

    def then() -> None:
        where.refresh_from_db()
        assert [turn.id for turn in transcript.shown(teller, where)] == [str(left), str(right)]
        branches.keep(teller, right)
        assert seen(teller, where) == [("What happened to staff turnover?", "2 / 2")]
        assert where.model_id == pair[1]
        assert ask(teller, "And then?", where).parent_id == right

    await in_thread(then)


@pytest.mark.usefixtures("closing")
async def test_who_asks_on_keeps_the_answer_that_is_asked_on_from(
    teller: User, report: Version, pair: list[int]
) -> None:
    begun = await side_by_side(teller, "What happened to staff turnover?", pair)
    turn = await in_thread(ask, teller, "And then?", begun.where, after=str(begun.drafts[0].turn))
    assert turn.parent_id == begun.drafts[0].turn
    assert not await Turn.objects.filter(pair__isnull=False).aexists()


@pytest.mark.parametrize("models", [[], [1], [1, 1], [1, 2, 3], "12", {"a": 1}])
def test_what_is_no_pair_of_models_is_declined(teller: User, models: Any) -> None:
    with pytest.raises(Declined):
        asking.begin(teller, {"type": "ask", "question": "What?", "models": models})
    assert not Turn.objects.exists()


def test_turns_of_before_branches_follow_one_another(teller: User, analyst: User) -> None:
    first, second = conversations.create(teller), conversations.create(analyst)
    asked = [conversations.add_turn(where, "?") for where in (first, second, first, first, second)]
    commands = conversations.create(teller, listed=False)
    alone = [conversations.add_turn(commands, "?") for _ in range(2)]
    follow_one_another = import_module("chat.migrations.0004_turns_follow_one_another").link
    with connection.schema_editor() as editor:
        follow_one_another(apps, editor)
    parents = dict(Turn.objects.values_list("pk", "parent"))
    assert [parents[turn.pk] for turn in asked] == [None, None, asked[0].pk, asked[2].pk, asked[1].pk]
    assert [parents[turn.pk] for turn in alone] == [None, None]


def test_a_tree_ends_along_its_latest_branches() -> None:
    one, two, three, four = (uuid4() for _ in range(4))
    tree = Tree((Row(one, None, None), Row(two, one, None), Row(three, two, None), Row(four, one, None)))
    assert (tree.end(one), tree.end(two)) == (four, three)
    assert tree.path(three) == [one, two, three]
    assert tree.beside(two) == [two, four]
