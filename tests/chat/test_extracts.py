"""Sentences and rows that answer, cells as sentences, in both languages."""

from __future__ import annotations

import pytest

from chat import cells, extracts, missing, relevance, wording
from chat.extracts import Piece
from chat.relevance import Candidate
from library.tables import Cell
from retrieval.question import Company, understand
from tests.chat.conftest import PAGE, cash_flow

REPORT = Candidate(PAGE, "Aozora Holdings · Annual report · FY2024", None, "Aozora Holdings", "FY2024")
TABLE = Candidate(
    "Capital expenditures | (1,577)\nCash from operating activities",
    "Aozora · Cash flows",
    cash_flow(),
    "Aozora Holdings",
    "FY2024",
)
JAPANESE = Candidate(
    "当行の店舗数は412店です。2025年3月に大阪の2店舗を閉鎖しました。離職率は6.1%に低下しました。",
    "青空銀行 · 統合報告書",
)
FEES = Candidate("A transfer at the counter costs 880 yen. A new card costs 1,100 yen.", "Branch handbook: fees")


def chosen(question: str, *candidates: Candidate, language: str = "") -> list[Piece]:
    asked = understand(question, [Company("Aozora Holdings"), Company("Minato Trust")])
    return extracts.choose(asked, candidates, language or asked.language)


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
    found = chosen(question, REPORT, JAPANESE)
    assert found[0].text == answer


def test_a_row_that_answers_is_given_with_its_columns() -> None:
    (piece,) = chosen("capital expenditures by year", REPORT, TABLE)
    assert piece.row is not None
    assert TABLE.table is not None
    shown = extracts.row_cells(piece.row, TABLE.table, ["FY2023"], 4)
    assert [(cell.text, extracts.head(column, "en")) for cell, column in shown] == [
        ("(1,373)", "FY2023"),
        ("(1,577)", "FY2024"),
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Who won the volcano surfing championship?",
        "What was Aozora's net income in FY2024?",  # fees and other measures are no net income
        "What were Aozora's capital expenditures in FY2019?",  # other years
        "What were the capital expenditures of Minato Trust?",  # another company
    ],
)
def test_what_does_not_answer_is_not_offered(question: str) -> None:
    assert chosen(question, REPORT, TABLE, JAPANESE, FEES) == []


def test_the_askers_language_comes_first_and_alone() -> None:
    for language, wanted in (("en", "Staff turnover fell to 6.1%."), ("ja", "離職率は6.1%に低下しました。")):
        question = {"en": "What was staff turnover?", "ja": "離職率は？"}[language]
        assert [p.text for p in chosen(question, JAPANESE, REPORT, language=language)] == [wanted]


def test_a_cause_is_preferred_where_one_is_asked_for() -> None:
    said = Candidate("Credit costs fell in May. Credit costs fell because fewer loans were downgraded.", "Aozora")
    assert chosen("Why did credit costs fall?", said)[0].text == (
        "Credit costs fell because fewer loans were downgraded."
    )


def test_what_is_said_twice_is_shown_once() -> None:
    again = Candidate("Staff turnover fell to 6.1%.", "Aozora · Summary")
    assert len(chosen("What was staff turnover?", REPORT, again)) == 1


def test_a_refusal_tells_what_is_missing() -> None:
    assert missing.words(understand("Who won in Osaka?"), [REPORT]) == ["won"]
    assert missing.measures(understand("What was net income in FY2024?"), [REPORT, FEES]) == ["net income"]
    assert missing.periods(understand("What were capital expenditures in FY2019?"), [TABLE]) == ["FY2019"]
    assert missing.periods(understand("What were capital expenditures in FY2023?"), [TABLE]) == []


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What was Toyota's revenue in 2018?", ["Toyota"]),
        ("What were Aozora's costs in Osaka in March?", []),
        ("Think first. Assume a branch. What was staff turnover?", []),
        ("トヨタの売上高は？", ["トヨタ"]),
        ("大阪の店舗は？", []),
        ("Minato's staff turnover?", ["Minato"]),
        ("What were Aozora's costs in Japan?", ["Japan"]),
        ("みなと銀行の離職率は？", ["みなと銀行"]),
        ("青空銀行の離職率は？", []),
        ("Here's the question: what was staff turnover?", []),
        ("What was Cost of Sales (Net Revenue less Profit)?", []),
        ("What does the picture on Page 12 show?", []),
        ("What share have `junior tellers` of the staff?", ["junior tellers"]),
    ],
)
def test_a_name_that_nothing_knows_is_told(question: str, names: list[str]) -> None:
    assert missing.names(question, [REPORT, TABLE, JAPANESE]) == names


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


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("What does the picture on page 25 show?", 25),
        ("In the chart of slide 14, how many lines are there?", 14),
        ("25ページのグラフは何を示していますか", 25),
        ("スライド3の要点は？", 3),
        ("What stands on pages 3 to 5?", None),
        ("What were sales in 2024?", None),
    ],
)
def test_a_page_that_a_question_names_is_read(question: str, page: int | None) -> None:
    assert relevance.page(question) == page


def test_words_that_only_ask_do_not_count() -> None:
    asked = relevance.asked(
        understand("How many customers are shown in the chart on slide 14, and which two make most?")
    )
    assert asked.terms == relevance.terms_of("customers")


def test_a_quoted_title_is_read_in_both_languages() -> None:
    assert relevance.quoted('What does the chart "Levels of service" show?') == relevance.terms_of("levels service")
    assert relevance.quoted("「与信関係費用の推移」の図で最大の年は？") == relevance.terms_of("与信関係費用の推移")
    assert relevance.quoted('What is "churn"?') == frozenset()


def test_a_name_with_another_number_is_another_name() -> None:
    waves = Candidate("Wave I asked 3,004 people in 40 districts, Wave III asked 4,021 people.", "Survey")
    assert missing.names("How many people did Wave III ask?", [waves]) == []
    assert missing.names("How many people did Wave IV ask?", [waves]) == ["Wave IV"]


def test_a_long_sentence_has_to_cover_more_than_a_short_one() -> None:
    asked = "How many tractors does the branch network own?"
    short = Candidate("Branch network", "Handbook")
    long = Candidate(
        "The bank lists what each branch keeps in its rooms: desks, safes, chairs, lamps, clocks, paper, stamps, keys, "
        "forms, plants, cameras, carpets, printers, shelves, curtains, umbrellas, bottles, ladders and mirrors.",
        "Handbook",
    )
    assert [piece.text for piece in chosen(asked, short)] == ["Branch network"]
    assert chosen(asked, long) == []
    assert extracts.least(Piece(0, "", terms=frozenset("abc"))) < extracts.least(
        Piece(0, "", terms=frozenset(map(str, range(40))))
    )


def test_a_page_that_tells_other_years_only_does_not_answer() -> None:
    page = Candidate("Debit cards: 399 million in 2014, 490 million in 2015.", "Cards in numbers")
    assert chosen("How many debit cards were there in 2015?", page)
    assert chosen("How many debit cards were there in 2012?", page) == []


def test_a_figure_in_the_question_does_not_end_its_sentence() -> None:
    asked = relevance.asked(understand("How many complaints does the post get with an audience of 10.6 for the old?"))
    assert relevance.terms_of("complaints") <= asked.terms


def test_a_number_written_with_letters_is_one_word() -> None:
    asked = relevance.asked(understand("How many A380 aircraft were delivered?"))
    assert asked.terms == frozenset({"a380"}) | relevance.terms_of("aircraft delivered")
