"""No request may be larger than the largest upload: Django writes a whole body to disk before it asks who sends it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

MB = 1024 * 1024
FORM = MB
"""For what stands around the file."""
TOO_LARGE: list[dict[str, Any]] = [
    {"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0"), (b"connection", b"close")]},
    {"type": "http.response.body", "body": b""},
]


class BodyLimit:
    """An ASGI application around another: what is too large is answered with 413 as soon as it is known to be."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        left, over = settings.UPLOAD_MAX_MB * MB + FORM, False

        async def counted() -> dict[str, Any]:
            """As received; to the application, one who sends too much has hung up."""
            nonlocal left, over
            message: dict[str, Any] = await receive()
            left -= len(message.get("body", b""))
            over = over or left < 0
            return {"type": "http.disconnect"} if over else message

        if announced(scope) > left:
            over = True
        else:
            await self.application(scope, counted, send)
        if over:
            for message in TOO_LARGE:
                await send(message)


def announced(scope: dict[str, Any]) -> int:
    """The length that the request says it has; 0 where it says none."""
    said = dict(scope["headers"]).get(b"content-length", b"")
    return int(said) if said.isdigit() and len(said) < 19 else 0
