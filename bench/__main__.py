"""`python -m bench NAME …`: runs bench/NAME.py, whose `main(argv)` prints one JSON object as its last line.

`python -m bench all [DATA]` runs every one, a line each; those that read real filings need the folder DATA.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

ALONE = [
    ["start"],
    ["figures"],
    ["search"],
    ["switch"],
    ["worlds", "--cases", "2000"],
    ["stream"],
    ["disconnects"],
    ["stress"],
]
WITH_DATA = [
    ["ingest", "financebench"],
    ["index", "financebench/pdfs"],
    ["table_cells", "financebench"],
    ["u4_cells", "u4/reports"],
    ["tables_oracle", "u4"],
    ["summedits", "safety/summedits_ectsum.jsonl"],
    ["guardrails", "safety"],
    ["calls", "calls"],
    ["damaged", "decks/pptx"],
]


def names() -> list[str]:
    return sorted(p.stem for p in Path(__file__).parent.glob("*.py") if not p.stem.startswith("_"))


def run_all(data: str | None) -> int:
    """Each in a process of its own; 1 if any failed."""
    with_data = [[name, str(Path(data) / place)] for name, place in WITH_DATA] if data else []
    failed = 0
    for arguments in [*ALONE, *with_data]:
        done = subprocess.run([sys.executable, "-m", "bench", *arguments], stdout=subprocess.PIPE, text=True)
        last = (done.stdout.strip().splitlines() or ["{}"])[-1]
        print(f"{arguments[0]}: {last}" if done.returncode == 0 else f"{arguments[0]}: failed", flush=True)
        failed += done.returncode != 0
    return int(failed > 0)


def main(argv: list[str]) -> int:
    if argv[:1] == ["all"]:
        return run_all(argv[1] if len(argv) > 1 else None)
    if not argv or argv[0] not in names():
        print(f"usage: python -m bench NAME …, where NAME is one of: all, {', '.join(names())}", file=sys.stderr)
        return 1
    code = importlib.import_module(f"bench.{argv[0]}").main(argv[1:])
    return int(code or 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
