"""The glossary file itself, and finding its terms."""

from __future__ import annotations

import re

import pytest

from retrieval import glossary
from retrieval.glossary import find, keys_of, operands, split_name, terms


def test_every_line_is_complete() -> None:
    assert len(terms()) > 350
    for term in terms().values():
        assert re.fullmatch(r"[a-z0-9_]+", term.key), term.key
        assert term.english and term.japanese, term.key
        assert term.kind in {"flow", "stock", "ratio", "text"} or term.statement == "section", term.key


def test_formulas_name_only_terms() -> None:
    functions = {"avg", "change", "abs"}
    for term in terms().values():
        names = set(re.findall(r"[a-z_]+", term.formula)) - functions
        assert names <= set(terms()), term.key


def test_no_wording_stands_twice_in_a_term() -> None:
    for term in terms().values():
        assert len(set(term.wordings)) == len(term.wordings), term.key


@pytest.mark.parametrize(
    "label",
    [
        "capital expenditure",
        "Capital Expenditures",
        "capex",
        "Purchases of property, plant and equipment (PP&E)",
        "Additions to property, plant and equipment",
        "有形固定資産の取得による支出",
    ],
)
def test_a_term_has_one_key_under_all_its_names(label: str) -> None:
    assert "capex" in keys_of(label)


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("経常利益又は経常損失（△）", "ordinary_income"),
        ("潜在株式調整後 １株当たり当期純利益", "diluted_eps"),
        ("Selling, general and administrative expenses", "sga"),
        ("SG&A", "sga"),
        ("親会社株主に帰属する当期純利益", "net_income_parent"),
        ("Total shareholders’ equity", "equity"),
        ("流動資産合計", "current_assets"),
    ],
)
def test_it_knows_labels_as_printed(label: str, key: str) -> None:
    assert key in keys_of(label)


def test_the_longest_wording_wins() -> None:
    assert [f.term.key for f in find("What was the operating income margin?")] == ["operating_margin"]
    assert [f.term.key for f in find("売上高営業利益率は？")] == ["operating_margin"]
    assert {f.term.key for f in find("Free cash flow and cash flow from operations")} == {
        "free_cash_flow",
        "operating_cash_flow",
    }


def test_a_find_says_where_it_stands() -> None:
    text = "2020年の　販売費及び 一般管理費 は？"
    (found,) = [f for f in find(text) if f.term.key == "sga"]
    assert text[found.start : found.end] == "販売費及び 一般管理費"


def test_operands_of_a_derived_term() -> None:
    assert [t.key for t in operands(terms()["free_cash_flow"])] == ["operating_cash_flow", "capex"]


def test_names_of_a_taxonomy_are_split() -> None:
    assert split_name("OutsideDirectorsMember") == "outside directors"
    assert split_name("NonControllingInterestsIFRSMember") == "non controlling interests"


def test_translations_are_in_the_other_language() -> None:
    assert "有形固定資産の取得による支出" in glossary.translations("capital expenditure")
    assert "net income" in glossary.translations("当期純利益")


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Net earnings attributable to Northwind Foods", "net_income_parent"),
        ("Depreciation and amortization of property and equipment", "depreciation_amortization"),
        ("Purchases of snow ploughs", ""),
    ],
)
def test_a_label_may_go_on_after_the_term(label: str, key: str) -> None:
    assert glossary.keys_of_head(label) == ({key} if key else frozenset())
