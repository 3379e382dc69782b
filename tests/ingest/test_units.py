"""Units in titles."""

from __future__ import annotations

import pytest

from ingest.parsers.units import title_unit


@pytest.mark.parametrize(
    ("title", "unit", "scale"),
    [
        ("Fees (yen)", "JPY", "1"),
        ("Fees in yen", "JPY", "1"),
        ("Loans, in millions of euros", "EUR", "1000000"),
        ("Net sales (USD m) by region", "USD", "1000000"),
        ("Revenue ($m), 2019", "USD", "1000000"),
        ("貸出金の推移(億円)", "JPY", "100000000"),
        ("手数料（単位：円）の一覧", "JPY", "1"),
        ("(in millions)", "", "1000000"),
    ],
)
def test_a_title_may_say_the_unit_anywhere(title: str, unit: str, scale: str) -> None:
    found = title_unit(title)
    assert found is not None
    assert (found.unit, found.scale) == (unit, scale)


@pytest.mark.parametrize("title", ["Investments in Asia", "Growth in value", "What we did in 2019", "Fees", "手数料"])
def test_a_title_without_a_unit(title: str) -> None:
    assert title_unit(title) is None
