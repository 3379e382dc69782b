"""A document with a page, a table and a passage, as ingest leaves one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest

from library import table_rows
from library.models import Collection, Document, Passage, State, Table, User, Version
from library.tables import Cell, Column, Row
from library.tables import Table as TableContent


@dataclass
class Shelved:
    document: Document
    version: Version
    passage: Passage


def profit_table() -> TableContent:
    """Operating profit of two years, the label column first."""
    return TableContent(
        number=1,
        title="Results",
        page=2,
        unit="Millions of yen",
        scale="1000000",
        currency="JPY",
        columns=[Column(2, ["FY2024"], "FY2024"), Column(3, ["FY2023"], "FY2023")],
        rows=[Row(2, ["Profit", "Operating profit"], indent=1)],
        cells=[
            Cell(1, 2, "FY2024"),
            Cell(1, 3, "FY2023"),
            Cell(2, 1, "Operating profit"),
            Cell(2, 2, "88,540", value="88540000000", unit="JPY", box=[0.6, 0.3, 0.7, 0.32]),
            Cell(2, 3, "67,900", value="67900000000", unit="JPY", box=[0.8, 0.3, 0.9, 0.32]),
        ],
    )


def shelve(collection: Collection, name: str, owner: User | None = None) -> Shelved:
    document = Document.objects.create(
        collection=collection,
        name=name,
        title="Results of Aozora",
        company="Aozora",
        period="FY2024",
        uploaded_by=owner,
    )
    version = Version.objects.create(
        document=document,
        number=1,
        sha256="0" * 64,
        file=str(uuid.uuid4()),
        size=2048,
        mime="application/pdf",
        state=State.READY,
        total=3,
        done=3,
    )
    document.current = version
    document.save()
    table = Table.objects.create(
        version=version, number=1, page=2, title="Results", data=table_rows.dump(profit_table())
    )
    passage = Passage.objects.create(
        id=uuid.uuid4(),
        version=version,
        position=0,
        kind="table",
        heading="Results",
        text="Operating profit 88,540 67,900",
        locator={"page": 2, "table": 1, "boxes": [[0.1, 0.3, 0.9, 0.32]]},
        table=table,
    )
    return Shelved(document, version, passage)


@pytest.fixture
def results(markets: Collection, analyst: User) -> Shelved:
    """Uploaded to markets by analyst."""
    return shelve(markets, "results.pdf", analyst)
