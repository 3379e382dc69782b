"""Chips: what was understood, in the reader's language, each to be taken off by itself."""

from __future__ import annotations

import pytest

from retrieval import statements
from retrieval.question import Company, understand
from retrieval.understood import chips, without, words

KNOWN = [Company("3M Company", documents=("1",)), Company("株式会社ほしの銀行", documents=("2",))]
ASKED = "What was the FY2018 capital expenditure of 3M in the cash flow statement?"


def shown(question: str, language: str) -> list[str]:
    return [words(chip.id, chip.said, language) for chip in chips(understand(question, KNOWN))]


def test_readings_are_chips_in_both_languages() -> None:
    assert shown(ASKED, "en") == ["3M", "FY2018", "capital expenditure", "cash flow statement"]
    assert shown(ASKED, "ja") == ["3M", "2018年度", "有形固定資産の取得による支出", "キャッシュ・フロー計算書"]
    japanese = "ほしの銀行の2025年3月期の連結純利益は前期比でいくら増えましたか"
    assert shown(japanese, "en") == ["ほしの銀行", "FY3/2025", "FY3/2024", "net income", "consolidated"]
    assert shown("When do branches open?", "en") == []


def test_a_measure_keeps_the_name_that_it_was_given() -> None:
    assert shown("What was the ordinary profit?", "en") == ["ordinary profit"]
    assert shown("What was the ordinary profit?", "ja") == ["経常利益"]
    assert shown("与信関係費用は？", "ja") == ["与信関係費用"]


def test_a_company_is_shown_by_the_words_of_the_question_alone() -> None:
    """Its full name stands in documents that a later reader may not see."""
    assert all("Company" not in f"{chip.id} {chip.said}" for chip in chips(understand(ASKED, KNOWN)))


@pytest.mark.parametrize("off", [chip.id for chip in chips(understand(ASKED, KNOWN))])
def test_each_can_be_taken_off_by_itself(off: str) -> None:
    whole = understand(ASKED, KNOWN)
    less = without(whole, {off})
    assert [chip.id for chip in chips(whole, {off}) if chip.off] == [off]
    assert off not in {chip.id for chip in chips(less)}
    assert {chip.id for chip in chips(less)} == {chip.id for chip in chips(whole)} - {off}


def test_a_measure_goes_with_its_wordings_and_the_statement_it_implies() -> None:
    whole = understand("capital expenditure of 3M", KNOWN)
    assert "capex" in whole.expansions
    assert statements.meant(whole) == {"cash_flow"}
    less = without(whole, {"measure:capex"})
    assert (less.measures, less.expansions, statements.meant(less)) == ([], [], frozenset())
    assert less.text == whole.text, "its words are still looked for"


def test_a_statement_that_is_not_meant_lifts_nothing_for_its_measures_either() -> None:
    less = without(understand(ASKED, KNOWN), {"statement:cash_flow"})
    assert statements.meant(less) == frozenset()
    assert [measure.key for measure in less.measures] == ["capex"]
    assert "capex" in less.expansions


def test_a_period_takes_its_words_with_it() -> None:
    whole = understand(ASKED, KNOWN)
    less = without(whole, {"period:FY2018"})
    assert "2018" not in less.text
    assert less.text.split() == ASKED.replace("FY2018 ", "").split()
    assert len(less.text) == len(ASKED)
    (company,) = less.company_spans
    assert less.text[company.start : company.end] == "3M"


def test_a_comparison_needs_two() -> None:
    whole = understand("How did net income of 3M change from FY2017 to FY2018?", KNOWN)
    assert whole.comparison == "periods"
    assert without(whole, {"period:FY2017"}).comparison == ""
    assert without(whole, {"company:3m"}).comparison == "periods"


def test_nothing_taken_off_changes_nothing() -> None:
    whole = understand(ASKED, KNOWN)
    assert without(whole, ()) == whole
    assert without(whole, {"period:FY1999", "nonsense"}) == whole
