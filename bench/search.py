"""`python -m bench search [--passages 100000]`: search() end to end, from a question to hits with their rows.

A made-up library in a temporary folder: a hundred passages a document, four hundred collections, one user who may see
two hundred of them. Each question is embedded, searched and looked up again as a page of the program would have it.
`vs_engine` is search() against the bare engine query of the same probes; `vs_local_mode` is how many times faster the
engine answers than qdrant-client's own local mode does over the same 20,000 points.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from library.models import User
    from retrieval.live import Live
    from retrieval.store import Found, Point, Probe, WritableStore

COLLECTIONS, SEEN, A_DOCUMENT = 400, 200, 100
LOCAL = 20_000
TOPICS = 500
WARM_UP, ASKED = 20, 300


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench search")
    parser.add_argument("--passages", type=int, default=100_000)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        _set_up(folder)
        print(json.dumps(measure(options.passages)), flush=True)
    return 0


def _set_up(folder: str) -> None:
    models = os.environ.get("DATA_DIR", str(Path(__file__).parent.parent / "var"))
    os.environ.update(
        DATA_DIR=folder, SECRET_KEY="bench", DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="WARNING"
    )
    if (Path(models) / "models").is_dir():
        (Path(folder) / "models").symlink_to(Path(models).resolve() / "models")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measure(passages: int) -> dict[str, Any]:
    from retrieval import live
    from retrieval.search import search

    user = make_library(passages)
    began = time.perf_counter()
    make_index(passages)
    say(f"indexed in {time.perf_counter() - began:.0f} s")
    asked = list(questions(WARM_UP + ASKED))
    ours = timed(lambda question: search(user, question), asked)
    recorder = Recorder(live.current())
    live.use(recorder.live)
    for question in asked:
        search(user, question)
    live.use(recorder.under)
    told = dict(zip(asked, recorder.told, strict=True))
    store = recorder.under.store
    engine = timed(lambda question: store.search(*told[question]), asked)
    say(f"median {np.median(ours):.1f} ms, 99th percentile {np.percentile(ours, 99):.1f} ms")
    mode = local_mode(min(passages, LOCAL), told)
    return {
        "passages": passages,
        "p50_ms": round(float(np.median(ours)), 2),
        "p99_ms": round(float(np.percentile(ours, 99)), 2),
        "engine_p50_ms": round(float(np.median(engine)), 2),
        "vs_engine": round(float(np.median(ours) / np.median(engine)), 2),
        "vs_local_mode": round(mode, 1),
        "rss_mb": resident_mb(),
    }


def timed(ask: Callable[[str], Any], asked: list[str]) -> list[float]:
    """Milliseconds of each question after the first few."""
    times = []
    for question in asked:
        began = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - began) * 1000)
    return times[WARM_UP:]


def make_library(passages: int) -> User:
    """Rows of documents and passages, and a user who may see half of them."""
    from library.models import Collection, Document, Grant, Passage, Role, User, Version

    Collection.objects.bulk_create(Collection(name=f"collection {n}") for n in range(COLLECTIONS))
    collections = list(Collection.objects.order_by("pk"))
    user = User.objects.create_user("reader")
    Grant.objects.bulk_create(Grant(collection=row, user=user, role=Role.VIEWER) for row in collections[:SEEN])
    count = -(-passages // A_DOCUMENT)
    Document.objects.bulk_create(
        Document(
            collection=collections[n % COLLECTIONS],
            name=f"{n}.pdf",
            company=f"{company(n // 4)} Holdings",
            period=f"FY{2020 + n % 4}",
        )
        for n in range(count)
    )
    Version.objects.bulk_create(
        Version(document_id=pk, number=1, sha256=f"{pk:064}", file=str(pk), size=1, state="ready")
        for pk in Document.objects.order_by("pk").values_list("pk", flat=True)
    )
    versions = list(Version.objects.order_by("pk"))
    for version in versions:
        version.document.current = version
    Document.objects.bulk_update([v.document for v in versions], ["current"], batch_size=500)
    for at in range(0, passages, 10_000):
        Passage.objects.bulk_create(
            Passage(
                id=point_id(n),
                version=versions[n // A_DOCUMENT],
                position=n % A_DOCUMENT,
                kind="text",
                text=text_of(n),
                locator={"page": n % A_DOCUMENT + 1, "boxes": []},
            )
            for n in range(at, min(passages, at + 10_000))
        )
    return user


def make_index(passages: int) -> None:
    """The points straight into a first generation, made live in this process."""
    from retrieval import embedding, live
    from retrieval.live import Live
    from retrieval.models import Generation

    shelf = live.shelf()
    made = shelf.make(1, 384)
    fill(made, passages)
    made.optimise()
    made.close()
    row = Generation.objects.create(number=1, state="live", model=embedding.model_name())
    store = shelf.open(1)
    live.use(Live(1, row.model, store, store))


def fill(store: WritableStore, passages: int) -> None:
    for at in range(0, passages, 1000):
        store.upsert(list(points(at, min(passages, at + 1000))))


def points(first: int, last: int) -> Iterator[Point]:
    """Vectors around some hundred topics, as the passages of real documents lie."""
    from library.models import Document
    from retrieval import lexical
    from retrieval.store import Point

    documents = list(Document.objects.order_by("pk").values_list("pk", "collection_id"))
    chance = np.random.default_rng(first)
    topics = np.random.default_rng(1).normal(size=(TOPICS, 384))
    for n in range(first, last):
        vector = topics[n % TOPICS] + chance.normal(size=384)
        document, collection = documents[n // A_DOCUMENT]
        yield Point(
            point_id(n),
            (vector / np.linalg.norm(vector)).astype(np.float32),
            lexical.passage(text_of(n)),
            f"c{collection}",
            document,
            document,
            n % A_DOCUMENT + 1,
        )


def text_of(number: int) -> str:
    """A hundred words as often as words are: few that are everywhere, many that are rare."""
    chance = random.Random(number)
    return " ".join(word(min(int(chance.paretovariate(0.4)), 30_000)) for _ in range(100)) + f" {number}"


def word(rank: int) -> str:
    common = (
        "revenue",
        "income",
        "interest",
        "share",
        "cash",
        "assets",
        "loans",
        "tax",
        "cost",
        "rate",
        "capital",
        "net",
    )
    return common[rank - 1] if rank <= len(common) else f"term{chr(97 + rank % 26)}{rank}"


def questions(count: int) -> Iterator[str]:
    chance = np.random.default_rng(99)
    for number in range(count):
        words = " ".join(word(int(rank)) for rank in np.minimum(chance.zipf(1.25, 6), 30_000))
        yield f"What was the {words} of {company(number % 250)} in fiscal {2020 + number % 4}?"


def company(number: int) -> str:
    """A name of its own for each: Bacora, Bacode, …"""
    syllables = ("ba", "co", "di", "fe", "ga", "lo", "mi", "nu", "ra", "so", "ti", "ve", "xa", "zo", "pe", "ku")
    parts = [syllables[number >> shift & 15] for shift in (8, 4, 0)]
    return "".join(parts).capitalize() + "ra"


class Recorder:
    """Stands before the store and keeps what it was asked, so that the engine can be asked the very same alone."""

    def __init__(self, under: Live) -> None:
        self.under = under
        self.told: list[tuple[frozenset[str], list[Probe]]] = []
        self.live = replace(under, store=self)

    def search(self, scopes: frozenset[str], probes: Sequence[Probe]) -> list[list[Found]]:
        self.told.append((scopes, list(probes)))
        return self.under.store.search(scopes, probes)

    def count(self, scopes: frozenset[str]) -> int:
        return self.under.store.count(scopes)


def local_mode(count: int, told: dict[str, tuple[frozenset[str], list[Probe]]]) -> float:
    """How many times faster the engine is than qdrant-client's local mode, over the same points, rights and probes."""
    import warnings

    from qdrant_client import QdrantClient

    from retrieval import live
    from retrieval.store_server import ServerShelf

    warnings.simplefilter("ignore")
    edge, local = live.shelf().make(2, 384), ServerShelf(QdrantClient(":memory:")).make(1, 384)
    fill(edge, count)
    fill(local, count)
    edge.optimise()
    fast = timed(lambda question: edge.search(*told[question]), list(told))
    slow = timed(lambda question: local.search(*told[question]), list(told)[: WARM_UP + 15])
    edge.close()
    return float(np.median(slow) / np.median(fast))


def point_id(number: int) -> Any:
    from uuid import UUID

    return UUID(int=number + 1)


def resident_mb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
