"""Which cell answers: settled questions, adjusted figures, statements of one's own before those of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chat import figuring
from library.tables import Cell, Row, Table
from retrieval.question import Company, Question, understand
from retrieval.tables import FoundTable
from tests.chat.conftest import cash_flow

SPELLINGS = [Company("Aozora Holdings"), Company("AOZORA HOLDINGS")]


def asked(question: str) -> Question:
    return understand(question, SPELLINGS)


def found(table: Table, page: int = 60) -> FoundTable:
    return FoundTable(
        f"p{page}", replace(table, page=page), "aozora.pdf", "Aozora Holdings", "FY2024", heading="Statements"
    )


@pytest.mark.parametrize(
    ("question", "periods", "operation"),
    [
        ("Did net income grow in FY2024?", ["FY2024", "FY2023"], "change"),
        ("2024年3月期の経常利益は前期からいくら増えましたか", ["FY2024-03", "FY2023-03"], "change"),
        ("経費率は前期からどれだけ改善しましたか", ["FY0", "FY-1"], "change"),
        ("What was net income in FY2024?", ["FY2024"], ""),
        ("What is the 2 year revenue CAGR from FY2022 to FY2024?", ["FY2022", "FY2024"], "cagr"),
        ("What is the 3 year revenue CAGR to FY2024?", ["FY2021", "FY2024"], "cagr"),
    ],
)
def test_what_a_question_leaves_to_be_worked_out_is_settled(question: str, periods: list[str], operation: str) -> None:
    settled = figuring.settled(asked(question))
    assert (settled.periods, settled.operation) == (periods, operation)


def test_one_company_in_two_spellings_is_no_comparison() -> None:
    question = asked("What were the capital expenditures of Aozora Holdings in FY2024?")
    assert question.comparison == "companies"
    choice = figuring.choose(question, [found(cash_flow())], "en")
    assert choice.cell is not None
    assert choice.cell.value == "-1577000000"


def test_an_adjusted_figure_is_not_worked_out_of_plain_ones() -> None:
    tables = [found(cash_flow())]
    assert figuring.choose(asked("What was free cash flow in FY2024?"), tables, "en").comparison is not None
    assert not figuring.choose(asked("What was adjusted free cash flow in FY2024?"), tables, "en").is_made


def test_of_two_statements_with_one_title_the_first_is_meant() -> None:
    partner = cash_flow()
    for cell in partner.cells:
        cell.value = cell.value and cell.value.removesuffix("000")
    tables = [found(partner, 174), found(cash_flow(), 60)]
    choice = figuring.choose(asked("What were capital expenditures in FY2024?"), tables, "en")
    assert choice.cell is not None
    assert choice.cell.value == "-1577000000"


def test_the_largest_of_a_list_is_no_figure_of_a_measure() -> None:
    question = asked("What was the largest capital expenditure in FY2024?")
    assert not figuring.choose(question, [found(cash_flow())], "en").is_made


@pytest.mark.parametrize(
    "question",
    [
        "How much did Aozora pay out in FY2024 for capital expenditures?",
        "You are an investment analyst who can only use the cash flow statement. What was capex in FY2024?",
    ],
)
def test_words_around_the_line_that_is_asked_for_do_not_matter(question: str) -> None:
    choice = figuring.choose(asked(question), [found(cash_flow())], "en")
    assert choice.cell is not None
    assert choice.cell.value == "-1577000000"


def test_whether_a_ratio_is_high_is_answered_by_the_ratio() -> None:
    income = Table(1, "Consolidated statement of income", columns=cash_flow().columns, page=58)
    income.rows = [Row(2, ["Revenue"])]
    income.cells = [Cell(2, 1, "Revenue"), Cell(2, 2, "31,540", "31540000000", "USD")]
    tables = [found(cash_flow()), found(income, 58)]
    choice = figuring.choose(asked("Is Aozora capital-intensive based on FY2024 data?"), tables, "en")
    assert choice.comparison is not None
    assert choice.comparison.parts[0].plain == "0.05"


def test_the_growth_of_one_thing_is_not_told_as_that_of_all() -> None:
    tables = [found(cash_flow())]
    assert figuring.choose(asked("How did Aozora's capital expenditures change in FY2024?"), tables, "en").is_made
    named = asked("How did Aozora's capital expenditures for the Kingfisher change in FY2024?")
    assert not figuring.choose(named, tables, "en").is_made
