"""Periods read from headers in English and Japanese, and compared."""

from __future__ import annotations

import pytest

from library.periods import matches, parse, read_period, shift, write


@pytest.mark.parametrize(
    ("text", "above", "expected"),
    [
        ("2018", "", "FY2018"),
        ("2018", "Years ended December 31", "FY2018"),
        ("2018", "December 31", "2018-12-31"),
        ("2018", "Years ended December 31, 2018 and 2017", "FY2018"),
        ("December 31, 2018", "", "2018-12-31"),
        ("Dec. 31, 2018", "", "2018-12-31"),
        ("As of June 30, 2023", "", "2023-06-30"),
        ("Year ended December 31, 2018", "", "FY2018"),
        ("Three months ended June 30, 2023", "", "2023-06-30/3M"),
        ("2023", "Three Months Ended June 30,", "2023-06-30/3M"),
        ("July 2, 2023", "Three Months Ended", "2023-07-02/3M"),
        ("February 3, 2018", "Fiscal Years Ended", "FY2018"),
        ("52 weeks ended May 26, 2019", "", "FY2019"),
        ("Q2 2023", "", "FY2023Q2"),
        ("2Q23", "", "FY2023Q2"),
        ("Second quarter of fiscal 2023", "", "FY2023Q2"),
        ("FY18", "", "FY2018"),
        ("1H FY2024", "", "FY2024H1"),
        ("Fiscal 2019", "", "FY2019"),
        ("2025年3月期", "", "FY2025-03"),
        ("２０２５年３月期 第２四半期", "", "FY2025-03Q2"),
        ("25/3期", "", "FY2025-03"),
        ("FY3/2025", "", "FY2025-03"),
        ("2024年度", "", "FY2024"),
        ("令和6年度", "", "FY2024"),
        ("令和6年3月31日", "", "2024-03-31"),
        ("(2020年3月31日)", "前連結会計年度", "2020-03-31"),
        ("前連結会計年度 (自 2019年4月1日 至 2020年3月31日)", "", "FY2020-03"),
        ("(自 2024年4月1日 至 2024年9月30日)", "", "2024-09-30/6M"),
        ("前連結会計年度", "", "FY-1"),
        ("当期", "", "FY0"),
        ("2018 versus 2017", "", ""),
        ("% change", "", ""),
        ("Goodwill", "2018 Notes", ""),
    ],
)
def test_it_reads_a_header(text: str, above: str, expected: str) -> None:
    assert read_period(text, above=above) == expected


def test_the_fiscal_calendar_turns_months_into_quarters() -> None:
    assert read_period("Three months ended June 30, 2023", year_end=12) == "FY2023Q2"
    assert read_period("Three months ended December 31, 2022", year_end=6) == "FY2023Q2"
    assert read_period("Six months ended December 31, 2022", year_end=6) == "FY2023H1"


def test_relative_years_count_from_the_documents_own() -> None:
    assert read_period("前連結会計年度", current="FY2025-03") == "FY2024-03"
    assert read_period("当第2四半期", current="FY2025-03") == "FY2025-03Q2"
    assert read_period("Prior year", current="FY2018") == "FY2017"


@pytest.mark.parametrize(
    "canonical", ["FY2018", "FY2025-03", "FY2018Q2", "2018-12-31", "2018-12", "2023-06-30/3M", "FY-1", "FY0"]
)
def test_what_is_written_is_read_back(canonical: str) -> None:
    period = parse(canonical)
    assert period is not None
    assert write(period) == canonical


def test_matching_prefers_the_same_period() -> None:
    assert matches("FY2018", "FY2018") == 1.0
    assert matches("FY2018", "FY2017") == 0.0
    assert 0 < matches("FY2018", "2018-12-31") < 1
    assert matches("FY2018", "2017-12-31") == 0.0
    assert matches("FY2023Q2", "2023-06-30/3M") > matches("FY2023Q2", "2023-06-30/6M") > 0
    assert matches("FY2024", "FY2025-03") > 0
    assert matches("FY2024", "FY2024-03") > 0
    assert matches("FY2025-03", "2025-03-31") > matches("FY2025-03", "2024-03-31")
    assert matches("", "FY2018") == 0.0


def test_shifting_keeps_the_form() -> None:
    assert shift("FY2018", -1) == "FY2017"
    assert shift("2018-12-31", -1) == "2017-12-31"
    assert shift("", -1) == ""
