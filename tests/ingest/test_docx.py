from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from ingest.parsers.docx import parse
from ingest.segments import Block, Facts, Segment, TableBlock, Unreadable
from tests.ingest.office import a_deck, a_document, rewritten

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def document(tmp_path: Path) -> list[Segment]:
    return list(parse(a_document(tmp_path / "report.docx"), "report.docx"))


def test_paragraphs_stand_under_their_headings(document: list[Segment]) -> None:
    blocks = {s.text: s.heading for s in document if isinstance(s, Block)}
    assert blocks["We make things."] == "Annual Report 2024 › Business"
    assert blocks["- First"] == "Annual Report 2024 › Business › Results"


def test_a_table_has_its_unit_sections_and_values(document: list[Segment]) -> None:
    (block,) = (s for s in document if isinstance(s, TableBlock))
    table = block.table
    assert (table.unit, table.currency, block.locator["table"]) == ("in millions of dollars", "USD", 1)
    assert [r.path for r in table.rows] == [["Assets"], ["Assets", "Cash"], ["Assets", "Margin"]]
    values = {(c.row, c.column): (c.value, c.unit) for c in table.cells if c.value}
    assert values == {
        (3, 2): ("1234000000", "USD"), (3, 3): ("-5000000", "USD"), (4, 2): ("0.12", "%"), (4, 3): ("0.13", "%"),
    }  # fmt: skip


def test_merged_cells_keep_the_places_as_written(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    table.cell(0, 1).merge(table.cell(0, 2)).text = "2024"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Item"
    for column, text in ((1, "Plan"), (2, "Actual")):
        table.cell(1, column).text = text
    for column, text in enumerate(("Sales", "1", "2")):
        table.cell(2, column).text = text
    document.save(str(tmp_path / "merged.docx"))
    (block,) = (s for s in parse(tmp_path / "merged.docx", "merged.docx") if isinstance(s, TableBlock))
    assert [c.path for c in block.table.columns] == [["2024", "Plan"], ["2024", "Actual"]]
    head = next(c for c in block.table.cells if c.text == "2024")
    assert (head.row, head.column) == (1, 2)
    actual = next(c for c in block.table.cells if c.text == "Actual")
    assert (actual.row, actual.column, actual.under) == (2, 3, 3)


def test_what_was_deleted_is_not_read_and_text_boxes_are(tmp_path: Path) -> None:
    document = docx.Document()
    inner = "<w:p><w:r><w:t>In a box</w:t></w:r></w:p>"
    runs = (
        "<w:r><w:t>kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>added</w:t></w:r></w:ins>"
        f"<w:r><w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict></w:r>"
    )
    document.element.body.insert(0, parse_xml(f"<w:p {W}>{runs}</w:p>"))
    document.save(str(tmp_path / "edited.docx"))
    texts = [s.text for s in parse(tmp_path / "edited.docx", "edited.docx") if isinstance(s, Block)]
    assert texts == ["kept added", "In a box"]


def test_facts_come_from_its_title(document: list[Segment]) -> None:
    facts = document[-1]
    assert isinstance(facts, Facts)
    assert (facts.title, facts.kind, facts.language) == ("Annual Report 2024", "annual report", "en")


def test_a_deck_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        list(parse(a_deck(tmp_path / "deck.docx"), "deck.docx"))
    assert refused.value.code == "not_what_it_says"


def test_a_cut_body_is_refused(tmp_path: Path) -> None:
    path = rewritten(a_document(tmp_path / "report.docx"), "word/document.xml", lambda data: data[: len(data) // 2])
    with pytest.raises(Unreadable) as refused:
        list(parse(path, "report.docx"))
    assert refused.value.code == "damaged"


def test_lists_keep_their_bullets_and_numbers(tmp_path: Path) -> None:
    made = docx.Document()
    for text, style in (("Loans", "List Bullet"), ("One", "List Number"), ("Two", "List Number"), ("End", "Normal")):
        made.add_paragraph(text, style=style)
    made.save(str(tmp_path / "a.docx"))
    texts = [s.text for s in parse(tmp_path / "a.docx", "a.docx") if isinstance(s, Block)]
    assert texts == ["- Loans", "1. One", "2. Two", "End"]


def test_hidden_words_are_left_out(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("Shown").add_run(" but not this").font.hidden = True
    made.save(str(tmp_path / "a.docx"))
    assert [s.text for s in parse(tmp_path / "a.docx", "a.docx") if isinstance(s, Block)] == ["Shown"]
