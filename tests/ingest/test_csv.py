from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parsers.csv_text import parse, separator_of
from ingest.segments import TableBlock, Unreadable


def read(tmp_path: Path, data: bytes) -> list[TableBlock]:
    path = tmp_path / "figures.csv"
    path.write_bytes(data)
    return [s for s in parse(path, "figures.csv") if isinstance(s, TableBlock)]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    lines = [["Segment (£m)", "2023", "2024"], ["Retail", '"1,234"', "(5)"], ["Wholesale", "6", "7.5"]]
    (found,) = read(tmp_path, "\n".join(separator.join(line) for line in lines).encode())
    assert found.locator == {"sheet": "figures", "cells": "A1:C3", "table": 1}
    assert [c.period for c in found.table.columns] == ["FY2023", "FY2024"]
    values = {(c.row, c.column): (c.value, c.unit) for c in found.table.cells if c.value}
    assert values[2, 2] == ("1234000000", "GBP") and values[2, 3] == ("-5000000", "GBP")


def test_japanese_in_its_older_encoding(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "部門,2023年度,2024年度\n小売,1,2\n".encode("cp932"))
    assert found.table.rows[0].path == ["小売"]
    assert [c.period for c in found.table.columns] == ["FY2023", "FY2024"]


def test_prose_is_not_cut_at_its_commas() -> None:
    assert separator_of("a;b\nc,d;e,f\n") == ";"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, bytes(range(256)) * 50)
    assert refused.value.code == "damaged"


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, b"\n\n")
    assert refused.value.code == "empty"
