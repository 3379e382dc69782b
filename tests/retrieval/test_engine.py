"""The engine's process: what outlives its death, who may reach it, and that it dies with whoever started it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_IMODE
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import wire
from retrieval.lexical import Sparse
from retrieval.store import EngineAway, Found, IndexAway, Point, Probe
from retrieval.store_local import Engine, LocalShelf
from tests.retrieval.test_store import SIZE, ids, point, words

ROOT = Path(__file__).parents[2]
MINE = frozenset({"c1"})
STARTER = """
import sys
from pathlib import Path
from retrieval.store_local import LocalShelf
from tests.retrieval.test_store import point
engine = LocalShelf(Path(sys.argv[1])).open(1)
engine.upsert([point(2, "fee")])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def shelf(tmp_path: Path) -> LocalShelf:
    return LocalShelf(tmp_path / "index")


@pytest.fixture
def engine(shelf: LocalShelf) -> Iterator[Engine]:
    """A generation with one point, opened as in earnest."""
    made = shelf.make(1, SIZE)
    made.upsert([point(1, "fee")])
    made.close()
    opened = shelf.open(1)
    yield opened
    opened.close()


def found(store: Engine) -> list[int]:
    return ids(store.search(MINE, [words("fee")])[0])


def test_an_engine_killed_between_calls_has_what_it_was_told_to_keep(shelf: LocalShelf, engine: Engine) -> None:
    engine.upsert([point(2, "fee")])
    engine.keep()
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises(EngineAway):
        found(engine)
    engine.close()
    again = shelf.open(1)
    assert found(again) == [1, 2]
    again.close()


@pytest.mark.parametrize("call", ["search", "upsert"])
def test_an_engine_killed_within_a_call_says_that_it_is_gone(shelf: LocalShelf, engine: Engine, call: str) -> None:
    os.kill(engine.pid, signal.SIGSTOP)
    begun = threading.Event()

    def ask() -> None:
        begun.set()
        if call == "search":
            found(engine)
        else:
            engine.upsert([point(number, "fee") for number in range(2, 400)])

    with ThreadPoolExecutor(1) as asker:
        asked = asker.submit(ask)
        begun.wait()
        os.kill(engine.pid, signal.SIGKILL)
        with pytest.raises(EngineAway):
            asked.result()
    engine.close()
    again = shelf.open(1)
    again.upsert([point(number, "fee") for number in range(2, 400)])
    assert again.size() == 399
    again.close()


