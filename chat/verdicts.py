"""The verdict on each figure and sentence of an answer, by the block they stand in: the last word, and a first one.

It runs in a process of its own (`chat/checker.py`), which knows neither Django nor a database.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TypeVar

from chat.events import Figure
from chat.verify import Checked, Source, Verifier, verify
from chat.verifying.statements import Statement, check_statements

Stands = TypeVar("Stands", Checked, Statement)


@dataclass(slots=True)
class Verdicts:
    """By the number of the block; blocks without any are left out."""

    figures: dict[int, list[Figure]] = field(default_factory=dict)
    unsupported: dict[int, list[str]] = field(default_factory=dict)
    """The sentences that the sources do not carry."""


@dataclass(slots=True)
class Said:
    """What an answer says since the last look at it."""

    answer: str
    evidence: Sequence[Source] | None = None
    """With its first words."""
    words: str = ""
    is_all: bool = False
    """Nothing more comes."""


MOST = 200
"""Answers under way that are known here; an answer beyond them waits for the last word."""
_under_way: OrderedDict[str, Verifier] = OrderedDict()


def first_verdicts(said: Sequence[Said]) -> list[list[Checked]]:
    """The figures of the sentences that are whole now, for each answer."""
    return [_first(one) for one in said]


def _first(said: Said) -> list[Checked]:
    if said.is_all:
        _under_way.pop(said.answer, None)
        return []
    if said.evidence is not None:
        _under_way[said.answer] = Verifier(said.evidence)
        if len(_under_way) > MOST:
            _under_way.popitem(last=False)
    verifier = _under_way.get(said.answer)
    return verifier.feed(said.words) if verifier else []


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
