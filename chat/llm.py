"""The one door to language models: any OpenAI-compatible endpoint, by streamed Chat Completions.

A failure is a `ModelError` with a code; what had come before it has been yielded already. Nothing of what is asked or
answered goes to the log.
"""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

import httpx2
import openai
from django.utils.translation import gettext as _
from openai import AsyncAPIResponse, AsyncOpenAI

log = logging.getLogger(__name__)
Message = dict[str, Any]
""""role" and "content": words, or a list of parts where pictures go along."""
MOST_CHARACTERS = 8
"""Of a token, on the average of an answer: an endpoint that sends more does not keep to the limit it was given."""
# What some endpoints refuse, by the name that they give in their answer, and what to send in its place.
ADAPTATIONS = {"max_tokens": "max_completion_tokens", "temperature": None, "stream_options": None}
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[object, ...], AsyncOpenAI]] = WeakKeyDictionary()


@dataclass(slots=True, frozen=True)
class Model:
    """An endpoint and the model on it."""

    base_url: str
    name: str
    api_key: str = field(default="", repr=False)
    context_tokens: int = 8000
    max_answer_tokens: int = 1200
    read_timeout_s: float = 30
    connect_timeout_s: float = 3
    title: str = ""
    """What people see."""
    pk: int | None = None
    """Of its row; None for the one of the settings."""
    outside: bool = True
    """What it is sent leaves the house."""
    seeing: bool = False
    price_in: Decimal = Decimal(0)
    price_out: Decimal = Decimal(0)
    """For a million tokens, in `currency`."""
    currency: str = ""
    judges: bool = False
    """It reads its answers again and doubts the sentences that the sources do not carry."""

    @property
    def shown(self) -> str:
        return self.title or self.name

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1_000_000


@dataclass(slots=True)
class Usage:
    """What the endpoint says of one answer, filled while it streams."""

    model: str = ""
    finish_reason: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


class ModelError(Exception):
    """The model did not answer, or not to the end. `code` is a key of `sentence`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def picture(data: bytes, kind: str = "image/png") -> dict[str, Any]:
    """A picture as a part of a message."""
    return {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{b64encode(data).decode()}"}}


async def stream(model: Model, messages: Sequence[Message], usage: Usage) -> AsyncGenerator[str]:
    """The answer in pieces as they come. Closing the iterator closes the connection.

    Raises `ModelError`; code "model_cut_off" where the stream ends without a finish reason or at the token limit,
    "model_empty" where nothing was said.
    """
    said, room = False, model.max_answer_tokens * MOST_CHARACTERS
    try:
        async with _opened(model, messages) as response:
            async for piece in _pieces(response, usage):
                said = said or not piece.isspace()
                yield piece[:room]
                room -= len(piece)
                if room < 0:
                    log.warning("the model %s does not keep to its limit of tokens", model.name)
                    raise ModelError("model_cut_off")
    except (openai.OpenAIError, httpx2.HTTPError, ValueError) as error:
        code = _code(error)
        log.warning("the model %s failed: %s, %r from %r", model.name, code, type(error), type(error.__cause__))
        raise ModelError("model_error" if code == "model_cut_off" and not said else code) from error
    if usage.finish_reason == "content_filter":
        raise ModelError("model_filtered")
    if usage.finish_reason in ("", "length"):
        raise ModelError("model_cut_off" if said or not usage.finish_reason else "model_empty")
    if not said:
        raise ModelError("model_empty")


async def listed(model: Model) -> list[dict[str, Any]]:
    """What the endpoint says of its models, each an object with an "id". Raises `ModelError`."""
    try:
        async with _client(model).models.with_streaming_response.list() as response:
            told = await response.json()
    except (openai.OpenAIError, httpx2.HTTPError, ValueError) as error:
        raise ModelError(_code(error)) from error
    entries = told.get("data") if isinstance(told, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


async def close() -> None:
    """Close this event loop's clients."""
    for client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.close()


@asynccontextmanager
async def _opened(model: Model, messages: Sequence[Message]) -> AsyncIterator[AsyncAPIResponse[Any]]:
    """The response while it streams, as bytes: the client's own objects cost more than all the rest of a token."""
    options: dict[str, Any] = {
        "model": model.name,
        "messages": list(messages),
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_tokens": model.max_answer_tokens,
    }
    create = _client(model).chat.completions.with_streaming_response.create
    async with AsyncExitStack() as stack:
        while True:
            try:
                response = await stack.enter_async_context(create(**options))
                break
            except openai.BadRequestError as error:
                if error.param not in ADAPTATIONS or error.param not in options:
                    raise
                value, other = options.pop(error.param), ADAPTATIONS[error.param]
                if other:
                    options[other] = value
        yield response


