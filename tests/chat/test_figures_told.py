"""Figures from cells in sentences: printed, worked out, compared; in both languages, each input with its bookmark."""

from __future__ import annotations

import pytest

from chat.events import Sources
from library.models import User, Version
from tests.chat.test_answering import asked, events_of, last, words

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing")]


async def test_a_change_is_told_with_both_cells(teller: User, report: Version) -> None:
    draft, events = await asked(teller, "How much did Aozora's capital expenditures grow from FY2023 to FY2024?")
    assert words(events) == (
        "Aozora's capital expenditures rose by $204 million, from $(1,373) million [1] in FY2023 "
        "to $(1,577) million [2] in FY2024."
    )
    change, *cells = draft.figures
    assert (change.text, change.value, change.unit, change.verdict) == ("$204 million", "204000000", "USD", "computed")
    assert change.formula == "(-1373000000) - (-1577000000)"
    assert [(f.value, f.verdict, f.marker) for f in cells] == [
        ("-1373000000", "verified", 1),
        ("-1577000000", "verified", 2),
    ]
    assert [s.locator["column"] for s in last(events, Sources).sources] == [3, 2]


async def test_a_derived_measure_shows_its_formula(teller: User, report: Version) -> None:
    draft, events = await asked(teller, "What was Aozora's free cash flow in FY2024?")
    assert words(events) == (
        "Aozora's free cash flow was $4,862 million in FY2024: $6,439 million [1] − $1,577 million [2].\n\n"
        "- Cash from operating activities, FY2024: $6,439 million [1]\n"
        "- Capital expenditures, FY2024: $(1,577) million [2]"
    )
    assert (draft.figures[0].value, draft.figures[0].verdict) == ("4862000000", "computed")
    assert draft.figures[0].formula == "(6439000000 - 1577000000)"


async def test_an_average_and_a_growth_rate(teller: User, report: Version) -> None:
    _, events = await asked(
        teller, "What was the average cash from operating activities of Aozora over FY2023 and FY2024?"
    )
    assert "was $6,339.5 million" in words(events) or "was $6,340 million" in words(events)
    draft, events = await asked(
        teller, "What was the percentage change in Aozora's cash from operating activities from FY2023 to FY2024?"
    )
    assert "rose by 3.2% ($199 million)" in words(events)
    assert draft.figures[0].value == "0.031891"


async def test_a_yearly_growth_rate_shows_its_root(teller: User, report: Version) -> None:
    draft, events = await asked(
        teller, "What is the CAGR of Aozora's cash from operating activities, FY2023 to FY2024?"
    )
    assert words(events).startswith(
        "The compound annual growth rate of Aozora's cash from operating activities over FY2023–FY2024 was 3.2%: "
        "($6,439 million [1] ÷ $6,240 million [2]) ^ (1 ÷ 1) − 1."
    )
    assert (draft.figures[0].value, draft.figures[0].formula) == (
        "0.031891",
        "(6439000000 / 6240000000) ** (1 / 1) - 1",
    )


async def test_the_year_before_is_asked_in_short(teller: User, report: Version) -> None:
    draft, _ = await asked(teller, "What were Aozora's capital expenditures in FY2024?")
    draft.question, draft.history = "And the year before?", [(draft.question, draft.text)]
    assert words(await events_of(draft)) == "Aozora's capital expenditures were $(1,373) million in FY2023 [1]."


async def test_a_year_that_is_not_there_is_named_in_the_refusal(teller: User, report: Version) -> None:
    draft, events = await asked(teller, "What were Aozora's capital expenditures in FY2011?")
    assert draft.refused
    assert words(events).endswith("They name capital expenditures, but not for FY2011.")
