"""`python -m bench switch [--passages 100000]`: what questions notice of an index that changes under them.

One asker sends question after question, first while documents come in as fast as the index takes them, then while a
process of its own builds the next generation of the whole library and this one switches to it. `failed` counts
questions that were not answered in either. The library is that of `bench search`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from bench import search as made_up

if TYPE_CHECKING:
    from library.models import User

ARRIVING = 5_000
"""Passages that come in while questions are asked."""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench switch")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--folder", help="keep the library here, and use the one that is there")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(options.passages, options.folder or folder)), flush=True)
    return 0


def measure(passages: int, folder: str) -> dict[str, Any]:
    user = made_up.library_in(folder, passages)
    keep_vectors(passages)
    asker = Asker(user)
    asker.ask_until(threading.Event(), 2 * made_up.WARM_UP)
    quiet = asker.taken()
    began = time.perf_counter()
    more = arriving(passages)
    asker.ask_while(take_in)
    arrived = asker.taken()
    made_up.say(f"{more} passages came in within {time.perf_counter() - began:.0f} s, over {len(arrived)} questions")
    asker.ask_while(lambda: build(2))
    built = asker.taken()
    asker.ask_while(lambda: go_over(2))
    switched = asker.taken()
    made_up.say(f"a generation was built over {len(built)} questions, and switched to over {len(switched)}")
    return {
        "passages": passages,
        "quiet_p50_ms": round(float(np.median(quiet)), 2),
        "arriving_p50_ms": round(float(np.median(arrived)), 2),
        "arriving_p99_ms": round(float(np.percentile(arrived, 99)), 2),
        "building_p99_ms": round(float(np.percentile(built, 99)), 2),
        "switch_max_ms": round(max(switched), 2),
        "failed": asker.failed,
        "rss_mb": made_up.resident_mb(),
    }


class Asker:
    """Asks one question after another and notes how long each took."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._questions = cycle(made_up.questions(300))
        self._times: list[float] = []
        self.failed = 0

    def ask_while(self, work: Callable[[], object]) -> None:
        over = threading.Event()
        asking = threading.Thread(target=self.ask_until, args=(over,))
        asking.start()
        try:
            work()
        finally:
            over.set()
            asking.join()

    def ask_until(self, over: threading.Event, most: int = 1_000_000) -> None:
        from retrieval.search import search
        from retrieval.store import IndexAway

        while not over.is_set() and len(self._times) < most:
            began = time.perf_counter()
            try:
                self.failed += not search(self._user, next(self._questions)).hits
            except IndexAway:
                self.failed += 1
            self._times.append((time.perf_counter() - began) * 1000)

    def taken(self) -> list[float]:
        times, self._times = self._times, []
        return times


def keep_vectors(passages: int) -> None:
    """In the database, as ingest leaves them: a generation is built from there."""
    from library.models import Embedding
    from retrieval import embedding

    model = embedding.model_name()
    if Embedding.objects.exists():
        return
    for at in range(0, passages, 5_000):
        rows = made_up.points(at, min(passages, at + 5_000))
        Embedding.objects.bulk_create(
            Embedding(passage_id=row.id, model=model, vector=embedding.pack(row.dense)) for row in rows
        )


def arriving(passages: int) -> int:
    """Documents that wait to be taken into the index, with their passages and vectors."""
    from library.models import Change, Collection, Document, Embedding, Passage, State, Version
    from retrieval import embedding

    where = Collection.objects.order_by("pk")[0]
    model = embedding.model_name()
    vectors = list(made_up.points(0, made_up.A_DOCUMENT))
    for number in range(ARRIVING // made_up.A_DOCUMENT):
        document = Document.objects.create(collection=where, name=f"new {number} {time.time()}.pdf")
        version = Version.objects.create(
            document=document, number=1, sha256=f"{number:064}", file=document.name, size=1, state=State.INDEXING
        )
        first = passages + 10_000_000 + version.pk * made_up.A_DOCUMENT
        rows = [
            Passage(
                id=made_up.point_id(first + n),
                version=version,
                position=n,
                kind="text",
                text=made_up.text_of(first + n),
                locator={"page": n + 1, "boxes": []},
            )
            for n in range(made_up.A_DOCUMENT)
        ]
        Passage.objects.bulk_create(rows)
        Embedding.objects.bulk_create(
            Embedding(passage_id=row.pk, model=model, vector=embedding.pack(point.dense))
            for row, point in zip(rows, vectors, strict=True)
        )
        Change.objects.create(kind=Change.Kind.ADD, version=version.pk)
    return ARRIVING


def take_in() -> None:
    from retrieval import indexer

    indexer.drain()


def build(number: int) -> None:
    """As the server has it built."""
    import subprocess
    import sys

    subprocess.run([sys.executable, "manage.py", "reindex", "--build", str(number)], check=True)


def go_over(number: int) -> None:
    from retrieval import owner

    owner.swap(number)
