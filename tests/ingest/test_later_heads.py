"""Tables that begin anew in their middle: each figure has the period of the head above it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from ingest.parsers import html, xlsx
from ingest.segments import TableBlock
from library.table_view import lines
from library.tables import Table
from tests.ingest.pdf_pages import JAPANESE, Sheet, ruled, tables

DATA = [
    ["(百万円)", "2023年度", "2024年度"],
    ["売上高", "100", "200"],
    ["", "2021年度", "2022年度"],
    ["売上高", "300", "400"],
    ["営業利益", "30", "40"],
]


def a_page(folder: Path, data: list[list[str]]) -> Table:
    path = folder / "a.html"
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in data)
    path.write_text(f"<html><body><table>{rows}</table></body></html>")
    return next(s.table for s in html.parse(path, path.name) if isinstance(s, TableBlock))


def a_pdf(folder: Path, data: list[list[str]]) -> Table:
    sheet = Sheet(folder / "a.pdf")
    ys = [100 + 20 * n for n in range(len(data) + 1)]
    cells = ((r, c, text) for r, row in enumerate(data) for c, text in enumerate(row) if text)
    ruled(sheet, [60, 200, 350, 500], ys, cells, JAPANESE)
    return tables(sheet.save())[0]


def a_sheet(folder: Path, data: list[list[str]]) -> Table:
    path = folder / "a.xlsx"
    book = openpyxl.Workbook()
    for row in data:
        book.worksheets[0].append([int(text) if text.isdigit() else text or None for text in row])
    book.save(path)
    return next(s.table for s in xlsx.parse(path, path.name) if isinstance(s, TableBlock))


def periods(table: Table) -> dict[str, str]:
    """Of each figure."""
    columns = {column.index: column.period for column in table.columns}
    return {cell.text: columns[cell.under] for cell in table.cells if cell.value is not None}


@pytest.mark.parametrize("made", [a_page, a_pdf, a_sheet])
def test_figures_have_the_period_of_the_head_above_them(made: type, tmp_path: Path) -> None:
    table = made(tmp_path, DATA)
    expected = {"100": "FY2023", "200": "FY2024", "300": "FY2021", "400": "FY2022", "30": "FY2021", "40": "FY2022"}
    assert periods(table) == expected
    assert [row.path[-1] for row in table.rows] == ["売上高", "売上高", "営業利益"]


def test_places_stay_as_written_and_the_view_keeps_its_columns(tmp_path: Path) -> None:
    table = a_page(tmp_path, DATA)
    cell = next(c for c in table.cells if c.text == "40")
    assert (cell.row, cell.column, cell.value) == (5, 3, "40000000")
    shown = lines(table, 5, 3)
    assert {len(line.cells) for line in shown} == {3}
    assert [c.text for line in shown for c in line.cells if c.mark] == ["40"]


def test_the_same_head_again_is_no_row(tmp_path: Path) -> None:
    table = a_page(tmp_path, [*DATA[:2], DATA[0], *DATA[3:]])
    assert [column.period for column in table.columns] == ["FY2023", "FY2024"]
    assert [row.path[-1] for row in table.rows] == ["売上高", "売上高", "営業利益"]


def test_what_stands_over_years_says_how_long_they_are(tmp_path: Path) -> None:
    data = [
        ["", "2018", "2017"],
        ["Sales", "1,200", "1,100"],
        ["", "Three months ended June 30,", ""],
        ["", "2018", "2017"],
        ["Sales", "310", "290"],
    ]
    assert periods(a_page(tmp_path, data))["310"] == "2018-06-30/3M"


@pytest.mark.parametrize(
    "row", [["Expected maturity", "2025", "2026"], ["", "5", "6"], ["Founded in", "1998", "2001"], ["", "2025", "2025"]]
)
def test_rows_of_other_kinds_are_rows(tmp_path: Path, row: list[str]) -> None:
    table = a_page(tmp_path, [*DATA[:2], row, *DATA[3:]])
    assert [column.index for column in table.columns] == [2, 3]
