"""What is asked: companies, periods, measures, basis, comparison, kind of answer."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.question import Company, short_forms, understand
from retrieval.question_companies import acronyms
from retrieval.question_periods import find_periods

NORTHWIND = Company("Northwind Trading Company", ("NWT",))
ARCTIC = Company("Arctic Express Holdings, Inc.")
MINATO = Company("株式会社　港製作所", ("6999",))
SAKURA = Company("さくら不動産ホールディングス株式会社")
KNOWN = (NORTHWIND, ARCTIC, MINATO, SAKURA)


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("3M Company", {"3m"}),
        ("American Express Company", {"american express", "americanexpress"}),
        ("The Coca-Cola Company", {"coca-cola", "coca cola", "cocacola"}),
        ("Foot Locker, Inc.", {"foot locker", "footlocker"}),
        ("株式会社　東芝", {"東芝", "株式会社東芝"}),
        ("株式会社大和証券グループ本社", {"大和証券グループ", "大和証券"}),
        ("大和ハウス工業㈱", {"大和ハウス工業", "大和ハウス"}),
        ("ＡＢＣホールディングス株式会社", {"abc"}),
    ],
)
def test_it_knows_the_names_people_use(name: str, forms: set[str]) -> None:
    assert forms <= short_forms(name)


def test_a_common_word_alone_is_no_short_form() -> None:
    assert {"best", "general", "american"}.isdisjoint(
        short_forms("Best Buy Co., Inc.") | short_forms("General Mills, Inc.") | short_forms("American Express Company")
    )


def test_it_derives_acronyms() -> None:
    assert "AMEX" in acronyms("American Express Company")
    assert "AMD" in acronyms("Advanced Micro Devices, Inc.")
    assert "MGM" in acronyms("MGM Resorts International")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What was Northwind Trading's revenue in 2018?", ["Northwind Trading Company"]),
        ("NWT capex 2020", ["Northwind Trading Company"]),
        ("Does AREX have an improving margin?", ["Arctic Express Holdings, Inc."]),
        ("港製作所の売上高は？", ["株式会社　港製作所"]),
        ("6999の営業利益は？", ["株式会社　港製作所"]),
        ("さくら不動産と港製作所を比較", ["さくら不動産ホールディングス株式会社", "株式会社　港製作所"]),
        ("What was the revenue?", []),
        ("the nwt of it", []),
    ],
)
def test_it_finds_known_companies(text: str, found: list[str]) -> None:
    assert [c.name for c in understand(text, KNOWN).companies] == found


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("capital expenditure in 2018?", ["FY2018"]),
        ("fiscal 2018 and 2019", ["FY2018", "FY2019"]),
        ("Q2 of FY2024", ["FY2024Q2"]),
        ("second quarter of 2023", ["FY2023Q2"]),
        ("2Q23 revenue", ["FY2023Q2"]),
        ("in H1 FY2023", ["FY2023H1"]),
        ("between FY20 and FY21", ["FY2020", "FY2021"]),
        ("FY2015 - FY2017 3 year average", ["FY2015", "FY2016", "FY2017"]),
        ("as of December 31, 2018", ["2018-12-31"]),
        ("2025年3月期の営業利益", ["FY2025-03"]),
        ("令和6年度の純利益", ["FY2024"]),
        ("2019年第２四半期", ["FY2019Q2"]),
        ("前期の売上高", ["FY-1"]),
        ("最新の純利益", ["FY0"]),
        ("前期比で何%増えたか", []),
        ("the price was $2018 and 2,019 units", []),
    ],
)
def test_it_reads_periods(text: str, periods: list[str]) -> None:
    assert find_periods(text).asked == periods


def test_last_year_is_the_calendars_where_today_is_known() -> None:
    assert find_periods("revenue last year", date(2024, 5, 1)).asked == ["FY2023"]
    assert find_periods("revenue last year").asked == ["FY-1"]


def test_a_plain_japanese_year_is_the_year_a_period_ends_in() -> None:
    assert understand("港製作所の2020年の売上高は？", KNOWN).by_end
    assert not understand("港製作所の2020年度の売上高は？", KNOWN).by_end


def test_it_reads_measure_statement_and_unit() -> None:
    asked = understand(
        "What is the FY2018 capital expenditure amount (in USD millions) for Northwind? Give a response to the "
        "question by relying on the details shown in the cash flow statement.",
        KNOWN,
    )
    assert [m.key for m in asked.measures] == ["capex"]
    assert (asked.statement, asked.unit, asked.scale, asked.wants) == ("cash_flow", "USD", "1000000", "figure")
    assert "purchases of property, plant and equipment" in asked.expansions
    assert "有形固定資産の取得による支出" in asked.expansions


def test_it_reads_a_quoted_label_with_what_it_stands_under() -> None:
    asked = understand("港製作所の2020年の個別決算における「減価償却費、営業費用、通信事業営業損益」は？", KNOWN)
    (measure,) = asked.measures
    assert (measure.key, measure.context) == ("depreciation_amortization", ("営業費用", "通信事業営業損益"))
    assert (asked.basis, asked.periods, asked.wants) == ("separate", ["FY2020"], "figure")


def test_a_taxonomys_member_is_read_in_both_languages() -> None:
    asked = understand("港製作所の2020年のOutsideCorporateAuditorsMemberにおける「基本報酬」は？", KNOWN)
    (member,) = asked.members
    assert member.named
    assert "社外監査役" in member.wordings


def test_definitions_and_instructions_are_not_asked_for() -> None:
    asked = understand(
        "What is the FY2017 return on assets (ROA) for Northwind? ROA is defined as: FY2017 net income / (average "
        "total assets between FY2016 and FY2017). Round your answer to two decimal places.",
        KNOWN,
    )
    assert [m.key for m in asked.measures] == ["roa"]
    assert asked.periods == ["FY2017"]
    assert asked.operation == ""


@pytest.mark.parametrize(
    ("text", "comparison", "operation", "periods"),
    [
        (
            "How much has the effective tax rate changed between FY2021 and FY2022?",
            "periods",
            "change",
            ["FY2021", "FY2022"],
        ),
        ("港製作所の2024年3月期の売上高は前期比で何%増減したか。", "periods", "percent", ["FY2024-03", "FY2023-03"]),
        ("Compare revenue of Northwind and Arctic Express in 2020", "companies", "", ["FY2020"]),
        (
            "FY2018 - FY2020 3 year average of capex as a % of revenue",
            "periods",
            "average",
            ["FY2018", "FY2019", "FY2020"],
        ),
        ("What was revenue in 2020?", "", "", ["FY2020"]),
    ],
)
def test_it_sees_comparisons(text: str, comparison: str, operation: str, periods: list[str]) -> None:
    asked = understand(text, KNOWN)
    assert (asked.comparison, asked.operation, asked.periods) == (comparison, operation, periods)


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("What was revenue in 2020?", "figure"),
        ("売上高はいくらですか", "figure"),
        ("Why did gross margin fall in 2020?", "text"),
        ("営業利益が減少した理由は？", "text"),
        ("Has the company increased its debt?", "yes_no"),
        ("配当は増えましたか", "yes_no"),
        ("売上高の推移を見せて", "table"),
        ("Revenue by segment in 2020", "table"),
    ],
)
def test_it_sees_what_kind_of_answer_is_wanted(text: str, wants: str) -> None:
    assert understand(text, KNOWN).wants == wants


def test_words_of_a_name_are_no_measures() -> None:
    asked = understand("What did Revenue Partners Inc. report as total assets?", (Company("Revenue Partners Inc."),))
    assert [m.key for m in asked.measures] == ["total_assets"]


def test_what_no_glossary_holds_is_left_as_the_subject() -> None:
    asked = understand("What was Northwind's number of frozen snack wagons in 2019?", KNOWN)
    assert asked.subject.split() == ["frozen", "snack", "wagon"]


def test_a_preamble_is_not_asked_for() -> None:
    asked = understand(
        "Basing your judgments off of the balance sheet, what is the year end FY2018 amount of accounts payable for "
        "Arctic Express Foods?",
        KNOWN,
    )
    assert asked.subject.split() == ["account", "payable"]
    assert asked.statement == "balance"


def test_compound_members_are_read_word_by_word() -> None:
    (member,) = understand(
        "港製作所の2020年のRealEstateSellingReportableSegmentsMemberにおける「売上高」は？", KNOWN
    ).members
    assert [group[0] for group in member.groups] == ["不動産", "販売"]
