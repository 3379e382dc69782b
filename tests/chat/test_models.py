"""Language models as administrators set them: who may use which, the next where one fails, the breaker, the keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from pytest_django.fixtures import Settings

from chat import asking, breaker, endpoints, prompts, saving, streams
from chat.events import Done, Error, Status
from chat.models import LanguageModel, Turn
from chat.threads import in_thread
from library.access import Hidden
from library.models import User, Version
from tests.chat.conftest import model_row
from tests.chat.test_answering import asked, last, words
from tests.fakes import ModelServer, Script
from tests.redis_fixture import RedisServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing")]
QUESTION = "What happened to branches and staff?"
TOLD = "Two branches were closed in Osaka [1]."


@pytest.fixture
def pair(servers: tuple[ModelServer, ModelServer], db: None) -> tuple[LanguageModel, LanguageModel]:
    """Two models in the house, the first to be asked first."""
    first, second = servers
    first.script, second.script = Script(["From the first: ", TOLD]), Script([TOLD])
    return model_row("Alpha", first, 1), model_row("Beta", second, 2)


@pytest.fixture
async def quiet() -> AsyncIterator[None]:
    yield
    await streams.close()


async def test_the_first_of_the_table_answers_and_its_cost_is_kept(
    teller: User, report: Version, pair: tuple[LanguageModel, LanguageModel]
) -> None:
    draft, events = await asked(teller, QUESTION)
    assert words(events) == f"From the first: {TOLD}"
    assert last(events, Done).model == "Alpha"
    await in_thread(saving.finish, draft, Turn.State.DONE)
    turn = await Turn.objects.aget(pk=draft.turn)
    assert (turn.model, turn.input_tokens, turn.output_tokens) == ("Alpha", 100, 2)
    assert (turn.cost, turn.currency) == (Decimal("0.000216"), "USD")


async def test_a_table_with_no_model_that_is_on_gives_extracts(
    teller: User, report: Version, model: ModelServer, pair: tuple[LanguageModel, LanguageModel]
) -> None:
    await LanguageModel.objects.aupdate(enabled=False)
    _, events = await asked(teller, QUESTION)
    assert last(events, Done).mode == "extract"
    assert model.requests == []


@pytest.mark.parametrize("script", [Script(status=500), Script(status=429), Script(status=401), Script([], end="drop")])
async def test_the_next_model_answers_where_one_fails_before_its_first_word(
    teller: User,
    report: Version,
    servers: tuple[ModelServer, ModelServer],
    pair: tuple[LanguageModel, LanguageModel],
    script: Script,
) -> None:
    servers[0].script = script
    draft, events = await asked(teller, QUESTION)
    assert words(events) == TOLD
    assert last(events, Done).how == "Answered by Beta, because Alpha did not answer"
    assert "Alpha does not answer; asking Beta" in [event.text for event in events if isinstance(event, Status)]
    assert [passed["model"] for passed in draft.provenance["passed_over"]] == ["Alpha"]
    assert (draft.provenance["endpoint"], draft.provenance["model_id"]) == (servers[1].url, pair[1].pk)


async def test_a_model_that_has_begun_to_speak_is_not_replaced(
    teller: User, report: Version, servers: tuple[ModelServer, ModelServer], pair: tuple[LanguageModel, LanguageModel]
) -> None:
    servers[0].script = Script(["Two branches"], end="drop")
    _, events = await asked(teller, QUESTION)
    error = last(events, Error)
    assert (error.code, error.partial) == ("model_cut_off", True)
    assert servers[1].requests == []


async def test_what_was_asked_in_the_house_does_not_leave_it(
    teller: User, report: Version, servers: tuple[ModelServer, ModelServer], pair: tuple[LanguageModel, LanguageModel]
) -> None:
    await LanguageModel.objects.filter(pk=pair[1].pk).aupdate(outside=True)
    servers[0].script = Script(status=500)
    _, events = await asked(teller, QUESTION)
    assert last(events, Error).code == "model_error"
    assert servers[1].requests == []


async def state(server: ModelServer) -> bool:
    return (await breaker.look(server.url)).may_ask


@pytest.mark.usefixtures("quiet")
async def test_an_endpoint_that_fails_again_and_again_is_left_alone(
    teller: User,
    report: Version,
    servers: tuple[ModelServer, ModelServer],
    pair: tuple[LanguageModel, LanguageModel],
    redis_server: RedisServer,
) -> None:
    first, second = servers
    first.script = Script(status=503)
    for _ in range(breaker.FAILURES + 2):
        _, events = await asked(teller, QUESTION)
        assert words(events) == TOLD
    assert len(first.requests) == breaker.FAILURES
    assert len(second.requests) == breaker.FAILURES + 2


@pytest.mark.usefixtures("quiet")
async def test_after_its_rest_one_question_tries_and_closes_or_opens_it_again(
    servers: tuple[ModelServer, ModelServer], redis_server: RedisServer
) -> None:
    server, other = servers
    for _ in range(breaker.FAILURES):
        assert await state(server)
        await breaker.failed(server.url)
    assert not await state(server)
    assert await state(other)
    rest(redis_server)
    assert [await state(server) for _ in range(3)] == [True, False, False], "one tries, the others wait"
    await breaker.failed(server.url)
    assert not await state(server)
    rest(redis_server)
    assert await state(server)
    await breaker.succeeded(server.url)
    assert [await state(server) for _ in range(3)] == [True] * 3
    assert (await breaker.look(server.url)).clean


def rest(redis: RedisServer) -> None:
    """As when the time of an open breaker is over."""
    with redis.client() as client:
        for key in client.keys("breaker:*:rests"):
            client.delete(key)


@pytest.mark.usefixtures("quiet", "no_redis")
async def test_without_redis_every_endpoint_is_asked(servers: tuple[ModelServer, ModelServer]) -> None:
    for _ in range(breaker.FAILURES + 1):
        await breaker.failed(servers[0].url)
    assert await state(servers[0])


def test_only_its_groups_are_offered_a_model_and_no_forged_message_gets_it(
    teller: User, analyst: User, pair: tuple[LanguageModel, LanguageModel]
) -> None:
    alpha, beta = pair
    alpha.groups.add(Group.objects.get(name="research"))
    assert [model.title for model in endpoints.allowed(teller)] == ["Beta"]
    assert [model.title for model in endpoints.allowed(analyst)] == ["Alpha", "Beta"]
    assert [model.title for model in endpoints.order(analyst, beta.pk)] == ["Beta", "Alpha"]
    message: dict[str, Any] = {"type": "ask", "conversation": None, "question": QUESTION}
    forged: list[Any] = [alpha.pk, 0, -1, 10**12, True, "1", [alpha.pk], {"id": beta.pk}]
    for wanted in forged:
        with pytest.raises(Hidden):
            asking.begin(teller, message | {"model": wanted})
        with pytest.raises(Hidden):
            asking.begin(teller, message | {"models": [wanted, beta.pk]})
    assert not Turn.objects.exists()
    begun = asking.begin(teller, message | {"model": beta.pk})
    assert [model.title for model in begun.drafts[0].models] == ["Beta"]
    begun.where.refresh_from_db()
    assert begun.where.model_id == beta.pk


def test_a_model_of_several_groups_is_offered_once(teller: User, pair: tuple[LanguageModel, LanguageModel]) -> None:
    second = Group.objects.create(name="second")
    teller.groups.add(second)
    pair[0].groups.set([second, *teller.groups.all()])
    assert [model.title for model in endpoints.allowed(teller)] == ["Alpha", "Beta"]


@pytest.fixture
def vault(settings: Settings, tmp_path: Path) -> Path:
    settings.LLM_KEYS = {"LLM_KEY_HERE": "s3cret-of-env"}
    settings.LLM_KEYS_DIR = tmp_path
    (tmp_path / "azure").write_text("s3cret-of-file\n")
    (tmp_path / "empty").write_text("\n")
    return tmp_path


async def test_a_key_is_read_where_its_reference_says_and_kept_nowhere(
    teller: User,
    report: Version,
    vault: Path,
    servers: tuple[ModelServer, ModelServer],
    pair: tuple[LanguageModel, LanguageModel],
) -> None:
    for reference, key in (("env:LLM_KEY_HERE", "s3cret-of-env"), ("file:azure", "s3cret-of-file")):
        await LanguageModel.objects.filter(pk=pair[0].pk).aupdate(key=reference)
        draft, _ = await asked(teller, QUESTION)
        assert servers[0].keys[-1] == f"bearer {key}"
        await in_thread(saving.finish, draft, Turn.State.DONE)
        turn = await Turn.objects.aget(pk=draft.turn)
        assert "s3cret" not in repr((turn.provenance, draft.models))


WRONG_KEYS = [
    "sk-abcdef",
    "env:SECRET_KEY",
    "env:LLM_KEY_GONE",
    "file:gone",
    "file:empty",
    "file:../azure",
    "file:/etc/passwd",
]


@pytest.mark.parametrize("reference", WRONG_KEYS)
def test_what_is_no_reference_to_a_key_is_refused_and_not_repeated(vault: Path, reference: str, db: None) -> None:
    wrong = LanguageModel(name="x", base_url="http://llm.example/v1", model="m", key=reference)
    with pytest.raises(ValidationError) as refused:
        wrong.full_clean()
    assert list(refused.value.message_dict) == ["key"]
    assert "sk-abcdef" not in str(refused.value)


WRONG_ADDRESSES = [
    "llm.example/v1", "ftp://llm.example", "http://user:pass@llm.example", "http://llm.example/v1?key=1", "http://",
    "http://169.254.169.254/latest", "http://[fe80::1]/v1", "http://llm.example:99999/v1", "file:///etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("address", WRONG_ADDRESSES)
def test_an_address_that_no_model_has_is_refused(address: str, db: None) -> None:
    with pytest.raises(ValidationError) as refused:
        LanguageModel(name="x", base_url=address, model="m").full_clean()
    assert list(refused.value.message_dict) == ["base_url"]


async def test_everything_that_an_answer_came_from_is_kept_with_it(
    teller: User, report: Version, servers: tuple[ModelServer, ModelServer], pair: tuple[LanguageModel, LanguageModel]
) -> None:
    draft, _ = await asked(teller, QUESTION)
    await in_thread(saving.finish, draft, Turn.State.DONE)
    turn = await Turn.objects.aget(pk=draft.turn)
    kept = turn.provenance
    assert (kept["trace"], kept["model"], kept["model_id"]) == (turn.trace, "Alpha", pair[0].pk)
    assert (kept["endpoint"], kept["asked_for"], kept["answered_by"]) == (servers[0].url, "alpha", "scripted-1")
    assert kept["prompt"] == prompts.VERSION
    assert kept["parameters"] == {"temperature": 0, "max_tokens": 1200, "context_tokens": 8000}
    assert kept["generation"] > 0
    assert kept["asked"] == {"language": "en", "collections": None, "document": None, "ignoring": []}
    assert [row["passage"] for row in kept["passages"]] == [source.passage for source in draft.sources]
    assert {(row["document"], row["version"]) for row in kept["passages"]} == {(report.document_id, 1)}
    assert {row["passage"] for row in kept["passages"]} <= {key for key, _score in kept["found"]}
    assert set(kept["ms"]) == {"search", "first_token", "total"}
    assert kept["spent"] == {
        "tokens_in": 100,
        "tokens_out": 2,
        "cost": "0.000216",
        "currency": "USD",
        "estimated": False,
    }
    assert kept["finish_reason"] == "stop"
    assert sum(kept["verdicts"].values()) == len(turn.figures)


def test_the_version_of_the_rules_tells_them_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prompts.version(prompts.RULES) == prompts.VERSION
    assert prompts.version(prompts.RULES + " ") != prompts.VERSION


async def test_an_answer_that_was_stopped_costs_what_was_said_by_an_upper_estimate(
    teller: User, report: Version, servers: tuple[ModelServer, ModelServer], pair: tuple[LanguageModel, LanguageModel]
) -> None:
    servers[0].script = Script([TOLD], end="no_reason")
    draft, _ = await asked(teller, QUESTION)
    assert draft.spent is not None
    assert draft.spent.estimated
    assert draft.spent.tokens_in > 100
    assert draft.spent.tokens_out > 2
