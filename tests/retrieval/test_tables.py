"""Answers from cells, on small tables written here."""

from __future__ import annotations

from library.tables import Cell, Column, Row, Table
from retrieval.question import Company, understand
from retrieval.tables import FoundTable, find_cells

Line = tuple[list[str], list[str | None]]


def table(
    title: str, periods: list[str], lines: list[Line], *, basis: str = "", headers: list[list[str]] | None = None
) -> Table:
    """Rows of (path, values); a value that is no number stays text."""
    made = Table(1, title=title, basis=basis)
    headers = headers or [[p] for p in periods]
    made.columns = [Column(n + 2, h, p) for n, (h, p) in enumerate(zip(headers, periods, strict=True))]
    for index, (path, values) in enumerate(lines, 2):
        made.rows.append(Row(index, path))
        made.cells.append(Cell(index, 1, path[-1]))
        for column, value in enumerate(values, 2):
            number = value if value and value.lstrip("-").replace(".", "").isdigit() else None
            if value is not None:
                made.cells.append(Cell(index, column, value, number))
    return made


CASH_FLOW = table(
    "Consolidated Statement of Cash Flows",
    ["FY2018", "FY2017", "FY2016"],
    [
        (
            ["Cash Flows from Operating Activities", "Depreciation and amortization"],
            ["1488000000", "1544000000", "1474000000"],
        ),
        (
            ["Cash Flows from Operating Activities", "Net cash provided by operating activities"],
            ["6439000000", "6240000000", "6662000000"],
        ),
        (
            ["Cash Flows from Investing Activities", "Purchases of property, plant and equipment (PP&E)"],
            ["-1577000000", "-1373000000", "-1420000000"],
        ),
        (
            ["Cash Flows from Investing Activities", "Proceeds from sale of PP&E and other assets"],
            ["262000000", "49000000", "58000000"],
        ),
    ],
)
BALANCE = table(
    "Consolidated Balance Sheet",
    ["2018-12-31", "2017-12-31"],
    [
        (["Assets", "Current assets", "Inventories", "Total inventories"], ["4366000000", "4034000000"]),
        (["Assets", "Total current assets"], ["13709000000", "14277000000"]),
        (["Assets", "Property, plant and equipment"], ["24873000000", "24914000000"]),
        (["Assets", "Property, plant and equipment - net"], ["8738000000", "8866000000"]),
        (["Liabilities", "Total current liabilities"], ["7244000000", "7687000000"]),
    ],
)
SHARES = table(
    "所有者別状況",
    ["2020-03-31", "2020-03-31", "2020-03-31"],
    [(["株主数（人）"], ["73", "5210", "5283"]), (["所有株式数（単元）"], ["8000", "120", "8120"])],
    headers=[["金融機関"], ["個人その他"], ["計"]],
)
KEY_FIGURES = [
    table(
        "連結経営指標等",
        ["FY2019-03", "FY2020-03"],
        [(["経常利益"], ["100", "120"]), (["総資産額"], ["900", "950"])],
        basis="consolidated",
    ),
    table(
        "提出会社の経営指標等",
        ["FY2019-03", "FY2020-03"],
        [(["経常利益"], ["60", "70"]), (["配当性向"], ["0.31", "0.35"])],
        basis="separate",
    ),
]
EQUITY = table(
    "株主資本等変動計算書",
    ["FY2020-03", "FY2020-03", "FY2020-03"],
    [
        (["当期首残高"], ["10", "-4", "500"]),
        (["当期変動額", "自己株式の取得"], [None, "-2", "-2"]),
        (["当期末残高"], ["10", "-6", "498"]),
    ],
    headers=[["株主資本", "資本金"], ["株主資本", "自己株式"], ["純資産合計"]],
)
OFFICERS = table(
    "役員の状況",
    ["", ""],
    [(["取締役"], ["浦野 邦子", "34000"]), (["監査役"], ["木川 眞", "1000"])],
    headers=[["氏名"], ["所有株式数（株）"]],
)


