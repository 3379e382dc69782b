"""The whole program as `make run` starts it, in a folder of its own: Redis, one worker, the index, one web process."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
START_S = 120


class House:
    """`folder` is its DATA_DIR; commands run in it as they would beside a running server."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")}
        self.environment = kept | {"DATA_DIR": str(folder), "PORT": str(self.port), "LOG_LEVEL": "INFO", **more}
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{arguments}: {done.stderr}\n{done.stdout}"
        return done.stdout.strip()

    def start(self) -> None:
        """Returns once every part says that it is ready."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.process.poll() is None:
            if self.is_ready():
                return
            time.sleep(0.2)
        raise RuntimeError(f"The house did not come up:\n{self.log.read_text()[-4000:]}")

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.process = None


@contextmanager
def house(**more: str) -> Iterator[House]:
    """A prepared, running house; everything of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="shiori-"))
    built = House(folder, **more)
    try:
        built.manage("prepare")
        built.start()
        yield built
    finally:
        built.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def chromium(**environment: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env={**os.environ, **environment})
        try:
            yield browser
        finally:
            browser.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
