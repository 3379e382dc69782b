"""What processes tell each other about running answers, over Redis: this one lives, that one is to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from uuid import UUID

from chat.streams import AWAY, client

STOP = "shiori:stop"
LEASE_S, STOP_S = 10, 120


async def renew(turns: Iterable[UUID]) -> None:
    """Say that these answers are being made by a living process."""
    async with client().pipeline(transaction=False) as pipe:
        for turn in turns:
            pipe.set(f"lease:{turn}", "1", ex=LEASE_S)
        await pipe.execute()


async def is_leased(turn: UUID) -> bool:
    return bool(await client().exists(f"lease:{turn}"))


async def ask_to_stop(turn: UUID) -> None:
    """The message is quick, the key is sure: a process that was not listening finds it at its next look."""
    async with client().pipeline(transaction=False) as pipe:
        pipe.set(f"stop:{turn}", "1", ex=STOP_S)
        pipe.publish(STOP, str(turn))
        await pipe.execute()


async def asked_to_stop(turns: Iterable[UUID]) -> list[UUID]:
    asked = list(turns)
    values = await client().mget([f"stop:{turn}" for turn in asked]) if asked else []
    return [turn for turn, value in zip(asked, values, strict=True) if value]


async def stops() -> AsyncIterator[UUID]:
    """The turns that are to stop, as it is said, for as long as this is iterated."""
    while True:
        try:
            async with client().pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.subscribe(STOP)
                async for message in pubsub.listen():
                    yield UUID(message["data"])
        except AWAY:
            await asyncio.sleep(1)
