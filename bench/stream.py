"""`python -m bench stream [--streams 100 --rate 40]`: answers of a scripted model server, read over real sockets.

The web process runs as it does in earnest (uvicorn, Redis, Qdrant Edge); the model server and all readers share this
process. `own_first_token_ms` is the median over single questions of the time from the question to the first words,
less what the model server took; `max_gap_ms` the longest silence of any of the streams while its model was writing;
`stop_ms` the longest time from Stop to the model server's seeing the connection close; `rss_mb` the web process's peak.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from bench.start import free_port
from tests.fakes import ModelServer, Script

SINGLE, STOPS = 30, 20
RAMP_S, WRITES_S = 20.0, 40.0
"""Questions are asked over so many seconds, and each answer is written for so many: all overlap in between."""
PASSAGES = 400
SENTENCES = (
    "Net interest income of the retail segment rose by 4.2% to 57.8 billion yen in fiscal 2024 [1]. ",
    "Credit costs stayed at 0.18% of loans, **well below** the plan of 0.25% [2], as the bank says. ",
    "| Segment | FY2023 | FY2024 |\n|---|---|---|\n| Retail | 55.5 | 57.8 [1] |\n| Markets | 21.0 | 19.4 [3] |\n\n",
    "- Deposits grew to 12,345 billion yen [4].\n- Loans grew to 8,854 billion yen [5].\n\n",
)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench stream")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--rate", type=int, default=40, help="tokens a second of each stream")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-stream-") as folder, ModelServer() as model:
        port = free_port()
        _set_up(folder, port, model.url)
        cookies = _make_library(options.streams)
        with _served(port) as pid:
            figures = asyncio.run(_measure(port, cookies, model, options.rate))
            print(json.dumps(figures | {"rss_mb": _peak_mb(pid)}), flush=True)
    return 0


def _set_up(folder: str, port: int, model_url: str) -> None:
    models = Path(os.environ.get("DATA_DIR", Path(__file__).parent.parent / "var")).resolve() / "models"
    if models.is_dir():
        (Path(folder) / "models").symlink_to(models)
    os.environ.pop("REDIS_URL", None)
    os.environ.update(
        DATA_DIR=folder,
        PORT=str(port),
        SECRET_KEY="bench",
        DJANGO_SETTINGS_MODULE="config.settings",
        LOG_LEVEL="WARNING",
        LLM_BASE_URL=model_url,
        LLM_MODEL="scripted",
        QUESTIONS_PER_MINUTE="1000",
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from retrieval import embedding

    embedding.model()  # made here once, so that its making is not measured


def _make_library(users: int) -> list[str]:
    """A small library that all users may read; a session cookie for each of them."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Group
    from django.contrib.sessions.backends.db import SessionStore

    from library.models import Change, Collection, Document, Grant, Passage, Role, State, User, Version

    group = Group.objects.create(name="all")
    collection = Collection.objects.create(name="Results")
    Grant.objects.create(collection=collection, group=group, role=Role.VIEWER)
    document = Document.objects.create(collection=collection, name="results.pdf", title="Results", period="FY2024")
    version = Version.objects.create(
        document=document, number=1, sha256="0" * 64, file="none", size=1, state=State.INDEXING
    )
    Passage.objects.bulk_create(
        Passage(
            id=uuid.uuid4(),
            version=version,
            position=n,
            kind="text",
            text="\n".join([f"Note {n}.", *SENTENCES]),
            locator={"page": n // 4 + 1, "boxes": []},
        )
        for n in range(PASSAGES)
    )
    Change.objects.create(kind=Change.Kind.ADD, version=version.pk)
    cookies = []
    for n in range(users):
        user = User.objects.create_user(f"user{n}")
        user.groups.add(group)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies.append(str(session.session_key))
    return cookies


@contextmanager
def _served(port: int) -> Iterator[int]:
    """Redis and the web process, until the document is searchable; the web process's id."""
    redis = subprocess.Popen([sys.executable, "-m", "config.redis_server"], stdout=sys.stderr)
    web = subprocess.Popen([sys.executable, "-m", "config.web"], stdout=sys.stderr)
    try:
        _wait_until_searchable(port)
        yield web.pid
    finally:
        for process in (web, redis):
            process.terminate()
            process.wait(40)


def _wait_until_searchable(port: int) -> None:
    from django.db import connection

    from library.models import State, Version

    until = time.monotonic() + 120
    while time.monotonic() < until:
        ready = Version.objects.filter(state=State.READY).exists()
        connection.close()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3).close()
            if ready:
                return
        except OSError:
            pass
        time.sleep(0.3)
    raise SystemExit("the web process did not become ready")


