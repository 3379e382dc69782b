"""An answer on its way: stopped, cut off, picked up again, and written by a model that means ill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import Opened
from tests.browser.steps import ask, send, shelved
from tests.exfiltration import ATTEMPTS
from tests.fakes import ModelServer, Script
from tests.house import House

QUESTION = "Why did freight rates matter to the shipping company, and what did the board resolve?"
WORDS = [f"word{n} " for n in range(60)]
LOADS = "img, picture, video, audio, script, svg, iframe, embed, object, style, link, a, form, [style], [hx-trigger]"


def test_stop_stands_where_send_was(running: House, opened: Opened, filing: Path, model: ModelServer) -> None:
    model.script = Script(pieces=["Freight rates fell in the second half [1]. "], end="hold")
    page = opened("analyst")
    shelved(page, running, filing)
    page.goto(f"{running.url}/")
    turn = send(page, QUESTION)
    expect(turn.locator(".answer")).to_contain_text("Freight rates fell")
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(turn.locator(".stopped")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert model.left.acquire(timeout=10), "the model server was told"


def test_a_cut_line_is_picked_up_without_a_gap(
    running: House, opened: Opened, filing: Path, model: ModelServer
) -> None:
    model.script = Script(pieces=WORDS, pause_s=0.03)
    page = opened("analyst")
    shelved(page, running, filing)
    resumed: list[dict[str, str]] = []
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        """The first line breaks after the third piece of text; the next ones hold."""
        server = line.connect_to_server()
        lines.append(line)
        first = len(lines) == 1
        pieces: list[str | bytes] = []

        def from_page(message: str | bytes) -> None:
            said = json.loads(message)
            if said["type"] == "resume":
                resumed.append(said)
            server.send(message)

        def from_server(message: str | bytes) -> None:
            if first and len(pieces) > 3:
                return
            line.send(message)
            if json.loads(message)["type"] == "delta":
                pieces.append(message)
            if first and len(pieces) == 3:
                pieces.append(message)
                line.close(code=1012)

        line.on_message(from_page)
        server.on_message(from_server)

    page.route_web_socket("**/ws/chat/", through)
    page.goto(f"{running.url}/")
    turn = ask(page, QUESTION)
    assert turn.locator(".answer").inner_text().split() == [word.strip() for word in WORDS]
    assert len(resumed) == 1
    assert resumed[0]["after"] != "0"
    expect(page.locator("#lost")).to_be_hidden()


def test_a_lost_line_is_said_after_a_while(running: House, opened: Opened) -> None:
    page = opened("analyst")
    open_again: list[bool] = []

    def through(line: WebSocketRoute) -> None:
        if open_again:
            line.connect_to_server()
        else:
            line.close(code=1012)

    page.route_web_socket("**/ws/chat/", through)
    page.goto(f"{running.url}/")
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("#lost")).to_have_text("Connection lost. Retrying…")
    open_again.append(True)
    expect(page.locator("#lost")).to_be_hidden(timeout=15_000)


def test_a_reload_in_the_middle_loses_nothing(running: House, opened: Opened, filing: Path, model: ModelServer) -> None:
    model.script = Script(pieces=WORDS, pause_s=0.04)
    page = opened("analyst")
    shelved(page, running, filing)
    page.goto(f"{running.url}/")
    turn = send(page, QUESTION)
    expect(turn.locator(".answer")).to_contain_text("word5")
    page.reload()
    again = page.locator(".turn").last
    expect(again.locator(".actions")).to_be_visible()
    assert again.locator(".answer").inner_text().split() == [word.strip() for word in WORDS]


def test_a_wrong_figure_is_marked_in_words(running: House, opened: Opened, filing: Path, model: ModelServer) -> None:
    model.script = Script(pieces=["The dividend rises by ", "987.6 million yen", " [1]."])
    page = opened("analyst")
    shelved(page, running, filing)
    page.goto(f"{running.url}/")
    turn = ask(page, QUESTION)
    expect(turn.locator(".figure.unsupported")).to_contain_text("987.6")
    expect(turn.locator(".verdict.unsupported")).to_have_text("1 not found in the sources")


@pytest.mark.parametrize("part", range(6))
def test_what_a_model_writes_can_load_nothing(
    running: House, opened: Opened, filing: Path, model: ModelServer, part: int
) -> None:
    """The fixture fails the test for any request that leaves the house and any error in the console."""
    attempts = ATTEMPTS[part::6]
    model.script = Script(pieces=[f"Attempt {n}\n\n{attempt}\n\n" for n, attempt in enumerate(attempts)])
    page = opened("analyst")
    shelved(page, running, filing)
    page.goto(f"{running.url}/")
    turn = ask(page, QUESTION)
    expect(turn.locator(".answer")).to_contain_text(f"Attempt {len(attempts) - 1}")
    assert turn.locator(f".answer :is({LOADS})").count() == 0
    page.reload()
    expect(page.locator(".turn .answer")).to_contain_text(f"Attempt {len(attempts) - 1}")
    assert page.locator(f".turn .answer :is({LOADS})").count() == 0
