"""Where prose may be cut: after sentences, in English and Japanese; and how long a text is for an embedding model."""

from __future__ import annotations

import re
from collections.abc import Iterator

ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Inc|Corp|Co|Ltd|Cos|Bros|No|Nos|vs|cf|e\.g|i\.e|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep"
    r"|Sept|Oct|Nov|Dec|Fig|Sec|Art|Vol|pp?|U\.S|U\.K|al|Jr|Sr)|\b[A-Z])\.$"
)
END = re.compile(
    r"(?:[.!?]+[\"”’')\]]*(?=\s)"  # a full stop, closing quotes and brackets with it, and then a space
    r"|[。！？]+[」』）)”]*"  # Japanese needs no space
    r"|[;:；](?=\s)"
    r"|\n+)"
)
UNIT = re.compile(r"[A-Za-z]+|\d+|[^\s\w]|[^\W\d_a-zA-Z]")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence; together they cover the text."""
    start = 0
    for match in END.finditer(text):
        end = match.end()
        if text[match.start()] == "." and ABBREVIATED.search(text[max(start, match.start() - 12) : match.start() + 1]):
            continue
        yield start, end
        start = end
    if text[start:].strip():
        yield start, len(text)


def tokens(text: str) -> int:
    """About how many tokens a WordPiece model makes of it: a word or a kanji one, a figure one for three digits."""
    return sum(1 + len(unit) // (3 if unit[0].isdigit() else 8) for unit in UNIT.findall(text))
