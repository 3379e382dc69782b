"""`python -m bench disconnects [--answers 30 --each 4]`: answers read over lines that break at random, and go on.

Each answer has two readers. One holds its line; the other's is cut at random moments, in the middle of a message too,
and it comes back a moment later, now and then only after the answer's end, asking for what followed the last event
that it had. What both have in the end, and what the database keeps, must be the same to the byte: `same_text` and
`same_blocks` count the answers where it is, `repeated` the events that came again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bench._model_process import ModelProcess
from bench._served import ask, make_library, page, served, set_up
from bench.start import free_port
from tests.fakes import Script

RATE, WRITES_S, AWAY_S = 40, 12.0, 1.0
"""Tokens a second; how long each answer is written; how long at most a reader stays away."""


@dataclass(slots=True)
class Read:
    """What one reader has of one answer."""

    turn: str = ""
    blocks: dict[int, tuple[str, str]] = field(default_factory=dict)
    """(HTML, Markdown) by number."""
    after: str = "0"
    repeated: int = 0
    disconnects: int = 0
    is_done: bool = False

    def take(self, event: dict[str, Any]) -> None:
        """Id 0 is the database's, which gives the whole of an answer that has ended."""
        self.repeated += event["id"] != "0" and int(event["id"]) <= int(self.after)
        self.after = event["id"]
        if event["type"] == "delta":
            self.blocks[event["block"]] = event["html"], event["text"]
        self.is_done = event["type"] == "done"

    def shown(self) -> list[tuple[str, str]]:
        """The blocks in order, without those that are no more."""
        return [block for _, block in sorted(self.blocks.items()) if block[1]]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench disconnects")
    parser.add_argument("--answers", type=int, default=30)
    parser.add_argument("--each", type=int, default=4, help="disconnects of each answer")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-disconnects-") as folder, ModelProcess() as model:
        port = free_port()
        set_up(folder, port, model.url)
        cookies = make_library(options.answers)
        with served(port):
            model.play(Script(pause_s=1 / RATE, reply=_pieces))
            pairs = asyncio.run(_all(port, cookies, options.each, options.seed))
            figures = _compared(pairs)
    print(json.dumps(figures), flush=True)
    return int(not figures["same_text"] == figures["same_blocks"] == len(pairs) or figures["repeated"] > 0)


def _pieces(request: dict[str, Any]) -> list[str]:
    """Paragraphs, lists and tables in which no two numbers are the same, in pieces that fall anywhere."""
    chance = random.Random(str(request["messages"][-1]["content"]))
    text, number = "", 0
    while len(text) < RATE * WRITES_S * 4:
        number += 1
        amounts = [f"{chance.randrange(10**6):,}" for _ in range(4)]
        text += chance.choice(
            (
                f"In note {number} the **interest** income of the segment came to {amounts[0]} yen [1]. "
                f"It was {amounts[1]} yen the year before [2], a rise.\n\n",
                f"- Deposits {number}: {amounts[0]} yen [3]\n- 貸出金は{amounts[1]}円でした [4]\n\n",
                f"| Segment {number} | Before | Now |\n|---|---|---|\n| Retail | {amounts[0]} | {amounts[1]} [1] |\n"
                f"| Markets | {amounts[2]} | {amounts[3]} [2] |\n\n",
            )
        )
    cuts = sorted({0, len(text), *(chance.randrange(len(text)) for _ in range(int(RATE * WRITES_S)))})
    return [text[a:b] for a, b in pairwise(cuts)]


async def _all(port: int, cookies: list[str], each: int, seed: int) -> list[tuple[Read, Read]]:
    return await asyncio.gather(
        *(_pair(port, cookie, number, each, random.Random(f"{seed} {number}")) for number, cookie in enumerate(cookies))
    )


async def _pair(port: int, cookie: str, number: int, each: int, chance: random.Random) -> tuple[Read, Read]:
    """The reader that holds its line, and the one that does not."""
    await asyncio.sleep(chance.uniform(0, 3))
    steady, broken = Read(), Read()
    async with page(port, cookie) as socket, asyncio.TaskGroup() as group:
        async for _at, event in ask(socket, f"What about segment {number} in note {number}?"):
            if event["type"] == "asked":
                broken.turn = steady.turn = event["turn"]
                group.create_task(_brokenly(port, cookie, broken, each, chance))
            else:
                steady.take(event)
    return steady, broken


async def _brokenly(port: int, cookie: str, read: Read, each: int, chance: random.Random) -> None:
    while not read.is_done:
        async with page(port, cookie) as socket:
            await socket.send(json.dumps({"type": "resume", "turn": read.turn, "after": read.after}))
            ends = read.disconnects == each
            read.disconnects += not ends
            await _until_cut(socket, read, None if ends else chance.uniform(0, 2 * WRITES_S / (each + 1)))
        await asyncio.sleep(chance.uniform(0, AWAY_S))


async def _until_cut(socket: ClientConnection, read: Read, after_s: float | None) -> None:
    """Read to the end, or until the line is cut: what is on its way then is lost."""
    cut = None
    if after_s is not None:
        cut = asyncio.get_running_loop().call_later(after_s, socket.transport.abort)
    try:
        while not read.is_done:
            read.take(json.loads(await socket.recv()))
    except ConnectionClosed:
        return
    finally:
        if cut is not None:
            cut.cancel()


def _compared(pairs: list[tuple[Read, Read]]) -> dict[str, int]:
    from chat.markdown import blocks
    from chat.models import Turn

    answers = {str(turn.pk): turn.answer for turn in Turn.objects.all()}
    return {
        "answers": len(pairs),
        "disconnects": sum(broken.disconnects for _, broken in pairs),
        "same_text": sum(
            [text for _, text in steady.shown()] == [text for _, text in broken.shown()] == blocks(answers[steady.turn])
            for steady, broken in pairs
        ),
        "same_blocks": sum(steady.shown() == broken.shown() for steady, broken in pairs),
        "repeated": sum(one.repeated for pair in pairs for one in pair),
        "bytes": sum(len(answer.encode()) for answer in answers.values()),
    }
