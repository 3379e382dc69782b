"""A module's `main(arguments)` in a confined process: `python -m ingest.confined MEMORY_MB CPU_S MODULE ARGUMENT…`."""

from __future__ import annotations

import importlib
import sys

from ingest.limits import Limits, confine


def main(arguments: list[str]) -> int:
    memory_mb, cpu_s, module, *rest = arguments
    confine(Limits(int(memory_mb), int(cpu_s), wall_s=0, pages=0))
    code: int = importlib.import_module(module).main(rest)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
