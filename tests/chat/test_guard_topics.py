"""What a question is about, as far as guard rails ask."""

from __future__ import annotations

import pytest

from chat.guards.topics import asks_advice, touches


@pytest.mark.parametrize(
    "question",
    [
        "Should I buy Toyota shares?",
        "Is now a good time to buy gold?",
        "Which fund should my client invest in?",
        "Would you recommend some bonds?",
        "Will the share price of Sony rise next year?",
        "What should I invest in?",
        "トヨタ株は買うべきですか",
        "おすすめの投資信託を教えて",
        "今は買い時ですか？",
        "ドルは今後上がりますか",
    ],
)
def test_advice_is_asked_for(question: str) -> None:
    assert asks_advice(question)


@pytest.mark.parametrize(
    "question",
    [
        "What did Toyota buy in 2023?",
        "Why did the share price fall in 2022?",
        "Should we hold customer records for seven years?",
        "How much did cash from investing activities change?",
        "What are the risks of buying derivatives?",
        "投資有価証券はいくらですか",
        "自己株式の取得額は？",
        "株価が下がった理由は何ですか",
    ],
)
def test_facts_are_asked_for(question: str) -> None:
    assert not asks_advice(question)


def test_words_of_a_topic_stand_whole_in_latin_and_anywhere_in_japanese() -> None:
    words = ["merger", "project  kite", "経営統合"]
    assert touches("Is a MERGER planned?", words)
    assert touches("What is Project Kite?", words)
    assert touches("両行の経営統合の時期は？", words)
    assert touches("ｍｅｒｇｅｒ", words)
    assert not touches("Submergers and kites", words)
    assert not touches("統合報告書", words)
