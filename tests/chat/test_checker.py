"""The process that checks answers: gives what a thread would, and may be killed at any time."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from chat import checker
from chat.verdicts import verdicts
from chat.verify import Source

WORDS = ["Sales rose to 12 million yen [1].", "They fell to 7.4% [1]."]
EVIDENCE = [Source(1, "Sales rose to 12 million yen.")]


@pytest.fixture
def process() -> Iterator[None]:
    checker.start()
    yield
    checker.stop()


def child() -> int:
    """The process that checks; what keeps account of shared resources is another."""
    commands = {one.pid: one.cmdline() for one in psutil.Process().children()}
    return next(int(pid) for pid, command in commands.items() if any("spawn_main" in part for part in command))


async def check() -> object:
    return await checker.check(WORDS, EVIDENCE, statements=True)


async def test_it_gives_what_a_thread_gives(process: None) -> None:
    here = verdicts(WORDS, EVIDENCE)
    assert await check() == here
    checker.stop()
    assert await check() == here
    assert [figure.verdict for own in here.figures.values() for figure in own] == ["verified", "unsupported"]


async def test_a_killed_process_is_started_anew(process: None) -> None:
    before = await check()
    first = child()
    os.kill(first, signal.SIGKILL)
    for answer in await asyncio.gather(*(check() for _ in range(5))):
        assert answer == before
    assert await check() == before
    assert child() != first


async def test_one_that_died_unnoticed_is_noticed(process: None) -> None:
    before = await check()
    first = child()
    os.kill(first, signal.SIGKILL)
    while not getattr(checker._pool, "_broken", False):
        await asyncio.sleep(0.01)
    assert await check() == before


PROGRAM = """
import asyncio, os
from chat import checker
if __name__ == "__main__":
    checker.start()
    asyncio.run(checker.check(["One."], [], statements=True))
    print("ready", flush=True)
    os.read(0, 1)
"""


def test_it_ends_with_a_parent_that_is_killed(tmp_path: object) -> None:
    environment = {**os.environ, "PYTHONPATH": os.getcwd(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    script = f"{tmp_path}/parent.py"
    with open(script, "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    parent = subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    assert parent.stdout.readline() == "ready\n"
    children = psutil.Process(parent.pid).children()
    assert children
    parent.kill()
    parent.wait(10)
    _, alive = psutil.wait_procs(children, timeout=20)
    parent.stdin.close()
    parent.stdout.close()
    assert alive == []
