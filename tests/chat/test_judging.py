"""A model reads its answer again: what it doubts is marked, and nothing it says can clear or break an answer."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from chat.events import Delta, Done
from chat.judging import doubts, stated
from chat.verdicts import Verdicts
from library.models import User, Version
from tests.chat.test_answering import asked, last
from tests.fakes import ModelServer, Script

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing")]
QUESTION = "What happened to branches and staff?"
ANSWER = "Two branches were closed in Osaka [1]. The closures were decided to please the neighbours [1]."


@pytest.fixture
def judge(model: ModelServer, settings: Settings) -> ModelServer:
    settings.LLM_JUDGES = True
    return model


async def test_what_the_model_doubts_is_marked(teller: User, report: Version, judge: ModelServer) -> None:
    judge.next = [Script([ANSWER]), Script(['{"not_', 'carried": [2]}'])]
    draft, events = await asked(teller, QUESTION)
    html = last(events, Delta).html
    assert 'class="statement unsupported' in html
    assert html.index("Osaka") < html.index('class="statement unsupported') < html.index("neighbours")
    assert draft.provenance["unsupported"] == ["The closures were decided to please the neighbours [1]."]
    assert draft.provenance["judged"] == {"sentences": 2, "not_carried": 1}
    second = judge.requests[1]["messages"][-1]["content"]
    assert "Two branches were closed in Osaka in March 2025." in second
    assert "2. The closures were decided to please the neighbours [1]." in second
    assert draft.spent is not None
    assert draft.spent.tokens_in == 200


@pytest.mark.parametrize(
    "script",
    [
        Script(["All is well."]),
        Script(['{"not_carried": [7]}']),
        Script(['{"not_carried": "none"}']),
        Script(['{"not_carried": [true]}']),
        Script(status=500),
        Script(["{"], end="drop"),
        Script([]),
    ],
    ids=range(7),
)
async def test_no_verdict_leaves_the_answer_as_it_is(
    teller: User, report: Version, judge: ModelServer, script: Script
) -> None:
    judge.next = [Script([ANSWER]), script]
    draft, events = await asked(teller, QUESTION)
    assert last(events, Done).mode == "model"
    assert draft.text == ANSWER
    assert draft.provenance["judged"] == {"sentences": 2, "not_carried": None}
    assert "statement unsupported" not in last(events, Delta).html


async def test_it_clears_nothing(teller: User, report: Version, judge: ModelServer) -> None:
    judge.next = [Script(["Staff turnover rose to 7.4% [1]."]), Script(['{"not_carried": []}'])]
    draft, events = await asked(teller, QUESTION)
    assert "unsupported" in last(events, Delta).html
    assert [figure.verdict for figure in draft.figures] == ["unsupported"]
    assert draft.provenance["unsupported"] != []


async def test_a_refusal_is_not_read_again(teller: User, report: Version, judge: ModelServer) -> None:
    judge.next = [Script(["NO_ANSWER\nNothing is said of it."])]
    _, events = await asked(teller, QUESTION)
    assert last(events, Done).refused
    assert len(judge.requests) == 1


def test_doubts_keep_the_order_of_the_text() -> None:
    said = stated(["One sentence stands here. Another one follows it.", "A third one is in the next block."])
    before = Verdicts(unsupported={0: ["Another one follows it."]})
    assert doubts(before, said, [0, 2]).unsupported == {
        0: ["One sentence stands here.", "Another one follows it."],
        1: ["A third one is in the next block."],
    }
