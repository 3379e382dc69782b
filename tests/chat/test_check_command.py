"""manage.py check: a draft against the library within the user's rights, or against the sources given with it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from library.models import AuditEntry, User, Version

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = "Capital expenditures were $1,577 million in FY2024, 14.9% more than in FY2023. Staff turnover fell to 6.1%."
LIE = "Capital expenditures were $1,757 million in FY2024. Staff turnover rose to 6.1%."


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    call_command("check", *arguments, "--json")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "memo.txt"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def test_a_true_draft_is_supported_cell_by_cell(
    teller: User, report: Version, draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (result,) = checked(capsys, str(draft), "--as", "teller")
    assert list(result)[:4] == ["id", "supported", "figures", "statements"]
    assert result["supported"] is True
    amount, growth, rate = result["figures"]
    assert (amount["verdict"], growth["verdict"], rate["verdict"]) == ("verified", "computed", "verified")
    assert amount["locator"]["row"] == 3
    citations = {c["marker"]: c["document"] for c in result["citations"]}
    assert citations[amount["marker"]] == "aozora_2024.pdf"
    assert AuditEntry.objects.filter(action="checked", actor="teller").count() == 1


def test_a_wrong_figure_and_a_turned_statement_are_found(
    teller: User, report: Version, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lie = tmp_path / "lie.txt"
    lie.write_text(LIE, encoding="utf-8")
    (result,) = checked(capsys, str(lie), "--as", "teller")
    assert result["supported"] is False
    assert result["figures"][0]["verdict"] == "unsupported"
    assert [s["supported"] for s in result["statements"]] == [False, False]


def test_it_hides_from_outsiders(
    teller: User,
    outsider: User,
    report: Version,
    secret: Version,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for user, text in (("outsider", DRAFT), ("teller", "Project Kite values the target at 91 billion yen.")):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        (result,) = checked(capsys, "-", "--as", user)
        assert result["supported"] is False
        assert result["citations"] == []
        assert {f["verdict"] for f in result["figures"]} == {"unsupported"}
    assert not AuditEntry.objects.filter(action="checked").exists()


def test_a_batch_is_held_against_its_own_sources_alone(
    teller: User, report: Version, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = "2025年3月期の売上高は8,854億円でした。"
    lines = [
        {"id": 1, "text": "売上高は885,400百万円です。", "sources": ["別の話です。", source]},
        {"id": 2, "text": "売上高は8,845億円です。", "sources": [source]},
        {"id": 3, "text": DRAFT, "sources": []},
        {"id": 4, "text": DRAFT, "as": "teller"},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in lines))
    results = checked(capsys, "--batch", str(batch))
    assert [(r["id"], r["supported"]) for r in results] == [(1, True), (2, False), (3, False), (4, True)]
    assert results[0]["figures"][0]["marker"] == 2


def test_it_reads_for_people_too(
    teller: User, report: Version, draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check", str(draft), "--as", "teller")
    out = capsys.readouterr().out
    assert "verified     $1,577 million" in out
    assert out.splitlines()[-1] == "Supported."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.txt", "--as", "teller"], "none.txt cannot be read"),
        (["--as", "teller"], "Give either a file"),
        (["none.txt", "--as", "nobody"], "none.txt cannot be read"),
        (["--batch", "none.jsonl"], "none.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(teller: User, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("check", *arguments)


@pytest.mark.parametrize("line", ['{"id": 1}', "[]", "{", '{"id": 1, "text": "x", "sources": "y"}'])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text(line)
    with pytest.raises(CommandError, match="Line 1"):
        call_command("check", "--batch", str(batch))


def test_an_unknown_user_is_named(draft: Path, index: None) -> None:
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        call_command("check", str(draft), "--as", "nobody")


def test_without_a_draft_it_checks_the_installation(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check")
    assert "System check identified no issues" in capsys.readouterr().out
