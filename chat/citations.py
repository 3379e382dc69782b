"""What a marker of an answer stands for, looked up anew for whoever looks, each time they do."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from chat import conversations
from chat.models import Citation
from library import access, audit, places
from library.access import Hidden
from library.models import Passage, User


@dataclass(slots=True, frozen=True)
class Look:
    """One bookmark. Its place is `citation.locator`: the cell's own boxes where a cell was cited."""

    citation: Citation
    passage: Passage | None
    """With version, document, collection and table loaded; None where this user may not see it (any more)."""

    @property
    def withheld(self) -> bool:
        return self.passage is None


def look(user: User, turn: object, marker: int) -> Look:
    """Raises `Hidden` for another's turn or a marker that it does not have. What is shown is recorded first."""
    own = conversations.turn_for(user, turn)
    citation = next((c for c in own.citations.all() if c.marker == marker), None)
    if citation is None:
        raise Hidden
    passage = access.passages(user, [citation.passage], current=False).get(citation.passage)
    if passage is not None:
        documents = [passage.version.document_id]
        audit.record(user, "looked", turn=str(own.pk), passages=[str(passage.pk)], documents=documents)
    return Look(citation, passage)


def place(found: Look) -> places.Shown | None:
    """For the pane: the place that was cited, and the ways to the answer's other ones; None where it is withheld."""
    if found.passage is None:
        return None
    shown, turn = places.shown(found.passage, found.citation.locator), found.citation.turn
    shown.marker = found.citation.marker
    shown.others = [(c.marker, reverse("citation", args=[turn.pk, c.marker])) for c in turn.citations.all()]
    return shown
