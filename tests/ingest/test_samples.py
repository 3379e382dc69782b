"""The sample documents, read again: every amount of the invented bank stands in its cell, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parsers import pdf
from ingest.segments import Block, TableBlock
from library.tables import Table
from samples.figures import BALANCE, CASH_FLOW, INCOME, SEGMENTS, Line

FILES = Path(__file__).parent.parent.parent / "samples" / "files"
STATEMENTS = [(2, INCOME), (2, SEGMENTS), (3, BALANCE), (3, CASH_FLOW)]


def amounts(table: Table) -> dict[str, list[str | None]]:
    """Row label to the values of the year and the year before."""
    return {
        row.path[-1]: [
            cell.value if (cell := table.cell(row.index, column.index)) else None for column in table.columns
        ]
        for row in table.rows
    }


def expected(lines: list[Line], language: str) -> dict[str, list[str | None]]:
    return {getattr(line, language): [f"{line.now}000000", f"{line.before}000000"] for line in lines}


@pytest.mark.parametrize(("suffix", "language"), [("en", "english"), ("ja", "japanese")])
def test_the_statements_are_read_whole(suffix: str, language: str) -> None:
    name = f"hoshino-results-fy2025-{suffix}.pdf"
    tables = [s.table for s in pdf.parse(FILES / name, name) if isinstance(s, TableBlock) and s.table.page != 1]
    assert [(table.page, table.currency) for table in tables] == [(page, "JPY") for page, _ in STATEMENTS]
    for table, (_, lines) in zip(tables, STATEMENTS, strict=True):
        assert amounts(table) == expected(lines, language)


def test_no_line_of_a_paragraph_is_lost_to_the_table_under_it() -> None:
    name = "hoshino-results-fy2025-ja.pdf"
    text = "".join(s.text for s in pdf.parse(FILES / name, name) if isinstance(s, Block))
    assert "小売業および建設業の取引先における格下げが減少し、与信関係費用は187億34百万円に減少しました。" in text
    assert "経費率は2.9ポイント改善し、56.4%となりました。" in text