def test_an_engine_ends_with_its_starter_and_the_next_one_waits_for_that(shelf: LocalShelf, engine: Engine) -> None:
    engine.close()
    command = [sys.executable, "-c", STARTER, str(shelf.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "open\n"
        asker = shelf.connect(1)
        assert asker.count(MINE) == 2
        starter.kill()
    again = shelf.open(1)
    with pytest.raises(EngineAway):
        asker.count(MINE)
    assert again.count(MINE) == shelf.connect(1).count(MINE) == 2
    again.close()


def test_an_engine_whose_folder_was_thrown_away_ends_too(shelf: LocalShelf, engine: Engine) -> None:
    engine.upsert([point(2, "fee")])
    shutil.rmtree(shelf.folder)
    engine.close()
    assert not engine.is_running()


def test_who_asks_an_engine_that_hangs_is_told_so(
    shelf: LocalShelf, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SEND_S", 0.01)
    os.kill(engine.pid, signal.SIGSTOP)
    askers = []
    try:
        with pytest.raises(EngineAway):
            while True:
                askers.append(shelf.connect(1))
    finally:
        os.kill(engine.pid, signal.SIGCONT)
    assert found(engine) == [1]


def test_a_folder_with_an_engine_in_it_is_neither_thrown_away_nor_made_anew(shelf: LocalShelf, engine: Engine) -> None:
    shelf.discard(1)
    assert shelf.numbers() == [1], "the next generation gets another number"
    with pytest.raises(EngineAway):
        shelf.make(1, SIZE)
    assert found(engine) == [1]
    engine.close()
    shelf.discard(1)
    assert shelf.numbers() == []


def test_what_a_killed_engine_left_is_in_nobodys_way(shelf: LocalShelf, engine: Engine) -> None:
    os.kill(engine.pid, signal.SIGKILL)
    engine.close()
    assert (shelf.folder / "gen-000001" / wire.SOCKET).is_socket()
    with pytest.raises(EngineAway):
        shelf.connect(1)
    again = shelf.open(1)
    assert found(again) == [1]
    again.close()


def test_a_folder_may_lie_deep(tmp_path: Path) -> None:
    shelf = LocalShelf(tmp_path.joinpath(*["a folder with a rather long name"] * 6))
    engine = shelf.make(1, SIZE)
    engine.upsert([point(1, "fee")])
    assert shelf.connect(1).count(MINE) == 1
    engine.close()


def test_nobody_else_reaches_the_socket(shelf: LocalShelf, engine: Engine) -> None:
    folder = shelf.folder / "gen-000001"
    for path in (folder, folder / wire.SOCKET):
        assert S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_call_that_fails_ends_nothing(engine: Engine) -> None:
    with pytest.raises(IndexAway, match="failed") as error:
        engine.search(MINE, [Probe(np.ones(SIZE + 1, np.float32), 3)])
    assert not isinstance(error.value, EngineAway)
    assert found(engine) == [1]


def test_it_loads_no_django(tmp_path: Path) -> None:
    script = "import sys, retrieval.engine; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "qdrant_edge" in loaded
    assert not loaded & {"django", "config", "library", "redis", "sudachipy"}


FLOATS = st.floats(-100, 100, width=32)
TERMS = st.dictionaries(st.integers(0, 2**32 - 1), FLOATS, max_size=5)


def sparse(terms: dict[int, float]) -> Sparse:
    return Sparse(np.array(list(terms), np.uint32), np.array(list(terms.values()), np.float32))


def same(one: Sparse | np.ndarray, other: Sparse | np.ndarray) -> bool:
    if isinstance(one, Sparse):
        assert isinstance(other, Sparse)
        return same(one.ids, other.ids) and same(one.weights, other.weights)
    assert isinstance(other, np.ndarray)
    return one.dtype == other.dtype and bool((one == other).all())


@settings(deadline=None)
@given(st.frozensets(st.text()), st.lists(st.tuples(TERMS | st.lists(FLOATS), st.integers(1, 500)), max_size=4))
def test_questions_cross_as_they_are(scopes: frozenset[str], asked: list[tuple[dict[int, float], int]]) -> None:
    probes = [
        Probe(sparse(vector) if isinstance(vector, dict) else np.array(vector, np.float32), limit, (limit, 2))
        for vector, limit in asked
    ]
    arrived, read = wire.read_search(wire.unpacked(wire.search(scopes, probes).packed()))
    assert arrived == scopes
    for sent, got in zip(probes, read, strict=True):
        assert same(sent.vector, got.vector)
        assert (sent.limit, sent.documents) == (got.limit, got.documents)


HITS = st.builds(
    Found, st.uuids(), FLOATS, st.integers(0, 2**60), st.integers(0, 2**31), st.sampled_from(["", "table", "損益"])
)


@given(st.lists(st.lists(HITS, max_size=5), max_size=4))
def test_rankings_cross_to_the_last_bit(rankings: list[list[Found]]) -> None:
    assert wire.read_rankings(wire.unpacked(wire.rankings(rankings).packed())) == rankings


def test_points_cross_as_they_are() -> None:
    sent = [
        Point(UUID(int=n), np.full(3, 1 / n, np.float32), sparse({7: 0.5, 2**31: n}), "c1", n, n + 1, n + 2, "表")
        for n in (1, 2, 3)
    ]
    for point_sent, got in zip(sent, wire.read_points(wire.unpacked(wire.upsert(sent).packed())), strict=True):
        assert same(point_sent.dense, got.dense)
        assert same(point_sent.sparse, got.sparse)
        assert repr(point_sent).split("scope")[1] == repr(got).split("scope")[1]
        assert point_sent.id == got.id
