"""manage.py ask: one answer or a batch, as JSON or to read, within the user's rights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from chat.models import Conversation, Turn
from library.models import User, Version
from tests.fakes import ModelServer, Script

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "What were capital expenditures in FY2024?"


def test_it_prints_an_answer_with_its_bookmark(
    teller: User, report: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ask", QUESTION, "--as", "teller")
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "Aozora Holdings' capital expenditures were $(1,577) million in FY2024 [1].",
        "  [1] aozora_2024.pdf · p. 60",
    ]


def test_its_json_has_every_agreed_key(teller: User, report: Version, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ask", QUESTION, "--as", "teller", "--document", "aozora_2024.pdf", "--json")
    (line,) = capsys.readouterr().out.splitlines()
    answer = json.loads(line)
    keys = ["id", "answer", "citations", "figures", "refused", "mode", "model", "trace", "ms"]
    assert list(answer) == keys
    assert answer["mode"] == "cell"
    (citation,) = answer["citations"]
    assert citation["locator"] == {"page": 60, "boxes": [[0.4, 0.3, 0.5, 0.35]], "table": 1, "row": 3, "column": 2}
    assert citation["document"] == "aozora_2024.pdf"
    (figure,) = answer["figures"]
    assert figure["value"] == "-1577000000"
    assert set(answer["ms"]) == {"search", "first_token", "total"}
    turn = Turn.objects.get(trace=answer["trace"])
    assert turn.state == Turn.State.DONE
    assert not Conversation.objects.get().listed


def test_a_batch_answers_in_order_each_for_its_own_user(
    teller: User,
    outsider: User,
    report: Version,
    secret: Version,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = [
        {"id": 1, "question": QUESTION, "other": "ignored"},
        {"id": "b", "question": QUESTION, "as": "outsider"},
        {"id": 3, "question": "What is Project Kite's target worth?"},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in lines))
    call_command("ask", "--batch", str(batch), "--as", "teller", "--json")
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["id"], a["refused"]) for a in answers] == [(1, False), ("b", True), (3, True)]
    assert "91 billion" not in json.dumps(answers)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["x?", "--as", "nobody"], "There is no user 'nobody'."),
        (["x?", "--as", "teller", "--document", "project_kite.pdf"], "There is no document 'project_kite.pdf' that"),
        (["--as", "teller"], "Give either a question or --batch FILE."),
        (["--batch", "none.jsonl", "--as", "teller"], "none.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    teller: User, secret: Version, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")):
        call_command("ask", *arguments)


def test_a_model_that_is_down_ends_with_its_sentence(teller: User, report: Version, model: ModelServer) -> None:
    model.script = Script(status=500)
    with pytest.raises(CommandError, match="language model failed"):
        call_command("ask", "What happened in Osaka?", "--as", "teller")
    assert Turn.objects.get().state == Turn.State.FAILED
