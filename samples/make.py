"""`python -m samples.make`: draws the sample documents anew.

What it drew lies in samples/files, so a first look needs none of this.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from samples.figures import BALANCE, CASH_FLOW, FEES, INCOME, RATIOS, SEGMENTS, Line

FILES = Path(__file__).parent / "files"
JAPANESE_FONT = "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"
"""Debian's fonts-ipaexfont-gothic; a subset goes into the PDF."""

TITLE = ParagraphStyle("title", fontName="Japanese", fontSize=18, leading=26, spaceAfter=6)
HEADING = ParagraphStyle("heading", fontName="Japanese", fontSize=13, leading=19, spaceBefore=10, spaceAfter=4)
BODY = ParagraphStyle("body", fontName="Japanese", fontSize=10, leading=16, spaceAfter=6)
UNIT = ParagraphStyle("unit", fontName="Japanese", fontSize=8.5, leading=12, alignment=TA_RIGHT)


def amount(value: int, minus: str) -> str:
    """(38,415) in English, △38,415 in Japanese."""
    if value >= 0:
        return f"{value:,}"
    return f"({-value:,})" if minus == "(" else f"△{-value:,}"


def statement(lines: Sequence[Line], language: str) -> Table:
    """Two columns of years beside the labels, borderless but for rules under the header and over totals."""
    header = ["", "FY2025", "FY2024"] if language == "en" else ["", "2025年3月期", "2024年3月期"]
    minus = "(" if language == "en" else "△"
    rows = [header]
    style: list[Any] = [
        ("FONT", (0, 0), (-1, -1), "Japanese", 9.5),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, colors.black),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    for number, line in enumerate(lines, 1):
        rows.append(
            [
                getattr(line, "english" if language == "en" else "japanese"),
                *(amount(v, minus) for v in (line.now, line.before)),
            ]
        )
        style.append(("LEFTPADDING", (0, number), (0, number), 6 + 12 * line.level))
        if line.total:
            style.append(("LINEABOVE", (1, number), (-1, number), 0.4, colors.black))
    return Table(rows, colWidths=[96 * mm, 36 * mm, 36 * mm], style=style)


def ruled(rows: list[list[str]]) -> Table:
    """A table with all its lines drawn."""
    return Table(
        rows,
        colWidths=[88 * mm] + [40 * mm] * (len(rows[0]) - 1),
        style=[
            ("FONT", (0, 0), (-1, -1), "Japanese", 9.5),
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
            ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ],
    )


def results_english() -> list[Flowable]:
    return [
        Paragraph("Hoshino Bank, Ltd.", TITLE),
        Paragraph("Consolidated financial results for the fiscal year ended March 31, 2025", HEADING),
        Paragraph("Published on May 14, 2025. Securities code 0000 (an invented bank, for demonstration).", BODY),
        Paragraph("Highlights", HEADING),
        Paragraph(
            "Net income attributable to owners of parent was ¥105,864 million, up 18.8% from the year before. Net "
            "interest income grew as lending yields followed the policy rate, while credit costs fell to ¥18,734 "
            "million because fewer borrowers in retail trade and construction had to be downgraded.",
            BODY,
        ),
        Paragraph(
            "Expenses rose by 1.7%, mainly for the new core banking system, which went live in January 2025 at 212 "
            "branches. The expense ratio improved by 2.9 points to 56.4%.",
            BODY,
        ),
        Paragraph("Key ratios", HEADING),
        ruled([["", "FY2025", "FY2024"], *([english, now, before] for english, _, now, before in RATIOS)]),
        Paragraph("Outlook", HEADING),
        Paragraph(
            "For the fiscal year ending March 31, 2026 the bank expects net income attributable to owners of parent of "
            "¥112,000 million and plans a dividend of 70 yen a share. The forecast assumes a policy rate of 0.75% and "
            "credit costs of ¥22,000 million.",
            BODY,
        ),
        PageBreak(),
        Paragraph("Consolidated statement of income", HEADING),
        Paragraph("(Millions of yen)", UNIT),
        statement(INCOME, "en"),
        Paragraph("Gross profit by segment", HEADING),
        Paragraph("(Millions of yen)", UNIT),
        statement(SEGMENTS, "en"),
        PageBreak(),
        Paragraph("Consolidated balance sheet", HEADING),
        Paragraph("(Millions of yen)", UNIT),
        statement(BALANCE, "en"),
        Paragraph("Consolidated statement of cash flows", HEADING),
        Paragraph("(Millions of yen)", UNIT),
        statement(CASH_FLOW, "en"),
    ]  # fmt: skip


