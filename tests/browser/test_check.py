"""Somebody checks a text of their own."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.browser.steps import shelved
from tests.house import House

DRAFT = "Freight rates fell in the second half. The company carried 41 million tonnes of cargo, not 48 million tonnes."


def test_a_draft_is_checked_and_its_source_opens(running: House, opened: Opened, filing: Path, tmp_path: Path) -> None:
    page = opened("analyst")
    shelved(page, running, filing)
    page.get_by_role("link", name="Check a draft").click()
    memo, picture = tmp_path / "memo.txt", tmp_path / "memo.png"
    memo.write_text(DRAFT, encoding="utf-8")
    picture.write_bytes(b"\x89PNG")
    page.locator("#file").set_input_files(picture)
    expect(page.get_by_role("alert")).to_contain_text("Only plain text")
    page.locator("#file").set_input_files(memo)
    expect(page.get_by_label("Your text")).to_have_value(DRAFT)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".figure.verified")).to_have_text("41 million")
    expect(page.locator(".figure.unsupported")).to_have_text("48 million")
    page.locator(".checked .cite").first.click()
    expect(page.locator("#evidence .sheet img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#evidence")).to_be_hidden()
