"""Decks: outlines, tables, charts with exact values, groups, notes; and what refuses to be one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from pptx import Presentation
from pptx.util import Inches

from ingest.parsers.ooxml import MAX_ENTRIES
from ingest.parsers.pptx import diagram_lines, parse
from ingest.parsers.slide_shapes import outline_text
from ingest.segments import Block, Facts, Notice, Progress, Segment, TableBlock, Unreadable
from tests.ingest.office import a_deck, rewritten


@pytest.fixture
def deck(tmp_path: Path) -> list[Segment]:
    return list(parse(a_deck(tmp_path / "deck.pptx"), "deck.pptx"))


def tables(segments: list[Segment]) -> list[TableBlock]:
    return [s for s in segments if isinstance(s, TableBlock)]


def test_an_outline_keeps_its_levels_title_and_notes(deck: list[Segment]) -> None:
    first = [s for s in deck if isinstance(s, Block) and s.locator["slide"] == 1]
    assert [(s.locator["part"], s.text, s.heading) for s in first] == [
        ("body", "Strategy", "Strategy"),
        ("body", "Grow deposits\n  In cities first", "Strategy"),
        ("notes", "Say it slowly.", "Strategy"),
    ]
    box = first[1].locator["boxes"][0]
    assert 0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1


def test_a_table_takes_the_unit_from_the_slide(deck: list[Segment]) -> None:
    table = tables(deck)[0].table
    assert (table.title, table.unit, table.scale) == ("業績", "億円", "100000000")
    assert [c.period for c in table.columns] == ["FY2023", "FY2024"]
    cell = table.cell(2, 2)
    loss = table.cell(3, 2)
    assert cell and (cell.value, cell.unit) == ("885400000000", "JPY")
    assert loss and loss.value == "-51600000000"


def test_charts_are_tables_of_exact_values(deck: list[Segment]) -> None:
    bars, pie, points = (t for t in tables(deck) if t.kind == "chart")
    assert [c.path for c in bars.table.columns] == [["Retail"], ["Wholesale"]]
    assert {(c.row, c.column): c.value for c in bars.table.cells if c.value} == {
        (2, 2): "1.25", (2, 3): "0.3", (3, 2): "2.5",
    }  # fmt: skip
    assert [r.period for r in bars.table.rows] == ["FY2022", "FY2023"]
    assert [(c.text, c.value, c.unit) for c in pie.table.cells if c.value] == [
        ("13.2%", "0.132", "%"), ("86.8%", "0.868", "%"),
    ]  # fmt: skip
    assert [c.value for c in points.table.cells if c.value] == ["1.5", "2.5"]
    assert bars.locator["slide"] == 3 and bars.locator["part"] == "chart"


def test_a_group_in_a_group_is_opened(deck: list[Segment]) -> None:
    assert any(isinstance(s, Block) and s.text == "Deep inside a group" for s in deck)


def test_it_says_how_far_it_is_and_what_it_is(deck: list[Segment]) -> None:
    assert [(s.done, s.total, s.unit) for s in deck if isinstance(s, Progress)] == [
        (n, 4, "slide") for n in range(1, 5)
    ]
    facts = deck[-1]
    assert isinstance(facts, Facts) and (facts.kind, facts.title) == ("presentation", "Strategy")


def test_smart_art_is_an_outline_under_its_parents() -> None:
    from lxml import etree

    space = 'xmlns:dgm="d" xmlns:a="a"'
    points = "".join(
        f'<dgm:pt modelId="{n}"><a:t>{text}</a:t></dgm:pt>' for n, text in ((1, "Plan"), (2, "Do"), (3, "Check"))
    )
    pairs = ((0, 1, 0), (1, 3, 1), (1, 2, 0))
    links = "".join(f'<dgm:cxn srcId="{a}" destId="{b}" srcOrd="{n}"/>' for a, b, n in pairs)
    root = etree.fromstring(f'<dgm:m {space}><dgm:pt modelId="0" type="doc"/>{points}{links}</dgm:m>')
    assert outline_text(diagram_lines(root)) == "Plan\n  Do\n  Check"


def test_a_picture_is_read_once_with_its_place_on_the_slide(tmp_path: Path) -> None:
    picture = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(picture).text((40, 60), "Revenue 1,234.5 million", fill="black", font=ImageFont.load_default(48))
    stored = io.BytesIO()
    picture.save(stored, "PNG")
    deck = Presentation()
    for _ in range(2):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_picture(stored, Inches(5), Inches(0), Inches(5))
    deck.save(str(tmp_path / "deck.pptx"))
    segments = list(parse(tmp_path / "deck.pptx", "deck.pptx"))
    (block,) = (s for s in segments if isinstance(s, Block) and s.kind == "image")
    assert "1,234.5" in block.text and block.confidence is not None and block.confidence > 0.8
    assert block.locator["slide"] == 1 and block.lines[0][1][0] >= 0.5


def test_one_broken_slide_leaves_the_others(tmp_path: Path) -> None:
    path = rewritten(a_deck(tmp_path / "deck.pptx"), "ppt/slides/slide2.xml", lambda data: data[:200])
    segments = list(parse(path, "deck.pptx"))
    assert Notice("slide_unreadable", {"slide": 2}) in segments
    assert {s.locator["slide"] for s in segments if isinstance(s, Block | TableBlock)} == {1, 3, 4}


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    path = rewritten(
        a_deck(tmp_path / "deck.pptx"), "ppt/presentation.xml", lambda data: data.replace(b"?>", b"?>" + bomb, 1)
    )
    with pytest.raises(Unreadable) as refused:
        list(parse(path, "deck.pptx"))
    assert refused.value.code == "damaged"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pptx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/presentation.xml", b" " * 20_000_000)
    with pytest.raises(Unreadable) as refused:
        list(parse(path, "bomb.pptx"))
    assert refused.value.code == "too_complex"


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.pptx"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(MAX_ENTRIES + 1):
            archive.writestr(f"{n}", b"")
    with pytest.raises(Unreadable) as refused:
        list(parse(path, "many.pptx"))
    assert refused.value.code == "too_complex"


def test_a_password_is_told_from_an_older_format(tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    for inside, code in (("EncryptedPackage", "encrypted"), ("PowerPoint Document", "unsupported")):
        path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512) + inside.encode("utf-16-le"))
        with pytest.raises(Unreadable) as refused:
            list(parse(path, "deck.pptx"))
        assert refused.value.code == code


def test_a_deck_longer_than_allowed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        list(parse(a_deck(tmp_path / "deck.pptx"), "deck.pptx", max_slides=3))
    assert (refused.value.code, refused.value.detail) == ("too_many_pages", {"pages": 4, "limit": 3})
