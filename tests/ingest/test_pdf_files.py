"""Files that cannot be read, pages that are pictures, and pages drawn as pictures."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader

from ingest.parsers.page_image import NoSuchPage, render
from ingest.segments import Block, Notice, Unreadable
from tests.ingest.pdf_pages import Sheet, segments


def _code(path: Path, **limits: int) -> tuple[str, dict[str, object]]:
    with pytest.raises(Unreadable) as caught:
        segments(path, **limits)
    return caught.value.code, caught.value.detail


def _small(path: Path, password: str = "") -> Path:
    sheet = Sheet(path, password=password)
    sheet.text(60, 100, "Some words on a page")
    return sheet.save()


def test_an_encrypted_file(tmp_path: Path) -> None:
    assert _code(_small(tmp_path / "a.pdf", password="secret"))[0] == "encrypted"


def test_a_truncated_file(tmp_path: Path) -> None:
    path = _small(tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes()[:200])
    assert _code(path)[0] == "damaged"


def test_a_picture_that_is_called_pdf(tmp_path: Path) -> None:
    Image.new("RGB", (20, 20)).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.pdf")
    assert _code(tmp_path / "a.pdf")[0] == "not_what_it_says"


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    assert _code(tmp_path / "a.pdf")[0] == "empty"


def test_too_many_pages_are_refused_before_the_first_is_read(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for _ in range(4):
        sheet.text(60, 100, "Some words")
        sheet.next_page()
    assert _code(sheet.save(), max_pages=3) == ("too_many_pages", {"pages": 5, "limit": 3})


def test_a_scanned_page_is_read_as_a_picture_and_says_so(tmp_path: Path) -> None:
    image = Image.new("RGB", (1000, 300), "white")
    font = ImageFont.load_default(48)
    ImageDraw.Draw(image).text((40, 100), "Net interest income 1,234", fill="black", font=font)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    buffer.seek(0)
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.canvas.drawImage(ImageReader(buffer), 50, 500, 500, 150)
    found = segments(sheet.save())
    (notice,) = [s for s in found if isinstance(s, Notice)]
    (block,) = [s for s in found if isinstance(s, Block)]
    assert (notice.code, notice.detail["page"]) == ("ocr_page", 1)
    assert "interest income" in block.text
    assert block.confidence is not None and block.confidence > 0.8
    x0, y0, x1, y1 = block.locator["boxes"][0]
    assert 0.08 < x0 < x1 < 0.95 and 0.18 < y0 < y1 < 0.4


def test_a_page_is_drawn(tmp_path: Path) -> None:
    path = _small(tmp_path / "a.pdf")
    image = Image.open(io.BytesIO(render(path, 1, 72)))
    assert image.size == (600, 800)
    assert image.convert("1").getextrema() == (0, 255)
    with pytest.raises(NoSuchPage):
        render(path, 2, 72)


def test_a_page_is_drawn_by_a_child_process(tmp_path: Path) -> None:
    path = _small(tmp_path / "a.pdf")
    command = [sys.executable, "-m", "ingest.parsers.page_image", str(path), "1", "50", str(tmp_path / "out.webp")]
    subprocess.run(command, check=True)
    with Image.open(tmp_path / "out.webp") as image:
        assert image.format == "WEBP"
    command[4] = "9"
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1


def test_a_file_without_any_text_says_so(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.next_page()
    sheet.line(100, 100, 300, 300)
    assert _code(sheet.save())[0] == "no_text"
