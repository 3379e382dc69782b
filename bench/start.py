"""`python -m bench start`: from `git clone` to the first answer, and the start after that.

Clones the checkout's HEAD into a temporary folder, runs `make run` there on a free port, and asks a question about
the sample documents as soon as every part is ready.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LIMIT_S = 600
QUESTION = "What was Hoshino Bank's ordinary profit in FY2025?"
EXPECTED = "152,739"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` in the folder, stopped as Ctrl-C stops it."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATA_DIR", "VIRTUAL_ENV", "SECRET_KEY")}
    with (folder / "make-run.log").open("ab") as log:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=folder,
            env={**environment, "PORT": str(port)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)


def wait_until_ready(process: subprocess.Popen[bytes], port: int, limit: float) -> None:
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise SystemExit("`make run` ended by itself; see make-run.log")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=3):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"not ready within {LIMIT_S} s")


def answer(folder: Path) -> str:
    done = subprocess.run(
        [".venv/bin/python", "manage.py", "ask", QUESTION, "--as", "akari", "--json"],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    return str(json.loads(done.stdout)["answer"]) if done.returncode == 0 else ""


def first_answer(folder: Path, port: int, limit: float) -> None:
    while EXPECTED not in answer(folder):
        if time.monotonic() > limit:
            raise SystemExit(f"no answer with {EXPECTED} within {LIMIT_S} s")


def measure(folder: Path) -> dict[str, Any]:
    port, begin = free_port(), time.monotonic()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    with running(folder, port) as process:
        wait_until_ready(process, port, begin + LIMIT_S)
        ready = time.monotonic() - begin
        first_answer(folder, port, begin + LIMIT_S)
        fresh = time.monotonic() - begin
    begin = time.monotonic()
    with running(folder, port) as process:
        wait_until_ready(process, port, begin + LIMIT_S)
        warm = time.monotonic() - begin
    return {"fresh_s": round(fresh, 1), "fresh_ready_s": round(ready, 1), "warm_s": round(warm, 1)}


def main(argv: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="shiori-") as folder:
        print(json.dumps(measure(Path(folder) / "clone")))
    return 0
