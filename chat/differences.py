"""What differs between an answer and the same question asked again. Pure: plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

Figure = Mapping[str, Any]


@dataclass(slots=True)
class FigureChange:
    """A figure and its verdict before and after; None where the answer did not or does not have it."""

    text: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class Place:
    """A passage that an answer stands on."""

    passage: str
    document: str
    place: str


@dataclass(slots=True)
class Evidence:
    """What the answers stand on, told apart; of what is not open any more, the markers that it had and no more."""

    kept: list[Place] = field(default_factory=list)
    gone: list[Place] = field(default_factory=list)
    """Still open to the asker, and not used this time."""
    new: list[Place] = field(default_factory=list)
    not_visible: list[int] = field(default_factory=list)


def answer(before: str, after: str) -> list[str]:
    """Lines that went ("-…"), came ("+…") or stand around them (" …"); [] where both read the same."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


def figures(before: Sequence[Figure], after: Sequence[Figure]) -> list[FigureChange]:
    """Figures that one of the answers lacks, or whose verdict is another one; in the order of the texts."""
    then, now = _verdicts(before), _verdicts(after)
    return [
        FigureChange(key[0], then.get(key), now.get(key))
        for key in dict.fromkeys([*then, *now])
        if then.get(key) != now.get(key)
    ]


def evidence(before: Mapping[str, int], visible: Mapping[str, Place], after: Mapping[str, Place]) -> Evidence:
    """`before`: marker by passage; `visible`: those of them that the asker may see now; `after`: those used now."""
    return Evidence(
        kept=[visible[key] for key in before if key in visible and key in after],
        gone=[visible[key] for key in before if key in visible and key not in after],
        new=[place for key, place in after.items() if key not in before],
        not_visible=sorted(marker for key, marker in before.items() if key not in visible),
    )


def settings(before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> dict[str, list[Any]]:
    """[then, now] of each name that reads otherwise now."""
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
    }


def _verdicts(figures: Sequence[Figure]) -> dict[tuple[str, str, str], str]:
    return {(f["text"], f["value"], f["unit"]): f["verdict"] for f in figures}
