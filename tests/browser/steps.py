"""What people do on the pages, step by step."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.house import House

READ_MS = 90_000


def upload(page: Page, running: House, file: Path) -> None:
    page.goto(f"{running.url}/library/")
    page.locator(".collection-card", has_text="Results").click()
    page.wait_for_url(re.compile(r"/library/\d+/$"))
    page.locator("#files").set_input_files(file)


def shelved(page: Page, running: House, file: Path) -> None:
    """The file is in the library and read, whether this test is the first to want it or not."""
    upload(page, running, file)
    row = page.locator(f"tr[data-name='{file.name}']")
    expect(row.locator(".state-words")).to_have_text("ready", timeout=READ_MS)


def send(page: Page, question: str) -> Locator:
    """The turn that the question makes."""
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    return page.locator(".turn").last


def ask(page: Page, question: str) -> Locator:
    """The turn, once its answer is complete."""
    turn = send(page, question)
    expect(turn.locator(".actions")).to_be_visible()
    return turn
