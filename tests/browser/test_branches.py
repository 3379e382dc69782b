"""Asked again, edited and asked, two answers side by side: branches on the page, kept over a reload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opened
from tests.browser.steps import ask, shelved
from tests.fakes import ModelServer, Script
from tests.house import House

FIRST = "Why did freight rates matter to the shipping company?"
SECOND = "And what did the board resolve to do with the dividend in words?"
EDITED = "What did the board of the shipping company decide?"


def branch(turn: Locator) -> Locator:
    return turn.locator(".branch-place")


def answer(page: Page, number: int) -> Locator:
    return page.locator(".turn").nth(number).locator(".answer")


def told(model: ModelServer, text: str) -> None:
    model.script = Script([f"{text} [1]."])


def test_branches_come_stay_and_can_be_gone_through(
    running: House, opened: Opened, filing: Path, model: ModelServer
) -> None:
    page = opened("analyst")
    shelved(page, running, filing)
    page.goto(f"{running.url}/")
    told(model, "Freight rates fell")
    expect(branch(ask(page, FIRST))).to_be_hidden()
    told(model, "The board resolved to raise the annual dividend")
    second = ask(page, SECOND)

    told(model, "It will raise the annual dividend")
    second.get_by_role("button", name="Ask again").click()
    expect(answer(page, 1)).to_contain_text("It will raise")
    expect(branch(page.locator(".turn").nth(1))).to_have_text("2 / 2")
    expect(page.locator(".turn")).to_have_count(2)

    told(model, "The board decided on the dividend")
    first = page.locator(".turn").first
    first.get_by_role("button", name="Edit").click()
    expect(page.locator(".edit textarea")).to_have_value(FIRST)
    page.keyboard.press("Escape")
    expect(first.locator(".question-words")).to_have_text(FIRST)
    first.get_by_role("button", name="Edit").click()
    page.locator(".edit textarea").fill(EDITED)
    page.keyboard.press("Enter")
    expect(answer(page, 0)).to_contain_text("The board decided")
    expect(page.locator(".turn")).to_have_count(1)
    expect(branch(page.locator(".turn"))).to_have_text("2 / 2")

    page.reload()
    expect(page.locator(".question-words").first).to_have_text(EDITED)
    page.get_by_role("button", name="Earlier branch").first.click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(branch(page.locator(".turn").first)).to_have_text("1 / 2")
    expect(answer(page, 1)).to_contain_text("It will raise")
    page.locator(".turn").nth(1).get_by_role("button", name="Earlier branch").click()
    expect(answer(page, 1)).to_contain_text("The board resolved")
    expect(page.locator(".turn").nth(1).get_by_role("button", name="Earlier branch")).to_be_disabled()
    page.reload()
    expect(answer(page, 1)).to_contain_text("The board resolved")
    assert model.requests[-1]["messages"][-1]["content"].endswith(f"Question: {EDITED}")
    assert len(model.requests[-1]["messages"]) == 2, "an edited first question has nothing before it"


@pytest.fixture
def two(running: House, model: ModelServer) -> Iterator[tuple[ModelServer, ModelServer]]:
    """Alpha and Beta are set up; afterwards the house has the one of its settings again."""
    with ModelServer() as other:
        code = f"""
from chat.models import LanguageModel
LanguageModel.objects.create(name="Alpha", model="a", base_url="{model.url}", outside=False, position=1)
LanguageModel.objects.create(name="Beta", model="b", base_url="{other.url}", outside=False, position=2)
"""
        running.manage("shell", "-c", code)
        yield model, other
        running.manage("shell", "-c", "from chat.models import LanguageModel; LanguageModel.objects.all().delete()")


def test_two_models_answer_side_by_side_and_one_is_kept(
    running: House, opened: Opened, filing: Path, two: tuple[ModelServer, ModelServer]
) -> None:
    alpha, beta = two
    page = opened("analyst")
    shelved(page, running, filing)
    page.goto(f"{running.url}/")
    told(alpha, "Freight rates fell in the second half")
    beta.script = Script(["Freight rates fell by 77.7% [1]. "], end="hold")
    expect(page.locator("#model-words")).to_have_text("Alpha")
    page.locator("#models button").click()
    page.get_by_label("Beta").check()
    page.keyboard.press("Escape")
    expect(page.locator("#model-words")).to_have_text("Alpha + Beta")
    page.locator("#question").fill(FIRST)
    page.locator("#question").press("Enter")
    pair = page.locator(".pair")
    expect(pair.locator(".writer")).to_have_text(["Alpha", "Beta"])
    left, right = pair.locator(".turn").first, pair.locator(".turn").last
    expect(left.locator(".mode")).to_have_text("Answered by Alpha")
    expect(right.locator(".answer")).to_contain_text("77.7%")
    page.reload()
    expect(right.locator(".answer")).to_contain_text("77.7%")
    expect(left.locator(".answer")).to_contain_text("Freight rates fell")
    page.get_by_role("button", name="Stop").click()
    expect(right.locator(".stopped")).to_be_visible()
    expect(right.locator(".figure.unsupported")).to_contain_text("77.7%")
    expect(left.locator(".figure.unsupported")).to_have_count(0)
    right.get_by_role("button", name="Keep this answer").click()
    expect(page.locator(".pair")).to_have_count(0)
    expect(branch(page.locator(".turn"))).to_have_text("2 / 2")
    expect(answer(page, 0)).to_contain_text("77.7%")
    told(beta, "The board resolved it")
    page.reload()
    expect(page.locator("#model-words")).to_have_text("Beta")
    expect(ask(page, SECOND).locator(".answer")).to_contain_text("The board resolved it")
    assert len(beta.requests) == 2
