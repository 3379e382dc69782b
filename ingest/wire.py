"""Segments as lines of JSON: how the child process that parses hands them to the worker."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from ingest.segments import Block, Facts, Notice, Progress, Segment, TableBlock, Unreadable
from library import tables

KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Block, TableBlock, Progress, Notice, Facts)}


NUL = b"\\u0000"


class Mime(str):
    """What the file is by its content; the first thing that the child says."""


def encode(segment: Segment | Unreadable | Mime) -> bytes:
    """One line, its end included."""
    if isinstance(segment, Mime):
        data: dict[str, Any] = {"is": "Mime", "mime": segment}
    elif isinstance(segment, Unreadable):
        data = {"is": "Unreadable", "code": segment.code, "detail": segment.detail}
    else:
        data = {"is": type(segment).__name__, **_shallow(segment)}
    return (
        json.dumps(data, ensure_ascii=False, default=_shallow, separators=(",", ":")).encode(errors="replace") + b"\n"
    )


def decode(line: bytes) -> Segment | Mime:
    """The reverse; raises the `Unreadable` that the line may hold, and ValueError for a line that is none of ours."""
    data = json.loads(line)
    if NUL in line:
        data = without_nul(data)
    kind = data.pop("is", None)
    if kind == "Mime":
        return Mime(data["mime"])
    if kind == "Unreadable":
        raise Unreadable(data["code"], **data["detail"])
    if kind not in KINDS:
        raise ValueError(f"no segment: {line[:80]!r}")
    if kind == "TableBlock":
        data["table"] = tables.from_json(data["table"])
    segment: Segment = KINDS[kind](**data)
    return segment


def without_nul(value: Any) -> Any:
    """The same without the character that PostgreSQL keeps in no text."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(item) for name, item in value.items()}
    return value


def _shallow(value: Any) -> dict[str, Any]:
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} has no place in a segment")
    return {field.name: getattr(value, field.name) for field in fields(value)}
