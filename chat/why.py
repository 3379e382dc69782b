"""Why an answer reads as it does: what was considered, by what it was written, how long each step took."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.urls import reverse

from chat import conversations
from chat.models import Turn
from library import access, audit
from library.locators import label
from library.models import User


@dataclass(slots=True)
class Considered:
    """A passage that the answer could stand on. `marker` is 0 where it cites none of it."""

    marker: int
    document: str
    place: str
    score: float
    text: str
    url: str


@dataclass(slots=True)
class Why:
    turn: Turn
    considered: list[Considered]
    withheld: int
    """How many of the passages are not open to the reader any more: a count and no more."""
    facts: dict[str, object] = field(default_factory=dict)
    """Of "model", "prompt", "generation" and "rewritten_by" those that were recorded."""
    understood: str = ""
    """The question made whole, where it did not stand alone."""
    spent: dict[str, object] | None = None
    """Tokens and cost, where a language model answered."""
    seconds: list[tuple[str, float]] = field(default_factory=list)


def why(user: User, pk: object) -> Why:
    """Raises `Hidden` for another's turn. An answer that is withheld keeps its reasons to itself, too."""
    turn = conversations.turn_for(user, pk)
    if conversations.withheld(user, turn):
        raise access.Hidden
    rows = [(UUID(row["passage"]), row) for row in turn.provenance.get("passages", [])]
    open_now = access.passages(user, [key for key, _ in rows], current=False)
    shown = [
        Considered(
            marker=row.get("marker") or 0,
            document=open_now[key].version.document.name,
            place=label(open_now[key].locator),
            score=row.get("score", 0.0),
            text=open_now[key].text,
            url=reverse("citation", args=[turn.pk, row["marker"]]) if row.get("marker") else "",
        )
        for key, row in rows
        if key in open_now
    ]
    audit.record(user, "looked", turn=str(turn.pk), passages=[str(key) for key in open_now])
    known = ("model", "prompt", "generation", "rewritten_by")
    facts = {name: turn.provenance[name] for name in known if turn.provenance.get(name)}
    seconds = [(name, ms / 1000) for name, ms in turn.provenance.get("ms", {}).items()]
    whole = turn.provenance.get("understood", {}).get("question", turn.question)
    understood = whole if whole != turn.question else ""
    return Why(turn, shown, len(rows) - len(shown), facts, understood, turn.provenance.get("spent"), seconds)
