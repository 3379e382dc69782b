"""The index follows the database, however often and however broken off."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from library import versions
from library.models import Change, Collection, Embedding, State, User, Version
from retrieval import embedding, indexer, live, owner
from retrieval.models import Generation
from retrieval.search import search
from retrieval.store import IndexAway, Shelf
from tests.retrieval.conftest import AddDocument


def size() -> int:
    store = live.current().writable
    assert store is not None
    return store.size()


def generation() -> Generation:
    return Generation.objects.get(number=live.current().number)


def test_a_drain_publishes_and_stores_how_far_it_came(index: Shelf, add: AddDocument, retail: Collection) -> None:
    version = add(retail, "a.pdf", "One.", "Two.")
    assert indexer.drain() == 1
    version.refresh_from_db()
    version.document.refresh_from_db()
    assert version.state == State.READY
    assert version.document.current == version
    assert size() == 2
    assert generation().applied == Change.objects.latest("pk").pk
    assert Embedding.objects.filter(model=embedding.model_name()).count() == 2
    assert indexer.drain() == 0


def test_changes_applied_again_leave_no_duplicates(
    index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(retail, "a.pdf", "One fee.", "Two fees.")
    add(retail, "b.pdf", "Three fees.")
    indexer.drain()
    add(retail, "a.pdf", "Four fees.")
    indexer.drain()
    before = size()
    for applied in range(Change.objects.latest("pk").pk):
        # As after a kill between the engine's write and the note of it.
        Generation.objects.update(applied=applied)
        indexer.drain()
        assert size() == before == 2
    assert {hit.passage.text for hit in search(teller, "fees").hits} == {"Three fees.", "Four fees."}


def test_a_version_that_is_gone_is_passed_over(index: Shelf, add: AddDocument, retail: Collection) -> None:
    version = add(retail, "a.pdf", "One.")
    version.document.delete()
    cancelled = add(retail, "b.pdf", "Two.")
    Version.objects.filter(pk=cancelled.pk).update(state=State.CANCELLED)
    assert indexer.drain() == 2
    assert size() == 0


def test_a_rebuild_holds_the_same_and_the_old_one_goes(
    index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(retail, "a.pdf", "The old fee.")
    add(retail, "b.pdf", "The rent.")
    indexer.drain()
    add(retail, "a.pdf", "The new fee.")
    indexer.drain()
    add(retail, "c.pdf", "The deposit.")  # not drained yet when the rebuild begins
    before = generation()
    assert before.unoptimised == 3
    number = owner.rebuild()
    assert number > before.number
    assert generation().unoptimised == 1
    assert {hit.passage.text for hit in search(teller, "fee rent deposit").hits} == {
        "The new fee.",
        "The rent.",
        "The deposit.",
    }
    assert index.numbers() == [number]
    assert list(Generation.objects.values_list("number", "state")) == [(number, Generation.State.LIVE)]


def test_what_changes_during_a_build_is_replayed(
    index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    gone = add(retail, "gone.pdf", "The lost fee.")
    add(retail, "stays.pdf", "The fee.")
    indexer.drain()
    number = indexer.next_number(index)
    indexer.build(index, number)
    versions.remove(gone.document)
    add(retail, "late.pdf", "The late fee.")
    owner.swap(number)
    assert size() == 2
    assert {hit.passage.text for hit in search(teller, "fee").hits} == {"The fee.", "The late fee."}


def test_a_lost_index_is_built_again(
    edge_index: Shelf, add: AddDocument, retail: Collection, teller: User, settings: Settings
) -> None:
    add(retail, "a.pdf", "The fee.")
    indexer.drain()
    number = live.current().number
    owner.close_live()
    folder = Path(settings.INDEX_DIR) / f"gen-{number:06}"
    for path in sorted(folder.rglob("*"), reverse=True):
        path.write_bytes(b"damaged") if path.is_file() else None
    assert owner.hold()
    owner.open_live()
    assert live.current().number > number
    assert [hit.passage.text for hit in search(teller, "fee").hits] == ["The fee."]
    owner.close_live()


def test_another_embedding_model_calls_for_a_rebuild(index: Shelf, add: AddDocument, retail: Collection) -> None:
    add(retail, "a.pdf", "One.")
    indexer.drain()
    row = generation()
    assert not indexer.wants_rebuild(row, 1)
    row.model = "another"
    assert indexer.wants_rebuild(row, 1)
    row.model, row.unoptimised = embedding.model_name(), indexer.PILE + 1
    assert indexer.wants_rebuild(row, 1)
    assert not indexer.wants_rebuild(row, 1_000_000)


def test_an_addition_without_its_model_stops_the_drain(index: Shelf, add: AddDocument, retail: Collection) -> None:
    version = add(retail, "a.pdf", "One.")
    Generation.objects.update(model="another")
    with pytest.raises(IndexAway, match="another"):
        indexer.drain()
    version.refresh_from_db()
    assert version.state == State.INDEXING
