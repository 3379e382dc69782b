"""One running house for all browser tests, and pages that note what they should not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.fakes import ModelServer, Script
from tests.house import House, chromium, house

Opened = Callable[[str], Page]
PEOPLE = """
from library.models import Collection, Grant, User
results = Collection.objects.create(name="Results")
Grant.objects.create(collection=results, user=User.objects.get(username="analyst"), role="contributor")
"""
PATIENCE_MS = 60_000


@pytest.fixture(scope="package")
def scripted() -> Iterator[ModelServer]:
    """The house's language model."""
    with ModelServer() as server:
        yield server


@pytest.fixture
def model(scripted: ModelServer) -> Iterator[ModelServer]:
    yield scripted
    scripted.script = Script()


@pytest.fixture(scope="package")
def running(scripted: ModelServer) -> Iterator[House]:
    """`analyst` may upload to Results; `outsider` may see nothing."""
    with house(
        LLM_BASE_URL=scripted.url, LLM_MODEL="scripted", LLM_API_KEY="a key", QUESTIONS_PER_MINUTE="500"
    ) as built:
        yield built


@pytest.fixture(scope="package")
def links(running: House) -> dict[str, str]:
    """Sign-in links by name; each works once."""
    found = {name: running.manage("adduser", name) for name in ("analyst", "outsider")}
    running.manage("shell", "-c", PEOPLE)
    return found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def sessions(browser: Browser, running: House, links: dict[str, str]) -> Iterator[dict[str, BrowserContext]]:
    """A signed-in browser for each person."""
    made = {name: browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") for name in links}
    for name, context in made.items():
        page = context.new_page()
        page.goto(links[name])
        page.get_by_role("button", name=f"Sign in as {name}").click()
        page.wait_for_url(f"{running.url}/")
        page.close()
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def opened(sessions: dict[str, BrowserContext], running: House) -> Iterator[Opened]:
    """Opens pages for a person; afterwards no console has an error and no request has left the house."""
    pages: list[Page] = []
    wrong: list[str] = []

    def note_request(address: str) -> None:
        if not address.startswith((running.url, running.url.replace("http", "ws"))):
            wrong.append(f"request to {address}")

    def note_words(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            wrong.append(f"{said.type}: {said.text}")

    def opened_for(name: str) -> Page:
        page = sessions[name].new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", note_words)
        page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
        page.on("request", lambda request: note_request(request.url))
        page.on("websocket", lambda socket: note_request(socket.url))
        pages.append(page)
        return page

    yield opened_for
    for page in pages:
        page.close()
    assert wrong == []


@pytest.fixture(scope="package")
def filing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages of an invented company's results, a table with two years on the second."""
    path = tmp_path_factory.mktemp("files") / "minato_results_2024.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    prose = (
        "Minato Shipping Co., Ltd. carried 41 million tonnes of cargo in fiscal 2024.",
        "Freight rates fell in the second half while bunker costs stayed high.",
        "The board resolved to raise the annual dividend.",
    )
    for number in (1, 2, 3):
        canvas.setFont("Helvetica-Bold", 15)
        canvas.drawString(60, 780, "Minato Shipping Co., Ltd.  Annual report, fiscal year 2024")
        canvas.setFont("Helvetica", 10)
        for line, text in enumerate(prose if number == 1 else (f"The fleet, part {number}: 64 vessels.",)):
            canvas.drawString(60, 745 - 15 * line, text)
        if number == 2:
            draw_table(canvas, 670)
        canvas.drawString(300, 30, str(number))
        canvas.showPage()
    canvas.save()
    return path


def draw_table(canvas: Canvas, top: float) -> None:
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(60, top, "Consolidated statements of income")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, top - 16, "(Millions of yen)")
    rows = [
        ("", "FY2024", "FY2023"),
        ("Revenue", "512,300", "498,750"),
        ("Operating profit", "48,215", "52,940"),
        ("Net income", "31,077", "35,118"),
    ]
    for n, (label, this, last) in enumerate(rows):
        y = top - 36 - 16 * n
        canvas.drawString(60, y, label)
        canvas.drawRightString(400, y, this)
        canvas.drawRightString(500, y, last)
