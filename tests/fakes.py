"""Outside services that speak the real protocol over a real socket, and do what a test's script says."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

LATE_S = 0.01
"""What a piece may come after its time without being noted as late."""


@dataclass(slots=True)
class Script:
    """What the model server does with each request."""

    pieces: Sequence[str] = ("Hello.",)
    pause_s: float = 0.0
    """Between two pieces."""
    end: Literal["finish", "no_reason", "drop", "hold"] = "finish"
    """After the pieces: end properly, end without a finish reason, break the connection, or stay silent."""
    finish_reason: str = "stop"
    status: int = 200
    error: dict[str, Any] = field(default_factory=lambda: {"message": "scripted", "type": "error", "code": None})
    body: bytes | None = None
    """Sent in place of events, as it is."""
    reply: Callable[[dict[str, Any]], Sequence[str]] | None = None
    """Makes the pieces out of the request, where they depend on it."""
    models: Sequence[dict[str, Any]] = ({"id": "scripted", "max_model_len": 32_000},)
    """What the endpoint lists."""


class ModelServer:
    """Chat Completions with streaming, on a thread of its own.

    `requests` holds what was asked, `keys` the authorization that came with each request, `left` counts clients that
    went away before the end. `moments` tells when things happened (the last message, "asked" | "first" | "last" |
    "left", seconds of the clock that `time.perf_counter` reads), `late` where the server itself was late (the last
    message, when a piece was due, when it was written).
    """

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.next: list[Script] = []
        """For the next requests, before `script` again."""
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.moments: list[tuple[str, str, float]] = []
        self.late: list[tuple[str, float, float]] = []
        self.left = threading.Semaphore(0)
        self.silent = threading.Semaphore(0)
        """Released each time all pieces have been sent and the server holds."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._ready = threading.Event()
        self._ended = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> ModelServer:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run())
        self._loop.close()

    async def _run(self) -> None:
        tasks: set[asyncio.Task[None]] = set()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._connection(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            await asyncio.wait([task])

        server = await asyncio.start_server(accept, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ended.wait()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        self.keys.append(headers.get("authorization", ""))
        if head.startswith("get "):
            return await self._listed(writer)
        length = int(headers["content-length"])
        request = json.loads(await reader.readexactly(length))
        self.requests.append(request)
        asked = str(request["messages"][-1]["content"])
        self.moments.append((asked, "asked", time.perf_counter()))
        script = self.next.pop(0) if self.next else self.script
        if script.status != 200 or script.body is not None:
            body = script.body if script.body is not None else json.dumps({"error": script.error}).encode()
            kind = "application/json" if script.status != 200 else "text/event-stream"
            writer.write(
                f"HTTP/1.1 {script.status} x\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
                + body
            )
            await writer.drain()
            return True
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        gone = asyncio.ensure_future(reader.read(1))
        self.moments.append((asked, "first", time.perf_counter()))
        pieces = script.reply(request) if script.reply else script.pieces
        answered = asyncio.ensure_future(self._answer(script, asked, pieces, writer))
        await asyncio.wait([gone, answered], return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            self.moments.append((asked, "left", time.perf_counter()))
            self.left.release()
            answered.cancel()
        gone.cancel()
        await asyncio.gather(gone, answered, return_exceptions=True)
        return False

    async def _listed(self, writer: asyncio.StreamWriter) -> bool:
        status = self.script.status
        listed = {"object": "list", "data": list(self.script.models)}
        body = json.dumps(listed if status == 200 else {"error": self.script.error}).encode()
        head = f"HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        return True

    async def _answer(self, script: Script, asked: str, pieces: Sequence[str], writer: asyncio.StreamWriter) -> None:
        due = time.perf_counter()
        for piece in pieces:
            await _chunk(writer, _completion({"content": piece}))
            if script.pause_s:
                due = max(due + script.pause_s, time.perf_counter())
                await asyncio.sleep(due - time.perf_counter())
                if (now := time.perf_counter()) > due + LATE_S:
                    self.late.append((asked, due, now))
        self.moments.append((asked, "last", time.perf_counter()))
        if script.end == "hold":
            self.silent.release()
            await self._ended.wait()
        if script.end == "finish":
            await _chunk(writer, _completion({}, script.finish_reason))
            await _chunk(writer, _usage(len(pieces)))
        if script.end != "drop":
            await _chunk(writer, "[DONE]")
            writer.write(b"0\r\n\r\n")
        await writer.drain()


async def _chunk(writer: asyncio.StreamWriter, data: str) -> None:
    event = f"data: {data}\n\n".encode()
    writer.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
    await writer.drain()


def _completion(delta: dict[str, Any], finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return json.dumps(_chunk_of([choice]), ensure_ascii=False)


def _usage(tokens: int) -> str:
    usage = {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens}
    return json.dumps(_chunk_of([]) | {"usage": usage})


def _chunk_of(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted-1",
        "choices": choices,
    }
