"""A file over HTTP, whole or in part, as players of recordings ask for it (RFC 9110, one range)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

from asgiref.sync import sync_to_async
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

CHUNK = 256 * 1024
ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})$")


def response(path: Path, name: str, content_type: str, asked: str) -> HttpResponseBase:
    """The file as an attachment that no browser runs; `asked` is the Range header or ""."""
    size = path.stat().st_size
    part = wanted(asked, size)
    if part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = part
    whole = (start, end) == (0, size)
    answer = StreamingHttpResponse(read(path, start, end), status=200 if whole else 206, content_type=content_type)
    if not whole:
        answer["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    answer["Content-Length"] = str(end - start)
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def wanted(asked: str, size: int) -> tuple[int, int] | None:
    """[start, end) of the bytes to send, all of them where no single range is asked; None: there are none such."""
    match = ONE_RANGE.match(asked.strip())
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        return (max(size - int(last), 0), size) if int(last) else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None


async def read(path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end:
            chunk = await sync_to_async(file.read, thread_sensitive=False)(min(CHUNK, end - start))
            if not chunk:
                return
            start += len(chunk)
            yield chunk
