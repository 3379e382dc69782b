"""`python -m bench NAME …`: runs bench/NAME.py, whose `main(argv)` prints one JSON object as its last line."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def names() -> list[str]:
    return sorted(p.stem for p in Path(__file__).parent.glob("*.py") if not p.stem.startswith("_"))


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in names():
        print(f"usage: python -m bench NAME …, where NAME is one of: {', '.join(names())}", file=sys.stderr)
        return 1
    code = importlib.import_module(f"bench.{argv[0]}").main(argv[1:])
    return int(code or 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
