"""Balanced accuracy of the statement check on edited call summaries (a SummEdits file, one JSON object a line).

    python -m bench summedits FILE

`doc` is the source, `summary` the text to check, `label` 1 where the edit kept it true.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chat.verify import Source
from chat.verifying.statements import check_statements


def measure(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    outcomes = [(bool(r["label"]), _supported(r), _changes_number(r)) for r in rows]
    numbers = [o for o in outcomes if o[0] or o[2]]
    return {
        "items": len(outcomes),
        "balanced_accuracy": _balanced(outcomes),
        "balanced_accuracy_numbers": _balanced(numbers),
        "kept_right": _rate([s for label, s, _ in outcomes if label]),
        "edits_caught": _rate([not s for label, s, _ in outcomes if not label]),
        "number_edits_caught": _rate([not s for label, s, number in outcomes if number and not label]),
    }


def _supported(row: dict[str, Any]) -> bool:
    return all(s.supported for s in check_statements(row["summary"], [Source(1, row["doc"])]))


def _changes_number(row: dict[str, Any]) -> bool:
    """The edit took a number of the summary out or put another one in."""
    before, after = (sorted(re.findall(r"\d[\d,.]*\d|\d", row[k])) for k in ("original_summary", "summary"))
    return before != after


def _balanced(outcomes: list[tuple[bool, bool, bool]]) -> float:
    kept = _rate([s for label, s, _ in outcomes if label])
    caught = _rate([not s for label, s, _ in outcomes if not label])
    return round((kept + caught) / 2, 4)


def _rate(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m bench summedits FILE", file=sys.stderr)
        return 1
    with Path(arguments[0]).open(encoding="utf-8") as lines:
        print(json.dumps(measure(json.loads(row) for row in lines if row.strip())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
