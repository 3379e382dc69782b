"""Are the figures of filings stored with the right label and period? Measured on FinanceBench's evidence pages.

The evidence is the page's text as others extracted it: a label, then the row's numbers, a line each. Two figures:
`right` of `standing`: questions whose answer stands as a number on its page, and for which a stored cell has that
number under the evidence's label and year; `rows_right` of `rows`: all rows of the evidence, likewise, every number.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from library.tables import Cell, Table

NUMBER = re.compile(r"\$?\s?\(?-?\s?\$?\s?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s?\)?\s?%?\)?")
YEAR = re.compile(r"(?:19|20)\d{2}")
DAY = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2},?")


@dataclass(slots=True)
class EvidenceRow:
    label: str
    numbers: list[str]
    years: list[str]
    """The header's years, where there are as many as numbers."""


@dataclass(slots=True)
class Score:
    standing: int = 0
    right: int = 0
    rows: int = 0
    rows_right: int = 0
    misses: list[str] = field(default_factory=list)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench table_cells", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds questions.jsonl and pdfs/")
    parser.add_argument("--misses", action="store_true", help="print what was not found to standard error")
    args = parser.parse_args(argv)
    questions = [json.loads(line) for line in (args.folder / "questions.jsonl").read_text().splitlines()]
    pages = _pages_wanted(questions)
    tables = {doc: _tables(args.folder / "pdfs" / f"{doc}.pdf", wanted) for doc, wanted in pages.items()}
    score = Score()
    for question in questions:
        _score(question, [t for p in question["pages"] for t in tables[question["doc"]].get(p, [])], score)
    if args.misses:
        print("\n".join(score.misses), file=sys.stderr)
    print(
        json.dumps(
            {
                "questions": len(questions),
                "standing": score.standing,
                "right": score.right,
                "share": round(score.right / max(score.standing, 1), 3),
                "rows": score.rows,
                "rows_right": score.rows_right,
                "rows_share": round(score.rows_right / max(score.rows, 1), 3),
            }
        )
    )
    return 0


def _pages_wanted(questions: list[dict[str, Any]]) -> dict[str, set[int]]:
    pages: dict[str, set[int]] = {}
    for question in questions:
        pages.setdefault(question["doc"], set()).update(question["pages"])
    return pages


def _tables(path: Path, wanted: set[int]) -> dict[int, list[Table]]:
    from ingest.parsers.pdf import parse
    from ingest.segments import Progress, TableBlock

    found: dict[int, list[Table]] = {}
    for segment in parse(path, path.name):
        if isinstance(segment, TableBlock) and segment.table.page in wanted:
            found.setdefault(segment.table.page, []).append(segment.table)
        if isinstance(segment, Progress) and segment.done >= max(wanted):
            break
    return found


def _score(question: dict[str, Any], tables: list[Table], score: Score) -> None:
    rows = [row for text in question["evidence"] for row in evidence_rows(text)]
    for row in rows:
        found = all(_stored(tables, row, k) for k in range(len(row.numbers)))
        score.rows += 1
        score.rows_right += found
        if not found:
            score.misses.append(
                f"row {question['doc']} {question['pages']}: {row.label[-70:]} {row.numbers} {row.years}"
            )
    standing = [(row, k) for number in _answers(question["answer"]) for row in rows for k in _places(row, number)]
    if standing:
        right = any(_stored(tables, row, k) for row, k in standing)
        score.standing += 1
        score.right += right
        if not right:
            score.misses.append(f"ANSWER {question['id']} {question['doc']} {question['answer'][:60]!r}")


def evidence_rows(text: str) -> Iterator[EvidenceRow]:
    """Labels with the numbers that follow them; years on their own are the header of what comes after."""
    label: list[str] = []
    numbers: list[str] = []
    years: list[str] = []
    for line in [*_parts(text), "end"]:
        if not line or re.fullmatch(r"[$%)(—–\-\s]+", line):
            continue
        if YEAR.fullmatch(line):
            if numbers:
                yield from _row(label, numbers, years)
                label, numbers, years = [], [], []
            elif not all(DAY.fullmatch(part) for part in label):
                years = []
            years.append(line)
            label = []
        elif match := NUMBER.fullmatch(line):
            numbers.append(match[1])
        else:
            if numbers and label:
                yield from _row(label, numbers, years)
            if numbers:
                label, numbers = [], []
            label.append(line)


def _parts(text: str) -> Iterator[str]:
    """Lines; a number with the next one's "$" behind it is two of them; what follows a sentence is the page number."""
    for line in text.split("\n"):
        line = line.strip()
        yield line.removesuffix("$").strip() if re.fullmatch(r"[\d.,()]+\s\$", line) else line


def _row(label: list[str], numbers: list[str], years: list[str]) -> Iterator[EvidenceRow]:
    """One row; not the page number after a closing sentence, nor a sum without a label of its own."""
    text = " ".join(label)
    if re.search(r"accompanying ?notes|notes ?to ?(?:the )?consolidated ?financial", text, re.I) and len(numbers) == 1:
        return
    if years and len(numbers) in (2 * len(years), 3 * len(years)):
        numbers = numbers[: len(years)]
    yield EvidenceRow(text, numbers, years if len(years) == len(numbers) else [])


def _answers(text: str) -> list[str]:
    """The numbers of an answer that are no years, without the zeros that pad them."""
    found = [m.replace(",", "") for m in re.findall(r"(?<![\w.,])-?\$?(\d[\d,]*\.?\d*)", text)]
    found = [n.rstrip(".") for n in found if not YEAR.fullmatch(n.rstrip("."))]
    return [n.rstrip("0").rstrip(".") if "." in n else n for n in found if n.strip("0.")]


def _places(row: EvidenceRow, answer: str) -> list[int]:
    """Where in a row the answer stands: as printed, or rounded from thousands or millions to its digits."""
    places = []
    wanted = Decimal(answer)
    step = Decimal(1).scaleb(int(wanted.as_tuple().exponent))
    for k, number in enumerate(row.numbers):
        value = Decimal(number.replace(",", ""))
        scaled = [(value / 10**power).quantize(step, ROUND_HALF_UP) for power in (3, 6)]
        if value == wanted or (wanted in scaled and value > 1000):
            places.append(k)
    return places


def _stored(tables: list[Table], row: EvidenceRow, k: int) -> bool:
    """A cell has the row's k-th number, its label is the row's, and its column's period is of the header's year."""
    for table in tables:
        rows = {r.index: r for r in table.rows}
        periods = {c.index: c.period for c in table.columns}
        for cell in table.cells:
            if cell.value is None or not _same_digits(cell, row.numbers[k]) or cell.row not in rows:
                continue
            own = rows[cell.row]
            period = periods.get(cell.column) or own.period
            if _same_label(own.path, row.label) and (not row.years or row.years[k] in period):
                return True
    return False


def _same_digits(cell: Cell, number: str) -> bool:
    printed = re.search(r"\d[\d,]*\.?\d*|\.\d+", cell.text)
    return printed is not None and printed[0].replace(",", "") == number.replace(",", "")


def _same_label(path: list[str], evidence: str) -> bool:
    """The row's own label ends the evidence's (sections run into it there), or the other way round."""
    own, other = _letters(path[-1] if path else ""), _letters(evidence)
    return bool(own) and (other.endswith(own) or own.endswith(other) or other.replace(own, "")[:1].isdigit())


def _letters(text: str) -> str:
    return re.sub(r"\((?:[a-z]|\d{1,2})\)|[^a-z0-9]", "", text.lower())
