"""The events of one turn for one reader: from Redis while it is made, from the database once it has ended."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from django.utils import translation

from chat import control, conversations, replay, running, saving, streams
from chat.events import encode
from chat.models import Turn
from chat.threads import in_thread
from library.models import User

DEAD_AFTER = 3
"""Looks without a word from a turn and without a sign of its process, two seconds each, until it counts as cut off."""


async def follow(user: User, turn: UUID, after: str, language: str) -> AsyncGenerator[dict[str, Any]]:
    """Events as plain data, each with its "id" and "turn", to the last one. Raises `Hidden` for a foreign turn."""
    silent = 0
    if await _has_ended(user, turn):
        for event in await in_thread(_replayed, user, turn, language):
            yield event
        return
    async for item in streams.follow(turn, after):
        if item is not None:
            silent = 0
            yield item[1]
            continue
        silent = 0 if await _lives(turn) else silent + 1
        if silent >= DEAD_AFTER:
            await in_thread(saving.cut_off, turn)
        if await _has_ended(user, turn):
            for event in await in_thread(_replayed, user, turn, language):
                yield event
            return


async def _lives(turn: UUID) -> bool:
    if running.is_here(turn):
        return True
    try:
        return await control.is_leased(turn)
    except streams.AWAY:
        return True


async def _has_ended(user: User, turn: UUID) -> bool:
    row = await in_thread(conversations.turn_for, user, turn)
    return row.state != Turn.State.RUNNING


def _replayed(user: User, turn: UUID, language: str) -> list[dict[str, Any]]:
    row = conversations.turn_for(user, turn)
    with translation.override(language):
        return [encode(event) | {"turn": str(turn), "id": "0"} for event in replay.events(user, row)]
