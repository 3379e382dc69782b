"""Answers being made in this process: each in its own task, stopped from anywhere, watched for rights that end.

An answer outlives the socket that asked for it. However it ends, it is saved first and said then.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import translation

from chat import answering, control, saving, sessions
from chat.drafts import Draft
from chat.events import Done, Error
from chat.models import Turn
from chat.streams import AWAY, Writer
from chat.threads import in_thread
from library import access

log = logging.getLogger(__name__)
LOOK_S = 1.5
"""How often rights, sessions and stop marks are looked at while an answer is made."""


@dataclass(slots=True)
class Running:
    """One answer. `why` is set before its task is cancelled: "stopped", "withheld" or "cut_off"."""

    draft: Draft
    session: str
    """Key of the session that asked; "" where a command did."""
    language: str
    task: asyncio.Task[None] | None = None
    why: str = "cut_off"

    def end(self, why: str) -> None:
        if self.task is not None and not self.task.done():
            self.why = why
            self.task.cancel()


@dataclass(slots=True)
class Desk:
    """What this process does, and the two tasks that look after it while there is anything."""

    running: dict[UUID, Running] = field(default_factory=dict)
    listener: asyncio.Task[None] | None = None
    watcher: asyncio.Task[None] | None = None


DESK = Desk()


def is_here(turn: UUID) -> bool:
    return turn in DESK.running


async def start(draft: Draft, session: str, language: str) -> asyncio.Task[None]:
    """Begin to answer; returns as soon as the answer is on its way."""
    if DESK.listener is None or DESK.listener.done():
        DESK.listener = asyncio.create_task(_listen())
    if DESK.watcher is None or DESK.watcher.done():
        DESK.watcher = asyncio.create_task(_watch())
    one = Running(draft, session, language)
    DESK.running[draft.turn] = one
    with suppress(*AWAY):
        await control.renew([draft.turn])
    one.task = asyncio.create_task(_run(one))
    return one.task


async def stop(turn: UUID) -> None:
    """Stop it, wherever it runs. Whose turn it is has been checked."""
    if one := DESK.running.get(turn):
        one.end("stopped")
        return
    with suppress(*AWAY):
        await control.ask_to_stop(turn)


async def close() -> None:
    """The process ends: whatever is still being written is saved as it stands."""
    for one in list(DESK.running.values()):
        one.end("cut_off")
    tasks = [one.task for one in DESK.running.values() if one.task]
    helpers = [task for task in (DESK.listener, DESK.watcher) if task]
    for task in helpers:
        task.cancel()
    await asyncio.gather(*tasks, *helpers, return_exceptions=True)
    DESK.listener = DESK.watcher = None


async def _run(one: Running) -> None:
    writer = Writer(one.draft.turn)
    bringing = asyncio.create_task(writer.run())
    try:
        with translation.override(one.language):
            await _make(one, writer)
    finally:
        bringing.cancel()
        with suppress(asyncio.CancelledError):
            await bringing
        await writer.flush()
        DESK.running.pop(one.draft.turn, None)


async def _make(one: Running, writer: Writer) -> None:
    draft = one.draft
    last: Done | Error = answering.failure(draft, "failed")
    try:
        async with aclosing(answering.answer(draft)) as events:
            async for event in events:
                if isinstance(event, Done | Error):
                    last = event
                else:
                    writer.put(event)
    except asyncio.CancelledError:
        last = _ended_early(one, writer)
    except Exception:  # the task's border: recorded and shown
        log.exception("answer %s failed", draft.trace)
        last = answering.failure(draft, "failed")
    await asyncio.shield(in_thread(saving.finish, draft, _state(last), _error(last)))
    writer.put(last)


def _ended_early(one: Running, writer: Writer) -> Done | Error:
    if one.why == "withheld":
        return answering.failure(one.draft, "withheld")
    for event in one.draft.closing:
        writer.put(event)
    if one.why == "stopped":
        one.draft.clock("total")
        return Done(one.draft.mode, stopped=True, model=one.draft.model, trace=one.draft.trace, ms=one.draft.ms)
    return answering.failure(one.draft, "cut_off")


def _state(last: Done | Error) -> Turn.State:
    if isinstance(last, Error):
        return Turn.State.FAILED
    return Turn.State.STOPPED if last.stopped else Turn.State.DONE


def _error(last: Done | Error) -> dict[str, object] | None:
    return {"code": last.code, "partial": last.partial} if isinstance(last, Error) else None


async def _listen() -> None:
    async for turn in control.stops():
        if one := DESK.running.get(turn):
            one.end("stopped")


async def _watch() -> None:
    while DESK.running:
        await asyncio.sleep(LOOK_S)
        with suppress(*AWAY):
            await control.renew(DESK.running)
            for turn in await control.asked_to_stop(DESK.running):
                DESK.running[turn].end("stopped")
        for one in await in_thread(_without_right, list(DESK.running.values())):
            one.end("withheld")


def _without_right(running: list[Running]) -> list[Running]:
    """Those whose user has signed out, was locked out, or may no longer see what the answer stands on."""
    return [one for one in running if not _may_go_on(one)]


def _may_go_on(one: Running) -> bool:
    user = one.draft.user
    if one.session and sessions.user_of(one.session) != user:
        return False
    user.refresh_from_db(fields=["is_active"])
    documents = one.draft.documents
    return user.is_active and access.documents(user).filter(pk__in=documents).count() == len(documents)
