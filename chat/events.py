"""What an answer is made of while it is made: typed events, one encoder at the border.

Every event is idempotent: a reader that sees one twice shows the same. `delta` carries one block of the answer
(paragraph, list, table) as sanitised HTML that replaces what the reader has for that block.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar


@dataclass(slots=True)
class Status:
    """What the program is doing, in words in the asker's language."""

    type: ClassVar[str] = "status"
    text: str
    code: str = ""
    """"searching", "reading", "writing"."""


@dataclass(slots=True)
class Reading:
    """One part of what was understood: a company, a period, a measure, a statement."""

    id: str
    text: str
    """In the asker's language."""
    off: bool = False
    """True: the asker has said that it is not meant."""


@dataclass(slots=True)
class Understood:
    """What was understood of the question."""

    type: ClassVar[str] = "understood"
    question: str
    """As it was understood, made whole from the conversation: what to ask again."""
    readings: list[Reading] = field(default_factory=list)


@dataclass(slots=True)
class Source:
    """One bookmark of the answer: what a marker [n] stands for."""

    marker: int
    passage: str
    document: str
    document_id: int
    version: int
    collection: str
    kind: str
    locator: dict[str, Any]
    label: str
    """The place in a few characters: "p. 12"."""
    text: str
    score: float = 0.0
    title: str = ""


@dataclass(slots=True)
class Sources:
    type: ClassVar[str] = "sources"
    sources: list[Source] = field(default_factory=list)


@dataclass(slots=True)
class Delta:
    """Block `block` (from 0) of the answer now reads `html`."""

    type: ClassVar[str] = "delta"
    block: int
    html: str
    text: str = ""
    """The block's Markdown, for readers that are no browser."""


@dataclass(slots=True)
class Figure:
    """A figure of the answer and whether its source carries it; keys as in the command's output."""

    type: ClassVar[str] = "figure"
    text: str
    value: str
    unit: str
    verdict: str
    marker: int | None = None
    locator: dict[str, Any] | None = None
    formula: str | None = None


@dataclass(slots=True)
class Notice:
    """What a guard rail did to this answer, in words in the asker's language."""

    type: ClassVar[str] = "notice"
    code: str
    """The kind of the guard rail."""
    text: str


@dataclass(slots=True)
class Done:
    """The answer is complete and saved."""

    type: ClassVar[str] = "done"
    mode: str
    """"cell", "model", "extract", "free" (without documents) or "guard"."""
    refused: bool = False
    stopped: bool = False
    model: str = ""
    trace: str = ""
    ms: dict[str, float] = field(default_factory=dict)
    how: str = ""
    """By what it was written, in words."""


@dataclass(slots=True)
class Error:
    """The answer ends here, and why, in a sentence that the asker can act on."""

    type: ClassVar[str] = "error"
    code: str
    text: str
    trace: str = ""
    partial: bool = False
    """True: what was written so far stands, and is cut off."""


Event = Status | Understood | Sources | Delta | Figure | Notice | Done | Error


def as_json(event: Event, turn: str) -> str:
    """With its `type` and its turn; only nested parts are copied, as deltas are many."""
    own = {name: getattr(event, name) for name in event.__slots__}
    return json.dumps({"type": event.type, **own, "turn": turn}, ensure_ascii=False, default=asdict)
