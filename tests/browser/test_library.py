"""Files dropped on the library's pages, what becomes of them, and how they go."""

from __future__ import annotations

import base64
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.browser.steps import READ_MS, upload
from tests.house import House

DROP = """
([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  const event = (kind) => new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
  document.querySelector("main").dispatchEvent(event("dragenter"));
  const shown = !document.querySelector("#drop").hidden;
  document.querySelector("main").dispatchEvent(event("drop"));
  return shown;
}
"""


def drop(page: Page, name: str, content: bytes) -> bool:
    """Whether the page showed, while the file hung over it, that it may be dropped."""
    return bool(page.evaluate(DROP, [name, base64.b64encode(content).decode()]))


def test_a_file_may_be_dropped_anywhere(running: House, opened: Opened, filing: Path) -> None:
    page = opened("analyst")
    page.goto(f"{running.url}/library/")
    page.locator(".collection-card", has_text="Results").click()
    page.wait_for_url(re.compile(r"/library/\d+/$"))
    assert drop(page, "ドロップ 2024.pdf", filing.read_bytes())
    row = page.locator("tr[data-name='ドロップ 2024.pdf']")
    expect(row.locator(".state-words")).to_have_text("ready", timeout=READ_MS)
    expect(page.locator("#drop")).to_be_hidden()
    assert drop(page, "ドロップ 2024.pdf", filing.read_bytes())
    expect(page.locator("#uploads")).to_contain_text("The same file is already here")


def test_dropped_on_the_library_it_asks_where_to(running: House, opened: Opened, filing: Path) -> None:
    page = opened("analyst")
    page.goto(f"{running.url}/library/")
    drop(page, "where.pdf", filing.read_bytes() + b"\n")
    asked = page.get_by_role("dialog", name="Upload to which collection?")
    expect(asked).to_contain_text("where.pdf")
    asked.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Results")).to_be_visible()
    expect(page.locator("tr[data-name='where.pdf'] .state-words")).to_have_text("ready", timeout=READ_MS)


def ended(running: House) -> list[tuple[str]]:
    """When the files that failed were given up."""
    with closing(sqlite3.connect(running.folder / "shiori.sqlite3", timeout=20)) as database:
        return list(database.execute("SELECT finished FROM library_version WHERE state = 'failed'"))


def test_what_cannot_be_read_says_why_and_goes_when_asked(running: House, opened: Opened, tmp_path: Path) -> None:
    broken = tmp_path / "cut short.pdf"
    broken.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog")
    page = opened("analyst")
    upload(page, running, broken)
    row = page.locator("tr[data-name='cut short.pdf']")
    expect(row.locator(".why")).to_contain_text("damaged or incomplete", timeout=READ_MS)
    before = ended(running)
    row.get_by_role("button", name="Retry").click()
    while ended(running) in (before, []):
        page.wait_for_timeout(100)
    page.reload()
    expect(row.locator(".why")).to_contain_text("damaged or incomplete", timeout=READ_MS)

    row.get_by_role("button", name="Delete").click()
    asked = page.get_by_role("dialog", name="Delete this document?")
    expect(asked).to_contain_text("cut short.pdf")
    asked.get_by_role("button", name="Keep").click()
    expect(row).to_be_visible()
    row.get_by_role("button", name="Delete").click()
    asked.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)


def test_a_document_is_leafed_through_with_the_arrows(running: House, opened: Opened, filing: Path) -> None:
    page = opened("analyst")
    upload(page, running, filing)
    row = page.locator(f"tr[data-name='{filing.name}']")
    expect(row.locator(".state-words")).to_have_text("ready", timeout=READ_MS)
    row.get_by_role("link").click()
    expect(page.locator(".sheet")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".page-number")).to_have_value("2")
    expect(page.locator(".understood .grid")).to_contain_text("48,215")
    expect(page.locator(".sheet img")).to_have_js_property("complete", True)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".page-number")).to_have_value("1")
    expect(page.locator(".understood")).to_contain_text("41 million tonnes")
