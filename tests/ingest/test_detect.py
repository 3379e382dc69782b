"""What a file is, by its content; the name counts only between kinds of plain text."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import wave
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from ingest.detect import DOCX, PARSERS, PPTX, XLSX, mime_type, parser_for
from tests.ingest.office import a_deck, a_document, a_workbook

PROSE = "The bank lends to small firms. It grew last year, and it will grow again. " * 5


def test_office_files_are_known_by_their_parts_whatever_their_name(tmp_path: Path) -> None:
    assert mime_type(a_deck(tmp_path / "a.bin"), "a.xlsx") == PPTX
    assert mime_type(a_workbook(tmp_path / "b.bin"), "b.pdf") == XLSX
    assert mime_type(a_document(tmp_path / "c.bin"), "c") == DOCX


def test_sound_and_pictures(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "p", "PNG")
    with wave.open(str(tmp_path / "w"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(3200))
    assert mime_type(tmp_path / "p", "p.txt") == "image/png"
    assert mime_type(tmp_path / "w", "w.mp3") == "audio/wav"


CUES = "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nyou\n"


@pytest.mark.parametrize(
    ("text", "name", "mime"),
    [
        (PROSE, "note.txt", "text/plain"),
        (PROSE, "note", "text/plain"),
        ("# Title\n\n" + PROSE + "\n\n- a\n- b\n", "note.md", "text/markdown"),
        ("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "x.csv", "text/csv"),
        ("<!doctype html><html><body><p>" + PROSE + "</p></body></html>", "page.txt", "text/html"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "call.txt", "text/vtt"),
        (CUES, "call.srt", "application/x-subrip"),
    ],
)  # fmt: skip
def test_text_is_told_by_content_then_name(tmp_path: Path, text: str, name: str, mime: str) -> None:
    (tmp_path / "file").write_text(text)
    assert mime_type(tmp_path / "file", name) == mime


def test_a_mail_is_known_by_its_headers(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "x"
    message.set_content(PROSE)
    (tmp_path / "file").write_bytes(bytes(message))
    assert mime_type(tmp_path / "file", "message.txt") == "message/rfc822"


def test_empty_files_and_programs_have_no_parser(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "program").write_bytes(Path(sys.executable).read_bytes()[:100_000])
    assert mime_type(tmp_path / "empty", "a.pdf") == ""
    assert parser_for(mime_type(tmp_path / "program", "a.pdf")) == ""


def test_every_parser_in_the_table_is_there() -> None:
    assert [module for module in set(PARSERS.values()) if importlib.util.find_spec(module) is None] == []


def test_the_table_loads_no_parser() -> None:
    program = "import sys, ingest.detect; print([m for m in sys.modules if 'parsers' in m or m in ('magika', 'lxml')])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
