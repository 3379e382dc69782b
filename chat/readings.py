"""What was understood of a question, in parts that its asker may take off: as it is asked, kept and shown."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import get_language

from chat.events import Reading, Understood
from retrieval.search import SearchResult
from retrieval.understood import words

MOST, LONGEST = 40, 300
"""Readings that a question may take off, and characters of one."""


def ignoring(wanted: object) -> frozenset[str]:
    """Ids of readings that are not meant, out of a message."""
    ids = wanted if isinstance(wanted, list) else []
    return frozenset(one for one in ids[:MOST] if isinstance(one, str) and 0 < len(one) <= LONGEST)


def kept(result: SearchResult, question: str) -> dict[str, Any]:
    """For the record: the question as it was understood, made whole, and its readings."""
    return {"question": question, "chips": [asdict(chip) for chip in result.chips]}


def understood(record: dict[str, Any], asked: str) -> Understood | None:
    """In the reader's language; None where nothing was understood beyond the words asked, or nothing was kept."""
    language = "ja" if (get_language() or "").startswith("ja") else "en"
    chips = record.get("chips", [])
    readings = [Reading(chip["id"], words(chip["id"], chip["said"], language), chip["off"]) for chip in chips]
    question = record.get("question", asked)
    return Understood(question, readings) if readings or question != asked else None
