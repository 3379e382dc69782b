"""Answers being made in this process: each in its own task, stopped from anywhere, watched for rights that end.

An answer outlives the socket that asked for it. However it ends, it is saved first and said then.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DatabaseError
from django.utils import translation

from chat import answering, control, saving
from chat.answering import Look, searched
from chat.drafts import Draft
from chat.events import Done, Error
from chat.models import Turn
from chat.streams import AWAY
from chat.threads import in_thread, watching
from chat.writers import Writer
from library import access, sessions
from library.models import User

log = logging.getLogger(__name__)
LOOK_S = 1.5
"""How often rights, sessions and stop marks are looked at while an answer is made."""


@dataclass(slots=True)
class Running:
    """One answer, and why it ends once it does: "done", or "stopped", "withheld", "cut_off" before its time."""

    draft: Draft
    session: str
    """Key of the session that asked; "" where a command did."""
    language: str
    writer: Writer
    look: Look = searched
    task: asyncio.Task[None] | None = None
    why: str = ""

    def end(self, why: str) -> None:
        """Only the first word counts: an answer that is being saved is not disturbed."""
        if self.task is not None and not self.why:
            self.why = why
            self.task.cancel()


@dataclass(slots=True)
class Desk:
    """What this process does, and the two tasks that look after it while there is anything."""

    running: dict[UUID, Running] = field(default_factory=dict)
    listener: asyncio.Task[None] | None = None
    watcher: asyncio.Task[None] | None = None


_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, Desk] = WeakKeyDictionary()


def desk() -> Desk:
    """This event loop's; a process that serves has one."""
    return _desks.setdefault(asyncio.get_running_loop(), Desk())


def writer_of(turn: UUID) -> Writer | None:
    """None where the answer has ended, or is made by another process."""
    one = desk().running.get(turn)
    return one.writer if one else None


async def start(draft: Draft, session: str, language: str, look: Look = searched) -> asyncio.Task[None]:
    """Begin to answer; returns as soon as the answer is on its way."""
    here = desk()
    if here.listener is None or here.listener.done():
        here.listener = asyncio.create_task(_listen())
    if here.watcher is None or here.watcher.done():
        here.watcher = asyncio.create_task(_watch())
    one = Running(draft, session, language, Writer(draft.turn), look)
    here.running[draft.turn] = one
    with suppress(*AWAY):
        await control.renew([draft.turn])
    one.task = asyncio.create_task(_run(one))
    return one.task


async def stop(turn: UUID) -> None:
    """Stop it, wherever it runs. Whose turn it is has been checked."""
    if one := desk().running.get(turn):
        one.end("stopped")
        return
    with suppress(*AWAY):
        await control.ask_to_stop(turn)


async def close() -> None:
    """The process ends: whatever is still being written is saved as it stands."""
    here = desk()
    for one in list(here.running.values()):
        one.end("cut_off")
    tasks = [one.task for one in here.running.values() if one.task]
    helpers = [task for task in (here.listener, here.watcher) if task]
    for task in helpers:
        task.cancel()
    await asyncio.gather(*tasks, *helpers, return_exceptions=True)
    here.listener = here.watcher = None


async def _run(one: Running) -> None:
    try:
        with translation.override(one.language):
            await _make(one, one.writer)
    finally:
        await one.writer.finish()
        desk().running.pop(one.draft.turn, None)


async def _make(one: Running, writer: Writer) -> None:
    draft = one.draft
    last: Done | Error = answering.failure(draft, "failed")
    try:
        async with aclosing(answering.answer(draft, one.look)) as events:
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
    one.why = one.why or "done"
    await in_thread(saving.finish, draft, _state(last), _error(last))
    writer.put(last)


def _ended_early(one: Running, writer: Writer) -> Done | Error:
    if one.why == "withheld":
        return answering.failure(one.draft, "withheld")
    for event in one.draft.closing:
        writer.put(event)
    if one.why == "stopped":
        one.draft.clock("total")
        return answering.ended(one.draft, stopped=True)
    return answering.failure(one.draft, "cut_off")


def _state(last: Done | Error) -> Turn.State:
    if isinstance(last, Error):
        return Turn.State.FAILED
    return Turn.State.STOPPED if last.stopped else Turn.State.DONE


def _error(last: Done | Error) -> dict[str, object] | None:
    return {"code": last.code, "partial": last.partial} if isinstance(last, Error) else None


async def _listen() -> None:
    async for turn in control.stops():
        if one := desk().running.get(turn):
            one.end("stopped")


async def _watch() -> None:
    running = desk().running
    while running:
        await asyncio.sleep(LOOK_S)
        with suppress(*AWAY):
            await control.renew(running)
            for turn in await control.asked_to_stop(running):
                if turn in running:
                    running[turn].end("stopped")
        try:
            lost = await watching(_without_right, list(running.values()))
        except DatabaseError:
            log.exception("the rights of running answers could not be looked at; they end here")
            lost = list(running.values())
        for one in lost:
            one.end("withheld")


def _without_right(running: list[Running]) -> list[Running]:
    """Those whose user has signed out, was locked out, or may no longer see what the answer stands on."""
    return [one for one in running if not _may_go_on(one)]


def _may_go_on(one: Running) -> bool:
    asked = one.draft.user
    user = sessions.user_of(one.session) if one.session else User.objects.filter(pk=asked.pk, is_active=True).first()
    if user is None or user != asked:
        return False
    documents = one.draft.documents
    return sum(1 for _known in access.known(user, documents)) == len(documents)
