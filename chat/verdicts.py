"""The last word on an answer: the verdict of each figure and sentence, by the block they stand in. Pure.

It runs in a process of its own (`chat/checker.py`), which knows neither Django nor a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TypeVar

from chat.events import Figure
from chat.verify import Checked, Source, verify
from chat.verifying.statements import Statement, check_statements

Stands = TypeVar("Stands", Checked, Statement)


@dataclass(slots=True)
class Verdicts:
    """By the number of the block; blocks without any are left out."""

    figures: dict[int, list[Figure]] = field(default_factory=dict)
    unsupported: dict[int, list[str]] = field(default_factory=dict)
    """The sentences that the sources do not carry."""


def verdicts(words: Sequence[str], evidence: Sequence[Source], *, statements: bool = True) -> Verdicts:
    """Of a text that is complete; `words` are its blocks in plain text."""
    text = "\n\n".join(words)
    checked = verify(text, evidence)
    found = Verdicts({n: [figure_of(one) for one in own] for n, own in _by_block(words, checked).items()})
    if statements and evidence:
        wrong = [one for one in check_statements(text, evidence, checked) if not one.supported]
        found.unsupported = {n: [one.text for one in own] for n, own in _by_block(words, wrong).items()}
    return found


def _by_block(words: Sequence[str], found: Iterable[Stands]) -> dict[int, list[Stands]]:
    ends = list(accumulate(len(block) + 2 for block in words))
    shares: dict[int, list[Stands]] = {}
    for one in found:
        shares.setdefault(next(n for n, end in enumerate(ends) if one.start < end), []).append(one)
    return shares


def figure_of(checked: Checked) -> Figure:
    return Figure(
        checked.text,
        checked.value,
        checked.unit,
        checked.verdict,
        checked.marker,
        checked.locator or None,
        checked.formula or None,
    )
