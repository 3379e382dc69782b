"""`python -m bench index DIR [--files N]`: from files to searchable, with all cores, in a fresh installation.

Runs `manage.py ingest` on the files below DIR as a user would. `kb_per_page` is what database and index occupy on disk
(the stored files aside), less what they occupy when empty; `kb_by_part` shows of what it consists. `kb_optimised` is
the same once the index has been built anew with its graph, as a server does it when much has come in.

`cpu_s` is the processor time by step, which other programs on the machine hardly change: parsing runs beside the rest,
so on two quiet cores `seconds` is about half of the sum, and never less than all steps but `parse` would take on both.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LARGE = 100_000
"""Bytes that a part takes to be named by itself."""
TABLES = """SELECT owner.tbl_name, sum(page.pgsize) FROM dbstat page
    JOIN sqlite_master owner ON owner.name = page.name GROUP BY owner.tbl_name"""


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
    began_with = parts(data)
    begun = time.perf_counter()
    lines, cpu = ingest(environment, chosen, data / "cpu.json")
    seconds = time.perf_counter() - begun
    taken, by_part = occupied(data) - empty, parts(data)
    manage(environment, "reindex")
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
        "cpu_s": cpu,
        "cpu_s_per_page": round(sum(cpu.values()) / max(pages, 1), 3),
        "kb_per_page": round(taken / 1000 / max(pages, 1), 2),
        "kb_by_part": {
            part: round((size - began_with.get(part, 0)) / 1000 / max(pages, 1), 2) for part, size in by_part.items()
        },
        "kb_optimised": round((occupied(data) - empty) / 1000 / max(pages, 1), 2),
    }


def ingest(environment: dict[str, str], chosen: list[Path], cpu: Path) -> tuple[str, dict[str, float]]:
    """The command's output, and the processor seconds by step."""
    command = [sys.executable, "-m", "bench._ingest_steps", str(cpu), "ingest", *map(str, chosen)]
    ended = subprocess.run(
        [*command, "--collection", "Bench", "--json"],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
        text=True,
        stdout=subprocess.PIPE,
    )
    spent: dict[str, float] = json.loads(cpu.read_text())
    return ended.stdout, spent


def manage(environment: dict[str, str], *arguments: str, may_fail: bool = False) -> str:
    command = [sys.executable, "manage.py", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, check=not may_fail)
    return ended.stdout


def occupied(data: Path) -> int:
    """Bytes on disk of database and index; what is only reserved (sparse files) does not count."""
    parts = [*data.glob("shiori.sqlite3*"), *(path for path in (data / "index").rglob("*") if path.is_file())]
    return sum(path.stat().st_blocks * 512 for path in parts)


def parts(data: Path) -> dict[str, int]:
    """Bytes by table of the database, its indexes included, and by kind of file of the index."""
    with closing(sqlite3.connect(data / "shiori.sqlite3")) as database:
        found: dict[str, int] = dict(database.execute(TABLES).fetchall())
    for path in (data / "index").rglob("*"):
        if path.is_file():
            inside = path.relative_to(data / "index").parts
            kind = f"index {inside[3] if len(inside) > 4 else path.stem}"
            found[kind] = found.get(kind, 0) + path.stat().st_blocks * 512
    return {part: size for part, size in sorted(found.items(), key=lambda row: -row[1]) if size > LARGE}
