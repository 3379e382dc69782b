"""Search over both engines: found in two languages, and only by those who may."""

from __future__ import annotations

from library import versions
from library.models import Collection, Document, User
from retrieval import indexer
from retrieval.search import hit_json, search
from retrieval.store import Shelf
from tests.retrieval.conftest import AddDocument


def texts(user: User, question: str, **options: object) -> list[str]:
    return [hit.passage.text for hit in search(user, question, **options).hits]  # type: ignore[arg-type]


def test_it_finds_by_words_and_by_meaning(index: Shelf, add: AddDocument, retail: Collection, teller: User) -> None:
    add(
        retail,
        "report.pdf",
        "Purchases of property, plant and equipment were 1,577 million in 2018.",
        "The dividend was raised to 5.44 dollars a share.",
        "Our branches open at nine in the morning.",
    )
    indexer.drain()
    assert texts(teller, "When can I visit a branch?")[0].startswith("Our branches")
    assert texts(teller, "dividends")[0].startswith("The dividend")
    assert texts(teller, "1577")[0].startswith("Purchases")


def test_a_japanese_question_finds_a_japanese_passage(
    index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(
        retail,
        "短信.pdf",
        "設備投資額は8,854億円となりました。",
        "親会社株主に帰属する当期純利益は516百万円でした。",
        "配当は一株につき30円です。",
    )
    indexer.drain()
    assert texts(teller, "当期純利益はいくらですか")[0].startswith("親会社株主")
    assert texts(teller, "設備投資はいくら？")[0].startswith("設備投資額")


def test_each_finds_what_they_may_see_and_nothing_else(
    index: Shelf, add: AddDocument, retail: Collection, markets: Collection, teller: User, analyst: User, outsider: User
) -> None:
    add(retail, "rates.pdf", "The mortgage rate is 2 percent.")
    add(markets, "desk.pdf", "The mortgage rate hedge is 2 percent.")
    indexer.drain()
    assert set(texts(teller, "mortgage rate")) == {"The mortgage rate is 2 percent."}
    assert len(texts(analyst, "mortgage rate")) == 2
    assert texts(outsider, "mortgage rate") == []
    assert search(outsider, "mortgage rate").generation == 0
    assert texts(teller, "mortgage rate", document="desk.pdf") == []
    assert texts(teller, "mortgage rate", collections=[markets.pk]) == []
    assert texts(analyst, "mortgage rate", collections=[markets.pk]) == ["The mortgage rate hedge is 2 percent."]
    teller.is_active = False
    teller.save()
    assert texts(teller, "mortgage rate") == []


def test_a_narrowed_document_is_found_by_its_readers_alone(
    index: Shelf, add: AddDocument, retail: Collection, teller: User, compliance: User
) -> None:
    version = add(retail, "case.pdf", "The inquiry concerns late reports.")
    indexer.drain()
    assert texts(teller, "inquiry") == texts(compliance, "inquiry") != []
    document = Document.objects.get(pk=version.document_id)
    document.narrowed = True
    document.save()
    document.readers.add(compliance)
    assert texts(teller, "inquiry") == []  # the second gate, before the index has followed
    versions.rescope(document)
    indexer.drain()
    assert texts(teller, "inquiry") == []
    assert texts(compliance, "inquiry") != []
    assert texts(compliance, "inquiry", collections=[retail.pk]) != []


def test_a_new_version_takes_the_old_ones_place(
    index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(retail, "fees.pdf", "The fee is 100 yen.")
    indexer.drain()
    add(retail, "fees.pdf", "The fee is 200 yen.")
    assert texts(teller, "fee yen") == ["The fee is 100 yen."]
    indexer.drain()
    assert texts(teller, "fee yen") == ["The fee is 200 yen."]
    versions.remove(Document.objects.get(name="fees.pdf"))
    assert texts(teller, "fee yen") == []
    indexer.drain()
    assert texts(teller, "fee yen") == []


def test_one_document_and_the_limit(index: Shelf, add: AddDocument, retail: Collection, teller: User) -> None:
    add(retail, "a.pdf", *[f"Interest income of branch {n} rose." for n in range(20)])
    add(retail, "b.pdf", "Interest income fell.", "Interest income fell.")
    indexer.drain()
    assert texts(teller, "interest income", document="b.pdf") == ["Interest income fell."]
    assert len(texts(teller, "interest income", limit=7)) == 7
    assert texts(teller, "   ") == []
    assert texts(teller, "interest", document="none.pdf") == []


def test_a_hit_as_the_commands_print_it(index: Shelf, add: AddDocument, retail: Collection, teller: User) -> None:
    add(retail, "a.pdf", "Interest income rose.")
    indexer.drain()
    (hit,) = search(teller, "interest income").hits
    printed = hit_json(hit)
    assert set(printed) == {"document", "document_id", "version", "collection", "kind", "locator", "score", "text"}
    assert (printed["document"], printed["version"], printed["collection"]) == ("a.pdf", 1, "Retail")
    assert printed["locator"] == {"page": 1, "boxes": []}
