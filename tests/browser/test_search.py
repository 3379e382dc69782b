"""Documents searched for, narrowed and opened at their place; readings of a question taken off and put back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.browser.conftest import Opened
from tests.browser.steps import ask, shelved
from tests.browser.test_first_look import QUESTION, box, inside
from tests.house import House


@pytest.fixture(scope="package")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One page about another company."""
    path = tmp_path_factory.mktemp("files") / "kaze_annual_report_2022.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawString(60, 780, "Kaze Airlines Co., Ltd.  Annual report, fiscal year 2022")
    canvas.drawString(60, 745, "Operating profit of the airline rose; seats were full.")
    canvas.save()
    return path


def found(page: Page) -> Locator:
    return page.locator(".found-document h2 a")


def chip(page: Page, words: str) -> Locator:
    return page.locator(".readings").first.locator(".reading", has_text=words)


def searched(page: Page, running: House, words: str) -> None:
    page.goto(f"{running.url}/")
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox", name="Search the documents").fill(words)
    page.keyboard.press("Enter")
    expect(found(page).first).to_be_visible()


def test_a_search_is_narrowed_opened_and_read_otherwise(
    running: House, opened: Opened, filing: Path, letter: Path
) -> None:
    page = opened("analyst")
    for file in (filing, letter):
        shelved(page, running, file)
    searched(page, running, "operating profit of Minato Shipping in fiscal 2024")
    expect(found(page).filter(has_text=filing.name)).to_be_visible()
    expect(page.locator("mark").first).to_contain_text(re.compile("operating profit", re.IGNORECASE))
    everything = page.url

    page.locator(".facet .value", has_text="FY2022").click()
    expect(found(page)).to_have_text([letter.name])
    page.get_by_title("Remove the filter “FY2022”").click()
    expect(found(page).filter(has_text=filing.name)).to_be_visible()
    page.go_back()
    expect(found(page)).to_have_text([letter.name])
    page.goto(everything)

    page.locator(".found-passage", has_text="48,215").first.click()
    source = page.locator("#evidence")
    expect(source.locator("h2 small")).to_contain_text("p. 2")
    expect(source.locator(".sheet.drawn")).to_be_visible()
    assert inside(box(source.locator(".marks rect").first), box(source.locator(".sheet img")))
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    expect(page.locator(".found-passage:focus")).to_contain_text("48,215")

    chip(page, "FY2024").click()
    expect(chip(page, "FY2024")).to_have_class("reading off")
    chip(page, "FY2024").click()
    expect(chip(page, "FY2024")).to_have_class("reading")
    assert page.url == everything


def test_a_reading_is_taken_off_an_answer(running: House, opened: Opened, filing: Path) -> None:
    page = opened("analyst")
    shelved(page, running, filing)
    page.goto(f"{running.url}/")
    turn = ask(page, QUESTION)
    reading = turn.get_by_role("button", name="FY2024", exact=True)
    expect(reading).to_have_attribute("aria-pressed", "true")
    expect(reading).to_have_attribute("title", "Ask again without “FY2024”")
    reading.press("Enter")
    again = page.locator(".turn").last
    taken_off = again.locator('.reading[aria-pressed="false"]')
    expect(taken_off).to_have_text(["FY2024"])
    expect(again.locator(".actions")).to_be_visible()
    page.reload()
    expect(page.locator('.turn .reading[aria-pressed="false"]')).to_have_text(["FY2024"])
    expect(taken_off).to_have_attribute("title", "Ask again with “FY2024”")


def test_it_works_without_javascript(
    running: House, sessions: dict[str, BrowserContext], opened: Opened, filing: Path, letter: Path
) -> None:
    for file in (filing, letter):
        shelved(opened("analyst"), running, file)
    browser = sessions["analyst"].browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, storage_state=sessions["analyst"].storage_state())
    try:
        page = plain.new_page()
        searched(page, running, "operating profit of Minato Shipping in fiscal 2024")
        page.locator(".facet .value", has_text="FY2022").click()
        expect(found(page)).to_have_text([letter.name])
        page.locator(".found-passage").first.click()
        expect(page.locator("h1")).to_have_text(letter.name)
        expect(page.locator(".page-number")).to_have_value("1")
    finally:
        plain.close()


def test_on_a_phone(running: House, opened: Opened, filing: Path, letter: Path) -> None:
    page = opened("analyst")
    page.set_viewport_size({"width": 390, "height": 844})
    for file in (filing, letter):
        shelved(page, running, file)
    page.goto(f"{running.url}/search/?q=operating+profit")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing reaches over the edge"
    page.get_by_role("button", name="Filters").click()
    page.locator(".facet .value", has_text="FY2022").click()
    expect(found(page)).to_have_text([letter.name])
