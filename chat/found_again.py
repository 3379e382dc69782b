"""The evidence of an answer given before, as far as its asker may see it now, ready to be answered from again."""

from __future__ import annotations

from uuid import UUID

from chat import cells, figuring, missing
from chat.drafts import Draft
from chat.found import Found, whole
from chat.models import Turn
from library import access
from retrieval.asked import understand
from retrieval.search import Hit


def kept(turn: Turn) -> list[tuple[UUID, float]]:
    """(passage, score) of what was found then, best first."""
    if rows := turn.provenance.get("found"):
        return [(UUID(key), score) for key, score in rows]
    return [(UUID(row["passage"]), row.get("score", 0.0)) for row in turn.provenance.get("passages", ())]


def look_again(draft: Draft, turn: Turn) -> Found:
    """What `look_up` found for this turn, without the passages that the draft's user may not see any more."""
    rows = kept(turn)
    open_now = access.passages(draft.user, [key for key, _score in rows], current=False)
    hits = [Hit(open_now[key], score) for key, score in rows if key in open_now]
    asked = draft.asked or whole(draft).text
    question = understand(draft.user, asked, draft.collections, draft.ignoring).question
    tables = cells.tables_of([hit.passage for hit in hits])
    found = Found(question, hits, turn.provenance.get("searched", 0), turn.provenance.get("generation", 0), tables)
    found.unknown = missing.names(asked, found.candidates())
    if not found.unknown and figuring.asks_figure(figuring.settled(question)):
        found.choice = figuring.choose(question, found.found_tables(), draft.language)
    return found
