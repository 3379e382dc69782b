"""/ws/progress/: the versions that a page watches, as they are read."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation

from ingest import progress
from library import access, sessions
from library.models import UNFINISHED

MOST_WATCHED = 200
NO_ID = 2**63
"""More than a database can count to."""
LOOK_S, IDLE_S = 5.0, 30.0
"""How often rows are looked at without being told, while some are unfinished; how often the session is, else."""
SIGNED_OUT = 4401


class ProgressConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Translates between the socket and `ingest.progress`; every look asks for session, user and rights again."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Without a context of its own, each socket's queries would wait for all others' in one thread.
        async with ThreadSensitiveContext():
            await super().__call__(scope, receive, send)

    async def connect(self) -> None:
        self.watched: set[int] = set()
        self.sent: dict[int, dict[str, Any]] = {}
        self.looking: asyncio.Task[None] | None = None
        if await self.states(set()) is None:
            await self.close(SIGNED_OUT)
            return
        await self.accept()
        self.looking = asyncio.create_task(self.keep_looking())

    async def disconnect(self, code: int) -> None:
        if self.looking is not None:
            self.looking.cancel()
            with suppress(asyncio.CancelledError):
                await self.looking
        await self.leave(self.watched)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        match parsed(text_data):
            case {"type": "watch", "versions": [*ids]}:
                await self.watch({pk for pk in ids[:MOST_WATCHED] if type(pk) is int and 0 < pk < NO_ID})
            case {"type": "ping"}:
                await self.say({"type": "pong"})
            case _:
                await self.say({"type": "error", "code": "malformed"})

    async def watch(self, ids: set[int]) -> None:
        """From now on these and no others; each visible one is sent at once, of the others nothing is said."""
        await self.leave(self.watched - ids)
        for pk in ids - self.watched:
            await self.channel_layer.group_add(progress.group(pk), self.channel_name)
        self.watched, self.sent = ids, {}
        await self.look(ids)

    async def leave(self, ids: set[int]) -> None:
        for pk in ids:
            await self.channel_layer.group_discard(progress.group(pk), self.channel_name)

    async def progress(self, event: dict[str, Any]) -> None:
        """A worker says that a version has moved."""
        await self.look({event["version"]} & self.watched)

    async def look(self, ids: set[int]) -> None:
        """Send what the user may see of these and has not been sent yet."""
        states = await self.states(ids)
        if states is None:
            await self.close(SIGNED_OUT)
            return
        for state in states:
            if self.sent.get(state["version"]) != state:
                self.sent[state["version"]] = state
                await self.say({"type": "progress", **state})

    async def keep_looking(self) -> None:
        while True:
            unfinished = any(state["state"] in UNFINISHED for state in self.sent.values())
            await asyncio.sleep(LOOK_S if unfinished else IDLE_S)
            await self.look(set(self.watched))

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def states(self, ids: set[int]) -> list[dict[str, Any]] | None:
        """What there is to say of these; None once the session has ended or the account is closed."""
        user = sessions.user_of(self.scope["session"].session_key)
        if user is None:
            return None
        with translation.override(sessions.language(user, self.scope)):
            rows = access.versions(user).filter(pk__in=ids).order_by("pk") if ids else ()
            return [progress.state_json(version) for version in rows]

    async def say(self, data: dict[str, Any]) -> None:
        await self.send(json.dumps(data, ensure_ascii=False))


def parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return None
