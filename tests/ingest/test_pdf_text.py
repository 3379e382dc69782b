"""Text of a PDF: reading order, headings, running heads, places, vertical lines."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from ingest.segments import Facts, Progress
from tests.ingest.pdf_pages import JAPANESE, Sheet, blocks, segments

SENTENCE = "The bank lent more to small firms in the north than in the year before,"


def test_lines_of_a_paragraph_are_one_block_under_its_heading(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 80, "Loans", size=16, bold=True)
    for n in range(4):
        sheet.text(60, 110 + 13 * n, f"{SENTENCE} line {n} of it")
    heading, paragraph = blocks(sheet.save())
    assert heading.text == "Loans"
    assert paragraph.heading == "Loans"
    assert len(paragraph.lines) == 4
    assert paragraph.text.count(SENTENCE) == 4
    (box,) = paragraph.locator["boxes"]
    assert box[0] == pytest.approx(0.1, abs=0.01)
    assert box[1] == pytest.approx(102 / 800, abs=0.01)


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for n in range(12):
        sheet.text(50, 100 + 13 * n, f"Left column line {n} goes on with words")
        sheet.text(320, 100 + 13 * n, f"Right column line {n} goes on with words")
    text = " ".join(b.text for b in blocks(sheet.save()))
    assert text.index("Left column line 11") < text.index("Right column line 0")


def test_running_heads_and_page_numbers_are_left_out_and_footnotes_kept(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for page in range(4):
        sheet.text(60, 40, f"Annual report {2020 + page}")
        sheet.text(60, 100, f"Page {'abcd'[page]} tells of something else, in running text that differs")
        sheet.text(60, 740, f"{page + 1} A footnote that belongs to {'abcd'[page]} alone.", size=7)
        sheet.text(300, 780, str(page + 1))
        sheet.next_page()
    text = " | ".join(b.text for b in blocks(sheet.save()))
    assert "Annual report" not in text
    assert text.count("running text") == 4
    assert "A footnote that belongs to b alone." in text
    assert "| 2 |" not in text


def test_a_turned_and_cropped_page_has_its_places_as_shown(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(150, 200, "Only these words stand here")
    document = pdfium.PdfDocument(sheet.save())
    page = document[0]
    page.set_cropbox(100, 400, 500, 800)
    page.set_rotation(90)
    document.save(tmp_path / "b.pdf")
    document.close()
    (block,) = blocks(tmp_path / "b.pdf")
    assert block.text == "Only these words stand here"
    x0, y0, x1, y1 = block.locator["boxes"][0]
    assert y0 == pytest.approx(50 / 400, abs=0.01)
    assert y1 - y0 > 4 * (x1 - x0)
    assert x1 == pytest.approx((400 - 192) / 400, abs=0.02)


def test_vertical_japanese_is_read_from_right_to_left(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for column, line in enumerate(["当行の経常利益は増加し", "貸出金残高も伸びました。"]):
        for n, character in enumerate(line):
            sheet.text(500 - 20 * column, 100 + 12.5 * n, character, size=12, font=JAPANESE)
    (block,) = blocks(sheet.save())
    assert block.text == "当行の経常利益は増加し貸出金残高も伸びました。"
    x0, y0, x1, y1 = block.locator["boxes"][0]
    assert x0 > 0.75
    assert y1 - y0 > x1 - x0


def test_each_page_reports_progress(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for _ in range(3):
        sheet.text(60, 100, "Some words on a page")
        sheet.next_page()
    sheet.text(60, 100, "Some words on the last page")
    progress = [s for s in segments(sheet.save()) if isinstance(s, Progress)]
    assert [(p.done, p.total) for p in progress] == [(1, 4), (2, 4), (3, 4), (4, 4)]


def _facts(path: Path) -> Facts:
    return [s for s in segments(path) if isinstance(s, Facts)][-1]


def test_a_filings_cover_tells_company_period_and_kind(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "whatever.pdf")
    lines = ["UNITED STATES", "SECURITIES AND EXCHANGE COMMISSION", "FORM 10-K", "ANNUAL REPORT"]
    lines += ["For the fiscal year ended June 30, 2021", "HOSHINO HOLDINGS, INC."]
    lines += ["(Exact name of registrant as specified in its charter)"]
    lines += ["Common Stock, par value $1 HSHN New York Stock Exchange"]
    for n, line in enumerate(lines):
        sheet.text(100, 80 + 20 * n, line)
    facts = _facts(sheet.save())
    assert (facts.company, facts.period, facts.kind) == ("HOSHINO HOLDINGS, INC.", "FY2021", "annual report")
    assert (facts.ticker, facts.language) == ("HSHN", "en")
    assert facts.title == "HOSHINO HOLDINGS, INC. Form 10-K FY2021"


def test_a_quarters_place_in_the_fiscal_year_follows_from_the_months_that_passed(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "whatever.pdf")
    sheet.text(100, 80, "FORM 10-Q")
    sheet.text(100, 100, "For the quarterly period ended December 31, 2022")
    sheet.next_page()
    sheet.text(100, 80, "Six months ended December 31, 2022 compared with the year before")
    assert _facts(sheet.save()).period == "FY2023Q2"


def test_a_japanese_results_cover(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "whatever.pdf")
    for n, line in enumerate(
        ["2025年3月期 決算短信〔日本基準〕（連結）", "上場会社名 株式会社ほしの銀行", "コード番号 8399"]
    ):
        sheet.text(100, 80 + 20 * n, line, font=JAPANESE)
    facts = _facts(sheet.save())
    assert (facts.period, facts.kind, facts.language) == ("FY2025-03", "earnings release", "ja")
    assert (facts.company, facts.ticker) == ("株式会社ほしの銀行", "8399")
