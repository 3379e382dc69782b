"""`python -m bench._ingest_steps FILE ARGUMENTS…`: manage.py, with the processor seconds of each step left in FILE.

`parse` is the child processes, `rest` is what this process spent outside the steps: taking the files in, passages
from segments, packing tables.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any


def main(out: Path, arguments: list[str]) -> None:
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    from ingest import batch, pipeline
    from retrieval import embedding

    spent: Counter[str] = Counter()
    count(spent, "embed", embedding, "passages")
    count(spent, "save", pipeline, "save")
    count(spent, "index", batch, "drain")
    try:
        execute_from_command_line(["manage.py", *arguments])
    finally:
        own, children = (seconds(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        steps = {"parse": children, **spent, "rest": own - spent.total()}
        out.write_text(json.dumps({step: round(taken, 1) for step, taken in steps.items()}))


def count(spent: Counter[str], step: str, module: ModuleType, name: str) -> None:
    """From now on the function's processor time, of all its threads, goes onto the step's account."""
    function: Callable[..., Any] = getattr(module, name)

    @wraps(function)
    def counted(*arguments: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[step] += time.process_time() - begun  # type: ignore[assignment]

    setattr(module, name, counted)


def seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
