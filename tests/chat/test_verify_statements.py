"""Sentences against their sources, without a model."""

from __future__ import annotations

import pytest

from chat.verify import Source
from chat.verifying.statements import check_statements

ENGLISH = Source(
    1,
    "Net interest income increased to $971 million in the third quarter of 2021, compared with $946 million in the "
    "linked quarter. The bank agreed with Northwind to accelerate the delivery of 12 branches in Canada. "
    "We expect loan losses to remain low through the end of the second quarter of 2022. "
    "The dividend was not changed. Adjusted earnings exclude the gain on the sale of the rail business. "
    "Demand in North America was strong, while pricing in Europe was weak.",
    period="FY2021Q3",
)
JAPANESE = Source(
    1,
    "2025年3月期の売上高は8,854億円となり、前期比12.3%増加しました。国内の需要は堅調に推移した一方、海外の販売は低調でした。"
    "当社は関東銀行の保証を得て九州工場の売却を取締役会で承認しました。配当の変更はありません。為替の影響を除く営業利益は改善しました。",
    period="FY2025-03",
)


@pytest.mark.parametrize(
    "text",
    [
        "Net interest income rose to $971 million in Q3 2021.",
        "Net interest income climbed in the third quarter.",
        "The bank has agreed with Northwind to speed up the delivery of 12 branches in Canada.",
        "Loan losses are anticipated to stay low until the end of Q2 2022.",
        "The dividend was not changed.",
        "Adjusted earnings exclude the gain on the sale of the rail business.",
        "Demand was robust in North America, but pricing was soft in Europe.",
    ],
)
def test_a_paraphrase_is_supported(text: str) -> None:
    (statement,) = check_statements(text, [ENGLISH])
    assert statement.supported, statement.why


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Net interest income fell to $971 million in Q3 2021.", ""),
        ("Net interest income rose to $917 million in Q3 2021.", "$917 million"),
        ("Net interest income rose to $971 million in Q4 2021.", ""),
        ("The bank agreed with Southwind to accelerate the delivery of 12 branches.", "Southwind"),
        ("The bank agreed with Northwind to delay the delivery of 12 branches.", "delay"),
        ("The bank did not agree with Northwind to accelerate the delivery of branches.", "not"),
        ("Loan losses are expected to remain high through the end of the second quarter of 2022.", "high"),
        ("Adjusted earnings include the gain on the sale of the rail business.", "include"),
        ("Demand in North America was weak.", "weak"),
        ("The headcount was reduced.", "headcount"),
    ],
)
def test_a_contradiction_is_found_and_named(text: str, word: str) -> None:
    (statement,) = check_statements(text, [ENGLISH])
    assert not statement.supported
    assert word in str(statement.why)


@pytest.mark.parametrize(
    "text",
    [
        "2025年3月期の売上高は8,854億円で、前期比12.3%の増収でした。",
        "国内需要は好調でした。",
        "取締役会は九州工場の売却を承認しました。",
        "配当の変更はありません。",
        "為替の影響を除いた営業利益は改善しています。",
    ],
)
def test_a_japanese_paraphrase_is_supported(text: str) -> None:
    (statement,) = check_statements(text, [JAPANESE])
    assert statement.supported, statement.why


@pytest.mark.parametrize(
    "text",
    [
        "2025年3月期の売上高は8,854億円で、前期比12.3%の減収でした。",
        "2024年3月期の売上高は8,854億円でした。",
        "国内の需要は低調でした。",
        "取締役会は九州工場の売却を否決しました。",
        "取締役会は九州工場の買収を承認しました。",
        "為替の影響を含む営業利益は改善しました。",
        "為替の影響を除く営業利益は悪化しました。",
        "関西銀行の保証を得ました。",
    ],
)
def test_a_japanese_contradiction_is_found(text: str) -> None:
    (statement,) = check_statements(text, [JAPANESE])
    assert not statement.supported


def test_each_sentence_has_its_own_verdict_and_place() -> None:
    text = "The dividend was not changed. Demand in North America was weak."
    kept, wrong = check_statements(text, [ENGLISH])
    assert (kept.supported, wrong.supported) == (True, False)
    assert text[wrong.start : wrong.end] == wrong.text


def test_another_language_is_judged_by_its_figures_alone() -> None:
    right, wrong = check_statements("純金利収入は9億7,100万ドルでした。純金利収入は9億1,700万ドルでした。", [ENGLISH])
    assert (right.supported, wrong.supported) == (True, False)
