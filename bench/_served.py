"""An installation as it runs in earnest with a small library, and readers on real sockets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

PASSAGES = 400
SENTENCES = (
    "Net interest income of the retail segment rose by 4.2% to 57.8 billion yen in fiscal 2024 [1]. ",
    "Credit costs stayed at 0.18% of loans, **well below** the plan of 0.25% [2], as the bank says. ",
    "| Segment | FY2023 | FY2024 |\n|---|---|---|\n| Retail | 55.5 | 57.8 [1] |\n| Markets | 21.0 | 19.4 [3] |\n\n",
    "- Deposits grew to 12,345 billion yen [4].\n- Loans grew to 8,854 billion yen [5].\n\n",
)


def set_up(folder: str, port: int, model_url: str) -> None:
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


def make_library(users: int) -> list[str]:
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
def served(port: int) -> Iterator[int]:
    """Redis, the index and the web process, until the document is searchable; the web process's id."""
    names = ("config.redis_server", "config.index", "config.web")
    processes = [subprocess.Popen([sys.executable, "-m", name], stdout=sys.stderr) for name in names]
    try:
        _wait_until_searchable(port)
        yield processes[-1].pid
    finally:
        for process in reversed(processes):
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
async def page(port: int, cookie: str) -> AsyncIterator[ClientConnection]:
    headers = {"Cookie": f"sessionid={cookie}"}
    origin: Any = f"http://127.0.0.1:{port}"
    async with connect(f"ws://127.0.0.1:{port}/ws/chat/", additional_headers=headers, origin=origin) as socket:
        yield socket


async def ask(socket: ClientConnection, question: str) -> AsyncIterator[tuple[float, dict[str, Any]]]:
    """(when it came, event) for each event of the answer."""
    await socket.send(json.dumps({"type": "ask", "conversation": None, "question": question}))
    while True:
        event = json.loads(await socket.recv())
        yield time.perf_counter(), event
        if event["type"] == "error":
            raise SystemExit(f"an answer failed: {event}")
        if event["type"] == "done":
            return
