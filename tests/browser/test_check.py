"""Somebody checks a text of their own."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import docx
from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.browser.steps import READ_MS, shelved
from tests.house import House

DRAFT = "Freight rates fell in the second half. The company carried 41 million tonnes of cargo, not 48 million tonnes."
DROPPED = """({name, content}) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
  return dropped;
}"""


def test_a_draft_is_checked_and_its_source_opens(running: House, opened: Opened, filing: Path, tmp_path: Path) -> None:
    page = opened("analyst")
    shelved(page, running, filing)
    page.get_by_role("link", name="Check a draft").click()
    memo = tmp_path / "memo.txt"
    memo.write_text(DRAFT, encoding="utf-8")
    page.locator("#file").set_input_files(memo)
    expect(page.get_by_label("Your text")).to_have_value(DRAFT)
    expect(page.get_by_label("Your text")).to_be_focused()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".figure.verified")).to_have_text("41 million")
    expect(page.locator(".figure.unsupported")).to_have_text("48 million")
    page.locator(".checked .cite").first.click()
    expect(page.locator("#evidence .sheet img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#evidence")).to_be_hidden()


def test_a_word_file_is_dropped_and_its_doubts_say_where(
    running: House, opened: Opened, filing: Path, tmp_path: Path
) -> None:
    page = opened("analyst")
    shelved(page, running, filing)
    page.goto(f"{running.url}/check/")
    memo = docx.Document()
    memo.add_heading("To the board", 1)
    for sentence in DRAFT.split(". "):
        memo.add_paragraph(sentence)
    memo.save(str(tmp_path / "memo.docx"))
    given = {"name": "memo.docx", "content": b64encode((tmp_path / "memo.docx").read_bytes()).decode()}
    dropped = page.evaluate_handle(DROPPED, given)
    page.get_by_label("Your text").dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.locator("#file-said")).to_contain_text("memo.docx was read.", timeout=READ_MS)
    expect(page.get_by_label("Your text")).to_have_value("\n\n".join(["To the board", *DRAFT.split(". ")]))
    page.get_by_role("button", name="Check", exact=True).click()
    doubt = page.get_by_role("link", name="paragraph 3")
    doubt.click()
    expect(page.locator(".statement.unsupported:target")).to_contain_text("48 million")


def test_a_file_that_cannot_be_read_leaves_the_text_and_says_why(
    running: House, opened: Opened, tmp_path: Path
) -> None:
    page = opened("analyst")
    page.goto(f"{running.url}/check/")
    page.get_by_label("Your text").fill("My own words.")
    torn = tmp_path / "torn.docx"
    torn.write_bytes(b"PK\x03\x04 and no more")
    page.locator("#file").set_input_files(torn)
    expect(page.get_by_role("alert")).to_contain_text("not what its name says", timeout=READ_MS)
    expect(page.get_by_label("Your text")).to_have_value("My own words.")
