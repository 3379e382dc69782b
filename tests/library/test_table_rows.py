"""A table comes out of its row as it went in, whichever way the row was written."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from library import models, packing, table_rows
from library.tables import Cell, Column, Row, Table

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SIDES = st.integers(0, 10_000).map(lambda n: n / 10_000)
BOXES = st.none() | st.lists(SIDES, min_size=4, max_size=4)
CELLS = st.builds(
    Cell,
    row=st.integers(1, 40),
    column=st.integers(1, 9),
    text=st.text(max_size=12),
    value=st.none() | st.integers().map(str),
    unit=st.sampled_from(["", "USD", "%"]),
    box=BOXES,
    at=st.integers(0, 9),
)


def again(table: Table) -> Table:
    return table_rows.load(models.Table(data=table_rows.dump(table)))


@UNHURRIED
@given(st.lists(CELLS, max_size=30))
def test_cells_come_out_exactly(cells: list[Cell]) -> None:
    table = Table(number=1, cells=cells)
    assert again(table) == table


def test_all_else_comes_out_too() -> None:
    table = Table(
        number=2,
        title="Segments",
        page=7,
        unit="百万円",
        scale="1000000",
        currency="JPY",
        basis="consolidated",
        box=[0.1, 0.2, 0.3, 0.4],
        columns=[Column(2, ["2018", "Q1"], "FY2018Q1", "actual")],
        rows=[Row(3, ["Sales", "Asia"], 1, "FY2018")],
        cells=[Cell(3, 2, "1,234", "1234000000", "JPY", [0.5, 0.5, 0.6, 0.52])],
        notes=["(1) Unaudited."],
        continued=True,
        extra={"sheet": "P&L"},
    )
    assert again(table) == table


def test_a_row_of_the_first_stores_is_read() -> None:
    table = Table(number=1, cells=[Cell(1, 1, "Sales"), Cell(1, 2, "5", "5", "USD", [0.1, 0.2, 0.3, 0.4])])
    first = zlib.compress(json.dumps(asdict(table)).encode())
    assert table_rows.load(models.Table(data=first)) == table


def test_a_row_packed_by_field_without_the_forms_is_read() -> None:
    table = Table(number=1, cells=[Cell(1, 1, "Sales"), Cell(1, 2, "5", "5", "USD", [0.1, 0.2, 0.3, 0.4])])
    packed = table_rows.dump(table)
    plain = packing.unpacked(packed[1:], table_rows.known())
    assert table_rows.load(models.Table(data=zlib.compress(plain))) == table


def test_a_small_table_takes_little_more_than_its_words() -> None:
    table = Table(
        number=1, page=3, unit="(In millions)", scale="1000000", currency="USD",
        columns=[Column(2, ["2023"], "FY2023"), Column(3, ["2022"], "FY2022")], rows=[Row(2, ["Backlog"])],
        cells=[Cell(1, 2, "2023"), Cell(1, 3, "2022"), Cell(2, 1, "Backlog"), Cell(2, 2, "71"), Cell(2, 3, "64")],
    )  # fmt: skip
    assert len(table_rows.dump(table)) < 130


def box(row: int, column: int) -> list[float]:
    sides = [column / 10, row / 50, column / 10 + 0.05, row / 50 + 0.0123]
    return [round(side, 4) for side in sides]


def test_a_grid_of_figures_takes_few_bytes() -> None:
    cells = [
        Cell(row, column, f"{row * column},000", f"{row * column}000", "USD", box(row, column))
        for row in range(1, 40)
        for column in range(1, 6)
    ]
    assert len(table_rows.dump(Table(number=1, cells=cells))) < 8 * len(cells)
