"""manage.py replay: the same question of the same passages or of today's, within what its asker may see now."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from chat.models import Conversation, Turn
from library.models import AuditEntry, Collection, Grant, User, Version
from tests.chat.conftest import add_passage, add_version, searchable
from tests.fakes import ModelServer, Script

pytestmark = pytest.mark.django_db(transaction=True)
CELL = "What were capital expenditures in FY2024?"
BRANCHES = "Which branches were closed in Osaka?"
TOLD = "Two branches were closed in Osaka in March 2025 [1]. Turnover fell to 6.1% [1]."


def asked(question: str, capsys: pytest.CaptureFixture[str]) -> Turn:
    call_command("ask", question, "--as", "teller", "--json")
    return Turn.objects.get(trace=json.loads(capsys.readouterr().out)["trace"])


def replayed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    call_command("replay", *arguments, "--json")
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize("question", [CELL, BRANCHES, "Who won the volcano surfing championship?"])
def test_the_same_passages_give_the_same_answer(
    teller: User, report: Version, capsys: pytest.CaptureFixture[str], question: str
) -> None:
    turn = asked(question, capsys)
    found = replayed(capsys, turn.trace)
    assert found["same"]
    assert found["before"] == found["after"] == turn.answer
    again = Turn.objects.get(trace=found["replay"])
    assert (again.mode, again.provenance["replays"]) == (turn.mode, turn.trace)
    assert not again.conversation.listed
    assert again.provenance["found"] == turn.provenance["found"]
    entry = AuditEntry.objects.get(action="replayed")
    assert (entry.actor, entry.subject["trace"], entry.subject["asker"]) == ("", turn.trace, "teller")


def test_a_later_report_changes_the_answer_of_today_alone(
    teller: User, report: Version, retail: Collection, capsys: pytest.CaptureFixture[str]
) -> None:
    turn = asked(BRANCHES, capsys)
    newer = add_version(retail, "osaka_2025.pdf", title="Branches")
    add_passage(
        newer, 0, "Which branches were closed in Osaka: Umeda and Namba, in May 2026.", {"page": 2, "boxes": []}
    )
    searchable(newer)
    assert replayed(capsys, turn.trace)["same"]
    today = replayed(capsys, turn.trace, "--today")
    assert not today["same"]
    assert "Umeda" in today["after"]
    assert [place["document"] for place in today["evidence"]["new"]] == ["osaka_2025.pdf"]
    assert any(line.startswith("+") and "Umeda" in line for line in today["answer"])


def test_another_wording_and_its_figures_are_told_apart(
    teller: User, report: Version, model: ModelServer, capsys: pytest.CaptureFixture[str]
) -> None:
    model.script = Script([TOLD])
    turn = asked("What happened to branches and staff?", capsys)
    model.script = Script([TOLD.replace("6.1%", "7.4%")])
    found = replayed(capsys, turn.trace)
    assert found["answer"] == [f"-{TOLD}", f"+{TOLD.replace('6.1%', '7.4%')}"]
    assert {(f["text"], f["before"], f["after"]) for f in found["figures"]} == {
        ("6.1%", "verified", None),
        ("7.4%", None, "unsupported"),
    }
    first, second = (request["messages"][-1]["content"].split("\n", 2)[2] for request in model.requests)
    assert first.split("Question:")[1] == second.split("Question:")[1]
    call_command("replay", turn.trace)
    assert "Figure 7.4%: not there → unsupported" in capsys.readouterr().out


def test_what_its_asker_has_lost_is_named_as_lost_and_not_shown(
    teller: User, report: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    turn = asked(BRANCHES, capsys)
    Grant.objects.all().delete()
    for arguments in ((turn.trace,), (turn.trace, "--today")):
        found = replayed(capsys, *arguments)
        assert (found["before"], found["same"]) == (None, False)
        assert found["evidence"]["not_visible"] == [1]
        for words in ("March 2025", "aozora", "Two branches"):
            assert words not in json.dumps(found)
    call_command("replay", turn.trace)
    out = capsys.readouterr().out
    assert "No longer visible to the asker: source [1]" in out
    assert "March 2025" not in out


def test_an_administrators_own_rights_add_nothing(
    teller: User, compliance: User, report: Version, secret: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    compliance.is_superuser = True
    compliance.save()
    turn = asked("What is the target of Project Kite worth in yen?", capsys)
    assert turn.refused
    found = replayed(capsys, turn.trace, "--today", "--as", "compliance")
    assert "91 billion" not in json.dumps(found)
    assert AuditEntry.objects.get(action="replayed").actor == "compliance"


def test_it_hides_from_outsiders(
    teller: User, outsider: User, analyst: User, report: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    turn = asked(BRANCHES, capsys)
    assert replayed(capsys, turn.trace, "--as", "teller")["same"]
    said = set()
    for name, trace in (("outsider", turn.trace), ("analyst", turn.trace), ("teller", "0" * 32)):
        with pytest.raises(CommandError) as refused:
            call_command("replay", trace, "--as", name)
        said.add(str(refused.value).replace(trace, ""))
    assert len(said) == 1
    assert Conversation.objects.count() == 2
