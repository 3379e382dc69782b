from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.parsers.images import parse, within
from ingest.segments import Block, Notice, Unreadable


def a_picture(*lines: str) -> Image.Image:
    picture = Image.new("RGB", (900, 100 + 100 * len(lines)), "white")
    for n, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 40 + 100 * n), line, fill="black", font=ImageFont.load_default(40))
    return picture


def test_lines_are_read_with_places_and_confidence(tmp_path: Path) -> None:
    a_picture("Revenue 2024: 1,234.5 million", "Operating margin 13.2%").save(tmp_path / "scan.png")
    segments = list(parse(tmp_path / "scan.png", "scan.png"))
    (block,) = (s for s in segments if isinstance(s, Block))
    assert block.text == "Revenue 2024: 1,234.5 million\nOperating margin 13.2%"
    assert block.kind == "image" and block.confidence is not None and block.confidence > 0.9
    (_, first), (_, second) = block.lines
    assert first[3] < second[1] and first[0] == pytest.approx(40 / 900, abs=0.02)


def test_each_page_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    a_picture("First page").save(tmp_path / "scan.tiff", save_all=True, append_images=[a_picture("Second page")])
    blocks = [s for s in parse(tmp_path / "scan.tiff", "scan.tiff") if isinstance(s, Block)]
    assert [(b.locator["page"], b.text) for b in blocks] == [(1, "First page"), (2, "Second page")]


def test_a_picture_without_words_says_so(tmp_path: Path) -> None:
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(tmp_path / "blank.png")
    assert Notice("no_text_in_picture") in list(parse(tmp_path / "blank.png", "blank.png"))


def test_a_box_in_a_picture_is_placed_on_its_page() -> None:
    assert within([0.5, 0.0, 1.0, 0.5], [0.2, 0.4, 0.6, 0.8]) == [0.4, 0.4, 0.6, 0.6]


def test_a_picture_larger_than_memory_is_refused(tmp_path: Path) -> None:
    Image.new("1", (8000, 8000)).save(tmp_path / "large.png")
    with pytest.raises(Unreadable) as refused:
        list(parse(tmp_path / "large.png", "large.png"))
    assert refused.value.code == "too_complex"


@pytest.mark.parametrize("keep", [0, 30, 400])
def test_a_cut_picture_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "cut.png"
    a_picture("Revenue").save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(Unreadable) as refused:
        list(parse(path, "cut.png"))
    assert refused.value.code == ("damaged" if keep else "empty")
