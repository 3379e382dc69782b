"""Which statement a table's rows come from, and which one is asked for."""

from __future__ import annotations

import pytest

from retrieval.question import understand
from retrieval.statements import OTHER, meant, statement_of

BALANCE = """2022 | 2021
Cash and cash equivalents | 2022: 100 | 2021: 90
Total current assets | 2022: 300 | 2021: 280
Total assets | 2022: 900 | 2021: 880
Total liabilities | 2022: 500 | 2021: 490"""
CASH_FLOW = """Net cash provided by operating activities | 10 | 9
Purchases of property, plant and equipment | (4) | (3)
Dividends paid | (1) | (1)
Net cash used in investing activities | (5) | (4)"""
JAPANESE = """資産合計 | 900 | 880
負債合計 | 500 | 490
純資産合計 | 400 | 390
流動資産合計 | 300 | 280"""


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        (BALANCE, "balance"),
        (CASH_FLOW, "cash_flow"),
        (JAPANESE, "balance"),
        ("Region | 2022\nEast | 4\nWest | 5", OTHER),
        ("Total assets | 9\nRegion | 4", OTHER),
        ("", OTHER),
    ],
)
def test_the_statement_of_a_table(text: str, statement: str) -> None:
    assert statement_of(text) == statement


@pytest.mark.parametrize(
    ("question", "statements"),
    [
        ("What are total current assets?", {"balance"}),
        ("What was the capital expenditure?", {"cash_flow"}),
        ("資産合計はいくらですか", {"balance"}),
        ("Who is the chief executive?", set()),
    ],
)
def test_the_statements_that_hold_what_is_asked(question: str, statements: set[str]) -> None:
    assert meant(understand(question)) == statements
