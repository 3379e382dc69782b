"""manage.py search and reindex."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from library.models import Collection, User
from retrieval import owner
from retrieval.models import Generation
from tests.retrieval.conftest import AddDocument


@pytest.fixture(autouse=True)
def filled(
    tmp_path: Path, settings: Settings, add: AddDocument, retail: Collection, markets: Collection, teller: User
) -> Iterator[None]:
    settings.INDEX_DIR = tmp_path / "index"
    add(retail, "fees.pdf", "The fee is 100 yen.", "The rent is 200 yen.")
    add(markets, "desk.pdf", "The swap fee is 300 yen.")
    yield
    owner.close_live()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[Any]:
    call_command("search", *arguments, "--json")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_it_prints_hits_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    (result,) = run(capsys, "fee", "--as", "teller")
    assert set(result) == {"id", "hits", "ms"}
    assert result["hits"][0]["text"] == "The fee is 100 yen."
    assert result["ms"] > 0


def test_it_prints_lines_for_people(teller: User) -> None:
    out = StringIO()
    call_command("search", "fee", "--as", "teller", "--limit", "1", stdout=out)
    assert out.getvalue().splitlines()[0].startswith("1. fees.pdf · p. 1")
    assert "The fee is 100 yen." in out.getvalue()


def test_a_batch_keeps_its_order_and_users(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, analyst: User, outsider: User
) -> None:
    rows = [
        {"id": 7, "question": "fee", "other": "ignored"},
        {"id": "b", "question": "fee", "as": "analyst", "document": "desk.pdf"},
        {"id": "c", "question": "fee", "as": "outsider"},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")
    found = run(capsys, "--batch", str(path), "--as", "teller")
    assert [row["id"] for row in found] == [7, "b", "c"]
    assert [[hit["document"] for hit in row["hits"]][:1] for row in found] == [["fees.pdf"], ["desk.pdf"], []]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fee", "--as", "nobody"], "There is no user 'nobody'."),
        (["fee", "--as", "teller", "--document", "desk.pdf"], "There is no document 'desk.pdf' that teller may see."),
        (["fee", "--as", "teller", "--document", "none.pdf"], "There is no document 'none.pdf' that teller may see."),
        (["--as", "teller"], "Give either a question or --batch FILE."),
        (["fee", "--as", "teller", "--limit", "0"], "--limit must be at least 1."),
        (["--batch", "/no/such/file", "--as", "teller"], "/no/such/file cannot be read: No such file or directory."),
    ],
)
def test_what_is_wrong_is_one_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as error:
        call_command("search", *arguments)
    assert str(error.value) == sentence


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": 1, "question": "fee"}\n[]\n')
    with pytest.raises(CommandError, match="Line 2"):
        call_command("search", "--batch", str(path), "--as", "teller", stdout=StringIO())


def test_reindex_builds_the_next_generation() -> None:
    call_command("search", "fee", "--as", "teller", stdout=StringIO())
    before = Generation.objects.get().number
    out = StringIO()
    call_command("reindex", stdout=out)
    assert Generation.objects.get().number == before + 1
    assert out.getvalue() == f"Generation {before + 1} is live.\n"


def test_a_build_leaves_the_switch_to_the_owner() -> None:
    call_command("search", "fee", "--as", "teller", stdout=StringIO())
    before = Generation.objects.get().number
    call_command("reindex", "--build", str(before + 1))
    states = dict(Generation.objects.values_list("number", "state"))
    assert states == {before: Generation.State.LIVE, before + 1: Generation.State.BUILDING}
    owner.hold()
    owner.open_live()
    owner.close_live()
    assert list(Generation.objects.values_list("number", flat=True)) == [before]
