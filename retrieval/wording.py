"""What the index reads of a passage: its words, and in front of them what they are about."""

from __future__ import annotations

from library.models import Document


def for_index(document: Document, heading: str, text: str) -> str:
    """Title, company, period and heading in front of the passage's words.

    Used for the dense and the sparse vector alike, so that a row of figures is found by the statement it stands in.
    """
    about = [document.company, document.title or document.name, document.period]
    first = " · ".join(dict.fromkeys(part for part in about if part))
    return "\n".join(part for part in (first, heading, text) if part)
