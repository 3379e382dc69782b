"""Tables of a PDF: labels, periods, units, signs, rules, and what is no table."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parsers.pdf_text import notes_unit
from ingest.segments import Block, TableBlock
from tests.ingest.pdf_pages import JAPANESE, Sheet, ruled, segments, statement, tables, value

CASH_FLOWS = [
    (0, "Cash flows from operating activities", []),
    (0, "Net income", ["$5,363", "$4,869"]),
    (0, "Adjustments to reconcile net income to net cash", []),
    (5, "provided by operating activities", []),
    (10, "Depreciation", ["1,488", "1,544"]),
    (10, "Pension contributions", ["(370)", "—"]),
    (0, "Net cash provided by operating activities", ["6,439", "6,240"]),
    (0, "Cash flows from investing activities", []),
    (0, "Purchases of equipment", ["(1,577)", "(1,373)"]),
]


@pytest.fixture
def cash_flows(tmp_path: Path) -> Path:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 100, "Consolidated Statement of Cash Flows", bold=True)
    sheet.text(60, 113, "Years ended December 31", bold=True)
    sheet.text(60, 137, "(Millions)")
    for x, year in ((400, "2018"), (500, "2017")):
        sheet.right(x - 5, 137, year)
    statement(sheet, CASH_FLOWS, (400, 500))
    sheet.text(60, 300, "The notes are an integral part of this statement and must be read together with it.")
    return sheet.save()


def test_a_statement_set_by_alignment(cash_flows: Path) -> None:
    (table,) = tables(cash_flows)
    assert table.title == "Consolidated Statement of Cash Flows"
    assert (table.unit, table.scale, table.currency, table.basis) == ("Millions", "1000000", "USD", "consolidated")
    assert [(c.path, c.period) for c in table.columns] == [(["2018"], "FY2018"), (["2017"], "FY2017")]
    assert value(table, "Purchases of equipment", 0) == "-1577000000"
    assert value(table, "Net income", 0) == "5363000000"
    assert value(table, "Pension contributions", 1) is None


def test_wrapped_labels_are_joined_and_rows_stand_under_their_sections(cash_flows: Path) -> None:
    (table,) = tables(cash_flows)
    paths = {row.path[-1]: row.path[:-1] for row in table.rows}
    whole = "Adjustments to reconcile net income to net cash provided by operating activities"
    assert paths["Depreciation"][-1] == whole
    assert paths["Purchases of equipment"] == ["Cash flows from investing activities"]
    assert paths["Net income"] == ["Cash flows from operating activities"]


def test_a_cells_box_is_where_its_number_stands(cash_flows: Path) -> None:
    (table,) = tables(cash_flows)
    row = next(r for r in table.rows if r.path[-1] == "Purchases of equipment")
    cell = table.cell(row.index, 2)
    assert cell is not None and cell.box is not None
    assert cell.text == "(1,577)"
    assert cell.box[2] == pytest.approx(403.6 / 600, abs=0.01)
    assert cell.box[1] < (150 + 8 * 13 - 4) / 800 < cell.box[3]


def test_text_of_a_table_is_not_repeated_and_what_follows_is_kept(cash_flows: Path) -> None:
    texts = [s.text for s in segments(cash_flows) if isinstance(s, Block)]
    assert not any("Depreciation" in text for text in texts)
    assert any("integral part" in text for text in texts)


def test_heads_that_span_and_percent_columns(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 90, "Segments (in thousands)")
    sheet.text(345, 110, "Three months ended June 30,")
    for x, head in ((380, "2023"), (460, "2022"), (540, "Change")):
        sheet.right(x, 124, head)
    rows = [(0, "Retail", ["$1,200", "$1,000", "20.0%"]), (0, "Cards", ["900", "1,000", "(10.0)"])]
    rows += [(0, "Earnings per share", ["1.25", "1.10", "13.6%"])]
    statement(sheet, rows, (380, 460, 540), top=140)
    (table,) = tables(sheet.save())
    assert [c.period for c in table.columns] == ["2023-06-30/3M", "2022-06-30/3M", ""]
    assert table.columns[0].path == ["Three months ended June 30,", "2023"]
    assert value(table, "Retail", 0) == "1200000"
    assert value(table, "Cards", 2) == "-0.1"
    assert value(table, "Earnings per share", 0) == "1.25"


def test_signs_and_brackets_in_columns_of_their_own(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.right(400, 120, "2021")
    for n, (label, digits) in enumerate([("Gain", "12"), ("Loss", "34"), ("Result", "22")]):
        sheet.text(60, 140 + 14 * n, label)
        sheet.text(370, 140 + 14 * n, "$" if n != 1 else "$ (")
        sheet.right(400, 140 + 14 * n, digits)
        sheet.text(404, 140 + 14 * n, ")" if n == 1 else "")
    (table,) = tables(sheet.save())
    assert value(table, "Gain", 0) == "12"
    assert value(table, "Loss", 0) == "-34"


def test_a_ruled_japanese_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 90, "連結損益計算書（単位：百万円）", font=JAPANESE)
    head = ["", "2024年3月期", "2025年3月期"]
    body = [["経常収益", "8,854", "9,120"], ["経常利益", "△516", "1,204"], ["純利益", "▲12", "880"]]
    cells = ((r, c, text) for r, row in enumerate([head, *body]) for c, text in enumerate(row) if text)
    ruled(sheet, (60, 200, 320, 440), (100, 120, 140, 160, 180), cells, JAPANESE)
    (table,) = tables(sheet.save())
    assert (table.unit, table.scale, table.currency, table.basis) == ("百万円", "1000000", "JPY", "consolidated")
    assert [c.period for c in table.columns] == ["FY2024-03", "FY2025-03"]
    assert value(table, "経常利益", 0) == "-516000000"
    assert value(table, "純利益", 0) == "-12000000"
    assert value(table, "経常収益", 1) == "9120000000"


def test_a_ruled_table_of_words(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    words = [["Risk", "Measure", "By"], ["Fraud", "Two persons sign", "June"], ["Outage", "Second site", "May"]]
    cells = ((r, c, text) for r, row in enumerate(words) for c, text in enumerate(row))
    ruled(sheet, (60, 200, 400, 500), (100, 130, 160, 190), cells, "Helvetica")
    (table,) = tables(sheet.save())
    assert [c.path for c in table.columns] == [["Measure"], ["By"]]
    assert [r.path for r in table.rows] == [["Fraud"], ["Outage"]]


def test_a_table_goes_on_over_the_page(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 660, "Loans by region (in millions)")
    for x, year in ((400, "2018"), (500, "2017")):
        sheet.right(x, 685, year)
    statement(sheet, [(0, f"Region {k}", ["1,100", "900"]) for k in "ABCDE"], (400, 500), top=700)
    sheet.next_page()
    statement(sheet, [(0, f"Region {k}", ["2,100", "800"]) for k in "FGHIJ"], (400, 500), top=60)
    first, second = tables(sheet.save())
    assert not first.continued and second.continued
    assert [c.period for c in second.columns] == ["FY2018", "FY2017"]
    assert value(second, "Region F", 0) == "2100000000"


@pytest.mark.parametrize(
    "lines",
    [
        [f"In {2010 + n} the bank earned 1,234 million and paid {n}00 to the owners of it" for n in range(8)],
        [f"{n}. The {n} branches of the north were closed in the course of the year 2019" for n in range(1, 9)],
    ],
)
def test_prose_with_numbers_is_no_table(tmp_path: Path, lines: list[str]) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for n, line in enumerate(lines):
        sheet.text(60, 100 + 13 * n, line)
    assert not tables(sheet.save())


def test_a_list_of_contents_is_no_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for n, page in enumerate((3, 8, 8, 15, 40)):
        sheet.text(60, 100 + 16 * n, f"Chapter {'abcde'[n]}")
        sheet.right(500, 100 + 16 * n, str(page))
    assert not tables(sheet.save())


def test_the_heading_over_a_table_goes_with_it(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 60, "Capital", size=18, bold=True)
    sheet.text(60, 90, "The bank held more capital than in the year before, as the table says in full below here.")
    sheet.right(400, 130, "2018")
    statement(sheet, [(0, "Tier one", ["12"]), (0, "Tier two", ["3"])], (400,), top=145)
    (found,) = [s for s in segments(sheet.save()) if isinstance(s, TableBlock)]
    assert found.heading == "Capital"
    assert found.locator["page"] == 1 and found.locator["table"] == 1


def test_years_as_sections_and_as_labels_give_rows_their_period(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(
        60, 60, "Securities consisted of the following, at the prices of the last day of the year (in millions):"
    )
    sheet.right(400, 100, "Cost")
    sheet.right(500, 100, "Fair value")
    rows = [(0, "2017", []), (5, "Shares", ["$12", "$15"]), (5, "Bonds", ["5", "7"])]
    rows += [(0, "2016", []), (5, "Shares", ["$11", "$14"]), (5, "Bonds", ["4", "6"])]
    statement(sheet, rows, (400, 500), top=116)
    sheet.text(60, 300, "Maturities")
    statement(sheet, [(0, year, ["1,200"]) for year in ("2024", "2025", "2026", "Thereafter")], (400,), top=330)
    first, second = tables(sheet.save())
    assert [(r.path, r.period) for r in first.rows] == [
        (["2017", "Shares"], "FY2017"),
        (["2017", "Bonds"], "FY2017"),
        (["2016", "Shares"], "FY2016"),
        (["2016", "Bonds"], "FY2016"),
    ]
    assert first.scale == "1000000"
    assert [r.period for r in second.rows] == ["FY2024", "FY2025", "FY2026", ""]


def test_shares_printed_in_full_are_not_multiplied(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 60, "Purchases of our own shares (in millions, except share and per share data)")
    for x, head in ((320, "Number of shares"), (420, "Price per share"), (520, "Value")):
        sheet.right(x, 100, head)
    statement(
        sheet, [(0, f"{m} 2016", ["23,687,526", "$53.72", "$9,410"]) for m in ("April", "May")], (320, 420, 520), 116
    )
    (table,) = tables(sheet.save())
    assert value(table, "April 2016", 0) == "23687526"
    assert value(table, "April 2016", 1) == "53.72"
    assert value(table, "April 2016", 2) == "9410000000"


def test_the_unit_in_a_running_head_counts_for_the_pages_tables(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for page in range(3):
        sheet.text(60, 40, "Notes to the statements (Dollars in millions)")
        sheet.text(60, 90, f"Note {page + 1} speaks of the loans of one more region in the north of the country.")
        sheet.right(400, 130, "2018")
        statement(sheet, [(0, "Loans", ["1,200"]), (0, "Deposits", ["900"])], (400,), top=146)
        sheet.next_page()
    found = tables(sheet.save())
    assert [value(table, "Loans", 0) for table in found] == ["1200000000"] * 3


def test_a_unit_under_the_years_is_the_tables_and_no_section_of_it(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.text(60, 60, "CONSOLIDATED BALANCE SHEETS")
    sheet.text(60, 90, "December 31,")
    for x, year in ((400, "2017"), (500, "2016")):
        sheet.right(x, 90, year)
    sheet.text(60, 105, "(In millions except par value)")
    sheet.text(60, 120, "ASSETS")
    statement(sheet, [(0, "Cash", ["6,006", "8,555"]), (0, "Receivables", ["3,667", "3,856"])], (400, 500), top=135)
    sheet.text(60, 165, "LIABILITIES")
    statement(sheet, [(0, "Loans", ["1,200", "900"]), (0, "Bonds", ["700", "800"])], (400, 500), top=180)
    (table,) = tables(sheet.save())
    assert table.scale == "1000000"
    assert [value(table, label, 0) for label in ("Cash", "Bonds")] == ["6006000000", "700000000"]
    assert [row.path[0] for row in table.rows] == ["ASSETS", "ASSETS", "LIABILITIES", "LIABILITIES"]


def test_a_unit_said_once_holds_until_a_new_part() -> None:
    line = "(Dollars in millions, except per share data)"
    assert notes_unit(line, "") == line
    assert notes_unit("Note 2 speaks of loans", line) == line
    assert notes_unit("The bank earned dollars in millions of ways.", "") == ""
    assert notes_unit("Item 9. Changes in accountants", line) == ""
