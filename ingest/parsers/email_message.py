"""E-mail: who wrote to whom and when, the words once, and what is attached by name."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from ingest.parsers.cells import clean
from ingest.parsers.facts import FactFinder
from ingest.parsers.html import Page, flow, read_tree
from ingest.parsers.ooxml import BROKEN, damage_is_unreadable
from ingest.parsers.text import read_text
from ingest.segments import Block, Notice, Progress, Segment, TableBlock, Unreadable

MAX_BYTES = 60_000_000
HEADERS = ("From", "To", "Cc", "Date", "Subject")


def parse(path: Path, name: str) -> Iterator[Segment]:
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        raise Unreadable("too_large", limit=MAX_BYTES // 1_000_000)
    if not data.strip():
        raise Unreadable("empty")
    with damage_is_unreadable():
        message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not any(header in message for header in HEADERS):
        raise Unreadable("not_what_it_says")
    subject = _header(message, "Subject")
    found = FactFinder(name, kind="e-mail", title=subject)
    for segment in _segments(message, subject):
        found.see(segment)
        yield segment
    yield Progress(1, 1)
    yield found.facts()


def _segments(message: EmailMessage, subject: str) -> Iterator[Segment]:
    head = "\n".join(f"{key}: {value}" for key in HEADERS if (value := _header(message, key)))
    yield Block(head, {"heading": subject}, heading=subject)
    for segment in _body(message):
        if isinstance(segment, Block | TableBlock):
            segment.heading = " › ".join(t for t in (subject, segment.heading) if t)
            segment.locator["heading"] = segment.locator.get("heading") or subject
        yield segment
    if attached := _attachments(message):
        yield Notice("attachments_not_read", {"names": attached})


def _header(message: EmailMessage, key: str) -> str:
    try:
        return clean(str(message.get(key, "")))
    except BROKEN:
        return ""


def _body(message: EmailMessage) -> Iterator[Segment]:
    """The plain text, unless the HTML beside it holds tables that plain text has lost."""
    with damage_is_unreadable():
        plain, page = _content(message, "plain"), _content(message, "html")
    if page and ("<table" in page.lower() or not plain.strip()):
        yield from flow(read_tree(page.encode("utf-8", "replace")), Page())
    elif plain.strip():
        yield from read_text(plain)


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, UnicodeError):
        raw = part.get_payload(decode=True)
        content = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return content if isinstance(content, str) else ""


def _attachments(message: EmailMessage) -> list[str]:
    with damage_is_unreadable():
        return [clean(part.get_filename() or part.get_content_type()) for part in message.iter_attachments()]
