"""Derived measures and comparisons, worked out from cells."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from retrieval.question import Company, understand
from retrieval.tables_compute import Comparison, compute, worked_out
from retrieval.tables_formula import defined_formula, formula_of
from tests.retrieval.test_tables import BALANCE, CASH_FLOW, found, table

INCOME = table(
    "Consolidated Statement of Income",
    ["FY2018", "FY2017", "FY2016"],
    [
        (["Net sales"], ["32765000000", "31657000000", "30109000000"]),
        (["Cost of sales"], ["16682000000", "16055000000", "15118000000"]),
        (["Operating income"], ["7207000000", "7692000000", "7027000000"]),
        (["Net income"], ["5349000000", "4858000000", "5050000000"]),
    ],
)
RESULTS = table(
    "連結損益計算書",
    ["FY2023-03", "FY2024-03"],
    [(["売上高"], ["1000", "1250"]), (["売上原価"], ["700", "800"]), (["営業利益"], ["-50", "100"])],
)
ROE = "net_income / avg(equity)"
OURS = [Company("Northwind Company")]


def worked(text: str) -> Comparison:
    answer = compute(understand(text, OURS), found(INCOME, CASH_FLOW, BALANCE))
    assert answer is not None
    return answer


def test_free_cash_flow_is_computed_from_its_cells() -> None:
    (part,) = worked("What was Northwind's free cash flow in 2018?").parts
    assert part.formula == "(6439000000 - 1577000000)"
    assert part.plain == "4862000000"
    assert [c.label.split(" › ")[-1][:9] for c in part.cells] == ["Net cash ", "Purchases"]


def test_a_ratio_of_a_balance_uses_its_day() -> None:
    (part,) = worked("What is the FY2018 working capital ratio of Northwind?").parts
    assert part.value.quantize(Decimal("0.01")) == Decimal("1.89")
    assert part.unit == "x"


def test_a_printed_figure_goes_before_its_formula() -> None:
    (part,) = worked("What was Northwind's operating income in 2017?").parts
    assert part.formula == "7692000000"


def test_an_average_takes_every_year_between() -> None:
    answer = worked("What is the FY2016 - FY2018 3 year average net profit margin for Northwind?")
    assert [p.period for p in answer.parts] == ["FY2016", "FY2017", "FY2018"]
    assert answer.result is not None
    assert answer.result.value.quantize(Decimal("0.001")) == Decimal("0.161")


def test_a_measure_as_a_share_of_revenue() -> None:
    (part,) = worked("What is the FY2018 depreciation and amortization % margin for Northwind?").parts
    assert part.formula == "(1488000000 / 32765000000)"
    assert part.unit == "%"


def test_a_change_runs_from_the_earlier_to_the_later_year() -> None:
    for text in ("How much did Northwind's net sales change between 2018 and 2017?", "change in net sales in 2018"):
        answer = worked(text)
        assert answer.result is not None
        assert answer.result.plain == "1108000000"


def test_a_fall_is_asked_for_by_its_size() -> None:
    answer = worked("By how much did Northwind's operating income decline from 2017 to 2018?")
    assert answer.result is not None
    assert (answer.result.plain, answer.result.formula) == ("485000000", "7692000000 - 7207000000")


def test_growth_in_japanese_counts_from_the_year_before() -> None:
    answer = compute(understand("2024年3月期の売上高は前期比で何%増減したか。"), found(RESULTS))
    assert answer is not None and answer.result is not None
    assert (answer.result.plain, answer.result.unit) == ("0.25", "%")


def test_growth_from_a_loss_is_measured_by_its_size() -> None:
    answer = compute(understand("2024年3月期の営業利益は前期比で何%変化したか。"), found(RESULTS))
    assert answer is not None and answer.result is not None
    assert answer.result.plain == "3"


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("2024年3月期の売上高から売上原価を差し引いた額はいくらか。", "revenue - abs(cost_of_sales)"),
        ("2024年3月期の流動資産と固定資産の合計はいくらか。", "current_assets + noncurrent_assets"),
        ("営業利益率は何%か", "operating_income / revenue"),
        ("売上高はいくらか", ""),
        ("負債比率(負債/総資産)は何%か。", "total_liabilities / total_assets"),
        ("フリーキャッシュフロー(営業CF+投資CF)はいくらか。", "operating_cash_flow + investing_cash_flow"),
        ("What is FCF? FCF here is defined as: (cash from operations - capex).", "operating_cash_flow - abs(capex)"),
        ("What is the FY2023 ROE? It is defined as net income / (average equity from FY2022 to FY2023).", ROE),
        (
            "What is the payout ratio (using dividends paid and net income attributable to shareholders)?",
            "abs(dividends_paid) / net_income_parent",
        ),
    ],
)
def test_it_reads_the_formula_out_of_the_question(text: str, formula: str) -> None:
    assert formula_of(understand(text))[0] == formula


def test_an_average_without_years_takes_those_of_the_row() -> None:
    answer = worked("What is Northwind's average net sales?")
    assert [p.period for p in answer.parts] == ["FY2018", "FY2017", "FY2016"]
    assert answer.result is not None
    assert answer.result.plain == "31510333333.333333"


def test_one_cell_is_not_the_figure_of_two_years() -> None:
    undated = table("Income", ["FY2018", ""], [(["Net sales"], ["100", None])])
    asked = understand("By how much did net sales change between 2018 and 2017?")
    assert compute(asked, found(undated)) is None


def test_companies_are_compared_each_with_its_own_cell() -> None:
    known = [Company("Northwind Company"), Company("Southwind Company")]
    tables = found(INCOME) + found(table("Income", ["FY2018"], [(["Revenue"], ["100"])]))
    tables[1].company = "Southwind Company"
    answer = compute(understand("Compare 2018 revenue of Northwind and Southwind", known), tables)
    assert answer is not None
    assert [(p.company, p.plain) for p in answer.parts] == [
        ("Northwind Company", "32765000000"),
        ("Southwind Company", "100"),
    ]


def test_it_gives_nothing_where_an_operand_is_missing() -> None:
    assert compute(understand("What was Northwind's quick ratio in 2018?", OURS), found(INCOME)) is None
    assert compute(understand("What was the free cash flow in 2009?", OURS), found(CASH_FLOW)) is None


def test_arithmetic_is_exact_and_divides_by_nothing_quietly() -> None:
    assert worked_out("(0.1 + 0.2) * 10") == Decimal("3.0")
    assert worked_out("1 / (5 - 5)") is None


def test_no_yearly_growth_is_told_between_quarters_that_do_not_correspond() -> None:
    quarters = table(
        "Quarterly results", ["FY2022Q1", "FY2023Q1", "FY2023Q3"], [(["Net sales"], ["100", "121", "150"])]
    )
    told = {}
    for last in ("Q1 FY2023", "Q3 FY2023"):
        question = understand(f"What is the CAGR of Northwind's net sales from Q1 FY2022 to {last}?", OURS)
        answer = compute(replace(question, operation="cagr"), found(quarters))
        assert answer is not None
        told[last] = answer.result.plain if answer.result else None
    assert told == {"Q1 FY2023": "0.21", "Q3 FY2023": None}


@pytest.mark.parametrize(
    "definition",
    [
        "revenue (total assets) - 1",
        "revenue / -5 + total assets",
        "change (revenue + inventories) / total assets",
        "abs(revenue - total assets)",
        "revenue.total assets - 2",
        "revenue / total assets * x",
    ],
)
def test_a_definition_that_is_no_plain_arithmetic_is_passed_over(definition: str) -> None:
    assert defined_formula(f"What is the FY2018 ratio, defined as {definition}?") == ""
