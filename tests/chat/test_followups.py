"""Follow-ups are made whole from the questions before them."""

from __future__ import annotations

import pytest

from chat.followups import Whole, whole
from retrieval.question import Company

BANKS = [Company("Aozora Bank, Ltd."), Company("Minato Trust"), Company("株式会社青空銀行")]
ENGLISH = "What was Aozora Bank's net income in FY2025?"
JAPANESE = "青空銀行の2025年3月期の与信関係費用は？"


@pytest.mark.parametrize(
    ("before", "question", "asked"),
    [
        (ENGLISH, "and the year before?", "What was Aozora Bank's net income in FY2024?"),
        (ENGLISH, "And in FY2021?", "What was Aozora Bank's net income in FY2021?"),
        (ENGLISH, "what about ordinary profit?", "What was Aozora Bank's ordinary profit in FY2025?"),
        (ENGLISH, "What about Minato Trust?", "What was Minato Trust's net income in FY2025?"),
        (ENGLISH, "and that of Minato Trust?", "What was Minato Trust's net income in FY2025?"),
        (ENGLISH, "And for Kaede Bank?", "What was Kaede Bank's net income in FY2025?"),
        (ENGLISH, "and the change?", "What was Aozora Bank's net income in FY2025 compared with FY2024?"),
        (ENGLISH, "what about Retail banking?", "What was Aozora Bank's net income in FY2025 for Retail banking?"),
        ("What is the expense ratio?", "and the year before?", "What is the expense ratio in the previous year?"),
        (
            "What was gross profit of retail banking in FY2025?",
            "and corporate banking?",
            "What was gross profit of corporate banking in FY2025?",
        ),
        (JAPANESE, "前期は？", "青空銀行の2024年3月期の与信関係費用は？"),
        (JAPANESE, "経常利益は？", "青空銀行の2025年3月期の経常利益は？"),
        (JAPANESE, "みなと信託は？", "みなと信託の2025年3月期の与信関係費用は？"),
        (JAPANESE, "では2023年3月期は？", "青空銀行の2023年3月期の与信関係費用は？"),
        (JAPANESE, "増減は？", "青空銀行の2025年3月期の与信関係費用は2024年3月期からいくら増減しましたか。"),
        ("経費率は？", "前期は？", "前期の経費率は？"),
    ],
)
def test_a_follow_up_is_made_whole(before: str, question: str, asked: str) -> None:
    assert whole(question, [(before, "")], BANKS) == Whole(asked)


def test_a_follow_up_on_a_follow_up_goes_on_from_it() -> None:
    turns = [(ENGLISH, ""), ("and the year before?", "")]
    assert whole("and the year before?", turns, BANKS).text == "What was Aozora Bank's net income in FY2023?"


@pytest.mark.parametrize(
    "question",
    ["What was Minato Trust's ordinary profit in FY2024?", "青空銀行の2024年3月期の経常利益はいくらですか。"],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert whole(question, [(ENGLISH, "")], BANKS) == Whole(question)


def test_without_a_question_before_it_stays_as_it_is() -> None:
    assert whole("and the year before?", []) == Whole("and the year before?")


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (ENGLISH, "Why?"),
        (ENGLISH, "Why was that in FY2024?"),
        (ENGLISH, "and the reasons for the change?"),
        (ENGLISH, "and is that good?"),
        (ENGLISH, "Was that more than planned?"),
        (ENGLISH, "and the largest one?"),
        (ENGLISH, "Which of them grew?"),
        (ENGLISH, "and for the same period?"),
        (JAPANESE, "それはなぜ？"),
        (JAPANESE, "2024年3月期はなぜ？"),
        (JAPANESE, "その内訳は？"),
        (JAPANESE, "同じ期の総資産は？"),
        (JAPANESE, "リスクはありますか"),
    ],
)
def test_what_asks_something_else_is_joined_to_what_went_before_and_no_rule_is_sure(before: str, question: str) -> None:
    assert whole(question, [(before, "")], BANKS) == Whole(f"{before} {question}", sure=False)


def test_what_stands_on_an_unsure_question_is_unsure_too() -> None:
    assert not whole("and the year before?", [(ENGLISH, ""), ("Why?", "")], BANKS).sure
