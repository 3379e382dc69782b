"""Formats that LibreOffice converts: with a program in its place that does as it does, and without one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import reader
from ingest.limits import Limits
from ingest.parsers.legacy import parse
from ingest.parsers.office import convert, program
from ingest.reader import PATH
from ingest.segments import Block, Segment, TableBlock, Unreadable
from tests.ingest.office import a_deck, a_document, a_workbook

OLD_DECK = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "PowerPoint Document".encode("utf-16-le") + bytes(600)


def read(tmp_path: Path) -> list[Segment]:
    path = tmp_path / "stored"
    path.write_bytes(OLD_DECK)
    return list(parse(path, "old.ppt"))


def install(folder: Path, does: str) -> None:
    """A soffice that runs some Python, with the folder to write to as `out` and the ending as `ending`."""
    folder.mkdir()
    program = folder / "soffice"
    head = f"#!{sys.executable}\nimport shutil, sys\nfrom pathlib import Path\na = sys.argv\n"
    places = "out, ending = Path(a[a.index('--outdir') + 1]), a[a.index('--convert-to') + 1]\n"
    program.write_text(head + places + does + "\n")
    program.chmod(0o755)


def test_it_is_read_as_what_it_is_converted_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = a_deck(tmp_path / "new.pptx")
    install(tmp_path / "bin", f"shutil.copy({str(deck)!r}, out / ('stored.' + ending))")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert any(isinstance(s, Block) and s.text == "Strategy" and s.locator["slide"] == 1 for s in read(tmp_path))


@pytest.mark.parametrize("does", ["sys.exit(1)", "pass"])
def test_what_cannot_be_converted_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    install(tmp_path / "bin", does)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(Unreadable) as refused:
        read(tmp_path)
    assert refused.value.code == "damaged"


def test_without_the_program_it_is_said_to_be_unsupported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreadable) as refused:
        read(tmp_path)
    assert (refused.value.code, refused.value.detail) == ("unsupported", {"mime": "application/vnd.ms-powerpoint"})


@pytest.mark.skipif(program(PATH) is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("make", "ending", "seen"),
    [(a_deck, "odp", "885400000000"), (a_workbook, "xls", "110500000"), (a_document, "odt", "1234000000")],
)
def test_libreoffice_keeps_the_figures(tmp_path: Path, make: Callable[[Path], Path], ending: str, seen: str) -> None:
    made = make(tmp_path / f"new.{ending[:-1]}")
    old = convert(str(program(PATH)), made, ending, tmp_path / "out")
    stored = old.rename(tmp_path / "stored")
    limits = Limits(memory_mb=1500, cpu_s=60, wall_s=120, pages=100)
    found = [s for s in reader.segments(stored, f"old.{ending}", limits) if isinstance(s, TableBlock)]
    assert seen in {cell.value for segment in found for cell in segment.table.cells}
