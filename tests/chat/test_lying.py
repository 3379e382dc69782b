"""A model that lies: no wrong figure goes unmarked, nothing spins for ever, nothing breaks."""

from __future__ import annotations

import re

import pytest

from chat.events import Delta, Done, Error
from library.models import User, Version
from tests.chat.test_answering import asked, last
from tests.fakes import ModelServer, Script

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing")]
QUESTION = "What happened to branches and staff?"
TRUE = [
    ("Capital expenditures were $1,577 million in FY2024 [1][2].", "$1,577 million"),
    ("2024年度の設備投資額は15億7,700万ドルでした[1][2]。", "15億7,700万ドル"),
    ("Cash from operating activities was $6,439 million in fiscal 2024 [1][2].", "$6,439 million"),
    ("Staff turnover fell to 6.1% [1][2].", "6.1%"),
]
LIES = [
    ("Capital expenditures were $1,578 million in FY2024 [1][2].", "1,578"),
    ("Capital expenditures were $1,757 million in FY2024 [1][2].", "1,757"),
    ("Capital expenditures were $1,577 billion in FY2024 [1][2].", "1,577"),
    ("Capital expenditures were ¥1,577 million in FY2024 [1][2].", "1,577"),
    ("Capital expenditures were $1,577 million in FY2023 [1][2].", "1,577"),
    ("Capital expenditures were $1.6 million in FY2024 [1][2].", "1.6"),
    ("2024年度の設備投資額は157億7,000万ドルでした[1][2]。", "157億7,000万"),
    ("2024年度の設備投資額は15億7,700万円でした[1][2]。", "15億7,700万"),
    ("2023年度の設備投資額は15億7,700万ドルでした[1][2]。", "15億7,700万"),
    ("Cash from operating activities was $(6,439) million in fiscal 2024 [1][2].", "6,439"),
    ("Cash from operating activities grew by 9.9% [1][2].", "9.9%"),
    ("Staff turnover rose to 6.1% [1][2].", "6.1%"),
    ("Staff turnover fell to 61% [1][2].", "61%"),
    ("従業員の離職率は1.6%に低下しました[1][2]。", "1.6%"),
    # cited, but from nowhere
    ("Net income was $999 million [7].", "999"),
    ("Net income was $999 million (source: aozora_2024.pdf, page 3).", "999"),
    ("Net income was **$9**99 million [1].", "999"),
    # other ways to write a number
    ("Net income was nine hundred million dollars [1].", "nine hundred million"),
    ("純利益は九百億円でした[1]。", "九百億円"),
    ("純利益は９９９億円でした[1]。", "９９９億円"),
    ("Net income was &#36;&#57;99 million [1].", "999"),
    ("Net income was $9\u200b99 million [1].", "99"),
    ("Net income was `$999 million` [1].", "999"),
    ("```\nNet income  $999 million\n```", "999"),
    ("| | FY2024 |\n|---|---|\n| Net income | $999 million [1] |", "999"),
    ("# Net income of $999 million", "999"),
    ("> Net income of $999 million [1]", "999"),
    ("- Net income: $999 million [1]", "999"),
    # other languages
    ("Чистая прибыль составила 999 млн долларов [1].", "999"),
    ("净利润为999亿美元[1]。", "999"),
    ("Der Gewinn betrug 999,5 Millionen Dollar [1].", "999"),
    ("صافي الدخل ٩٩٩ مليون دولار [1].", "٩٩٩"),
]


def pieces(text: str) -> list[str]:
    return re.findall(r".{1,7}", text, re.DOTALL)


def unsupported(html: str) -> list[str]:
    return re.findall(r'<span class="figure unsupported"[^>]*>(.*?)</span>', html)


@pytest.mark.parametrize(("text", "figure"), TRUE)
async def test_what_is_true_is_not_accused(
    teller: User, report: Version, model: ModelServer, text: str, figure: str
) -> None:
    model.script = Script(pieces(text))
    draft, events = await asked(teller, QUESTION)
    assert [f.verdict for f in draft.figures if f.text in figure] == ["verified"]
    assert unsupported(last(events, Delta).html) == []


@pytest.mark.parametrize(("text", "figure"), LIES)
async def test_no_wrong_figure_goes_unmarked(
    teller: User, report: Version, model: ModelServer, text: str, figure: str
) -> None:
    model.script = Script(pieces(text))
    draft, events = await asked(teller, QUESTION)
    html = last(events, Delta).html
    shown = re.sub(r"<[^>]+>|\u200b", "", "".join(unsupported(html)))
    assert figure in shown or 'class="statement unsupported' in html
    assert not [f for f in draft.figures if f.verdict != "unsupported" and f.text in shown]
    assert last(events, Done).mode == "model"


@pytest.mark.parametrize(
    "script",
    [
        Script([""]),
        Script(["   \n\n"]),
        Script(["\u200b"]),
        Script(["[9][9][9]"]),
        Script(["NO_ANSWER"], end="drop"),
        Script(["Net income was $999 mil"], end="no_reason"),
        Script(["<div><table><tr><td>$999 million"], end="finish"),
        Script(["x" * 100_000]),
        Script(["| a " * 3000]),
        Script(["[" * 5000]),
        Script(["> " * 500 + "deep"]),
        Script(["\x00\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace")]),
        Script(body=b'data: {"choices": [{"delta": {"content": 5}}]}\n\n'),
        Script(body=b'data: {"choices": "none"}\n\n'),
        Script(body=b"data: [1, 2]\n\n"),
        Script(body=b"\xff\xfe\x00"),
    ],
    ids=range(16),
)
async def test_whatever_comes_it_ends_in_words(
    teller: User, report: Version, model: ModelServer, script: Script
) -> None:
    model.script = script
    draft, events = await asked(teller, QUESTION)
    assert isinstance(events[-1], Done | Error)
    if isinstance(events[-1], Error):
        assert events[-1].text
    else:
        assert draft.text.strip()
    shown = {event.block: event.html for event in events if isinstance(event, Delta)}
    assert all("999" in "".join(unsupported(html)) for html in shown.values() if "$999" in html)


async def test_an_answer_without_an_end_is_ended(teller: User, report: Version, model: ModelServer) -> None:
    """40,000 words from an endpoint that does not keep to the limit that it was given."""
    model.script = Script([f"word{n} " for n in range(40_000)])
    draft, events = await asked(teller, QUESTION)
    error = last(events, Error)
    assert (error.code, error.partial) == ("model_cut_off", True)
    assert len(draft.text.split()) < 10_000