async def _pieces(response: AsyncAPIResponse[Any], usage: Usage) -> AsyncIterator[str]:
    """The words in a stream of server-sent events; what the endpoint says beside them goes into `usage`."""
    rest = b""
    async for received in response.iter_bytes():
        *lines, rest = (rest + received).split(b"\n")
        for line in lines:
            data = line.removeprefix(b"data:").strip()
            if data != line and data != b"[DONE]" and (piece := _piece(json.loads(data.decode()), usage)):
                yield piece


def _piece(chunk: dict[str, Any], usage: Usage) -> str:
    if not isinstance(chunk, dict) or "error" in chunk:
        raise ValueError("an error inside the stream")
    usage.model = chunk.get("model") or usage.model
    if isinstance(counted := chunk.get("usage"), dict):
        usage.tokens_in, usage.tokens_out = counted.get("prompt_tokens"), counted.get("completion_tokens")
    match chunk.get("choices"):
        case [{"delta": {"content": str(words)}} as choice, *_]:
            pass
        case [{"delta": {"content": None} | None} as choice, *_]:
            words = ""
        case [dict(choice), *_] if "content" not in (choice.get("delta") or {}):
            words = ""
        case None | []:
            return ""
        case _:
            raise ValueError("a stream that is not one of chat completions")
    usage.finish_reason = choice.get("finish_reason") or usage.finish_reason
    return words


def _client(model: Model) -> AsyncOpenAI:
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    key = (model.base_url, model.api_key, model.connect_timeout_s, model.read_timeout_s)
    if key not in clients:
        clients[key] = AsyncOpenAI(
            base_url=model.base_url,
            api_key=model.api_key or "none",
            max_retries=0,
            timeout=openai.Timeout(connect=model.connect_timeout_s, read=model.read_timeout_s, write=10, pool=5),
            # Reads what the socket holds in C, at once: the usual one takes a fifth of a busy process for its layers.
            # Each question on a connection of its own: one kept open may be closed as the next question comes.
            http_client=openai.DefaultAioHttpClient(limits=httpx2.Limits(max_connections=1000, keepalive_expiry=0)),
        )
    return clients[key]


def _code(error: Exception) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "model_slow"
    if isinstance(error, httpx2.HTTPError | ValueError):
        # A body that breaks off, or is no JSON, inside the stream.
        return "model_cut_off"
    if isinstance(error, openai.APITimeoutError):
        return "model_down" if isinstance(error.__cause__, httpx2.ConnectTimeout) else "model_slow"
    if isinstance(error, openai.APIConnectionError):
        cut = isinstance(error.__cause__, httpx2.RemoteProtocolError | httpx2.ReadError)
        return "model_cut_off" if cut else "model_down"
    if not isinstance(error, openai.APIStatusError):
        return "model_error"
    if "context" in str(error.code or "") and error.status_code == 400:
        return "model_context"
    return {401: "model_key", 403: "model_key", 404: "model_unknown", 429: "model_busy"}.get(
        error.status_code, "model_error"
    )


def sentence(code: str) -> str:
    """What a failure means and what to do about it, in the active language; "" for a code that is not the model's."""
    return {
        "model_down": _("The language model cannot be reached. Try again later, or tell an administrator."),
        "model_resting": _(
            "The language model failed several times and is left alone for half a minute. Try again shortly."
        ),
        "model_slow": _("The language model did not answer in time. Try again later."),
        "model_key": _("The language model refused our key. Please tell an administrator."),
        "model_unknown": _("The endpoint does not know the configured model. Please tell an administrator."),
        "model_busy": _("The language model is too busy at the moment. Try again in a minute."),
        "model_error": _("The language model failed. Try again; if it goes on, tell an administrator."),
        "model_context": _("The question and its sources are too long for the language model. Ask more narrowly."),
        "model_filtered": _("The language model's own filter stopped the answer."),
        "model_cut_off": _("The answer was cut off before its end. What stands above may lack its conclusion."),
        "model_empty": _("The language model gave an empty answer. Try again, or put the question in other words."),
    }.get(code, "")