# --- one reader ----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _page(port: int, cookie: str) -> AsyncIterator[ClientConnection]:
    headers = {"Cookie": f"sessionid={cookie}"}
    origin: Any = f"http://127.0.0.1:{port}"
    async with connect(f"ws://127.0.0.1:{port}/ws/chat/", additional_headers=headers, origin=origin) as socket:
        yield socket


async def _ask(socket: ClientConnection, question: str) -> AsyncIterator[tuple[float, dict[str, Any]]]:
    """(when it came, event) for each event of the answer."""
    await socket.send(json.dumps({"type": "ask", "conversation": None, "question": question}))
    while True:
        event = json.loads(await socket.recv())
        yield time.perf_counter(), event
        if event["type"] == "error":
            raise SystemExit(f"an answer failed: {event}")
        if event["type"] == "done":
            return


# --- what is measured ----------------------------------------------------------------------------------------------


async def _measure(port: int, cookies: list[str], model: ModelServer, rate: int) -> dict[str, float]:
    model.script = Script(SENTENCES)
    async with _page(port, cookies[0]) as socket:
        singles = [await _single(socket, model, f"What about segment {n} in note {n}?") for n in range(SINGLE)]
    singles = singles[5:]
    gap = await _many(port, cookies, model, rate)
    model.script = Script(SENTENCES, end="hold")
    async with _page(port, cookies[0]) as socket:
        stops = [await _stop(socket, model, f"Please stop at note {n} of the results?") for n in range(STOPS)]
    return {
        "own_first_token_ms": _ms(statistics.median(own for _, own in singles)),
        "first_event_ms": _ms(statistics.median(first for first, _ in singles)),
        "max_gap_ms": _ms(gap),
        "stop_ms": _ms(max(stops)),
    }


async def _single(socket: ClientConnection, model: ModelServer, question: str) -> tuple[float, float]:
    """Seconds to the first event, and to the first words without the model server's share."""
    began, first_event, first_words = time.perf_counter(), 0.0, 0.0
    async for at, event in _ask(socket, question):
        if event["type"] != "asked":
            first_event = first_event or at - began
        if event["type"] == "delta":
            first_words = first_words or at - began
    moments = _moments(model, question)
    return first_event, first_words - (moments["first"] - moments["asked"])


async def _many(port: int, cookies: list[str], model: ModelServer, rate: int) -> float:
    tokens = re.findall(r"\S+\s*", "".join(SENTENCES) * 40)[: int(rate * WRITES_S)]
    model.script = Script(tokens, pause_s=1 / rate)
    between = RAMP_S / len(cookies)
    return max(await asyncio.gather(*(_longest_gap(port, cookie, n, n * between) for n, cookie in enumerate(cookies))))


async def _longest_gap(port: int, cookie: str, number: int, after_s: float) -> float:
    await asyncio.sleep(after_s)
    longest, last = 0.0, 0.0
    async with _page(port, cookie) as socket:
        async for at, event in _ask(socket, f"What about segment {number} in the stream {number}?"):
            if event["type"] == "delta":
                longest, last = max(longest, at - last if last else 0.0), at
    return longest


async def _stop(socket: ClientConnection, model: ModelServer, question: str) -> float:
    asked = 0.0
    async for at, event in _ask(socket, question):
        if event["type"] == "delta" and not asked:
            asked = at
            await socket.send(json.dumps({"type": "stop", "turn": event["turn"]}))
    return _moments(model, question)["left"] - asked


def _moments(model: ModelServer, question: str) -> dict[str, float]:
    return {what: at for asked, what, at in model.moments if asked.endswith(question)}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return round(int(found[1]) / 1024, 1) if found else 0.0
