"""An answer made in one go, for commands."""

from __future__ import annotations

from contextlib import aclosing

from chat import answering, saving
from chat.answering import Look, searched
from chat.drafts import Draft
from chat.events import Done, Error
from chat.models import Turn
from chat.threads import in_thread


async def answered(draft: Draft, look: Look = searched) -> Done | Error:
    """Make the answer to its end and save it."""
    last: Done | Error = answering.failure(draft, "failed")
    async with aclosing(answering.answer(draft, look)) as events:
        async for event in events:
            if isinstance(event, Done | Error):
                last = event
    failed = isinstance(last, Error)
    error = {"code": last.code, "partial": last.partial} if isinstance(last, Error) else None
    await in_thread(saving.finish, draft, Turn.State.FAILED if failed else Turn.State.DONE, error)
    return last
