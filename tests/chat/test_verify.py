"""Verdicts on the figures of an answer."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from bench._figure_cases import generate
from bench.figures import Tally, hand_written, judge
from chat.verify import Source, SourceCell, Verifier, verify
from chat.verifying.computed import rerun

CASES = list(hand_written(Path(__file__).parent / "figure_cases.jsonl"))
SALES = SourceCell("32765000000", "USD", ("Net sales",), ("2018",), "FY2018", "$ 32,765", {"page": 60, "row": 2})
BEFORE = SourceCell("31657000000", "USD", ("Net sales",), ("2017",), "FY2017", "31,657", {"page": 60, "row": 2})
STATEMENT = Source(3, "", (SALES, BEFORE), {"page": 60}, "FY2018")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_it_judges_as_a_person_did(case: object) -> None:
    assert judge(case, Tally()) == ""  # type: ignore[arg-type]


def test_it_catches_what_was_made_wrong() -> None:
    tally = Tally()
    failures = [f for case in generate(Random(7), 300) if (f := judge(case, tally))]
    assert failures == []
    assert tally.wrong > 100


def test_a_verdict_names_the_cell_and_the_formula() -> None:
    sales, growth = verify("Net sales were $32,765 million in 2018, up 3.5% [3].", [STATEMENT])
    assert sales.as_json() == {
        "text": "$32,765 million",
        "value": "32765000000",
        "unit": "USD",
        "verdict": "verified",
        "marker": 3,
        "locator": {"page": 60, "row": 2},
        "formula": "",
    }
    assert growth.verdict == "computed"
    assert growth.formula == "(32765000000 - 31657000000) / 31657000000"
    assert f"{rerun(growth.formula):.3f}" == "0.035"
    assert json.dumps(growth.as_json())


def test_places_are_those_of_the_answer() -> None:
    answer = "売上は次の通り。\n- 2018年: 327.65億ドル [3]\n- 2017年: 316.57億ドル [3]"
    found = verify(answer, [STATEMENT])
    assert [answer[c.start : c.end] for c in found] == ["327.65億ドル", "316.57億ドル"]
    assert [c.verdict for c in found] == ["verified", "verified"]


def test_a_cited_source_comes_first() -> None:
    other = Source(1, "Net sales were $32,765 million in 2018.", (), {"page": 1}, "FY2018")
    (found,) = verify("Net sales were $32,765 million in 2018 [3].", [other, STATEMENT])
    assert found.marker == 3


def test_without_sources_nothing_is_supported() -> None:
    (found,) = verify("Net sales were $32,765 million.", [])
    assert found.verdict == "unsupported"
    assert found.marker is None


def test_streaming_gives_each_figure_with_its_sentence() -> None:
    answer = "Net sales were $32,765 million in 2018 [3]. That is 3.5% more than the $31,657 million of 2017 [3]. "
    verifier, batches = Verifier([STATEMENT]), []
    for at in range(0, len(answer), 5):
        batches.append(verifier.feed(answer[at : at + 5]))
    batches.append(verifier.close())
    streamed = [c for batch in batches for c in batch]
    assert streamed == verify(answer, [STATEMENT])
    assert [len(b) for b in batches if b] == [1, 2]
    assert verifier.close() == []


@pytest.mark.parametrize(
    ("formula", "value"), [("1 + 2", "3"), ("(5 - -3) / 2", "4"), ("2 ** 3 - 1", "7"), ("1 / 0", "None")]
)
def test_formulas_are_plain_arithmetic(formula: str, value: str) -> None:
    assert str(rerun(formula)) == value


def test_formulas_are_nothing_else() -> None:
    with pytest.raises(ValueError, match="no plain arithmetic"):
        rerun("__import__('os')")


def test_a_change_named_after_the_base_is_of_the_later_period() -> None:
    row = ("Capital expenditures",)
    cells = (
        SourceCell("1577000000", "USD", row, ("2018",), "FY2018", "1,577"),
        SourceCell("1373000000", "USD", row, ("2017",), "FY2017", "1,373"),
    )
    text = "Capital expenditures were $1,577 million in 2018, up from $1,373 million in 2017, an increase of {}."
    right, wrong = (verify(text.format(change), [Source(1, "", cells)])[-1] for change in ("14.9%", "12.9%"))
    assert (right.verdict, wrong.verdict) == ("computed", "unsupported")
    assert right.formula == "(1577000000 - 1373000000) / 1373000000"
