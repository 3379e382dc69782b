"""Two answers to one question from the same evidence: it is searched for once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from chat.answering import Look, searched
from chat.drafts import Draft
from chat.found import Found


def look_for(drafts: Sequence[Draft]) -> Look:
    """How these drafts come to their evidence; whichever is stopped, the others still get it."""
    first, *others = drafts
    if not others:
        return searched
    search: asyncio.Future[Found] | None = None

    async def shared(draft: Draft) -> Found:
        nonlocal search
        search = search or asyncio.ensure_future(searched(first))
        found = await asyncio.shield(search)
        if "understood" in first.provenance:
            draft.provenance["understood"] = first.provenance["understood"]
        return found

    return shared