def found(*tables: Table, period: str = "") -> list[FoundTable]:
    return [FoundTable(str(n), t, "report", "Northwind", period, heading=t.title) for n, t in enumerate(tables)]


def first(text: str, *tables: Table, period: str = "") -> str:
    return find_cells(
        understand(text, [Company("Northwind Company"), Company("港製作所")]), found(*tables, period=period)
    )[0].value


def test_capital_expenditure_is_found_under_its_name_in_the_filing() -> None:
    question = understand("What was Northwind's capital expenditure in 2018?", [Company("Northwind Company")])
    answer = find_cells(question, found(BALANCE, CASH_FLOW))[0]
    assert answer.value == "-1577000000"
    assert (answer.locator["row"], answer.locator["column"], answer.period) == (4, 2, "FY2018")
    assert answer.confidence > 0.7


def test_the_year_chooses_the_column() -> None:
    assert first("capital expenditure in 2016", CASH_FLOW) == "-1420000000"
    assert first("inventories at the end of 2017", BALANCE) == "4034000000"


def test_without_a_year_the_newest_column_answers() -> None:
    assert first("What are total current liabilities?", BALANCE) == "7244000000"


def test_net_is_not_gross() -> None:
    assert first("year end FY2018 net property, plant and equipment", BALANCE) == "8738000000"


def test_japanese_finds_english_rows_and_the_other_way() -> None:
    assert first("2018年の有形固定資産の取得による支出は？", CASH_FLOW) == "-1577000000"
    assert first("What was the payout ratio in 2020?", *KEY_FIGURES) == "0.35"


def test_consolidated_comes_first_unless_separate_is_asked() -> None:
    assert first("2020年における「経常利益又は経常損失（△）、経営指標等」は？", *KEY_FIGURES) == "120"
    assert first("2020年の個別決算における「経常利益、経営指標等」は？", *KEY_FIGURES) == "70"


def test_relative_columns_count_from_the_documents_year() -> None:
    relative = table("役員報酬", ["FY-1", "FY0"], [(["監査証明業務に基づく報酬"], ["300", "320"])])
    assert first("2019年の「監査証明業務に基づく報酬」は？", relative, period="FY2020-03") == "300"


def test_a_label_may_name_both_axes() -> None:
    assert first("2020年時点における「株主数－個人その他」は？", SHARES) == "5210"


def test_a_member_chooses_the_column() -> None:
    assert first("2020年のTreasuryStockMemberにおける「自己株式の取得」は？", EQUITY) == "-2"
    assert first("2020年時点のTreasuryStockMemberにおける「純資産」は？", EQUITY) == "-6"


def test_the_opening_balance_is_that_of_the_day_before() -> None:
    assert first("2019年時点における「当期首残高」は？", EQUITY) == "500"


def test_a_person_is_found_by_reading() -> None:
    assert first("2020年時点のKunikoUranoMemberにおける「所有株式数」は？", OFFICERS) == "34000"


def test_runners_up_have_other_values() -> None:
    best = find_cells(understand("2020年の「経常利益」は？"), found(*KEY_FIGURES))[0]
    assert [r.value for r in best.runners_up][:1] == ["70"]


def test_nothing_is_found_where_nothing_fits() -> None:
    assert find_cells(understand("What was the number of frozen wagons in 2018?"), found(BALANCE)) == []
    assert find_cells(understand("capital expenditure in 2018?"), []) == []


def test_another_companys_cell_is_not_trusted() -> None:
    question = understand("What was Southwind's capital expenditure in 2018?", [Company("Southwind Company")])
    assert find_cells(question, found(CASH_FLOW))[0].confidence < 0.2


def test_confidence_is_low_for_the_wrong_year() -> None:
    right = find_cells(understand("capital expenditure in 2018"), found(CASH_FLOW))[0]
    wrong = find_cells(understand("capital expenditure in 2011"), found(CASH_FLOW))[0]
    assert right.confidence > 0.7 > 0.5 > wrong.confidence
