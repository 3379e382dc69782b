"""Workbooks: values as stored, shown as formatted; merged headers, hidden parts, several tables on a sheet."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from ingest.parsers.number_formats import unit_of, write_number
from ingest.parsers.xlsx import parse
from ingest.segments import Block, Facts, Notice, Segment, TableBlock, Unreadable
from tests.ingest.office import a_document, a_workbook


@pytest.fixture
def book(tmp_path: Path) -> list[Segment]:
    return list(parse(a_workbook(tmp_path / "book.xlsx"), "book.xlsx"))


def tables(segments: list[Segment]) -> list[TableBlock]:
    return [s for s in segments if isinstance(s, TableBlock)]


def test_merged_headers_reach_over_their_columns(book: list[Segment]) -> None:
    statement = tables(book)[0]
    table = statement.table
    assert statement.locator == {"sheet": "P&L", "cells": "A4:E9", "table": 1}
    assert (table.title, table.scale, table.currency, table.basis) == (
        "Consolidated statements of income", "1000000", "JPY", "consolidated",
    )  # fmt: skip
    assert [(c.index, c.path, c.period, c.basis) for c in table.columns] == [
        (2, ["FY2023", "Plan"], "FY2023", "forecast"),
        (3, ["FY2023", "Actual"], "FY2023", "actual"),
        (4, ["FY2024", "Plan"], "FY2024", "forecast"),
        (5, ["FY2024", "Actual"], "FY2024", "actual"),
    ]


def test_numbers_are_exact_and_shown_in_their_format(book: list[Segment]) -> None:
    table = tables(book)[0].table
    shown = {(c.row, c.column): (c.text, c.value, c.unit) for c in table.cells if c.value}
    assert shown[6, 3] == ("110.5", "110500000", "JPY")
    assert shown[7, 2] == ("(60)", "-60000000", "JPY")
    assert shown[8, 4] == ("41.7%", "0.4167", "%")
    assert shown[9, 2] == ("12.3", "12.3", "JPY/share")
    assert (6, 5) not in shown


def test_dates_head_columns_and_sections_hold_rows(book: list[Segment]) -> None:
    table = tables(book)[1].table
    assert table.extra == {"sheet": "BS"} and table.number == 2
    assert [c.period for c in table.columns] == ["2024-03-31", "2025-03-31"]
    assert [r.path for r in table.rows] == [["資産の部"], ["資産の部", "現金"], ["資産の部", "売掛金"]]
    assert next(c.value for c in table.cells if (c.row, c.column) == (6, 3)) == "300000"


def test_what_is_hidden_is_left_out_and_said(book: list[Segment]) -> None:
    texts = [s.text for s in book if isinstance(s, Block)] + [c.text for t in tables(book) for c in t.table.cells]
    assert "hidden words" not in texts and "Not for you" not in texts
    assert Notice("hidden_sheets", {"sheets": ["Secret"]}) in book
    assert Notice("hidden_cells", {"sheet": "P&L", "rows": 1, "columns": 0}) in book


def test_a_formula_that_was_never_calculated_is_said(book: list[Segment]) -> None:
    assert Notice("formulas_without_values", {"sheet": "BS", "count": 1}) in book


def test_facts_come_from_the_sheets(book: list[Segment]) -> None:
    facts = book[-1]
    assert isinstance(facts, Facts) and (facts.kind, facts.title) == ("workbook", "Consolidated statements of income")


def test_two_tables_below_and_two_beside_each_other(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    rows: list[list[str | int | None]] = [
        ["Region", 2023, 2024, None, "Branch", "Staff"],
        ["East", 1, 2, None, "Ginza", 30],
        ["West", 3, 4, None, "Ueno", 40],
        [],
        ["Product", "Rate"],
        ["Loan", 5],
        ["Card", 6],
    ]
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    found = tables(list(parse(tmp_path / "book.xlsx", "book.xlsx")))
    assert [t.locator["cells"] for t in found] == ["A1:C3", "E1:F3", "A5:B7"]
    assert [[c.path for c in t.table.columns] for t in found] == [[["2023"], ["2024"]], [["Staff"]], [["Rate"]]]


def test_a_long_table_goes_on_under_its_headers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name", "FY2023", "FY2024"])
    for n in range(1000):
        sheet.append([f"Item {n}", n, n + 1])
    book.save(tmp_path / "book.xlsx")
    found = [t.table for t in tables(list(parse(tmp_path / "book.xlsx", "book.xlsx")))]
    assert [t.continued for t in found] == [False, True, True]
    assert all([c.period for c in t.columns] == ["FY2023", "FY2024"] for t in found)
    assert sum(len(t.rows) for t in found) == 1000


@pytest.mark.parametrize(
    ("number", "code", "shown", "unit"),
    [
        ("0.132", "0.0%", "13.2%", "%"),
        ("-516", "#,##0;(#,##0)", "(516)", ""),
        ("-516", "#,##0;[Red]△#,##0", "△516", ""),
        ("1234567", '#,##0,"K"', "1,235K", ""),
        ("1234.5", "[$¥-411]#,##0.00", "¥1,234.50", "JPY"),
        ("-2", "#,##0", "-2", ""),
        ("45382", "yyyy/mm/dd", "2024-03-31", ""),
        ("7", "General", "7", ""),
    ],
)
def test_a_number_is_shown_as_its_format_says(number: str, code: str, shown: str, unit: str) -> None:
    assert (write_number(number, code), unit_of(code)) == (shown, unit)


def test_a_document_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        list(parse(a_document(tmp_path / "book.xlsx"), "book.xlsx"))
    assert refused.value.code == "not_what_it_says"


def test_an_empty_workbook_is_said_to_be_empty(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "book.xlsx")
    with pytest.raises(Unreadable) as refused:
        list(parse(tmp_path / "book.xlsx", "book.xlsx"))
    assert refused.value.code == "empty"


def test_a_sheet_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        list(parse(a_workbook(tmp_path / "book.xlsx"), "book.xlsx", max_cells=5))
    assert refused.value.code == "too_complex"
