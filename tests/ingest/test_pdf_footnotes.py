"""Notes under a table are the table's: its text has them beside the rows with their marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.chunking import Packer
from ingest.segments import TableBlock
from ingest.table_text import parts
from library.table_notes import keys, marks_in, notes_of
from library.tables import Table
from tests.ingest.pdf_pages import JAPANESE, Sheet, blocks, segments, statement, tables

ROWS = [
    (0, "Net sales (1)", ["$31,657", "$30,109"]),
    (0, "Cost of sales", ["16,001", "15,040"]),
    (0, "Other income *", ["207", "(1)"]),
    (0, "Operating income(2)", ["5,363", "4,869"]),
]


def page(path: Path, lines: list[str], size: float = 10, top: float = 215) -> Path:
    sheet = Sheet(path)
    sheet.text(60, 137, "(Millions)")
    for x, year in ((400, "2018"), (500, "2017")):
        sheet.right(x - 5, 137, year)
    statement(sheet, ROWS, (400, 500))
    for number, line in enumerate(lines):
        sheet.text(60, top + number * size * 1.2, line, size)
    sheet.text(60, 400, "The notes are an integral part of this statement and must be read together with it.")
    return sheet.save()


NOTES = [
    "(1) Includes sales to companies in which the group holds shares and that are not consolidated, which",
    "were 120 in 2018.",
    "(2) Restated.",
    "* Unaudited",
    "Source: annual report.",
]


def test_they_are_tied_to_the_rows_that_have_their_marks(tmp_path: Path) -> None:
    path = page(tmp_path / "a.pdf", NOTES)
    (table,) = tables(path)
    assert [note[:14] for note in table.notes] == ["(1) Includes s", "(2) Restated.", "* Unaudited", "Source: annual"]
    assert table.notes[0].endswith("which were 120 in 2018.")
    assert keys(table.notes) == ["(1)", "(2)", "*", ""]
    by_label = {row.path[-1]: row.index for row in table.rows}
    assert notes_of(table, by_label["Net sales"], table.columns[0].index) == [table.notes[0]]
    assert notes_of(table, by_label["Other income"], table.columns[1].index) == [table.notes[2]]
    assert notes_of(table, by_label["Cost of sales"], table.columns[0].index) == []
    assert [block.text[:9] for block in blocks(path)] == ["The notes"]


def test_their_places_are_the_passages(tmp_path: Path) -> None:
    packer = Packer()
    (draft,) = (
        d for s in segments(page(tmp_path / "a.pdf", NOTES)) if isinstance(s, TableBlock) for d in packer.add(s)
    )
    assert draft.text.endswith("Source: annual report.")
    assert len(draft.locator["boxes"]) == 5
    assert draft.locator["boxes"][-1][1] > draft.locator["boxes"][0][3]


@pytest.mark.parametrize(
    "line",
    [
        "(5) General. The company makes films.",
        "1. The company makes films.",
        "The company makes films.",
    ],
)
def test_other_text_under_a_table_is_not_its_own(tmp_path: Path, line: str) -> None:
    path = page(tmp_path / "a.pdf", [line])
    (table,) = tables(path)
    assert table.notes == []
    assert line in [block.text for block in blocks(path)]


def test_what_stands_far_below_is_not_its_own(tmp_path: Path) -> None:
    (table,) = tables(page(tmp_path / "a.pdf", ["(1) Includes sales."], top=300))
    assert table.notes == []


def test_a_note_ends_where_its_last_line_is_short(tmp_path: Path) -> None:
    lines = [
        NOTES[0],
        NOTES[1],
        "Sales rose in all regions of the world, and with them rose all of the costs of sales.",
    ]
    path = page(tmp_path / "a.pdf", lines)
    (table,) = tables(path)
    assert len(table.notes) == 1
    assert [block.text[:10] for block in blocks(path)] == ["Sales rose", "The notes "]


def test_japanese_notes_are_numbered_under_one(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "j.pdf")
    sheet.text(60, 110, "（単位：百万円）", font=JAPANESE)
    for x, year in ((400, "2023年度"), (500, "2024年度")):
        sheet.right(x, 130, year, font=JAPANESE)
    rows = [
        (0, "売上高（注1）", ["8,854", "9,012"]),
        (0, "営業利益", ["516", "613"]),
        (0, "純利益（注2）", ["212", "300"]),
    ]
    statement(sheet, rows, (400, 500), font=JAPANESE)
    sheet.text(60, 200, "（注）１．消費税等は含まれておりません。", 9, font=JAPANESE)
    sheet.text(60, 212, "２．親会社株主に帰属する当期純利益であります。", 9, font=JAPANESE)
    (table,) = tables(sheet.save())
    assert keys(table.notes) == ["注1", "注2"]
    last = next(row for row in table.rows if row.path[-1].startswith("純利益"))
    assert notes_of(table, last.index, table.columns[0].index) == [table.notes[1]]


def test_a_raised_number_is_a_mark(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "r.pdf")
    for x, year in ((400, "2018"), (500, "2017")):
        sheet.right(x - 5, 137, year)
    statement(sheet, ROWS, (400, 500))
    sheet.text(60, 212, "1", 6)
    sheet.text(66, 215, "Includes excise taxes.")
    (table,) = tables(sheet.save())
    assert table.notes == ["1 Includes excise taxes."]


def test_long_notes_are_passages_of_their_own_with_their_table() -> None:
    from library.tables import Cell, Column, Row

    notes = [f"({n}) " + "Includes what was sold to others. " * 35 for n in (1, 2)]
    cells = [Cell(2, 1, "Sales (1)"), Cell(2, 2, "5", "5"), Cell(3, 1, "Costs (2)"), Cell(3, 2, "4", "4")]
    rows = [Row(2, ["Sales"]), Row(3, ["Costs"])]
    table = Table(1, columns=[Column(2, ["2018"])], rows=rows, cells=cells, notes=notes)
    found = list(parts(table, 220))
    assert [part.text[:6] for part in found] == ["2018\nS", "(1) In", "(2) In"]


def test_marks_at_the_end_of_a_text() -> None:
    assert marks_in(["Net sales (1)(2)", "Profit*", "純利益（注１）", "Income 3", "2018", "利益※2", "Sales¹"]) == {
        "(1)", "(2)", "*", "注1", "3", "※2", "1",
    }  # fmt: skip
