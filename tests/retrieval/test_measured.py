"""Tables found by the cell that answers, and only those that the asker may see."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest

from library import table_rows
from library.models import Change, Collection, Document, Passage, State, Table, User, Version
from library.tables import Cell, Column, Row
from library.tables import Table as Understood
from retrieval import indexer
from retrieval import search as searching
from retrieval.search import search
from retrieval.store import Shelf

LABELS = ("売上高", "経常利益又は経常損失（△）", "減価償却費")


def understood(years: Sequence[int], basis: str, number: int) -> Understood:
    """Its words do not tell it from the others, as in a filing: 当期 is another year in each."""
    columns = [Column(at, ["当期"], period=f"FY{year}-03") for at, year in enumerate(years, 2)]
    rows = [Row(at, [label]) for at, label in enumerate(LABELS, 2)]
    cells = [
        Cell(row.index, column.index, f"{row.index}{column.index}0", value=f"{row.index}{column.index}0", unit="JPY")
        for row in rows
        for column in columns
    ]
    return Understood(number, title="損益計算書", basis=basis, columns=columns, rows=rows, cells=cells)


def add(collection: Collection, name: str, *tables: Understood, **facts: object) -> Version:
    document = Document.objects.create(collection=collection, name=name, **facts)
    version = Version.objects.create(
        document=document, number=1, sha256="0" * 64, file=uuid.uuid4().hex, size=1, state=State.INDEXING
    )
    for position, table in enumerate(tables):
        row = Table.objects.create(version=version, number=table.number, data=table_rows.dump(table))
        years = " | ".join(column.path[0] for column in table.columns)
        Passage.objects.create(
            id=uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {position}"),
            version=version,
            position=position,
            kind="table",
            heading=table.title,
            text="\n".join([years, *(f"{label} | 1 | 2" for label in LABELS)]),
            locator={"heading": table.title, "table": table.number},
            table=row,
        )
    Change.objects.create(kind=Change.Kind.ADD, version=version.pk)
    return version


def found(user: User, question: str) -> list[tuple[str, int]]:
    hits = search(user, question).hits
    return [(hit.passage.version.document.name, hit.passage.locator["table"]) for hit in hits]


def test_the_table_with_the_cell_comes_first(index: Shelf, retail: Collection, teller: User) -> None:
    add(
        retail,
        "S1-0105020.html",
        understood((2016, 2017), "consolidated", 1),
        understood((2019, 2020), "separate", 2),
        understood((2019, 2020), "consolidated", 3),
        company="青葉電機株式会社",
        period="FY2020-03",
    )
    indexer.drain()
    label = "「経常利益又は経常損失（△）」は？"
    assert found(teller, f"青葉電機の2016年の連結決算における{label}")[0] == ("S1-0105020.html", 1)
    assert found(teller, f"青葉電機の2019年の個別決算における{label}")[0] == ("S1-0105020.html", 2)
    assert found(teller, f"青葉電機の2020年の連結決算における{label}")[0] == ("S1-0105020.html", 3)


def test_every_file_of_a_report_is_searched(
    index: Shelf, retail: Collection, teller: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The company's files fit alike; the table is in the last of many, and other companies' come before it."""
    monkeypatch.setattr(searching, "BY_WORDS", 8)
    monkeypatch.setattr(searching, "BY_MEANING", 8)
    about = {"company": "青葉電機株式会社", "period": "FY2020-03"}
    for number in range(8):
        add(retail, f"S1-010{number}010.html", understood((2011 + number,), "consolidated", 1), **about)
    indexer.drain()
    for number in range(8):
        add(retail, f"S2-010{number}010.html", understood((2018,), "consolidated", 1), company="若葉食品株式会社")
    indexer.drain()
    best = [hit for hit in found(teller, "青葉電機の2018年における「減価償却費」は？") if hit[0].startswith("S1")]
    assert best[0] == ("S1-0107010.html", 1)
    assert len(best) == len(set(best)) == 8


def test_hidden_tables_are_neither_shown_nor_weighed(
    index: Shelf, retail: Collection, markets: Collection, teller: User, analyst: User
) -> None:
    about = {"company": "青葉電機株式会社", "period": "FY2020-03"}
    add(retail, "open.html", understood((2016,), "consolidated", 1), understood((2018,), "consolidated", 2), **about)
    indexer.drain()
    question = "青葉電機の2018年における「減価償却費」は？"
    before = [(hit.passage.pk, hit.score) for hit in search(teller, question).hits]
    add(markets, "closed.html", understood((2018,), "consolidated", 1), **about)
    indexer.drain()
    assert [(hit.passage.pk, hit.score) for hit in search(teller, question).hits] == before
    assert "closed.html" in {name for name, _ in found(analyst, question)}
