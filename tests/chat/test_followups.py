"""Follow-ups are made whole from the questions before them."""

from __future__ import annotations

import pytest

from chat.followups import whole
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
        (JAPANESE, "では2023年3月期は？", "青空銀行の2023年3月期の与信関係費用は？"),
        (JAPANESE, "増減は？", "青空銀行の2025年3月期の与信関係費用は2024年3月期からいくら増減しましたか。"),
        ("経費率は？", "前期は？", "前期の経費率は？"),
    ],
)
def test_a_follow_up_is_made_whole(before: str, question: str, asked: str) -> None:
    assert whole(question, [(before, "")], BANKS) == asked


def test_a_follow_up_on_a_follow_up_goes_on_from_it() -> None:
    turns = [(ENGLISH, ""), ("and the year before?", "")]
    assert whole("and the year before?", turns, BANKS) == "What was Aozora Bank's net income in FY2023?"


@pytest.mark.parametrize(
    "question",
    ["What was Minato Trust's ordinary profit in FY2024?", "青空銀行の2024年3月期の経常利益はいくらですか。"],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert whole(question, [(ENGLISH, "")], BANKS) == question


def test_without_a_question_before_it_stays_as_it_is() -> None:
    assert whole("and the year before?", []) == "and the year before?"


def test_what_asks_something_else_is_asked_together_with_what_went_before() -> None:
    assert whole("Why?", [(ENGLISH, "")], BANKS) == f"{ENGLISH} Why?"
