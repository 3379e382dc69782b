"""`python -m bench index DIR [--files N]`: from files to searchable, with all cores, in a fresh installation.

Runs `manage.py ingest` on the files below DIR as a user would. `kb_per_page` is what database and index occupy on disk
(the stored files aside), less what they occupy when empty.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench index")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=None, help="the first N alone")
    options = parser.parse_args(argv)
    chosen = sorted(path for path in options.folder.rglob("*") if path.is_file())[: options.files]
    with tempfile.TemporaryDirectory(prefix="shiori-bench-") as data:
        print(json.dumps(measure(chosen, Path(data))))
    return 0


def measure(chosen: list[Path], data: Path) -> dict[str, Any]:
    environment = {**os.environ, "DATA_DIR": str(data), "SECRET_KEY": "for the bench", "LOG_LEVEL": "WARNING"}
    manage(environment, "migrate", "-v0")
    # Makes the model and the empty index, which the figures leave out.
    manage(environment, "reindex")
    empty = occupied(data)
    begun = time.perf_counter()
    lines = manage(environment, "ingest", *map(str, chosen), "--collection", "Bench", "--json", may_fail=True)
    seconds = time.perf_counter() - begun
    results = [json.loads(line) for line in lines.splitlines()]
    for result in results:
        if result["status"] != "ready":
            print(f"{result['document']}: {result['status']}: {result['error']}", file=sys.stderr)
    pages = sum(result["pages"] for result in results)
    return {
        "files": len(results),
        "ready": sum(result["status"] == "ready" for result in results),
        "pages": pages,
        "passages": sum(result["passages"] for result in results),
        "tables": sum(result["tables"] for result in results),
        "seconds": round(seconds, 1),
        "pages_per_s": round(pages / seconds, 2),
        "kb_per_page": round((occupied(data) - empty) / 1000 / max(pages, 1), 2),
    }


def manage(environment: dict[str, str], *arguments: str, may_fail: bool = False) -> str:
    command = [sys.executable, "manage.py", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, check=not may_fail)
    return ended.stdout


def occupied(data: Path) -> int:
    """Bytes on disk of database and index; what is only reserved (sparse files) does not count."""
    parts = [*data.glob("shiori.sqlite3*"), *(path for path in (data / "index").rglob("*") if path.is_file())]
    return sum(path.stat().st_blocks * 512 for path in parts)
