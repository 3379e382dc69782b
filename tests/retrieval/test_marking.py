"""Words marked by stem, by dictionary form and in other wordings; the stretch of a passage that shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.excerpts import excerpt
from retrieval.marking import spans, wanted
from retrieval.question import Company, understand


def marked(question: str, text: str) -> str:
    """The text with what is marked in brackets."""
    found = spans(text, wanted(understand(question, [Company("Minato Shipping")])))
    for start, end in reversed(found):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("drivers of growth", "[Growth] came from demand, a [driver] of sales"),
        ("What was capital expenditure in FY2018?", "[Purchases of property, plant and equipment]: [2018], 2017"),
        ("What was capital expenditure?", "Property, plant and a [capital] good"),
        ("net income", "[Net income] of taxes; other income; a net of fish"),
        ("dividends per share", "[Dividends] declared [per share]"),
        ("Minato Shipping cargo", "[Minato Shipping] carries [cargoes]"),
        ("FY2018 revenue", "In [FY2018], fiscal [2018], [revenues] rose"),
        ("How much is the loss", "A [loss] is what it is"),
        ("operating income", "[Operating] | [Income]"),
    ],
)
def test_english(question: str, text: str) -> None:
    assert marked(question, text.replace("[", "").replace("]", "")) == text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("設備投資額はいくらですか", "[設備投資額]は増えた。[capital expenditure]も"),
        ("純利益はいくらですか", "親会社株主に帰属する[当期純利益]は516百万円"),
        ("支店が増えた理由", "[支店]は三つ[増え]ました"),
        ("ﾎｰﾙﾃﾞｨﾝｸﾞｽの配当", "[ホールディングス]の[配当]性向"),
        ("2025年3月期の売上高", "[２０２５年３月期]の[売上高]"),
        ("capital expenditure", "[設備投資額]は8,854億円"),
        ("営業利益", "[営業損失（△）] | △40,289\n営業外収益 | 78,185"),
    ],
)
def test_japanese(question: str, text: str) -> None:
    assert marked(question, text.replace("[", "").replace("]", "")) == text


@given(st.text(max_size=80), st.text(max_size=200))
def test_marks_lie_in_the_text_in_order_and_apart(question: str, text: str) -> None:
    found = spans(text, wanted(understand(question)))
    edges = [place for span in found for place in span]
    assert edges == sorted(set(edges))
    assert all(0 <= place <= len(text) for place in edges)
    for table in (True, False):
        pieces = [piece for line in excerpt(text, found, table=table) for piece, _ in line]
        assert all(piece.strip("… ") in text for piece in pieces)


def test_an_excerpt_of_a_text_is_the_stretch_with_the_words() -> None:
    text = f"{'Nothing of interest stands here. ' * 30}The dividend was raised to 5.44. {'More of the same. ' * 30}"
    (line,) = excerpt(text, spans(text, wanted(understand("dividend raised"))), table=False)
    shown = "".join(piece for piece, _ in line)
    assert [piece for piece, on in line if on] == ["dividend", "raised"]
    assert "… " in shown and " …" in shown
    assert "The dividend was raised to 5.44." in shown
    assert len(shown) < 400
    assert excerpt("Short.", [], table=False) == [[("Short.", False)]]


def test_an_excerpt_of_a_table_is_the_rows_with_the_words() -> None:
    text = "FY2024 | FY2023\nRevenue | 2024: 10 | 2023: 9\nNet income | 2024: 3 | 2023: 2\nTax | 2024: 1 | 2023: 1"

    def rows(question: str) -> list[str]:
        return [
            "".join(p for p, _ in line) for line in excerpt(text, spans(text, wanted(understand(question))), table=True)
        ]

    assert rows("net income in FY2024") == ["Net income | 2024: 3 | 2023: 2"]
    assert rows("ships") == ["FY2024 | FY2023", "Revenue | 2024: 10 | 2023: 9"]
