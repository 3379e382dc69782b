"""manage.py ingest: files in, one line each out, with and without a worker."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ingest.management.commands.ingest import Command
from library.models import Change, Collection, Document, Grant, Role, State, User
from retrieval import embedding, live, owner, wording
from retrieval.models import Generation
from tests.ingest.conftest import pdf

KEYS = ["file", "document", "version", "status", "pages", "passages", "tables", "seconds", "warnings", "error"]


@pytest.fixture(autouse=True)
def own_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "INDEX_DIR", tmp_path / "index")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports, one of them below, and what is no report."""
    made = tmp_path / "reports"
    (made / "below").mkdir(parents=True)
    (made / "a.pdf").write_bytes(pdf("Revenue rose.", "Costs fell."))
    (made / "below" / "決算.pdf").write_bytes(pdf("Profit doubled."))
    (made / ".hidden").write_bytes(b"x")
    return made


def ingest(*paths: Path, collection: str = "Filings", user: str | None = None) -> tuple[list[dict[str, Any]], str]:
    """What it printed, line by line, and what it ended with."""
    out, err, end = StringIO(), StringIO(), ""
    try:
        call_command(Command(stdout=out, stderr=err), *map(str, paths), collection=collection, user=user, json=True)
    except CommandError as error:
        end = str(error)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue() + end


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_redis")]


def test_each_file_is_searchable_when_its_line_is_printed(folder: Path) -> None:
    lines, said = ingest(folder)
    assert [list(line) for line in lines] == [KEYS, KEYS]
    assert {(line["document"], line["status"], line["pages"], line["passages"]) for line in lines} == {
        ("a.pdf", "ready", 2, 2),
        ("決算.pdf", "ready", 1, 1),
    }
    assert all(line["error"] is None and line["warnings"] == [] for line in lines)
    documents = Document.objects.select_related("current")
    assert {d.current.state for d in documents if d.current} == {State.READY}
    generation = Generation.objects.get(state=Generation.State.LIVE)
    assert generation.applied == Change.objects.latest("pk").pk
    with owner.ensure():
        store = live.current().writable
        assert store is not None
        assert store.size() == 3
    assert "manage.py grant" in said


def test_a_file_that_fails_stops_no_other(folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "empty.pdf").write_bytes(b"")
    lines, said = ingest(folder)
    found = {line["document"]: line for line in lines}
    assert found["a.pdf"]["status"] == found["決算.pdf"]["status"] == "ready"
    assert found["broken.pdf"]["status"] == "failed"
    assert found["broken.pdf"]["error"].startswith("The file is damaged")
    assert (found["empty.pdf"]["version"], found["empty.pdf"]["error"]) == (None, "The file is empty.")
    assert said.endswith("2 of 4 files could not be read.")


def test_the_same_again_is_nothing_to_do(folder: Path) -> None:
    ingest(folder / "a.pdf")
    (again,), _ = ingest(folder / "a.pdf")
    assert again["status"] == "ready"
    assert again["warnings"] == ["The same file is already here; there is nothing to do."]
    assert Change.objects.filter(kind=Change.Kind.ADD).count() == 1


def test_another_content_takes_the_old_ones_place(folder: Path) -> None:
    ingest(folder / "a.pdf")
    (folder / "a.pdf").write_bytes(pdf("Revenue was restated."))
    (line,), _ = ingest(folder / "a.pdf")
    document = Document.objects.get()
    assert document.current is not None
    assert (document.current.pk, document.current.number) == (line["version"], 2)
    with owner.ensure():
        store = live.current().writable
        assert store is not None
        assert store.size() == 1


def test_a_user_uploads_where_they_may(folder: Path, analyst: User) -> None:
    (line,), said = ingest(folder / "a.pdf", collection="Markets", user="analyst")
    assert (line["status"], said) == ("ready", "")
    assert Document.objects.get().uploaded_by == analyst


def test_it_hides_from_outsiders(folder: Path, teller: User, markets: Collection) -> None:
    lines, said = ingest(folder / "a.pdf", collection="Markets", user="teller")
    assert lines == []
    assert said == 'There is no collection "Markets" to which teller may add.'
    assert not Document.objects.exists()


def test_a_new_collection_is_managed_by_its_maker(folder: Path, outsider: User) -> None:
    ingest(folder / "a.pdf", collection="Mine", user="outsider")
    grant = Grant.objects.get(collection__name="Mine")
    assert (grant.user, grant.role) == (outsider, Role.MANAGER)


def test_a_part_that_came_before_the_cover_is_searched_as_its_company(tmp_path: Path) -> None:
    (tmp_path / "S1-0101010.html").write_text("<html><body><p>従業員数は1,234人です。</p></body></html>")
    (tmp_path / "S1-0000000.html").write_text(
        "<html><body><p>有価証券報告書</p><p>【事業年度】 第30期(自 2019年4月1日 至 2020年3月31日)</p>"
        "<p>【会社名】 青葉電機株式会社</p></body></html>"
    )
    ingest(tmp_path / "S1-0101010.html")
    ingest(tmp_path / "S1-0000000.html")
    part = Document.objects.select_related("current").get(name="S1-0101010.html")
    assert (part.company, part.period) == ("青葉電機株式会社", "FY2020-03")
    passage = part.current.passages.get()  # type: ignore[union-attr]
    as_labelled, bare = embedding.passages([wording.for_index(part, "", passage.text), passage.text])
    vector = embedding.unpack(passage.embedding.vector)
    assert vector @ as_labelled > 0.97 > vector @ bare
