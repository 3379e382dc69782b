"""Numbers in cells, units in headers, figures in prose, both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.figures import read_cell, read_figures, read_unit, same


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        ("(1,577)", "-1577", ""),
        ("( 1,577 )", "-1577", ""),
        ("△516", "-516", ""),
        ("▲1,234", "-1234", ""),
        ("△ 1,234 ", "-1234", ""),
        ("−3.2", "-3.2", ""),
        ("１，５７７", "1577", ""),
        ("13.2%", "0.132", "%"),
        ("(3.2)%", "-0.032", "%"),
        ("(3.2%)", "-0.032", "%"),
        ("1,577*", "1577", ""),
        ("1,577(1)", "1577", ""),
        ("1,577 (a)", "1577", ""),
        ("1,577¹", "1577", ""),
        ("1,577※1", "1577", ""),
        ("$ 5,363", "5363", "USD"),
        ("$(516)", "-516", "USD"),
        ("($516)", "-516", "USD"),
        ("12.3x", "12.3", "x"),
        ("4.2pt", "0.042", "pt"),
        ("25bp", "0.0025", "bp"),
        ("8,854億円", "885400000000", "JPY"),
        ("$1.2bn", "1200000000", "USD"),
        ("102円45銭", "102.45", "JPY"),
        ("3,000株", "3000", "shares"),
        ("0.0", "0", ""),
    ],
)
def test_it_reads_a_cell(printed: str, value: str, unit: str) -> None:
    assert read_cell(printed) == (value, unit)


@pytest.mark.parametrize("printed", ["", "—", "－", "-", "―", "n/a", "abc", "1 2", "$", "%", "December 31"])
def test_it_finds_no_number_where_there_is_none(printed: str) -> None:
    assert read_cell(printed) is None


def test_the_scale_of_the_table_multiplies_amounts_alone() -> None:
    scale = "1000000"
    assert read_cell("1,577", scale=scale, unit="USD") == ("1577000000", "USD")
    assert read_cell("$ 3.25", scale=scale, unit="USD/share") == ("3.25", "USD/share")
    assert read_cell("13.2", scale=scale, unit="%") == ("0.132", "%")
    assert read_cell("13.2%", scale=scale, unit="USD") == ("0.132", "%")
    assert read_cell("8,854億円", scale=scale, unit="JPY") == ("885400000000", "JPY")


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_printed_whole_number_reads_back(number: int) -> None:
    american = f"({-number:,})" if number < 0 else f"{number:,}"
    japanese = f"△{-number:,}" if number < 0 else f"{number:,}"
    assert read_cell(american) == read_cell(japanese) == (str(number), "")


@pytest.mark.parametrize(
    ("header", "printed", "scale", "unit"),
    [
        ("(Millions)", "Millions", "1000000", ""),
        ("In thousands", "In thousands", "1000", ""),
        ("Year ended December 31 (Dollars in millions)", "Dollars in millions", "1000000", "USD"),
        ("¥ million", "¥ million", "1000000", "JPY"),
        ("$m", "$m", "1000000", "USD"),
        ("US$000", "US$000", "1000", "USD"),
        ("単位：百万円", "百万円", "1000000", "JPY"),
        ("（単位：千円）", "千円", "1000", "JPY"),
        ("億円", "億円", "100000000", "JPY"),
        ("百万ドル", "百万ドル", "1000000", "USD"),
        ("千株", "千株", "1000", "shares"),
        ("(%)", "%", "1", "%"),
        ("2018", "", "1", ""),
        ("We sold millions of cars", "", "1", ""),
    ],
)
def test_it_reads_the_unit_of_a_header(header: str, printed: str, scale: str, unit: str) -> None:
    assert read_unit(header) == (printed, scale, unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1兆2,345億円", [("1234500000000", "JPY", "100000000")]),
        ("営業利益は8,854億円", [("885400000000", "JPY", "100000000")]),
        ("△516百万円", [("-516000000", "JPY", "1000000")]),
        ("３億５千万円", [("350000000", "JPY", "10000000")]),
        ("三割と二倍", [("0.3", "%", "0.1"), ("2", "x", "1")]),
        ("三割五分", [("0.35", "%", "0.01")]),
        ("十二億円", [("1200000000", "JPY", "100000000")]),
        ("前年比 +30.4%", [("0.304", "%", "0.001")]),
        ("1株当たり102円45銭", [("102.45", "JPY", "0.01")]),
        ("loss of (516)", [("-516", "", "1")]),
        ("up 12.3% and 4.2 pt", [("0.123", "%", "0.001"), ("0.042", "pt", "0.001")]),
        ("25bp", [("0.0025", "bp", "0.0001")]),
        ("$1.2bn", [("1200000000", "USD", "100000000")]),
        ("1.577 billion dollars", [("1577000000", "USD", "1000000")]),
        ("nine percent", [("0.09", "%", "0.01")]),
        ("twenty-five million yen", [("25000000", "JPY", "1000000")]),
        ("$0.13 per share", [("0.13", "USD/share", "0.01")]),
        ("$(516) million", [("-516000000", "USD", "1000000")]),
        ("10-12%", [("0.1", "%", "0.01"), ("0.12", "%", "0.01")]),
        ("$1.2 to $1.4 billion", [("1200000000", "USD", "100000000"), ("1400000000", "USD", "100000000")]),
        ("$425-475 million", [("425000000", "USD", "1000000"), ("475000000", "USD", "1000000")]),
        ("10〜12億円", [("1000000000", "JPY", "100000000"), ("1200000000", "JPY", "100000000")]),
        ("CET1比率12.6%", [("0.126", "%", "0.001")]),
        ("$3M", [("3000000", "USD", "1000000")]),
    ],
)
def test_it_reads_figures_in_prose(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(f.value, f.unit, f.precision) for f in read_figures(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "In 2018, 3M filed Form 10-K on March 31, 2019; see page 12, Note 5 and Item 7.",
        "The S&P 500, Nikkei 225 and COVID-19; IFRS 9; Level 3; 401(k); 5G",
        "2025年3月期第1四半期、令和6年4月1日、第120期、12ページ、注記5、3カ月間",
        "1. First\n2) Second\n(3) Third [4] 【5】",
        "FY2018, FY18, Q3 2021, 1H, fiscal 2020, 2018-2020, 2018/12/31, 10:30 a.m.",
        "証券コード7203、日経平均225、電話03-1234-5678",
        "百万円",
        "within 12 months, a 10-year plan, the 3rd quarter",
    ],
)
def test_dates_labels_and_names_are_no_figures(text: str) -> None:
    assert [f.text for f in read_figures(text)] == []


def test_a_figure_knows_its_place_and_that_it_is_approximate() -> None:
    text = "売上高は約８，９００億円です"
    (figure,) = read_figures(text)
    assert text[figure.start : figure.end] == figure.text == "８，９００億円"
    assert figure.approximate


@given(st.text(alphabet="0123456789,.%()-+△$¥億万円株十百千割 aneofmilo年月FY年", max_size=60))
def test_every_figure_is_a_piece_of_the_text_that_was_read(text: str) -> None:
    for figure in read_figures(text):
        assert text[figure.start : figure.end] == figure.text
        assert figure.text.strip() == figure.text != ""


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("8,854億円", "885,412百万円", True),
        ("8,854億円", "885,489百万円", True),
        ("8,854億円", "885,512百万円", False),
        ("$1.6 billion", "$1,577 million", True),
        ("$1.5 billion", "$1,577 million", False),
        ("$1.6 billion", "$1,550 million", True),
        ("$1.6 billion", "$1.65 billion", False),
        ("12%", "12.3%", True),
        ("12.3%", "12.3 pt", False),
        ("25bp", "0.25 pt", True),
        ("$5 million", "¥5 million", False),
        ("約9,000億円", "8,854億円", True),
    ],
)
def test_figures_are_the_same_within_the_digits_shown(a: str, b: str, expected: bool) -> None:
    (first,), (second,) = read_figures(a), read_figures(b)
    assert same(first, second) is same(second, first) is expected
