"""Somebody says by keyboard what an answer was worth, and asks on in few words."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.browser.steps import ask, shelved
from tests.fakes import ModelServer, Script
from tests.house import House

QUESTION = "What did the board of Minato Shipping resolve?"
LEANING, WHOLE = "And why was that?", "Why did the board of Minato Shipping resolve to raise the dividend?"


@pytest.fixture
def page(running: House, opened: Opened, filing: Path, model: ModelServer) -> Page:
    """The assistant, with a filing and a model that answers from it."""
    page = opened("analyst")
    shelved(page, running, filing)
    model.script = Script(["The board resolved to raise the annual dividend [1]."])
    page.goto(running.url)
    return page


def test_feedback_is_given_by_keyboard_kept_and_taken_back(page: Page) -> None:
    turn = ask(page, QUESTION)
    helpful, unhelpful = (turn.get_by_role("button", name=name, exact=True) for name in ("Helpful", "Not helpful"))
    expect(helpful).to_have_attribute("aria-pressed", "false")
    unhelpful.focus()
    page.keyboard.press("Enter")
    expect(unhelpful).to_have_attribute("aria-pressed", "true")
    expect(unhelpful).to_be_focused()
    expect(page.locator("#live")).to_have_text("Thank you. You can say why.")
    expect(turn.get_by_role("button", name="Send", exact=True)).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(turn.get_by_label("Wrong figure")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Page 2 is meant.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    why = turn.get_by_text("Not helpful: Wrong source")
    expect(why).to_be_focused()
    expect(turn.get_by_label("Wrong source")).to_be_hidden()
    page.reload()
    expect(unhelpful).to_have_attribute("aria-pressed", "true")
    why.click()
    expect(turn.get_by_label("Remark")).to_have_value("Page 2 is meant.")
    helpful.click()
    expect(helpful).to_have_attribute("aria-pressed", "true")
    expect(why).to_have_count(0)
    helpful.click()
    expect(helpful).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#live")).to_have_text("Your feedback is taken back.")


def test_how_a_follow_up_was_understood_stands_under_it(page: Page, model: ModelServer) -> None:
    first = ask(page, QUESTION)
    expect(first.locator(".whole")).to_be_hidden()
    model.next = [Script([WHOLE])]
    second = ask(page, LEANING)
    expect(second.locator(".whole")).to_have_text(f"Understood as: {WHOLE}")
    page.reload()
    expect(second.locator(".whole")).to_have_text(f"Understood as: {WHOLE}")
    second.get_by_role("button", name="Why?").click()
    expect(page.locator("#evidence")).to_contain_text("made whole by scripted")
