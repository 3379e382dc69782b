"""Bodies that are larger than any upload are refused before they are on disk, whoever sends them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.core.asgi import get_asgi_application
from pytest_django.fixtures import Settings

from config.body_limit import BodyLimit

MB = 1024 * 1024


@pytest.fixture
def small_uploads(settings: Settings) -> None:
    settings.UPLOAD_MAX_MB = 1


async def post(chunks: list[bytes], announced: int | None = None) -> int:
    """The status of the answer to a body that comes in these chunks."""
    headers = [(b"host", b"localhost"), (b"content-type", b"text/plain")]
    if announced is not None:
        headers.append((b"content-length", str(announced).encode()))
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/library/1/upload", "headers": headers}
    scope |= {"query_string": b"", "http_version": "1.1"}
    coming = iter([{"type": "http.request", "body": chunk, "more_body": chunk is not chunks[-1]} for chunk in chunks])
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(coming, {}) or await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    await BodyLimit(get_asgi_application())(scope, receive, send)
    return int(answers[0]["status"])


@pytest.mark.usefixtures("small_uploads")
@pytest.mark.django_db(transaction=True)
async def test_a_body_that_is_too_large_is_refused_while_it_comes() -> None:
    assert await post([b"x" * MB, b"y" * MB, b"x", b""]) == 413
    assert await post([b"x" * MB, b"y" * MB]) != 413


@pytest.mark.usefixtures("small_uploads")
@pytest.mark.django_db(transaction=True)
async def test_one_that_says_so_is_not_even_read() -> None:
    assert await post([], announced=2 * MB + 1) == 413
    assert await post([b"x"], announced=10**30) != 413, "not a length"
