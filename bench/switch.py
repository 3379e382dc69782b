"""`python -m bench switch [--passages 100000]`: what questions notice of an index that changes under them.

The index lives where it does in earnest: in the process `index` with its engine, which takes documents in, has the next
generation of the whole library built and switches to it. One asker sends question after question from here meanwhile.
`failed` counts questions that were not answered. The library is that of `bench search`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench import search as made_up

if TYPE_CHECKING:
    from library.models import User

ARRIVING = 5_000
"""Passages that come in while questions are asked."""
AFTER_S = 2.0
"""For so long after a switch questions are looked at."""
LOOK_S = 0.02


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
    with subprocess.Popen([sys.executable, "-m", "config.index"]) as index:
        try:
            return measure_beside(index.pid, Asker(user), passages)
        finally:
            index.terminate()


def measure_beside(index: int, asker: Asker, passages: int) -> dict[str, Any]:
    from retrieval import live

    live.current(60)
    asker.ask_until(threading.Event(), 2 * made_up.WARM_UP)
    asker.taken()
    asker.ask_until(threading.Event(), made_up.ASKED)
    quiet = asker.taken()
    waiting = arriving(passages)
    began = time.perf_counter()
    asker.ask_while(lambda: take_in(waiting))
    arrived = asker.taken()
    took = time.perf_counter() - began
    made_up.say(f"{ARRIVING} passages came in within {took:.0f} s, over {len(arrived)} questions")
    asker.ask_while(wait_for_build)
    built = asker.taken()
    asker.ask_while(wait_for_switch)
    switched = asker.taken()
    made_up.say(f"a generation was built over {len(built)} questions, and switched to over {len(switched)}")
    return {
        "passages": passages,
        "quiet_p50_ms": round(float(np.median(quiet)), 2),
        "arriving_p50_ms": round(float(np.median(arrived)), 2),
        "arriving_p99_ms": round(float(np.percentile(arrived, 99)), 2),
        "arriving_per_s": round(ARRIVING / took),
        "building_p99_ms": round(float(np.percentile(built, 99)), 2),
        "switch_max_ms": round(max(switched), 2),
        "failed": asker.failed,
        "rss_mb": made_up.resident_mb(),
        "index_mb": sum(made_up.resident_mb(pid) for pid in [index, *children(index)]),
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


def arriving(passages: int) -> list[int]:
    """Documents with their passages and vectors, of which the index has not been told yet: their versions."""
    from library.models import Collection, Document, Embedding, Passage, State, Version
    from retrieval import embedding

    where = Collection.objects.order_by("pk")[0]
    model = embedding.model_name()
    vectors = list(made_up.points(0, made_up.A_DOCUMENT))
    waiting = []
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
        waiting.append(version.pk)
    return waiting


def take_in(waiting: list[int]) -> None:
    """Returns once the index has them."""
    from library.models import Change
    from retrieval import indexer
    from retrieval.live import live_generation

    Change.objects.bulk_create(Change(kind=Change.Kind.ADD, version=pk) for pk in waiting)
    indexer.wake()
    last = indexer.latest()
    while (row := live_generation()) is None or row.applied < last:
        time.sleep(LOOK_S)


def wait_for_build() -> None:
    """Returns once a generation that is called for, as much has been added, is there to be switched to."""
    from retrieval.live import shelf
    from retrieval.models import Generation
    from retrieval.store_edge import TERMS_FILE
    from retrieval.store_local import LocalShelf

    kept = shelf()
    assert isinstance(kept, LocalShelf)
    Generation.objects.update(unoptimised=10**9)
    while not all((kept.folder / f"gen-{number:06}" / TERMS_FILE).exists() for number in kept.numbers()[1:] or [0]):
        time.sleep(LOOK_S)


def wait_for_switch() -> None:
    from retrieval.live import live_generation

    before = live_generation()
    while live_generation() == before:
        time.sleep(LOOK_S)
    time.sleep(AFTER_S)


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    with suppress(FileNotFoundError):
        return [int(child) for path in found for child in path.read_text().split()]
    return []
