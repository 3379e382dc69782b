"""A small library with its index, a scripted model server, and clients that are closed after each test."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from chat import asking, conversations, llm, running, streams
from chat.drafts import Draft
from chat.models import LanguageModel
from library import models, table_rows
from library.models import Change, Collection, Document, Passage, State, User, Version
from library.tables import Cell, Column, Row, Table
from retrieval import indexer, live
from retrieval.live import Live
from tests.fakes import ModelServer, Script


@pytest.fixture
async def closing() -> AsyncIterator[None]:
    """Ends what the process holds open for this test's event loop."""
    yield
    await running.close()
    await streams.close()
    await llm.close()


@pytest.fixture
def model(settings: Settings) -> Iterator[ModelServer]:
    """A model server that the settings name."""
    with ModelServer(Script()) as server:
        settings.LLM_BASE_URL, settings.LLM_MODEL, settings.LLM_API_KEY = server.url, "scripted", "a key"
        yield server


@pytest.fixture
def servers() -> Iterator[tuple[ModelServer, ModelServer]]:
    """Two model servers that nothing names yet."""
    with ModelServer() as first, ModelServer() as second:
        yield first, second


def model_row(name: str, server: ModelServer, position: int, **more: object) -> LanguageModel:
    """A model in the house, as an administrator would set it up."""
    fields = {"outside": False, "model": name.lower(), "price_in": "2", "price_out": "8", **more}
    return LanguageModel.objects.create(name=name, base_url=server.url, position=position, **fields)


@pytest.fixture
def index(transactional_db: None, tmp_path: Path, settings: Settings) -> Iterator[None]:
    """The real index, empty, open in this process."""
    settings.INDEX_DIR = tmp_path / "index"
    shelf = live.shelf()
    number = indexer.next_number(shelf)
    row = indexer.build(shelf, number)
    indexer.switch(shelf, number)
    store = shelf.open(number)
    live.use(Live(number, row.model, store, store))
    yield
    live.use(None)
    store.close()


PAGE = (
    "The branch network served 412,000 customers in fiscal 2024. Two branches were closed in Osaka in March 2025. "
    "Staff turnover fell to 6.1%."
)


@pytest.fixture
def report(index: None, retail: Collection) -> Version:
    """An annual report in Retail: a page of prose and a cash flow statement."""
    version = add_version(retail, "aozora_2024.pdf", company="Aozora Holdings", period="FY2024", title="Annual report")
    add_passage(version, 0, PAGE, {"page": 3, "boxes": [[0.1, 0.1, 0.9, 0.2]]})
    add_table(version, 1, cash_flow(), {"page": 60, "boxes": [[0.1, 0.1, 0.9, 0.9]], "table": 1})
    searchable(version)
    return version


@pytest.fixture
def secret(index: None, markets: Collection) -> Version:
    """A memo in Markets that the teller may not see."""
    version = add_version(markets, "project_kite.pdf", company="Kite", title="Project Kite")
    add_passage(version, 0, "Project Kite values the target at 91 billion yen.", {"page": 1, "boxes": []})
    searchable(version)
    return version


def cash_flow() -> Table:
    """Capital expenditure of two years, in millions of dollars."""
    rows = [("Cash from operating activities", "6,439", "6,240"), ("Capital expenditures", "(1,577)", "(1,373)")]
    cells = [Cell(1, 2, "2024"), Cell(1, 3, "2023")]
    for number, (label, *values) in enumerate(rows, 2):
        cells.append(Cell(number, 1, label, box=[0.1, 0.1 * number, 0.4, 0.1 * number + 0.05]))
        for column, text in enumerate(values, 2):
            amount = text.strip("()").replace(",", "") + "000000"
            box = [0.2 * column, 0.1 * number, 0.2 * column + 0.1, 0.1 * number + 0.05]
            cells.append(Cell(number, column, text, f"-{amount}" if "(" in text else amount, "USD", box))
    return Table(
        number=1,
        title="Consolidated statement of cash flows",
        page=60,
        unit="Millions",
        scale="1000000",
        currency="USD",
        columns=[Column(2, ["2024"], "FY2024"), Column(3, ["2023"], "FY2023")],
        rows=[Row(n, [label]) for n, (label, *_) in enumerate(rows, 2)],
        cells=cells,
    )


def add_version(collection: Collection, name: str, **facts: object) -> Version:
    document = Document.objects.create(collection=collection, name=name, **facts)
    return Version.objects.create(
        document=document, number=1, sha256=uuid.uuid4().hex, file=uuid.uuid4().hex, size=1, state=State.INDEXING
    )


def add_passage(version: Version, position: int, text: str, locator: dict[str, object], **more: object) -> Passage:
    fields = {"kind": "text", **more}
    return Passage.objects.create(
        id=uuid.uuid4(), version=version, position=position, text=text, locator=locator, **fields
    )


def add_table(version: Version, position: int, table: Table, locator: dict[str, object]) -> Passage:
    row = models.Table.objects.create(
        version=version, number=table.number, page=table.page, title=table.title, data=table_rows.dump(table)
    )
    lines = [table.title, *(" | ".join(c.text for c in table.cells if c.row == r.index) for r in table.rows)]
    return add_passage(version, position, "\n".join(lines), locator, kind="table", heading=table.title, table=row)


def searchable(version: Version) -> None:
    Change.objects.create(kind=Change.Kind.ADD, version=version.pk)
    indexer.drain()


def draft_of(user: User, question: str) -> Draft:
    return asking.draft_for(user, conversations.create(user), question)
