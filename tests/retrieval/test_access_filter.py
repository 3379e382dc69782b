"""Two worlds: whatever a user may not see changes neither what that user finds, nor its order, nor its scores."""

from __future__ import annotations

import random

import pytest

from library.models import Collection, Document, Grant, Role, User
from retrieval import indexer
from retrieval.search import SearchResult, search
from retrieval.store import Shelf
from tests.retrieval.conftest import AddDocument

COMPANIES = ["Northwind Trading Co.", "Silver Pine Inc.", "株式会社青葉銀行", "Contoso Ltd."]
WORDS = [
    "revenue",
    "loan",
    "deposit",
    "margin",
    "dividend",
    "tax",
    "配当",
    "経常利益",
    "貸出金",
    "capex",
    "swap",
    "1,577",
]
QUESTIONS = 20


def passage(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=12)) + f" {chance.randint(1, 10_000)}."


def question(chance: random.Random) -> str:
    company = chance.choice(COMPANIES).removesuffix(" Co.")
    return f"{chance.choice(WORDS)} and {chance.choice(WORDS)} of {company} in FY{chance.randint(2020, 2023)}?"


def seen(result: SearchResult) -> list[tuple[str, str, float]]:
    return [(hit.passage.version.document.name, hit.passage.text, hit.score) for hit in result.hits]


@pytest.mark.parametrize("seed", range(6))
def test_hidden_documents_change_nothing(edge_index: Shelf, add: AddDocument, db: None, seed: int) -> None:
    chance = random.Random(seed)
    user = User.objects.create_user("reader")
    mine = [Collection.objects.create(name=f"mine {n}") for n in range(3)]
    hidden = [Collection.objects.create(name=f"hidden {n}") for n in range(3)]
    for collection in mine:
        Grant.objects.create(collection=collection, user=user, role=Role.VIEWER)
    for number in range(12):
        company, year = chance.choice(COMPANIES), chance.randint(2020, 2023)
        texts = [passage(chance) for _ in range(chance.randint(1, 6))]
        add(chance.choice(mine), f"mine {number}.pdf", *texts, company=company, period=f"FY{year}")
    indexer.drain()
    questions = [question(chance) for _ in range(QUESTIONS)]
    before = [seen(search(user, asked)) for asked in questions]
    for number in range(12):
        company, year = chance.choice(COMPANIES), chance.randint(2020, 2023)
        texts = [passage(chance) for _ in range(chance.randint(1, 6))]
        version = add(chance.choice(hidden), f"hidden {number}.pdf", *texts, company=company, period=f"FY{year}")
        if chance.random() < 0.3:
            # In the user's own collection, but narrowed to others.
            Document.objects.filter(pk=version.document_id).update(collection=chance.choice(mine), narrowed=True)
    indexer.drain()
    assert any(before)
    for asked, expected in zip(questions, before, strict=True):
        assert seen(search(user, asked)) == expected


def test_rights_that_change_are_followed_at_once(
    edge_index: Shelf, add: AddDocument, retail: Collection, markets: Collection, teller: User
) -> None:
    add(retail, "a.pdf", "The loan is small.")
    add(markets, "b.pdf", "The loan is large.")
    indexer.drain()
    assert {name for name, _, _ in seen(search(teller, "loan"))} == {"a.pdf"}
    grant = Grant.objects.create(collection=markets, user=teller, role=Role.VIEWER)
    assert {name for name, _, _ in seen(search(teller, "loan"))} == {"a.pdf", "b.pdf"}
    grant.delete()
    assert {name for name, _, _ in seen(search(teller, "loan"))} == {"a.pdf"}
    teller.groups.clear()
    assert seen(search(teller, "loan")) == []
