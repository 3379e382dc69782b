"""Which cells go into a formula, where a filing prints the same lines in many places; invented statements."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from library.tables import Table
from retrieval.question import Company, understand
from retrieval.tables import FoundTable, find_cells
from retrieval.tables_compute import Computed, compute
from tests.retrieval.test_tables import Line, table

OURS = [Company("Northwind Company")]
YEARS = ["2023-06-30", "2022-06-30"]


def balance(*lines: Line, title: str = "Consolidated Balance Sheets", days: list[str] | None = None) -> Table:
    return table(title, days or YEARS, list(lines))


OWN = balance(
    (["Current assets", "Trade receivables, net of allowance for credit losses of $21 and $25"], ["1875", "1935"]),
    (["Current assets", "Inventories"], ["2213", "2439"]),
    (["Current assets", "Total current assets"], ["5308", "5853"]),
    (["Current liabilities", "Total current liabilities"], ["4476", "5103"]),
    (["Shareholders' equity", "Total Northwind shareholders' equity"], ["4026", "4082"]),
    (["Total equity"], ["4090", "4141"]),
)
OF_GUARANTORS = balance(
    (["Inventories"], ["60", "71"]),
    (["Receivables, net"], ["342", "662"]),
    (["Total current assets"], ["477", "703"]),
    (["Total current liabilities"], ["1145", "1411"]),
)
OF_A_QUARTER = balance(
    (["Inventories"], ["2600", "2439"]),
    (["Total current assets"], ["5863", "5853"]),
    (["Total current liabilities"], ["4393", "5103"]),
    days=["2022-12-31", "2022-06-30"],
)
INCOME = table(
    "Consolidated Statements of Income",
    ["FY2023", "FY2022"],
    [
        (["Net sales"], ["14694", "14544"]),
        (["Cost of sales"], ["-11969", "-11724"]),
        (["Interest expense"], ["-290", "-159"]),
        (["Income before income taxes"], ["1251", "1115"]),
        (["Income tax expense"], ["-193", "-300"]),
        (["Net income"], ["1058", "815"]),
        (["Net income attributable to non-controlling interests"], ["-10", "-10"]),
        (["Net income attributable to Northwind Company"], ["1048", "805"]),
    ],
)
CASH_FLOWS = table(
    "Consolidated Statements of Cash Flows",
    ["FY2023", "FY2022"],
    [
        (["Changes in", "Accounts receivable"], ["-93", "272"]),
        (["Sales of investments"], ["7", "66"]),
        (["Depreciation and amortization"], ["569", "579"]),
    ],
)


def annual(one: Table, page: int, **more: str) -> FoundTable:
    fields = {"document": "annual.pdf", "period": "FY2023", "kind": "annual report", "heading": one.title, **more}
    return FoundTable(f"{fields['document']}{page}", replace(one, page=page), company="Northwind Company", **fields)


FILING = [
    annual(OF_GUARANTORS, 107),
    annual(OF_A_QUARTER, 7, document="quarter.pdf", period="FY2023Q2", kind="quarterly report"),
    annual(OWN, 52),
    annual(CASH_FLOWS, 53),
    annual(INCOME, 50),
]


def worked(text: str, tables: list[FoundTable] | None = None) -> Computed:
    answer = compute(understand(text, OURS), tables or FILING)
    assert answer is not None
    return answer.result or answer.parts[0]


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        ("What is Northwind's FY2023 quick ratio?", "((5308 - 2213) / 4476)"),
        ("What is Northwind's FY2022 net working capital?", "(5853 - 5103)"),
        ("What is Northwind's FY2023 inventory turnover?", "(11969 / ((2213 + 2439) / 2))"),
        ("What are Northwind's FY2023 days sales outstanding?", "((365 * ((1875 + 1935) / 2)) / 14694)"),
    ],
)
def test_figures_come_from_the_groups_own_statement_of_the_year(question: str, formula: str) -> None:
    found = worked(question)
    assert found.formula == formula
    assert {cell.found.key for cell in found.cells} <= {"annual.pdf52", "annual.pdf50"}


def test_a_statement_of_guarantors_alone_is_second_even_where_it_comes_first() -> None:
    named = annual(OF_GUARANTORS, 38, heading="Balance Sheet for Obligor Group")
    assert worked("What is Northwind's FY2023 current ratio?", [named, annual(OWN, 52)]).formula == "(5308 / 4476)"


def test_what_only_a_second_statement_prints_is_not_sure() -> None:
    others: list[Line] = [(["Line " + letter], ["992", "1114"]) for letter in "abcdef"]
    without = annual(balance(*others), 52)
    found = worked("What is Northwind's FY2023 inventory turnover?", [annual(OF_GUARANTORS, 107), without, FILING[-1]])
    assert found.confidence < 0.5
    goes_on = worked("What is Northwind's FY2023 inventory turnover?", [annual(OWN, 53), without, FILING[-1]])
    assert goes_on.confidence > 0.5


def test_the_closing_day_of_a_quarter_is_no_year_end() -> None:
    asked = understand("What were Northwind's total current liabilities at the end of FY2022?", OURS)
    best = find_cells(asked, FILING[1:3])[0]
    assert (best.value, best.column.period) == ("5103", "2022-06-30")


def test_what_is_paid_counts_by_its_size_and_a_tax_by_its_sign() -> None:
    assert worked("What is Northwind's FY2023 effective tax rate?").formula == "(193 / 1251)"
    benefit = table(
        "Consolidated Statements of Income",
        ["FY2023"],
        [
            (["Cost of sales"], ["900"]),
            (["Income before income taxes"], ["400"]),
            (["Provision for (benefit from) income taxes"], ["-80"]),
        ],
    )
    assert worked("What is Northwind's FY2023 effective tax rate?", [annual(benefit, 50)]).value == Decimal("-0.2")


def test_the_shareholders_part_is_taken_where_the_question_names_it() -> None:
    text = (
        "What is Northwind's FY2023 return on equity? ROE is defined as: FY2023 net income attributable to "
        "shareholders / (average total equity between FY2022 and FY2023)."
    )
    assert worked(text).formula == "(1048 / ((4090 + 4141) / 2))"


def test_an_average_that_is_asked_for_is_not_made_of_one_year() -> None:
    closing = annual(balance((["Inventories"], ["2213"]), days=["2023-06-30"]), 52)
    tables = [closing, annual(INCOME, 50)]
    defined = "What is Northwind's FY2023 inventory turnover? It is defined as: COGS / (average inventory)."
    assert compute(understand(defined, OURS), tables) is None


def test_shares_of_sales_are_no_amounts() -> None:
    shares = table("Operating results", ["FY2023", "FY2022"], [(["Operating income"], ["10.3", "8.5"])])
    for cell in shares.cells:
        cell.unit = "%" if cell.value else ""
    amounts = table(
        "Consolidated Statements of Income", ["FY2023", "FY2022"], [(["Operating income"], ["1508", "1239"])]
    )
    text = "What is Northwind's change in operating income from FY2022 to FY2023 in units of percents?"
    found = worked(text, [annual(shares, 29), annual(amounts, 50)])
    assert {cell.found.key for cell in found.cells} == {"annual.pdf50"}


def test_a_ratio_is_no_amount_of_money_that_is_called_alike() -> None:
    summary = table("Selected financial data", ["FY2023"], [(["Working capital"], ["832"])])
    for cell in summary.cells:
        cell.unit = "USD" if cell.value else ""
    found = worked("What is Northwind's FY2023 working capital ratio?", [annual(summary, 19), annual(OWN, 52)])
    assert found.formula == "(5308 / 4476)"


def test_sales_of_investments_are_no_revenue() -> None:
    asked = understand("What is Northwind's FY2022 depreciation and amortization % margin?", OURS)
    assert compute(asked, [annual(CASH_FLOWS, 53)]) is None
    assert worked(asked.text).formula == "(579 / 14544)"


def test_the_last_quarter_of_a_year_is_not_the_year() -> None:
    quarters = table(
        "Selected quarterly financial data",
        ["", ""],
        [(["2023", "Net sales"], ["3600", "3700"])],
        headers=[["June 30"], ["March 31"]],
    )
    quarters.rows[0].period = "FY2023"
    found = worked("What were Northwind's net sales in FY2023?", [annual(quarters, 90), annual(INCOME, 50)])
    assert found.plain == "14694"


def test_a_yearly_growth_rate_takes_the_first_and_the_last_year() -> None:
    text = "What is Northwind's revenue CAGR from FY2022 to FY2023?"
    found = worked(text)
    assert (found.formula, found.unit) == ("(14694 / 14544) ** (1 / 1) - 1", "%")
    assert round(found.value, 4) == Decimal("0.0103")
