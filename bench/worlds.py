"""`python -m bench worlds [--cases 20000]`: whether what a user may not see changes anything that this user gets.

The same random questions are asked in two worlds, while rights come and go. In the one, every document is there and
only some may be seen; in the other, the others have never been. `differing` counts the questions whose hits, order,
scores (to the last bit), readings, counts by collection or number of searchable passages differ by anything.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from bench.search import _set_up, say

if TYPE_CHECKING:
    from library.models import User
    from retrieval.store import Store

COLLECTIONS, DOCUMENTS, A_TURN = 8, 160, 250
"""`A_TURN` questions are asked before the rights change."""
COMPANIES = ["Northwind Trading Co.", "Silver Pine Inc.", "株式会社青葉銀行", "Contoso Ltd.", "Kestrel Bank plc", ""]
ENGLISH = "revenue loan deposit margin dividend tax capex swap net interest income cash equity risk fee bond rate"
OTHERS = "1,577 2,040 12.5% 配当 経常利益 貸出金 純資産 売上高 自己株式"
WORDS = [*ENGLISH.split(), *OTHERS.split()]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench worlds")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        _set_up(folder)
        print(json.dumps(measure(options.cases, options.seed, Path(folder))), flush=True)
    return 0


def measure(cases: int, seed: int, folder: Path) -> dict[str, Any]:
    first = list(world(cases, seed, folder / "all", hidden=True))
    second = list(world(cases, seed, folder / "seen", hidden=False))
    differing = [at for at, (one, other) in enumerate(zip(first, second, strict=True)) if one != other]
    for at in differing[:3]:
        say(f"case {at}:\n  {first[at][:1500]}\n  {second[at][:1500]}")
    found = sum('"hits": []' not in answer for answer in first)
    return {"cases": cases, "with_hits": found, "differing": len(differing)}


@dataclass(frozen=True, slots=True)
class Rights:
    """What the user may see in one turn; `narrowed` documents are open to their readers alone."""

    collections: frozenset[int]
    narrowed: frozenset[int]
    read: frozenset[int]

    def seen(self) -> set[int]:
        opened = {n for n in range(1, DOCUMENTS + 1) if collection_of(n) in self.collections}
        return opened - (self.narrowed - self.read)


def rights_of(turn: int, seed: int) -> Rights:
    chance = random.Random(f"rights {seed} {turn}")
    documents = range(1, DOCUMENTS + 1)
    return Rights(
        frozenset(chance.sample(range(1, COLLECTIONS + 1), chance.randint(0, COLLECTIONS))),
        frozenset(n for n in documents if chance.random() < 0.2),
        frozenset(n for n in documents if chance.random() < 0.5),
    )


def collection_of(document: int) -> int:
    return 1 + document % COLLECTIONS


def world(cases: int, seed: int, index: Path, *, hidden: bool) -> Iterator[str]:
    """What the user gets, case by case; the rights are the same in both worlds, turn by turn."""
    from django.conf import settings

    from library.models import Change, Document, User
    from retrieval import indexer, live, owner
    from retrieval.models import Generation

    settings.INDEX_DIR = index
    for model in (Document, Change, Generation):
        model._default_manager.all().delete()
    user, _ = User.objects.get_or_create(username="reader")
    there: set[int] = set()
    with owner.ensure():
        for turn in range(-(-cases // A_TURN)):
            rights = rights_of(turn, seed)
            grant(user, rights)
            wanted = set(range(1, DOCUMENTS + 1)) if hidden else rights.seen()
            bring(wanted - there, there - wanted)
            there = wanted
            narrow(user, rights)
            indexer.drain()
            if hidden and turn % 5 == 4:
                owner.rebuild()
            for case in range(turn * A_TURN, min(cases, (turn + 1) * A_TURN)):
                yield answer(user, random.Random(f"question {seed} {case}"), live.current().store)


def grant(user: User, rights: Rights) -> None:
    from library.models import Collection, Grant, Role

    for n in range(1, COLLECTIONS + 1):
        Collection.objects.get_or_create(pk=n, defaults={"name": f"collection {n}"})
    Grant.objects.filter(user=user).delete()
    Grant.objects.bulk_create(Grant(collection_id=n, user=user, role=Role.VIEWER) for n in sorted(rights.collections))


def bring(coming: set[int], going: set[int]) -> None:
    """Add and remove documents; one that comes again has the very rows that it had."""
    from library import versions
    from library.models import Change, Document, Passage, State, Version

    for n in sorted(going):
        versions.remove(Document.objects.get(pk=n))
    for n in sorted(coming):
        chance = random.Random(f"document {n}")
        document = Document.objects.create(
            pk=n,
            collection_id=collection_of(n),
            name=f"{n}.pdf",
            company=chance.choice(COMPANIES),
            period=f"FY{chance.randint(2020, 2023)}",
        )
        version = Version.objects.create(
            pk=n, document=document, number=1, sha256=f"{n:064}", file=str(n), size=1, state=State.INDEXING
        )
        Passage.objects.bulk_create(
            Passage(
                id=uuid5(NAMESPACE_OID, f"{n} {at}"),
                version=version,
                position=at,
                kind="text",
                text=" ".join(chance.choices(WORDS, k=chance.randint(3, 14))),
                locator={"page": at + 1, "boxes": []},
            )
            for at in range(chance.randint(1, 8))
        )
        Change.objects.create(kind=Change.Kind.ADD, version=version.pk)


def narrow(user: User, rights: Rights) -> None:
    from library import versions
    from library.models import Document

    for document in Document.objects.order_by("pk"):
        document.readers.set([user] if document.pk in rights.read else [])
        if document.narrowed != (document.pk in rights.narrowed):
            document.narrowed = not document.narrowed
            document.save(update_fields=["narrowed"])
            versions.rescope(document)


def answer(user: User, chance: random.Random, store: Store) -> str:
    from library import access
    from retrieval.facets import facets
    from retrieval.query import Query
    from retrieval.search import hit_json, search

    company = chance.choice(COMPANIES).split(" ")[0] if chance.random() < 0.7 else ""
    question = f"{' '.join(chance.choices(WORDS, k=chance.randint(1, 4)))} {company} FY{chance.randint(2019, 2024)}?"
    result = search(user, question, limit=chance.choice([3, 10, 40]))
    found = {hit.passage.version.document_id: hit.passage.version.document for hit in result.hits}
    got = {
        "question": question,
        "hits": [{**hit_json(hit), "score": hit.score.hex()} for hit in result.hits],
        "readings": [repr(chip) for chip in result.chips],
        "filters": [repr(facet) for facet in facets(user, Query(question), found.values())],
        "collections": result.collections,
        "passages": store.count(access.scopes(user)),
        "documents": sorted(access.documents(user).values_list("pk", flat=True)),
    }
    return json.dumps(got, ensure_ascii=False)
