"""Small libraries with an index of their own, by both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from qdrant_client import QdrantClient

from library.models import Change, Collection, Document, Passage, State, Version
from retrieval import indexer, live
from retrieval.live import Live
from retrieval.store import Shelf
from retrieval.store_local import LocalShelf
from retrieval.store_server import ServerShelf

AddDocument = Callable[..., Version]


@pytest.fixture(params=["edge", "server"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """An empty place for generations: Qdrant Edge, and qdrant-client with its own in-memory mode as the server."""
    if request.param == "edge":
        yield LocalShelf(tmp_path / "index")
        return
    client = QdrantClient(":memory:")
    yield ServerShelf(client)
    client.close()


@pytest.fixture
def index(db: None, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A first generation, built from the database and open in this process."""
    monkeypatch.setattr(live, "shelf", lambda: shelf)
    open_index(shelf)
    yield shelf
    close_index()


@pytest.fixture
def edge_index(db: None, tmp_path: Path, settings: Settings) -> Iterator[Shelf]:
    """As `index`, by the default engine alone."""
    settings.INDEX_DIR = tmp_path / "index"
    shelf = live.shelf()
    open_index(shelf)
    yield shelf
    close_index()


def open_index(shelf: Shelf) -> None:
    number = indexer.next_number(shelf)
    row = indexer.build(shelf, number)
    indexer.switch(shelf, number)
    store = shelf.open(number)
    live.use(Live(number, row.model, store, store))


def close_index() -> None:
    now = live.opened()
    live.use(None)
    if now is not None and now.writable is not None:
        now.writable.close()


@pytest.fixture
def add() -> AddDocument:
    return add_document


def add_document(collection: Collection, name: str, *texts: str, **facts: object) -> Version:
    """A document with a passage a text, saved as ingest saves it: waiting for the index, with its change."""
    document, _ = Document.objects.get_or_create(collection=collection, name=name, defaults=facts)
    number = document.versions.count() + 1
    version = Version.objects.create(
        document=document, number=number, sha256=f"{number:064}", file=uuid.uuid4().hex, size=1, state=State.INDEXING
    )
    Passage.objects.bulk_create(
        Passage(
            id=uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {number} {position} {text}"),
            version=version,
            position=position,
            kind="text",
            text=text,
            locator={"page": position + 1, "boxes": []},
        )
        for position, text in enumerate(texts)
    )
    Change.objects.create(kind=Change.Kind.ADD, version=version.pk)
    return version
