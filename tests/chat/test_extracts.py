"""Sentences and rows that answer, cells as sentences, in both languages."""

from __future__ import annotations

import pytest

from chat import cells, extracts, wording
from chat.extracts import Candidate
from library.tables import Cell
from tests.chat.conftest import PAGE, cash_flow

REPORT = Candidate(PAGE, "Aozora Holdings · Annual report · FY2024")
TABLE = Candidate("Capital expenditures | (1,577)\nCash from operating activities", "Aozora · Cash flows", cash_flow())
JAPANESE = Candidate(
    "当行の店舗数は412店です。2025年3月に大阪の2店舗を閉鎖しました。離職率は6.1%に低下しました。",
    "青空銀行 · 統合報告書",
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many customers did the branches serve?", "The branch network served 412,000 customers in fiscal 2024."),
        ("What was staff turnover?", "Staff turnover fell to 6.1%."),
        ("大阪で閉鎖した店舗は？", "2025年3月に大阪の2店舗を閉鎖しました。"),
        ("離職率はどうなりましたか", "離職率は6.1%に低下しました。"),
    ],
)
def test_the_sentence_that_answers_comes_first(question: str, answer: str) -> None:
    found = extracts.choose(question, [], [REPORT, JAPANESE])
    assert found[0].text == answer


def test_a_row_that_answers_is_given_with_its_columns() -> None:
    (piece,) = extracts.choose("capital expenditures by year", [], [REPORT, TABLE])
    assert piece.row is not None
    assert TABLE.table is not None
    text = extracts.row_text(piece.row, TABLE.table, "en")
    assert text == "Capital expenditures — FY2024: $(1,577) million; FY2023: $(1,373) million"


def test_what_answers_nothing_is_nothing() -> None:
    assert extracts.choose("Who won the volcano surfing championship?", [], [REPORT, TABLE, JAPANESE]) == []
    assert extracts.missing("Who won in Osaka?", [REPORT]) == ["won"]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What was Toyota's revenue in 2018?", ["Toyota"]),
        ("What were Aozora's costs in Osaka in March?", []),
        ("Think first. Assume a branch. What was staff turnover?", []),
        ("トヨタの売上高は？", ["トヨタ"]),
        ("大阪の店舗は？", []),
    ],
)
def test_a_name_that_nothing_knows_is_told(question: str, names: list[str]) -> None:
    assert extracts.missing_names(question, [REPORT, TABLE, JAPANESE]) == names


@pytest.mark.parametrize(
    ("text", "value", "unit", "english", "japanese"),
    [
        ("(1,577)", "-1577000000", "USD", "$(1,577) million", "△1,577百万ドル"),
        ("$ 1,577", "1577000000", "USD", "$ 1,577 million", "1,577百万ドル"),
        ("8,854", "885400000000", "JPY", "¥8,854 hundred million", "8,854億円"),
        ("△516", "-516000000", "JPY", "¥△516 million", "△516百万円"),
        ("13.2", "0.132", "%", "13.2%", "13.2%"),
        ("13.2%", "0.132", "%", "13.2%", "13.2%"),
        ("5.12", "5.12", "USD/share", "$5.12 per share", "1株当たり5.12ドル"),
        ("412", "412", "people", "412 people", "412人"),
        ("412", "412", "", "412", "412"),
        ("1.5", "150000", "JPY", "¥150,000", "150,000円"),
    ],
)
def test_an_amount_is_as_printed_with_what_its_table_says(
    text: str, value: str, unit: str, english: str, japanese: str
) -> None:
    cell = Cell(1, 2, text, value, unit)
    assert wording.amount(cell, "en") == english
    assert wording.amount(cell, "ja") == japanese


@pytest.mark.parametrize(
    ("passage", "where"),
    [
        ({"page": 60, "boxes": []}, {"page": 60, "boxes": [[0, 0, 1, 1]], "table": 1, "row": 3, "column": 28}),
        ({"sheet": "P&L", "cells": "A1:AD9"}, {"sheet": "P&L", "cells": "AB3"}),
        ({"slide": 4, "part": "table"}, {"slide": 4, "part": "table", "boxes": [[0, 0, 1, 1]]}),
        ({"heading": "Notes"}, {"heading": "Notes", "table": 1, "row": 3, "column": 28, "boxes": [[0, 0, 1, 1]]}),
    ],
)
def test_a_cell_is_placed_in_the_terms_of_its_source(passage: dict[str, object], where: dict[str, object]) -> None:
    assert cells.locator(passage, cash_flow(), Cell(3, 28, "1", box=[0, 0, 1, 1])) == where
