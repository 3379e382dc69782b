"""One turn for one reader: from this process's memory or Redis while it is made, from the database from then on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from django.utils import translation

from chat import control, conversations, replay, running, saving, streams
from chat.events import as_json
from chat.models import Turn
from chat.threads import in_thread
from library.models import User

DEAD_AFTER = 3
"""Looks without a word from a turn and without a sign of its process, two seconds each, until it counts as cut off."""


async def follow(user: User, turn: UUID, after: str, language: str) -> AsyncGenerator[str]:
    """Events as JSON, each with its "id" and "turn", to the last one. Raises `Hidden` for a foreign turn."""
    if not await _has_ended(user, turn):
        async with aclosing(_live(user, turn, after)) as entries:
            async for text, is_last in entries:
                yield text
                if is_last:
                    return
    for text in await in_thread(_replayed, user, turn, language):
        yield text


async def _live(user: User, turn: UUID, after: str) -> AsyncGenerator[tuple[str, bool]]:
    """(event, whether it is the last); ends before the last where the turn has ended without a word."""
    silent, number = 0, int(after.partition("-")[0])
    writer = running.writer_of(turn)
    async with aclosing(writer.follow(number) if writer else streams.follow(turn, number)) as entries:
        async for entry in entries:
            if entry is not None:
                silent = 0
                yield entry.text, entry.is_last
                continue
            silent = 0 if await _lives(turn) else silent + 1
            if silent >= DEAD_AFTER:
                await in_thread(saving.cut_off, turn)
            if await _has_ended(user, turn):
                return


async def _lives(turn: UUID) -> bool:
    if running.writer_of(turn):
        return True
    try:
        return await control.is_leased(turn)
    except streams.AWAY:
        return True


async def _has_ended(user: User, turn: UUID) -> bool:
    row = await in_thread(conversations.turn_for, user, turn)
    return row.state != Turn.State.RUNNING


def _replayed(user: User, turn: UUID, language: str) -> list[str]:
    row = conversations.turn_for(user, turn)
    with translation.override(language):
        return [streams.Entry(0, as_json(event, str(turn))).text for event in replay.events(user, row)]
