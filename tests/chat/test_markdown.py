"""Markdown becomes HTML that shows what it should, and loads, links and runs nothing."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.blocks import Blocks
from chat.markdown import Marks, blocks, html_of, plain, render_blocks
from chat.markers import Markers
from tests.exfiltration import ATTEMPTS

MARKS = Marks("t", {1: "p. 12", 2: "slide 3"})
VERIFIED = {"text": "1,577 million", "verdict": "verified"}


def test_a_marker_becomes_a_button_that_says_where() -> None:
    html = render_blocks("Capital expenditure rose [1].", MARKS)
    assert html == (
        '<p>Capital expenditure rose <button type="button" class="cite" data-marker="1" '
        'hx-get="/turns/t/citations/1/" hx-target="#evidence" aria-label="Source 1: p. 12">p. 12</button>.</p>\n'
    )


def test_a_marker_without_a_source_is_not_shown() -> None:
    assert render_blocks("So it is [7].", MARKS) == "<p>So it is .</p>\n"


@pytest.mark.parametrize("text", ["1,577 million", "**1,577** million", "`1,577 million`", "*1,577 mil*lion"])
def test_a_figure_carries_its_verdict_across_emphasis(text: str) -> None:
    html = render_blocks(f"It spent {text} on it.", Marks("t", {}, [VERIFIED]))
    marked = re.findall(r'<span class="figure verified" title="Found in the source">(.*?)</span>', html)
    assert "".join(marked) == "1,577 million"


def test_a_part_of_a_longer_number_is_not_the_figure() -> None:
    html = render_blocks("First 21,577 million, then 1,577 million.", Marks("t", {}, [VERIFIED]))
    assert html.count("<span") == 1
    assert "then <span" in html


def test_a_computed_figure_shows_its_formula() -> None:
    figure = {"text": "12%", "verdict": "computed", "formula": "(112 - 100) / 100"}
    assert 'title="(112 - 100) / 100"' in render_blocks("Up 12%.", Marks("t", {}, [figure]))


def test_numbers_in_a_table_stand_right() -> None:
    html = render_blocks("| | FY2024 |\n|---|---|\n| Net sales | (1,577) [1] |\n| Margin | 8.2% |", MARKS)
    assert html.count('<td class="number">') == 2
    assert "<td>Net sales</td>" in html
    assert plain("| a | 1 |\n|---|---|\n| b | 2 |") == "a\t1\t\nb\t2"


@pytest.mark.parametrize("attack", ATTEMPTS)
def test_nothing_loads_links_or_runs(attack: str) -> None:
    html = render_blocks(f"Before {attack} after\n\n{attack}", MARKS)
    tags = set(re.findall(r"<([a-z0-9]+)", html))
    assert not tags & {"a", "img", "script", "iframe", "style", "link", "svg", "form", "object", "base", "meta"}
    assert not re.findall(r"<[^>]*(?:https?:|//|javascript:|style=|\son\w+=)", html)
    assert re.findall(r'<[^>]*hx-get="([^"]*)"', html) in ([], ["/turns/t/citations/1/"] * 2)


def test_a_link_shows_where_it_would_lead() -> None:
    assert plain("See [the *report*](https://bank.example/r)") == "See the report"
    html = render_blocks("See [the *report*](https://bank.example/r)", MARKS)
    assert html == "<p>See the <em>report</em> (https://bank.example/r)</p>\n"


TEXT = (
    "# Result\n\nNet sales **rose** to 32,765 [1].\nThey fell before.\n\n- one\n- two\n\n  still two\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n1. first\n2. second\n\n> quoted\n\n```\ncode\n```\nend #1\n-\n"
)


@given(st.lists(st.integers(0, len(TEXT)), max_size=30))
def test_blocks_come_out_the_same_however_the_text_is_cut(cuts: list[int]) -> None:
    places = sorted({0, len(TEXT), *cuts})
    growing, shown = Blocks(), dict[int, str]()
    for start, end in pairwise(places):
        growing.add(TEXT[start:end])
        for number, markdown, tokens in growing.changed():
            shown[number] = markdown
            assert html_of(tokens, MARKS) == render_blocks(markdown, MARKS)
    assert [shown[n] for n in sorted(shown) if shown[n]] == blocks(TEXT)


MARKED = "One [1], two [2][9], three [1, 2], four 【2】, five [Source 1], six [12], year [2024], [x]"


@given(st.lists(st.integers(0, len(MARKED)), max_size=20))
def test_markers_are_brought_to_one_form_however_they_are_cut(cuts: list[int]) -> None:
    places = sorted({0, len(MARKED), *cuts})
    markers = Markers([1, 2])
    text = "".join(markers.feed(MARKED[a:b]) for a, b in pairwise(places)) + markers.close()
    assert text == "One [1], two [2], three [1][2], four [2], five [1], six, year [2024], [x]"
    assert (markers.used, markers.removed) == ({1, 2}, 2)
