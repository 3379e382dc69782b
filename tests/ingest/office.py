"""Small office files that tests make themselves."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches


def a_deck(path: Path) -> Path:
    """Four slides: an outline with notes, a table, charts, a group."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Strategy"
    body = slide.placeholders[1].text_frame
    body.text = "Grow deposits"
    nested = body.add_paragraph()
    nested.text, nested.level = "In cities first", 1
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    _table_slide(deck)
    _chart_slide(deck)
    group = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_group_shape()
    inner = group.shapes.add_group_shape().shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    inner.text_frame.text = "Deep inside a group"
    deck.save(str(path))
    return path


def _table_slide(deck: Any) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "業績"
    slide.shapes.add_textbox(Inches(7), Inches(1), Inches(2), Inches(0.4)).text_frame.text = "（億円）"
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
    for row, texts in enumerate(
        [("", "2023年度", "2024年度"), ("売上高", "8,854", "9,012"), ("営業利益", "△516", "13")]
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text


def _chart_slide(deck: Any) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Revenue by segment"
    data: Any = CategoryChartData(number_format="#,##0.0")  # type: ignore[no-untyped-call]
    data.categories = ["FY2022", "FY2023"]
    data.add_series("Retail", (1.25, 2.5))
    data.add_series("Wholesale", (0.1 + 0.2, None))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(4), Inches(3), data)
    shares: Any = CategoryChartData(number_format="0.0%")  # type: ignore[no-untyped-call]
    shares.categories = ["Retail", "Wholesale"]
    shares.add_series("Share", (0.132, 0.868))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, Inches(5), Inches(2), Inches(4), Inches(3), shares)
    points: Any = XyChartData()  # type: ignore[no-untyped-call]
    series = points.add_series("Risk")
    series.add_data_point(1.5, 2.5)
    slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, Inches(1), Inches(5), Inches(4), Inches(2), points)


def a_workbook(path: Path) -> Path:
    """A statement with merged headers, formats and a hidden row; a Japanese sheet; a hidden sheet."""
    book = openpyxl.Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title = "P&L"
    for address, text in (("A1", "Consolidated statements of income"), ("A2", "(in millions of yen)")):
        sheet[address] = text
    sheet["B4"], sheet["D4"] = "FY2023", "FY2024"
    sheet.merge_cells("B4:C4")
    sheet.merge_cells("D4:E4")
    rows: list[tuple[Any, ...]] = [
        (None, "Plan", "Actual", "Plan", "Actual"),
        ("Revenue", 100, 110.5, 120, None),
        ("Cost of sales", -60, -61, -70, -71),
        ("Margin", 0.4, 0.448, 0.4167, 0.41),
        ("Earnings per share", 12.3, 12.5, 13, 13.1),
    ]
    for number, values in enumerate(rows, 5):
        for column, value in enumerate(values, 1):
            sheet.cell(number, column).value = value
    for letter in "BCDE":
        sheet[f"{letter}7"].number_format = "#,##0;(#,##0)"
        sheet[f"{letter}8"].number_format = "0.0%"
    sheet["A12"], sheet["B12"] = "Not for you", 1
    sheet.row_dimensions[12].hidden = True
    _balance_sheet(book.create_sheet("BS"))
    secret: Any = book.create_sheet("Secret")
    secret["A1"] = "hidden words"
    book["Secret"].sheet_state = "hidden"
    book.save(path)
    return path


def _balance_sheet(sheet: Any) -> None:
    sheet["A1"], sheet["D2"] = "連結貸借対照表", "（単位：百万円）"
    sheet["C3"], sheet["D3"] = datetime.datetime(2024, 3, 31), datetime.datetime(2025, 3, 31)
    sheet["A4"], sheet["B5"], sheet["C5"], sheet["D5"] = "資産の部", "現金", 10, 20
    sheet["B6"], sheet["C6"], sheet["D6"] = "売掛金", 0.1 + 0.2, "=C6*2"


def a_document(path: Path) -> Path:
    document = docx.Document()
    document.add_heading("Annual Report 2024", 0)
    document.add_heading("Business", 1)
    document.add_paragraph("We make things.")
    document.add_heading("Results", 2)
    document.add_paragraph("(in millions of dollars)")
    table = document.add_table(4, 3)
    for row, texts in enumerate(
        [("", "2023", "2024"), ("Assets", "", ""), ("Cash", "1,234", "(5)"), ("Margin", "12%", "13%")]
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.add_paragraph("First", style="List Bullet")
    document.save(str(path))
    return path


def rewritten(path: Path, part: str, change: Any) -> Path:
    """The same package with one part's bytes changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path
