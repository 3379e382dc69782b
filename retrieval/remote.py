"""Commands and the server that holds the index: one call each way, on this machine, with a token that lives for it.

The embedded index is locked by one process. A command that finds the server running puts a random token into Redis,
which only this installation's own processes reach, and posts what it wants; the server takes the token out and answers.
"""

from __future__ import annotations

import base64
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from redis import Redis, RedisError

from retrieval import lexical
from retrieval.lexical import Sparse
from retrieval.store import Found, IndexAway, Probe

TOKEN_S = 30
HEADER = "X-Shiori-Call"
LOCK_FILE = "owner.lock"
"""Below INDEX_DIR; who holds the lock writes the server's port into it."""
ANSWER_S = 600
"""A drain may have a whole collection of filings to go through."""


class RemoteStore:
    """The index of the server that runs on this machine."""

    def search(self, scopes: frozenset[str], probes: Sequence[Probe]) -> list[list[Found]]:
        if not scopes or not probes:
            return [[] for _ in probes]
        answer = call("search", scopes=sorted(scopes), probes=[probe_json(probe) for probe in probes])
        return [[Found(UUID(key), *rest) for key, *rest in ranking] for ranking in answer["rankings"]]

    def count(self, scopes: frozenset[str]) -> int:
        return int(call("count", scopes=sorted(scopes))["count"]) if scopes else 0

    def drain(self) -> int:
        return int(call("drain")["changes"])


def call(action: str, **arguments: Any) -> dict[str, Any]:
    """Ask the running server; IndexAway says why it did not answer."""
    token = secrets.token_urlsafe(32)
    body = json.dumps({"action": action, **arguments}).encode()
    host = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else "localhost"
    headers = {HEADER: token, "Content-Type": "application/json"}
    if host != "*":
        headers["Host"] = host
    port = _port()
    url = f"http://127.0.0.1:{port}/internal/index"
    request = urllib.request.Request(url, body, headers)
    try:
        with Redis.from_url(settings.REDIS_URL) as redis:
            redis.set(_key(token), action, ex=TOKEN_S)
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
    except RedisError as error:
        raise IndexAway("The index is held by another process, and Redis, over which to ask it, is away.") from error
    except (OSError, ValueError) as error:
        raise IndexAway(
            f"The index is held by another process, and no server answers for it at port {port}: {error}"
        ) from error
    if "error" in found:
        raise IndexAway(str(found["error"]))
    return found


def _port() -> int:
    try:
        return int((Path(settings.INDEX_DIR) / LOCK_FILE).read_text())
    except (OSError, ValueError):
        return int(settings.PORT)


def take(token: str, action: str) -> bool:
    """Whether the token was given out for this action; it is good for one call."""
    if not token:
        return False
    try:
        with Redis.from_url(settings.REDIS_URL, decode_responses=True) as redis:
            return bool(redis.getdel(_key(token)) == action)
    except RedisError:
        return False


def probe_json(probe: Probe) -> dict[str, Any]:
    words = isinstance(probe.vector, Sparse)
    data = lexical.pack(probe.vector) if isinstance(probe.vector, Sparse) else probe.vector.astype("<f4").tobytes()
    return {
        "words": words,
        "vector": base64.b64encode(data).decode(),
        "limit": probe.limit,
        "documents": list(probe.documents),
    }


def probe_from_json(data: dict[str, Any]) -> Probe:
    raw = base64.b64decode(data["vector"])
    vector = lexical.unpack(raw) if data["words"] else np.frombuffer(raw, "<f4").astype(np.float32)
    return Probe(vector, int(data["limit"]), tuple(data["documents"]))


def _key(token: str) -> str:
    return f"shiori:call:{token}"
