"""Answers against what was expected: `python -m bench answers DIR RESULTS`.

DIR holds questions.jsonl (`id`, `question`, `answer`, and `kind` or `answer_format`), RESULTS is what `manage.py ask
--batch --json` printed for it. A short figure is compared by the digits that the expected one shows, with the figure
that leads the answer or one that it works out. Of other questions it is counted whether they were answered.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

SHORT = re.compile(r"[-(]?\s*[$¥€£]?\s*(-?[\d,]+(?:\.\d+)?)\s*(%?)\)?")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
"""A figure's value may also be words: a cell that holds no number."""
SCALES = {"thousand": 3, "million": 6, "billion": 9}
NONE = "Not answerable"


def measure(questions: list[dict[str, Any]], results: dict[str, dict[str, Any]]) -> dict[str, Any]:
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for question in questions:
        if found := results.get(question["id"]):
            kinds[kind_of(question)][outcome(question, found)] += 1
    return {kind: dict(counts, questions=counts.total()) for kind, counts in sorted(kinds.items())}


def kind_of(question: dict[str, Any]) -> str:
    if question["answer"] == NONE:
        return "unanswerable"
    return str(question.get("kind") or "answerable")


def outcome(question: dict[str, Any], found: dict[str, Any]) -> str:
    """ "answered_right", "answered_wrong", "answered" where no figure is expected, "refused" or "failed"."""
    if "error" in found:
        return "failed"
    if found["refused"]:
        return "refused"
    expected = SHORT.fullmatch(question["answer"].strip())
    if expected is None or question["answer"] == NONE:
        return "answered"
    leading = [f["value"] for n, f in enumerate(found["figures"]) if n == 0 or f["verdict"] == "computed"]
    right = any(same(Decimal(value), expected, question["question"]) for value in leading if NUMBER.fullmatch(value))
    return "answered_right" if right else "answered_wrong"


def same(got: Decimal, expected: re.Match[str], question: str) -> bool:
    """Equal at the digits shown; 8.70 shows one. What a statement prints as an outflow may be asked for by its size."""
    plain = expected[1].replace(",", "")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    want = Decimal(plain)
    if expected[0].startswith(("-", "(")):
        want = -abs(want)
    within = Decimal("0.5").scaleb(-len(plain.partition(".")[2]))
    power = -2 if expected[2] else next((p for word, p in SCALES.items() if word in question.lower()), 0)
    shown = [got.scaleb(-power), *([got] if not expected[2] else [])]
    shown += [abs(value) for value in shown if value < 0 < want]
    return any(abs(value - want) <= within for value in shown)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: python -m bench answers DIR RESULTS", file=sys.stderr)
        return 1
    results = {row["id"]: row for row in read(Path(arguments[1]))}
    print(json.dumps(measure(read(Path(arguments[0]) / "questions.jsonl"), results), sort_keys=True))
    return 0
