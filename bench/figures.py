"""`python -m bench figures [FILE]`: how often the verdict on a figure is right.

1,000 generated cases in both languages, half of them with one figure made wrong (a digit, the unit, the scale, the
sign or the period), and the cases written by hand in FILE (tests/chat/figure_cases.jsonl).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench._figure_cases import Case, generate
from chat.verify import Source, SourceCell, verify

ROOT = Path(__file__).parent.parent
HAND_WRITTEN = ROOT / "tests" / "chat" / "figure_cases.jsonl"
VERDICTS = {"v": "verified", "c": "computed", "u": "unsupported"}


@dataclass(slots=True)
class Tally:
    cases: int = 0
    right: int = 0
    wrong: int = 0
    caught: int = 0
    good: int = 0
    alarms: int = 0


def hand_written(path: Path) -> Iterator[Case]:
    """Lines that name a source, and lines that hold an answer with the verdicts of its figures in order."""
    sources: dict[str, Source] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not raw.strip():
            continue
        line = json.loads(raw)
        if "source" in line:
            sources[line["source"]] = _source(line)
            continue
        given = tuple(sources[name] for name in line["from"])
        yield Case(f"line {number}", given, line["answer"], tuple(VERDICTS[v] for v in line["expect"]))


def _source(line: dict[str, Any]) -> Source:
    """Cells are given as [row, column, period, printed, value, unit]."""
    cells = tuple(
        SourceCell(value, unit, tuple(row.split(" › ")), (column,), period, printed)
        for row, column, period, printed, value, unit in line.get("cells", [])
    )
    return Source(line.get("marker", 1), line.get("text", ""), cells, {}, line.get("period", ""))


def judge(case: Case, tally: Tally) -> str:
    """Adds the case to the tally; what went wrong in it, "" if nothing did."""
    found = [(c.text, c.verdict) for c in verify(case.answer, case.sources)]
    verdicts = tuple(v for _, v in found)
    tally.cases += 1
    for expected, verdict in zip(case.expect, verdicts, strict=False):
        if expected == "unsupported":
            tally.wrong += 1
            tally.caught += verdict == "unsupported"
        else:
            tally.good += 1
            tally.alarms += verdict == "unsupported"
    if verdicts == case.expect:
        tally.right += 1
        return ""
    return f"{case.name}: {case.answer} -> {found}, expected {case.expect}"


def measure(cases: list[Case], *, show: bool = False) -> dict[str, Any]:
    tally = Tally()
    for case in cases:
        if (failure := judge(case, tally)) and show:
            print(failure, file=sys.stderr)
    return {
        "cases": tally.cases,
        "right_verdict": round(tally.right / tally.cases, 4),
        "wrong_caught": round(tally.caught / tally.wrong, 4),
        "false_alarms": round(tally.alarms / tally.good, 4),
    }


def main(argv: list[str]) -> int:
    show = "-v" in argv
    files = [Path(a) for a in argv if a != "-v"] or [HAND_WRITTEN]
    generated = generate(Random(20250331), 1000)
    written = [case for path in files if path.exists() for case in hand_written(path)]
    result = measure(generated + written, show=show) | {"generated": measure(generated)}
    if written:
        result["hand_written"] = measure(written)
    print(json.dumps(result))
    return 0
