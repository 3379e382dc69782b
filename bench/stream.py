"""`python -m bench stream [--streams 100 --rate 40]`: answers of a scripted model server, read over real sockets.

The web process runs as it does in earnest; the model server has a process of its own, and all readers share this one.
`own_first_token_ms` is the median over single questions of the time from the question to the first words, less what
the model server took. `max_gap_ms` is the longest silence of any of the streams while its model was writing, less the
time in which the model server was itself late (`max_gap_as_read_ms`: with it), `p99_gap_ms` what one silence in a
hundred exceeds. `done_ms` is the longest time from a model's last words to the end of the answer, checked and saved,
`stop_ms` that from Stop to the model server's seeing the connection close, `web_cores`
the CPU seconds that the web process took for each second of the streams, and `rss_mb` its peak.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from websockets.asyncio.client import ClientConnection

from bench._model_process import ModelProcess
from bench._served import SENTENCES, ask, make_library, page, served, set_up
from bench.start import free_port
from tests.fakes import Script

SINGLE, STOPS = 30, 20
RAMP_S, WRITES_S = 20.0, 40.0
"""Questions are asked over so many seconds, and each answer is written for so many: all overlap in between."""


@dataclass(slots=True)
class Read:
    """One stream as its reader had it: when each delta came, and the end."""

    question: str
    deltas: list[float] = field(default_factory=list)
    done: float = 0.0

    def gaps(self, until: float) -> list[tuple[float, float]]:
        """The silences that began before the model's last words were written."""
        return [(start, end) for start, end in pairwise(self.deltas) if start < until]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench stream")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--rate", type=int, default=40, help="tokens a second of each stream")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-stream-") as folder, ModelProcess() as model:
        port = free_port()
        set_up(folder, port, model.url)
        cookies = make_library(options.streams)
        with served(port) as pid:
            figures = asyncio.run(_measure(port, pid, cookies, model, options.rate))
            print(json.dumps(figures | {"rss_mb": _peak_mb(pid)}), flush=True)
    return 0


async def _measure(port: int, pid: int, cookies: list[str], model: ModelProcess, rate: int) -> dict[str, float]:
    model.play(Script(SENTENCES))
    async with page(port, cookies[0]) as socket:
        singles = [await _single(socket, model, f"What about segment {n} in note {n}?") for n in range(SINGLE)]
    singles = singles[5:]
    many = await _many(port, pid, cookies, model, rate)
    model.play(Script(SENTENCES, end="hold"))
    async with page(port, cookies[0]) as socket:
        stops = [await _stop(socket, model, f"Please stop at note {n} of the results?") for n in range(STOPS)]
    return {
        "own_first_token_ms": _ms(statistics.median(own for _, own in singles)),
        "first_event_ms": _ms(statistics.median(first for first, _ in singles)),
        **many,
        "stop_ms": _ms(max(stops)),
    }


# --- the first words, and the last ---------------------------------------------------------------------------------


async def _single(socket: ClientConnection, model: ModelProcess, question: str) -> tuple[float, float]:
    """Seconds to the first event, and to the first words without the model server's share."""
    began, first_event, first_words = time.perf_counter(), 0.0, 0.0
    async for at, event in ask(socket, question):
        if event["type"] != "asked":
            first_event = first_event or at - began
        if event["type"] == "delta":
            first_words = first_words or at - began
    moments = model.moments()[question]
    return first_event, first_words - (moments["first"] - moments["asked"])


async def _stop(socket: ClientConnection, model: ModelProcess, question: str) -> float:
    asked = 0.0
    async for at, event in ask(socket, question):
        if event["type"] == "delta" and not asked:
            asked = at
            await socket.send(json.dumps({"type": "stop", "turn": event["turn"]}))
    return model.moments()[question]["left"] - asked


# --- many at a time ------------------------------------------------------------------------------------------------


async def _many(port: int, pid: int, cookies: list[str], model: ModelProcess, rate: int) -> dict[str, float]:
    tokens = re.findall(r"\S+\s*", "".join(SENTENCES) * 40)[: int(rate * WRITES_S)]
    model.play(Script(tokens, pause_s=1 / rate))
    between = RAMP_S / len(cookies)
    began, before = time.perf_counter(), _cpu_s(pid)
    streams = await asyncio.gather(*(_read(port, cookie, n, n * between) for n, cookie in enumerate(cookies)))
    cores = (_cpu_s(pid) - before) / (time.perf_counter() - began)
    last = {question: moments["last"] for question, moments in model.moments().items()}
    late = model.late()
    gaps = [(gap, late.get(one.question, [])) for one in streams for gap in one.gaps(last[one.question])]
    own = sorted(_without(gap, its_late) for gap, its_late in gaps)
    return {
        "max_gap_ms": _ms(own[-1]),
        "p99_gap_ms": _ms(own[len(own) * 99 // 100]),
        "max_gap_as_read_ms": _ms(max(end - start for (start, end), _ in gaps)),
        "done_ms": _ms(max(one.done - last[one.question] for one in streams)),
        "deltas": len(gaps),
        "web_cores": round(cores, 2),
    }


async def _read(port: int, cookie: str, number: int, after_s: float) -> Read:
    await asyncio.sleep(after_s)
    own = Read(f"What about segment {number} in the stream {number}?")
    async with page(port, cookie) as socket:
        async for at, event in ask(socket, own.question):
            if event["type"] == "delta":
                own.deltas.append(at)
            own.done = at
    return own


def _without(gap: tuple[float, float], late: list[tuple[float, float]]) -> float:
    """The seconds of a silence without those in which its model server should have written and did not."""
    start, end = gap
    return end - start - sum(max(0.0, min(end, b) - max(start, a)) for a, b in late)


def _cpu_s(pid: int) -> float:
    """CPU seconds of a process so far."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return round(int(found[1]) / 1024, 1) if found else 0.0
