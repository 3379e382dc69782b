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
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from library.models import User
    from retrieval.lexical import Sparse
    from retrieval.live import Live
    from retrieval.models import Generation
    from retrieval.store import Found, Point, Probe, WritableStore
    from retrieval.store_local import Engine

COLLECTIONS, SEEN, A_DOCUMENT = 400, 200, 100
LOCAL = 20_000
TOPICS, TEXTS = 500, 200_000
WARM_UP, ASKED = 20, 300


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench search")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--folder", help="keep the library here, and use the one that is there")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(options.passages, options.folder or folder)), flush=True)
    return 0


def library_in(folder: str, passages: int) -> User:
    """The user who asks; the library and its index are made unless they are in the folder."""
    _set_up(folder)
    from library.models import User
    from retrieval import live

    user = User.objects.filter(username="reader").first() or make_library(passages)
    row = live.live_generation()
    if row is None:
        began = time.perf_counter()
        row = make_index(passages)
        say(f"indexed in {time.perf_counter() - began:.0f} s")
    return user


def open_here() -> Engine:
    """The live generation's engine, started by this process."""
    from retrieval import live
    from retrieval.live import Live
    from retrieval.store_local import Engine

    row = live.live_generation()
    assert row is not None
    store = live.shelf().open(row.number)
    assert isinstance(store, Engine)
    live.use(Live(row.number, row.model, store, store))
    return store


def _set_up(folder: str) -> None:
    models = os.environ.get("DATA_DIR", str(Path(__file__).parent.parent / "var"))
    os.environ.update(
        DATA_DIR=folder, SECRET_KEY="bench", DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="WARNING"
    )
    kept = Path(folder) / "models"
    if (Path(models) / "models").is_dir() and not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.symlink_to(Path(models).resolve() / "models")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measure(passages: int, folder: str) -> dict[str, Any]:
    user = library_in(folder, passages)
    started = open_here()
    from retrieval import live
    from retrieval.search import search

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
    resident = resident_mb() + resident_mb(started.pid)
    started.close()
    mode = local_mode(min(passages, LOCAL), told)
    return {
        "passages": passages,
        "p50_ms": round(float(np.median(ours)), 2),
        "p99_ms": round(float(np.percentile(ours, 99)), 2),
        "engine_p50_ms": round(float(np.median(engine)), 2),
        "vs_engine": round(float(np.median(ours) / np.median(engine)), 2),
        "vs_local_mode": round(mode, 1),
        "rss_mb": resident,
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


def make_index(passages: int) -> Generation:
    """The points straight into a first generation."""
    from retrieval import embedding, live
    from retrieval.models import Generation

    made = live.shelf().make(1, 384)
    fill(made, passages)
    made.optimise()
    made.close()
    return Generation.objects.create(number=1, state="live", model=embedding.model_name())


def fill(store: WritableStore, passages: int) -> None:
    for at in range(0, passages, 1000):
        store.upsert(list(points(at, min(passages, at + 1000))))


def points(first: int, last: int) -> Iterator[Point]:
    """Vectors around some hundred topics, as the passages of real documents lie."""
    from library.models import Document
    from retrieval.store import Point

    documents = list(Document.objects.order_by("pk").values_list("pk", "collection_id"))
    chance = np.random.default_rng(first)
    topics = np.random.default_rng(1).normal(size=(TOPICS, 384))
    noise = chance.standard_normal((last - first, 384))
    for n in range(first, last):
        vector = topics[n % TOPICS] + noise[n - first]
        document, collection = documents[n // A_DOCUMENT]
        yield Point(
            point_id(n),
            (vector / np.linalg.norm(vector)).astype(np.float32),
            words_of(n),
            f"c{collection}",
            document,
            document,
            n % A_DOCUMENT + 1,
        )


def text_of(number: int) -> str:
    """A hundred words as often as words are: few that are everywhere, many that are rare."""
    chance = random.Random(number % TEXTS)
    return " ".join(word(min(int(chance.paretovariate(0.4)), 30_000)) for _ in range(100)) + f" {number}"


def words_of(number: int) -> Sparse:
    """As `lexical.passage` has it, which is too slow for a million."""
    from retrieval import lexical
    from retrieval.lexical import Sparse

    found = _words_of(number % TEXTS)
    ids = found.ids.copy()
    ids[ids == lexical.term_id(str(number % TEXTS))] = lexical.term_id(str(number))
    order = np.argsort(ids)
    return Sparse(ids[order], found.weights[order])


@lru_cache(maxsize=100_000)
def _words_of(number: int) -> Sparse:
    from retrieval import lexical

    return lexical.passage(text_of(number))


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


def resident_mb(pid: int | str = "self") -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
