"""Cell answers with the right report given: what `retrieval/tables.py` can do before search takes its share.

    python -m bench.tables_oracle DIR [--step 10] [--offset 0] [--misses]

DIR holds `table_qa.jsonl`, `table_retrieval.jsonl` and `reports/`, as the NTCIR-18 U4 task lays them out. Prints one
JSON object: table hit@1, @5, @10 and cell value over every `step`-th question, and what confidence is worth.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ingest.parsers.html import parse
from ingest.segments import Facts, TableBlock
from retrieval.question import Company, understand
from retrieval.tables import CellAnswer, FoundTable, find_cells


@dataclass(slots=True)
class Score:
    counts: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    sure: list[tuple[float, bool]] = field(default_factory=list)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--step", type=int, default=10)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--misses", action="store_true", help="print each miss to standard error")
    options = parser.parse_args(arguments)
    reports = {d.name: list(_tables(d)) for d in sorted((options.directory / "reports").iterdir()) if d.is_dir()}
    ids = _table_ids(options.directory / "reports")
    score = Score()
    for name in ("table_qa", "table_retrieval"):
        lines = (options.directory / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for line in lines[options.offset :: options.step]:
            _ask(json.loads(line), reports, ids, score, options.misses)
    print(json.dumps(_summary(score)))


def _tables(report: Path) -> Iterator[FoundTable]:
    """The tables of a report that is kept as several files; the first, its cover, says whose it is."""
    cover = Facts()
    for path in sorted(report.glob("*.html")):
        segments = list(parse(path, path.name))
        facts = [s for s in segments if isinstance(s, Facts)]
        if not cover.company and facts:
            cover = facts[-1]
        for one in segments:
            if isinstance(one, TableBlock):
                key = f"{path.stem}#{one.table.number}"
                yield FoundTable(key, one.table, path.name, cover.company, cover.period, cover.kind, one.heading)


def _table_ids(reports: Path) -> dict[str, str]:
    import lxml.html

    ids = {}
    for path in reports.rglob("*.html"):
        for n, table in enumerate(lxml.html.fromstring(path.read_bytes()).iter("table"), 1):
            ids[f"{path.stem}#{n}"] = table.get("table-id") or ""
    return ids


def _ask(
    row: dict[str, Any], reports: dict[str, list[FoundTable]], ids: dict[str, str], score: Score, misses: bool
) -> None:
    tables = reports[row["doc"]]
    question = understand(row["question"], [Company(tables[0].company)])
    start = time.perf_counter()
    answers = find_cells(question, tables, 60)
    score.milliseconds.append((time.perf_counter() - start) * 1000)
    found = list(dict.fromkeys(ids[a.found.key] for a in answers))
    score.counts["tables"] += 1
    for k in (1, 5, 10):
        score.counts[f"hit@{k}"] += row["table"] in found[:k]
    right = found[:1] == [row["table"]]
    if "value" in row:
        right = bool(answers) and same_value(answers[0].value, row["value"])
        score.counts["values"] += 1
        score.counts["value"] += right
        if answers:
            score.sure.append((answers[0].confidence, right))
    if misses and not right:
        print(_miss(row, answers, ids), file=sys.stderr)


def same_value(got: str, want: str) -> bool:
    try:
        return Decimal(got.replace(",", "")) == Decimal(want.replace(",", ""))
    except InvalidOperation:
        return got.strip() == want.strip()


def _miss(row: dict[str, Any], answers: list[CellAnswer], ids: dict[str, str]) -> str:
    lines = [f"{row['question']} -> {row.get('cell') or row['table']} {row.get('value', '')}"]
    for one in answers[:2]:
        lines.append(
            f"   {ids[one.found.key]} {one.value} | {one.label} | {one.column_label} | {one.found.table.title}"
        )
        lines.append(f"      {one.score:.2f} { ({k: round(v, 2) for k, v in one.why.items()}) }")
    return "\n".join(lines)


def _summary(score: Score) -> dict[str, Any]:
    counts = score.counts
    ordered = sorted(score.milliseconds)
    at_80 = [right for sure, right in score.sure if sure >= 0.8]
    return {
        "questions": counts["tables"],
        **{f"hit@{k}": round(counts[f"hit@{k}"] / max(counts["tables"], 1), 3) for k in (1, 5, 10)},
        "value": round(counts["value"] / max(counts["values"], 1), 3),
        "confident": round(len(at_80) / max(counts["values"], 1), 3),
        "right_when_confident": round(sum(at_80) / max(len(at_80), 1), 3),
        "p50_ms": round(ordered[len(ordered) // 2], 1) if ordered else 0.0,
    }


if __name__ == "__main__":
    main()
