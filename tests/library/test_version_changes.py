"""The comparison on the document's page: asked for by a link, and of versions that the reader may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from library import table_rows, version_changes
from library.models import Collection, Document, State, Table, User, Version
from library.models import Passage as PassageRow
from library.tables import Cell, Column, Row
from library.tables import Table as Understood


def made(document: Document, number: int, text: str, sales: str) -> Version:
    version = Version.objects.create(
        document=document, number=number, sha256=str(number), file="x", size=1, state=State.READY, total=1
    )
    table = Understood(1, "Income", 2, columns=[Column(2, ["2018"])], rows=[Row(2, ["Sales"])])
    table.cells = [Cell(2, 2, sales, sales.replace(",", ""))]
    row = Table.objects.create(version=version, number=1, page=2, data=table_rows.dump(table))
    for position, (page, words) in enumerate([(1, "A cover that stays."), (2, text)]):
        PassageRow.objects.create(
            id=UUID(int=number << 48 | position),
            version=version,
            position=position,
            kind="text",
            text=words,
            locator={"page": page},
            table=row if page == 2 else None,
        )
    return version


@pytest.fixture
def document(markets: Collection) -> Document:
    document = Document.objects.create(collection=markets, name="report.pdf")
    made(document, 1, "Sales rose by a little in the year.", "32,765")
    document.current = made(document, 2, "Sales rose by a lot in the year.", "32,800")
    document.save()
    return document


def shown(user: User, document: Document, **query: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("document", args=[document.pk]), query)


def test_the_page_offers_the_comparison_and_makes_it_when_asked(analyst: User, document: Document) -> None:
    offered = shown(analyst, document).content.decode()
    assert "Compare with version 1" in offered
    assert "32,765" not in offered
    page = shown(analyst, document, changes="1").content.decode()
    assert ">changed: 2<" in page
    assert "32,765" in page
    assert "1 figure changed" in page


def test_a_first_version_has_nothing_to_be_compared_with(analyst: User, document: Document) -> None:
    first = document.versions.get(number=1)
    page = shown(analyst, document, version=first.pk, changes="1").content.decode()
    assert "What changed" not in page


def test_versions_that_are_the_same_say_so(analyst: User, document: Document) -> None:
    latest = made(document, 3, "Sales rose by a lot in the year.", "32,800")
    page = shown(analyst, document, version=latest.pk, changes="1").content.decode()
    assert "The text and the figures of the tables are the same." in page


def test_it_hides_from_outsiders(outsider: User, document: Document) -> None:
    assert shown(outsider, document, changes="1").status_code == 404
    latest = document.versions.get(number=2)
    assert version_changes.before(outsider, latest) is None
