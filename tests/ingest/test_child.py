"""The child process: what it may cost, what it cannot reach, and what the worker makes of its end."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import reader, wire
from ingest.child import bounded
from ingest.limits import Limits
from ingest.reader import Child
from ingest.segments import Block, Facts, Notice, Progress, Segment, TableBlock, Unreadable
from library.tables import Cell, Column, Row, Table
from tests.ingest.conftest import pdf

LIMITS = Limits(memory_mb=600, cpu_s=5, wall_s=20, pages=100)
SEGMENTS: list[Segment] = [
    Block("営業利益 \u2028 rose", {"page": 1, "boxes": [[0, 0, 1, 1]]}, heading="A › B", lines=[("x", [0, 0, 1, 1])]),
    Progress(1, 2),
    Notice("ocr_page", {"page": 2}),
    Facts(title="Report", company="Acme"),
    TableBlock(
        Table(1, columns=[Column(2, ["2018"])], rows=[Row(1, ["Sales"])], cells=[Cell(1, 2, "12", "12000000")]),
        {"page": 1, "table": 1},
    ),
]


def confined(code: str, limits: Limits = LIMITS) -> subprocess.CompletedProcess[str]:
    """The code, run after the process has confined itself as a parsing child does."""
    before = f"from ingest.limits import *; confine(Limits({limits.memory_mb}, {limits.cpu_s}, 20, 100))\n"
    return subprocess.run(
        [sys.executable, "-c", before + textwrap.dedent(code)], capture_output=True, text=True, cwd=reader.ROOT
    )


@pytest.mark.parametrize("segment", SEGMENTS, ids=lambda s: type(s).__name__)
def test_a_segment_comes_through_the_wire_as_it_was(segment: Segment) -> None:
    line = wire.encode(segment)
    assert line.count(b"\n") == 1
    decoded = wire.decode(line)
    assert wire.encode(decoded) == line
    assert type(decoded) is type(segment)


def test_what_postgresql_cannot_keep_is_left_out() -> None:
    block = wire.decode(wire.encode(Block("a\0b \\u0000", {"sheet": "P\0&L"}, heading="\0")))
    assert block == Block("ab \\u0000", {"sheet": "P&L"})


def test_a_line_that_is_none_of_ours_is_refused() -> None:
    for line in (b'{"is": "System"}', b"{}", b"free text"):
        with pytest.raises(ValueError):
            wire.decode(line)


def test_memory_is_bounded() -> None:
    assert "MemoryError" in confined("bytearray(2_000_000_000)").stderr


def test_processor_time_is_bounded() -> None:
    ended = confined("while True: pass", Limits(600, 1, 20, 100))
    assert ended.returncode < 0


def test_each_part_has_its_own_processor_time() -> None:
    ended = confined(
        """
        import time
        from ingest.limits import extend_cpu
        limits = Limits(600, 1, 20, 100)
        for part in range(4):
            begin = time.process_time()
            while time.process_time() - begin < 0.7: pass
            extend_cpu(limits)
        print("all parts")
        """,
        Limits(600, 1, 20, 100),
    )
    assert ended.stdout == "all parts\n"


def test_no_file_can_fill_the_disk() -> None:
    code = "import tempfile; f = tempfile.TemporaryFile(); f.truncate(MAX_FILE_BYTES); f.truncate(MAX_FILE_BYTES + 1)"
    assert "File too large" in confined(code).stderr


def test_there_is_no_network() -> None:
    ended = confined("import socket; socket.socket()")
    assert "a parser has no network" in ended.stderr


def test_native_code_has_no_network_either() -> None:
    """As in a container, where no network namespace is to be had; what the child starts is bound too."""
    ended = confined(
        """
        import subprocess, sys
        code = "import ctypes; c = ctypes.CDLL(None); print([c.socket(family, 1, 0) >= 0 for family in (1, 2, 10)])"
        print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
        """
    )
    assert ended.stdout.strip() == "[True, False, False]"


def test_no_secret_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_API_KEY", "hidden")
    assert "hidden" not in " ".join(reader.environment().values())
    assert "SECRET_KEY" not in reader.environment()


def test_the_child_loads_no_django() -> None:
    code = (
        "import sys, ingest.child, ingest.detect, ingest.parsers.pdf; print([m for m in sys.modules if 'django' in m])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=reader.ROOT, check=True)
    assert ended.stdout == "[]\n"


def test_segments_come_lazily_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("First page", "Second page"))
    parsed = [s for s in reader.segments(path, "a.pdf", Limits(1500, 20, 60, 100)) if s is not None]
    assert parsed[0] == wire.Mime("application/pdf")
    assert [s.text for s in parsed if isinstance(s, Block)] == ["First page", "Second page"]
    assert [s.done for s in parsed if isinstance(s, Progress)][-1] == 2


def test_leaving_early_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(*["Page"] * 50))
    children: list[Child] = []

    class Noted(Child):
        def __init__(self, module: str, arguments: list[str], wall_s: float) -> None:
            super().__init__(module, arguments, wall_s)
            children.append(self)

    monkeypatch.setattr(reader, "Child", Noted)
    parsed = reader.segments(path, "a.pdf", Limits(1500, 20, 60, 100))
    next(parsed)
    parsed.close()
    assert children[0].process.returncode is not None
    assert not children[0].listener.is_alive()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "too_complex"),
        ("import ctypes; ctypes.string_at(0)", "damaged"),
        ("raise ValueError", "damaged"),
        ("import time; time.sleep(60)", "too_complex"),
    ],
)
def test_an_end_before_its_time_is_given_a_reason(
    code: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crashes.py").write_text(code)
    monkeypatch.setattr(reader, "ROOT", tmp_path)
    child = Child("crashes", [], wall_s=1.5 if "sleep" in code else 20)
    assert child.lines.get() is None
    verdict = child.verdict()
    child.close()
    assert verdict is not None
    assert verdict.code == reason


def test_a_child_that_works_is_not_taken_for_a_silent_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "works.py").write_text("import time\nwhile time.process_time() < 1.5: pass\nprint('done')")
    monkeypatch.setattr(reader, "ROOT", tmp_path)
    child = Child("works", [], wall_s=0.6)
    assert [child.lines.get(), child.lines.get()] == [b"done", None]
    child.close()


def test_what_a_killed_child_wrote_down_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import tempfile, time\nprint(tempfile.mkdtemp(), flush=True)\ntime.sleep(60)"
    (tmp_path / "writes.py").write_text(code)
    monkeypatch.setattr(reader, "ROOT", tmp_path)
    child = Child("writes", [], wall_s=20)
    folder = Path((child.lines.get() or b"").decode())
    assert folder.is_dir()
    child.close()
    assert not folder.exists()


def test_the_log_says_where_a_parser_failed_and_nothing_of_the_document() -> None:
    said = """Traceback (most recent call last):
  File "/app/ingest/parsers/pdf.py", line 12, in parse
    float("Project Falcon: bid of 4,200")
ValueError: could not convert string to float: 'Project Falcon: bid of 4,200'
"""
    assert reader.trace(said) == "/app/ingest/parsers/pdf.py 12 ValueError"
    assert reader.trace("Project Falcon") == "no words"


def test_too_many_pages_are_noticed_at_the_first(tmp_path: Path) -> None:
    def parsed() -> Iterator[Segment]:
        yield Progress(1, 101)
        raise AssertionError("read on")

    with pytest.raises(Unreadable) as caught:
        list(bounded(parsed(), Limits(100_000, 100_000, 1, 100)))
    assert (caught.value.code, caught.value.detail) == ("too_many_pages", {"pages": 101, "limit": 100})
