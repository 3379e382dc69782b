"""Which financial statement a table's rows come from, and which ones a question is answered by. Pure."""

from __future__ import annotations

import re
from collections import Counter

from retrieval import glossary
from retrieval.question import Question

STATEMENTS = frozenset({"balance", "income", "cash_flow", "equity", "segment"})
OTHER = "table"
"""A table that is none of them."""
LEAST, SHARE = 3, 0.6
"""Terms of one statement among a table's row labels: at least so many, and so much of all terms found."""
LABEL = re.compile(r"^[^|\n]+", re.M)


def statement_of(text: str) -> str:
    """The statement that the rows of a table (a label, then values after bars) stand in, or `OTHER`."""
    labels = {label.strip() for label in LABEL.findall(text)}
    counts: Counter[str] = Counter()
    for key in {key for label in labels for key in glossary.keys_of(label)}:
        statement = glossary.terms()[key].statement
        if statement in STATEMENTS:
            counts[statement] += 1
    if not counts:
        return OTHER
    statement, most = max(counts.items(), key=lambda item: (item[1], item[0]))
    return statement if most >= LEAST and most >= SHARE * counts.total() else OTHER


def meant(asked: Question) -> frozenset[str]:
    """The statements that hold what is asked: named in the question, or where its measures and their parts stand."""
    found = {asked.statement}
    for measure in asked.measures:
        if measure.term is not None:
            found.update(term.statement for term in (measure.term, *glossary.operands(measure.term)))
    return frozenset(found & STATEMENTS) - {asked.unmeant}
