"""Words, numbers and Japanese in the sparse vectors."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from retrieval import lexical


def terms(text: str) -> list[str]:
    return list(lexical.terms(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Capital Expenditures", ["capit", "expenditur"]),
        ("the company's equity", ["compani", "equiti"]),
        ("$1,577 and 12.5% in 2,018", ["1577", "12.5", "2018"]),
        ("1,577.0", ["1577"]),
        ("1,2 or 3", ["1,2", "3"]),
        ("８，８５４", ["8854"]),
        ("ﾄﾖﾀ", ["トヨタ"]),
        ("配当は増えました", ["配当", "増える"]),
        ("", []),
        ("— … ?!", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_word_and_a_number_written_together_are_found_apart_and_whole() -> None:
    assert terms("3M") == ["3m", "3", "m"]
    assert terms("FY2018") == ["fy2018", "fy", "2018"]
    assert terms("Q2") == ["q2", "q", "2"]


def test_a_long_japanese_word_is_found_by_its_parts() -> None:
    found = terms("親会社株主に帰属する当期純利益")
    assert {"当期純利益", "純", "利益"} <= set(found)
    assert set(terms("純利益")) & set(found)


def test_weights_saturate_and_long_passages_weigh_less() -> None:
    once, thrice = lexical.passage("fee"), lexical.passage("fee fee fee")
    assert once.weights[0] < thrice.weights[0] < lexical.K1 + 1
    long = lexical.passage("fee " + " ".join(f"word{n}" for n in range(400)))
    weight = dict(zip(long.ids.tolist(), long.weights.tolist(), strict=True))[lexical.term_id("fee")]
    assert weight < once.weights[0]


def test_further_wordings_never_weigh_more_than_asked() -> None:
    plain = lexical.question("capital expenditure")
    wider = lexical.question("capital expenditure", [("purchases of property", 0.3), ("capital", 0.3)])
    weights = dict(zip(wider.ids.tolist(), wider.weights.tolist(), strict=True))
    assert all(weights[key] == pytest.approx(1) for key in plain.ids.tolist())
    assert weights[lexical.term_id("purchas properti")] == pytest.approx(0.3)
    assert weights[lexical.term_id("properti")] == pytest.approx(0.3 * lexical.SINGLE)


def test_packing_keeps_ids_and_weights() -> None:
    sparse = lexical.passage("Net sales were 1,577 million, up from 1,420 million. 設備投資額")
    again = lexical.unpack(lexical.pack(sparse))
    assert np.array_equal(again.ids, sparse.ids)
    assert np.allclose(again.weights, sparse.weights, rtol=1e-3)
    assert list(sparse.ids) == sorted(set(sparse.ids))
    assert not lexical.unpack(b"")


def test_threads_read_japanese_side_by_side() -> None:
    text = "連結業績予想の修正に関するお知らせ"
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(terms(text))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [terms(text)] * 4


def shared(passage: str, question: str) -> float:
    """What a passage scores for a question where every term is as rare as any other."""
    held, asked = lexical.passage(passage), lexical.question(question)
    weights = dict(zip(held.ids.tolist(), held.weights.tolist(), strict=True))
    return float(sum(weights.get(key, 0.0) * own for key, own in zip(asked.ids.tolist(), asked.weights, strict=True)))


def test_words_side_by_side_count_as_such() -> None:
    question = "How many share options were outstanding?"
    assert shared("Share options outstanding", question) > shared("Options: outstanding is no share", question)
    parted = "Interest paid. Income taxes | paid: 3"
    assert shared("Interest income grew", "interest income") > shared(parted, "interest income")


def test_a_rows_whole_label_counts_more_than_the_same_words_in_a_longer_one() -> None:
    question = "What was the total operating expense in 2019?"
    exact = "2019 | 2018\nTotal operating expense | 2019: 5 | 2018: 4"
    longer = "2019 | 2018\nTotal operating expense ratio | 2019: 5 | 2018: 4"
    assert shared(exact, question) > shared(longer, question)
    wider = lexical.question("capex", [("purchases of property", 0.3)])
    row = lexical.passage("Purchases of property | 5")
    assert lexical.term_id("= purchas properti") in set(wider.ids.tolist()) & set(row.ids.tolist())


def test_the_words_of_asking_hardly_count() -> None:
    question = "What was the percentage change in the amount of goodwill?"
    assert shared("Goodwill", question) > shared("Amount and percentage, change", question)
