"""/ws/chat/: questions in, the events of their answers out. Translates, and checks who is there at each message."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation

from chat import asking, conversations, running, transcript
from chat.asking import Declined
from chat.beside import look_for
from chat.following import follow
from chat.messages import parsed, stream_id
from chat.sentences import sentence
from chat.threads import in_thread
from library import sessions
from library.access import Hidden
from library.models import User

SIGNED_OUT = 4401
LOOK_S = 30.0


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def dispatch(self, message: dict[str, Any]) -> None:
        # The framework's own closes database connections first, on one thread for all sockets; we keep none there.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        self.followed: dict[UUID, asyncio.Task[None]] = {}
        self.looking: asyncio.Task[None] | None = None
        if await self.user() is None:
            await self.close(SIGNED_OUT)
            return
        await self.accept()
        self.looking = asyncio.create_task(self.keep_looking())

    async def disconnect(self, code: int) -> None:
        tasks = [*self.followed.values(), *([self.looking] if self.looking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        user = await self.user()
        if user is None:
            await self.close(SIGNED_OUT)
            return
        with translation.override(sessions.language(user, self.scope)):
            try:
                await self.handle(user, parsed(text_data))
            except Declined as declined:
                await self.error(declined.code)
            except Hidden:
                await self.error("hidden")

    async def handle(self, user: User, message: dict[str, Any]) -> None:
        match message:
            case {"type": "ping"}:
                await self.say({"type": "pong"})
            case {"type": "ask"}:
                await self.ask(user, message)
            case {"type": "resume", "turn": turn}:
                found = await in_thread(conversations.turn_for, user, turn)
                self.follow(user, found.pk, stream_id(message.get("after")))
            case {"type": "stop", "turn": turn}:
                found = await in_thread(conversations.turn_for, user, turn)
                await running.stop(found.pk)
            case _:
                raise Declined("malformed")

    async def ask(self, user: User, message: dict[str, Any]) -> None:
        begun = await in_thread(asking.begin, user, message)
        look = look_for(begun.drafts)
        for draft in begun.drafts:
            await self.say({"type": "asked", **await in_thread(transcript.asked, begun.where, draft)})
            await running.start(draft, self.scope["session"].session_key, translation.get_language() or "en", look)
            self.follow(user, draft.turn, "0")

    def follow(self, user: User, turn: UUID, after: str) -> None:
        """Send the turn's events in a task of their own, from now on from `after` on."""
        if before := self.followed.pop(turn, None):
            before.cancel()
        task = asyncio.create_task(self.send_events(user, turn, after))
        self.followed[turn] = task
        task.add_done_callback(lambda ended: self.followed.get(turn) is ended and self.followed.pop(turn))

    async def send_events(self, user: User, turn: UUID, after: str) -> None:
        with suppress(Hidden):
            async for event in follow(user, turn, after, translation.get_language() or "en"):
                await self.send(event)

    async def keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if await self.user() is None:
                await self.close(SIGNED_OUT)

    async def user(self) -> User | None:
        return await in_thread(sessions.user_of, self.scope["session"].session_key)

    async def say(self, data: dict[str, Any]) -> None:
        await self.send(json.dumps(data, ensure_ascii=False))

    async def error(self, code: str) -> None:
        await self.say({"type": "error", "code": code, "text": sentence(code)})
