"""From the sign-in to a marked page, as a newcomer does it, in a real browser against the running program."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Opened
from tests.browser.steps import ask, shelved, upload
from tests.house import House

QUESTION = "What was the operating profit of Minato Shipping in fiscal 2024?"


def test_from_a_file_to_a_marked_page(running: House, opened: Opened, filing: Path) -> None:
    page = opened("analyst")
    upload(page, running, filing)
    row = page.locator("tr[data-name='minato_results_2024.pdf']")
    expect(row.locator(".state-words")).to_have_text("ready", timeout=90_000)
    expect(row.locator(".pages")).to_have_text("3")

    page.get_by_role("link", name="Assistant").click()
    answer = ask(page, QUESTION)
    expect(answer.locator(".answer")).to_contain_text("48,215")
    expect(answer.locator(".figure.verified").first).to_be_visible()
    expect(page.locator("#conversations a[aria-current=page]")).to_contain_text("operating profit")

    answer.locator(".cite").first.click()
    source = page.locator("#evidence")
    expect(source.locator("h2")).to_contain_text("minato_results_2024.pdf")
    expect(source.locator("h2 small")).to_contain_text("p. 2")
    picture = source.locator(".sheet img")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 300
    over = {"mark": box(source.locator(".marks rect").first), "picture": box(picture)}
    assert inside(over["mark"], over["picture"]), over
    assert over["mark"][2] * over["mark"][3] < 0.2 * over["picture"][2] * over["picture"][3], "a cell, not the page"

    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    expect(answer.locator(".cite").first).to_be_focused()

    page.reload()
    expect(page.locator(".turn .answer")).to_contain_text("48,215")


def test_an_outsider_is_told_nothing(running: House, opened: Opened, filing: Path) -> None:
    page = opened("outsider")
    page.goto(f"{running.url}/")
    expect(page.get_by_role("heading", name="No collection is open to you yet")).to_be_visible()
    answer = ask(page, QUESTION)
    expect(answer.locator(".answer")).not_to_be_empty()
    expect(answer.locator(".answer")).not_to_contain_text("48,215")
    expect(answer.locator(".sources")).to_be_hidden()
    assert "minato" not in answer.locator(".reply").inner_text().lower().replace("minato shipping", "")


def test_a_file_that_cannot_be_read_says_why(running: House, opened: Opened, tmp_path: Path) -> None:
    broken = tmp_path / "empty.pdf"
    broken.write_bytes(b"")
    page = opened("analyst")
    upload(page, running, broken)
    refused = page.locator("#uploads li.failed")
    expect(refused).to_contain_text("The file is empty.")
    expect(refused.get_by_role("button", name="Try again")).to_be_visible()
    refused.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#uploads")).to_be_hidden()


def test_enter_that_ends_a_composition_sends_nothing(running: House, opened: Opened) -> None:
    page = opened("analyst")
    page.goto(f"{running.url}/")
    field = page.locator("#question")
    field.fill("純利益は")
    page.evaluate(
        "document.querySelector('#question').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    expect(field).to_have_value("純利益は")
    expect(page.locator(".turn")).to_have_count(0)
    field.press("Shift+Enter")
    expect(field).to_have_value("純利益は\n")


def test_the_keys_lead_where_the_list_says(running: House, opened: Opened) -> None:
    page = opened("analyst")
    page.goto(f"{running.url}/")
    page.locator("#transcript").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("#search")).to_be_focused()


def test_it_speaks_japanese(running: House, opened: Opened) -> None:
    page = opened("outsider")
    page.goto(f"{running.url}/library/")
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("heading", name="ライブラリ")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()


def test_on_a_phone_the_source_is_a_sheet(running: House, opened: Opened, filing: Path) -> None:
    page = opened("analyst")
    page.set_viewport_size({"width": 390, "height": 844})
    shelved(page, running, filing)
    page.goto(f"{running.url}/")
    expect(page.locator("#side")).to_be_hidden()
    page.get_by_role("button", name="Open the menu").click()
    expect(page.get_by_role("link", name="New chat")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()
    ask(page, QUESTION).locator(".cite").first.click()
    sheet = page.locator("#evidence")
    expect(sheet.locator(".sheet.drawn")).to_be_visible()
    left, top, width, height = box(sheet)
    assert (left, width) == (0, 390)
    assert top > 50, "the answer shows above it"
    assert top + height >= 844, "it reaches down to the edge"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing reaches over the edge"
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_be_hidden()


def box(locator: Locator) -> tuple[float, float, float, float]:
    found = locator.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["width"], found["height"]


def inside(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[3] <= outer[1] + outer[3]
    )
