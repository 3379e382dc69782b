"""Where a passage stands, in the source's own terms. Counts start at 1; boxes are fractions of the page.

A locator is a plain dict that goes to JSON as it is:

- PDF: {"page": 12, "boxes": [[x0, y0, x1, y1], …]}; in a table also "table", "row", "column"
- deck: {"slide": 3, "part": "body"|"table"|"chart"|"notes"|"image", "boxes"?}
- workbook: {"sheet": "P&L", "cells": "B3:D9"}
- audio: {"start": 12.34, "end": 19.02, "speaker": "S1"} in seconds
- HTML, DOCX: {"heading": "…", "table": 12, "row": 4, "column": 3}
- image: {"boxes": […]}

A passage that was recognised, on a picture or in speech, also has "confidence", from 0 to 1.
"""

from __future__ import annotations

from typing import Any

Locator = dict[str, Any]


def label(locator: Locator) -> str:
    """The place in a few characters, for a citation chip: "p. 12", "slide 3", "04:12", "P&L!B7"."""
    if "page" in locator:
        return f"p. {locator['page']}"
    if "slide" in locator:
        return f"slide {locator['slide']}"
    if "start" in locator:
        return clock(locator["start"])
    if "sheet" in locator:
        return f"{locator['sheet']}!{locator['cells']}" if locator.get("cells") else str(locator["sheet"])
    return str(locator.get("heading") or "")


def clock(seconds: float) -> str:
    """04:12, or 1:04:12 from an hour on."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"


def boxes(locator: Locator) -> list[list[float]]:
    return list(locator.get("boxes") or [])
