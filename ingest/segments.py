"""What a parser yields: plain segments, in reading order, each with the place it stands in.

A parser is a generator `parse(path: Path, name: str) -> Iterator[Segment]`. It holds one page (slide, sheet, …) at a
time, knows no Django and no settings, and raises `Unreadable` for a file that cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from library.tables import Table


@dataclass(slots=True)
class Block:
    """A paragraph, list item, caption, note or what was said: text with its place."""

    text: str
    locator: dict[str, Any]
    """A locator in the form that `library/locators.py` describes."""
    kind: str = "text"
    """"text", "slide", "chart", "image" or "speech", as shown to the user."""
    heading: str = ""
    """The headings above it, outermost first, joined by " › "."""
    lines: list[tuple[str, list[float]]] = field(default_factory=list)
    """(text, box) a line, where the source has boxes; a passage cut from the block keeps its own lines' boxes."""
    confidence: float | None = None
    """0–1 for text that was recognised (OCR, speech), None for text that was written."""


@dataclass(slots=True)
class TableBlock:
    """A table with its place; the cells carry their own."""

    table: Table
    locator: dict[str, Any]
    heading: str = ""
    kind: str = "table"


@dataclass(slots=True)
class Progress:
    """So far `done` of `total` parts (pages, slides, sheets, seconds); drives the progress bar."""

    done: int
    total: int
    unit: str = "page"
    """"page", "slide", "sheet", "second"."""


@dataclass(slots=True)
class Notice:
    """Something that could not be read, or was read by other means: shown with the document.

    `code` names the sentence (the pipeline holds the sentences in both languages), `detail` fills it.
    """

    code: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Facts:
    """What the file says of itself; each "" if it does not say. The last one yielded holds."""

    title: str = ""
    company: str = ""
    other_name: str = ""
    """The company's name in the other language."""
    ticker: str = ""
    """Ticker or securities code."""
    period: str = ""
    """Canonical: "FY2018", "FY2018Q2", "FY2018H1"."""
    kind: str = ""
    """"annual report", "quarterly report", "earnings release", "presentation", "workbook", "call", …"""
    language: str = ""
    """"en" or "ja"."""


Segment = Block | TableBlock | Progress | Notice | Facts


class Unreadable(Exception):
    """The file cannot be read, and why, by a code that the pipeline turns into one clear sentence.

    Codes: "encrypted", "damaged", "not_what_it_says", "empty", "too_many_pages", "too_large", "too_complex",
    "unsupported", "no_text". `detail` fills the sentence ({"pages": 3000, "limit": 2000}).
    """

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
