"""/ws/progress/: the versions that a page watches, as they are read."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import AnonymousUser

from ingest import progress
from library import access
from library.models import UNFINISHED, User

MOST_WATCHED = 200
LOOK_S, IDLE_S = 5.0, 30.0
"""How often rows are looked at without being told, while some are unfinished; how often a session is, else."""
UNAUTHORISED = 4401


class ProgressConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Translates between the socket and `ingest.progress`; every look asks for session, user and rights again."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Without a context of its own, each socket's queries would wait for all others' in one thread.
        async with ThreadSensitiveContext():
            await super().__call__(scope, receive, send)

    async def connect(self) -> None:
        self.watched: set[int] = set()
        self.sent: dict[int, dict[str, Any]] = {}
        self.looking: asyncio.Task[None] | None = None
        if await self.user() is None:
            await self.close(UNAUTHORISED)
            return
        await self.accept()
        self.looking = asyncio.create_task(self.keep_looking())

    async def disconnect(self, code: int) -> None:
        if self.looking is not None:
            self.looking.cancel()
            with suppress(asyncio.CancelledError):
                await self.looking
        await self.leave(self.watched)

    async def receive_json(self, content: Any, **_: Any) -> None:
        match content:
            case {"type": "watch", "versions": [*ids]}:
                await self.watch({pk for pk in ids[:MOST_WATCHED] if type(pk) is int})
            case {"type": "ping"}:
                await self.send_json({"type": "pong"})
            case _:
                await self.send_json({"type": "error", "code": "unknown"})

    async def watch(self, ids: set[int]) -> None:
        """From now on these and no others; each visible one is sent at once."""
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
        """Send what this user may see of these and has not been sent yet."""
        user = await self.user()
        if user is None:
            await self.close(UNAUTHORISED)
            return
        for state in await self.states(user, ids):
            if self.sent.get(state["version"]) != state:
                self.sent[state["version"]] = state
                await self.send_json({"type": "progress", **state})

    async def keep_looking(self) -> None:
        while True:
            unfinished = any(state["state"] in UNFINISHED for state in self.sent.values())
            await asyncio.sleep(LOOK_S if unfinished else IDLE_S)
            await self.look(set(self.watched))

    async def user(self) -> User | None:
        """Whom the session belongs to now; None once it has ended or the account is closed."""
        session = self.scope["session"]
        user = await get_user({"session": type(session)(session.session_key)})
        return None if isinstance(user, AnonymousUser) else user

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def states(self, user: User, ids: set[int]) -> list[dict[str, Any]]:
        return [progress.state_json(version) for version in access.versions(user).filter(pk__in=ids).order_by("pk")]