def results_japanese() -> list[Flowable]:
    return [
        Paragraph("株式会社ほしの銀行", TITLE),
        Paragraph("2025年3月期　決算短信〔日本基準〕（連結）", HEADING),
        Paragraph("2025年5月14日公表　証券コード 0000（実在しない銀行の見本資料です）", BODY),
        Paragraph("1. 経営成績の概況", HEADING),
        Paragraph(
            "当期の親会社株主に帰属する当期純利益は、前期比18.8%増の1,058億64百万円となりました。政策金利の上昇に伴う貸出金利回りの"
            "改善により資金利益が増加したほか、小売業および建設業の取引先における格下げが減少し、与信関係費用は187億34百万円に減少しました。",
            BODY,
        ),
        Paragraph(
            "営業経費は、2025年1月に212店舗で稼働した新基幹系システムの費用を中心に前期比1.7%増加しました。経費率は2.9ポイント"
            "改善し、56.4%となりました。",
            BODY,
        ),
        Paragraph("主要な経営指標", HEADING),
        ruled([["", "2025年3月期", "2024年3月期"], *([japanese, now, before] for _, japanese, now, before in RATIOS)]),
        Paragraph("2. 次期の見通し", HEADING),
        Paragraph(
            "2026年3月期の親会社株主に帰属する当期純利益は1,120億円、1株当たり配当金は70円を予想しています。予想は政策金利0.75%、"
            "与信関係費用220億円を前提としています。",
            BODY,
        ),
        PageBreak(),
        Paragraph("連結損益計算書", HEADING),
        Paragraph("（単位：百万円）", UNIT),
        statement(INCOME, "ja"),
        Paragraph("部門別業務粗利益", HEADING),
        Paragraph("（単位：百万円）", UNIT),
        statement(SEGMENTS, "ja"),
        PageBreak(),
        Paragraph("連結貸借対照表", HEADING),
        Paragraph("（単位：百万円）", UNIT),
        statement(BALANCE, "ja"),
        Paragraph("連結キャッシュ・フロー計算書", HEADING),
        Paragraph("（単位：百万円）", UNIT),
        statement(CASH_FLOW, "ja"),
    ]  # fmt: skip


def fees() -> list[Flowable]:
    return [
        Paragraph("Branch handbook: fees ／ 店頭手数料一覧", TITLE),
        Paragraph("Hoshino Bank, valid from April 1, 2025 ／ 2025年4月1日適用", BODY),
        Paragraph("Fees in yen, tax included ／ 手数料（円、税込）", HEADING),
        ruled(
            [["", "under ¥30,000", "¥30,000 or more"], *([f"{en} ／ {ja}", low, high] for en, ja, low, high in FEES)]
        ),
        Spacer(1, 6 * mm),
        Paragraph("When a fee may be waived ／ 手数料の免除", HEADING),
        Paragraph(
            "Customers of 70 and over pay the ATM fee at the counter when they cannot use the machine. A replacement "
            "card is free after a theft that was reported to the police.",
            BODY,
        ),
        Paragraph(
            "70歳以上のお客さまがATMをご利用になれない場合、窓口での振込にもATMの手数料を適用します。警察に届け出のあった盗難による"
            "カードの再発行は無料です。",
            BODY,
        ),
    ]


def write_pdf(name: str, title: str, story: list[Flowable]) -> None:
    document = SimpleDocTemplate(
        str(FILES / name), pagesize=A4, title=title, author="Hoshino Bank", invariant=1,
        leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
    )  # fmt: skip
    document.build(story)


def write_deck() -> None:
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = "Hoshino Bank: results for FY2025"
    first.placeholders[1].text = "Investor meeting, May 20, 2025"
    points = deck.slides.add_slide(deck.slide_layouts[1])
    points.shapes.title.text = "What we will do until FY2028"
    points.placeholders[1].text = (
        "Return on equity of 8% by FY2028\nCommon equity tier 1 ratio kept between 11.5% and 12.5%\n"
        "Payout ratio of 40%, dividends never cut\n30 branches merged into neighbours"
    )
    points.notes_slide.notes_text_frame.text = "Say that the branch plan was agreed with the unions in February 2025."
    chart = deck.slides.add_slide(deck.slide_layouts[5])
    chart.shapes.title.text = "Gross profit by segment (millions of yen)"
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = [line.english for line in SEGMENTS[:-1]]
    data.add_series("FY2024", [line.before for line in SEGMENTS[:-1]])
    data.add_series("FY2025", [line.now for line in SEGMENTS[:-1]])
    chart.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1.6), Inches(8), Inches(5), data)
    deck.save(str(FILES / "hoshino-investor-meeting-2025.pptx"))


def write_workbook() -> None:
    book = Workbook()
    for number, (name, lines) in enumerate((("Income", INCOME), ("Balance sheet", BALANCE), ("Segments", SEGMENTS))):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = name
        sheet.append(["Millions of yen", "FY2025", "FY2024", "Change"])
        for line in lines:
            sheet.append([line.english, line.now, line.before, line.now - line.before])
        for row in sheet.iter_rows(min_row=2, min_col=2):
            for cell in row:
                cell.number_format = "#,##0;(#,##0)"
        sheet.column_dimensions["A"].width = 42
    book.save(FILES / "hoshino-databook-fy2025.xlsx")


def main() -> None:
    FILES.mkdir(exist_ok=True)
    pdfmetrics.registerFont(TTFont("Japanese", JAPANESE_FONT))
    write_pdf("hoshino-results-fy2025-en.pdf", "Consolidated financial results for FY2025", results_english())
    write_pdf("hoshino-results-fy2025-ja.pdf", "2025年3月期 決算短信", results_japanese())
    write_pdf("branch-fees-2025.pdf", "Branch handbook: fees", fees())
    write_deck()
    write_workbook()


if __name__ == "__main__":
    main()
