"""A report in several files: its cover says whose it is, whichever is read first."""

from __future__ import annotations

import pytest

from ingest import labels
from ingest.models import Reading
from library.models import Document
from library.versions import publish
from retrieval import embedding, wording
from tests.ingest.conftest import Ingest

COVER = """<html><body><p>【表紙】</p><p>【提出書類】 有価証券報告書</p>
<p>【事業年度】 第30期(自 2019年4月1日 至 2020年3月31日)</p>
<p>【会社名】 青葉電機株式会社</p></body></html>""".encode()
PART = """<html><body><h3>第６ 【株式事務の概要】</h3><p>株主名簿管理人は若葉信託銀行株式会社です。</p>
<table><tr><th>項目</th><th>2020年3月期</th></tr><tr><td>従業員数</td><td>1,234</td></tr></table></body></html>""".encode()


def document(name: str) -> Document:
    return Document.objects.get(name=name)


def labels_of(name: str) -> tuple[str, str, str]:
    row = document(name)
    return row.company, row.period, row.kind


@pytest.mark.parametrize("order", [("0000000", "0106010"), ("0106010", "0000000")])
def test_the_cover_speaks_for_the_other_parts(ingest: Ingest, order: tuple[str, str]) -> None:
    for number in order:
        publish(ingest(COVER if number == "0000000" else PART, f"S1-{number}.html").pk)
    for reading in Reading.objects.filter(stale=True):
        labels.relabel(reading.pk)
    assert (
        labels_of("S1-0106010.html")
        == labels_of("S1-0000000.html")
        == ("青葉電機株式会社", "FY2020-03", "annual report")
    )
    assert document("S1-0106010.html").title.startswith("第６")
    part = document("S1-0106010.html")
    assert part.current is not None
    assert not Reading.objects.filter(stale=True).exists()
    row = part.current.passages.latest("position")
    as_labelled, bare = embedding.passages([wording.for_index(part, row.heading, row.text), row.text])
    vector = embedding.unpack(row.embedding.vector)
    assert vector @ as_labelled > 0.97 > vector @ bare


@pytest.mark.parametrize("name", ["S2-0106010.html", "S1-2020.html", "S1-01.html", "S1-0106010.htm", "notes.html"])
def test_it_speaks_for_no_other_file(ingest: Ingest, name: str) -> None:
    ingest(COVER, "S1-0000000.html")
    ingest(PART, name)
    assert labels_of(name) != labels_of("S1-0000000.html")


def test_a_cover_that_only_some_may_see_tells_nobody_else(ingest: Ingest) -> None:
    version = ingest(COVER, "S1-0000000.html")
    Document.objects.filter(pk=version.document_id).update(narrowed=True)
    ingest(PART, "S1-0106010.html")
    assert "青葉" not in document("S1-0106010.html").company


def test_what_a_person_has_said_stays(ingest: Ingest) -> None:
    ingest(PART, "S1-0106010.html")
    Document.objects.filter(name="S1-0106010.html").update(company="Aoba Electric")
    ingest(COVER, "S1-0000000.html")
    assert labels_of("S1-0106010.html")[:2] == ("Aoba Electric", "FY2020-03")
