"""The markers of a growing text: brought to one form, and those that were never given taken out."""

from __future__ import annotations

import re
from collections.abc import Collection

_MARKERS = re.compile(
    r"(?:\[|【|［)\s*(?:(?:source|sources|出典|資料)\s*[:：]?\s*)?(\d{1,3}(?:\s*[,、，]\s*\d{1,3})*)\s*(?:\]|】|］)(?!\()",
    re.IGNORECASE,
)
_OPEN = re.compile(r"[ \t]*(?:\[|【|［)[^\[\]【】［］\n]{0,40}$|[ \t]+$")


class Markers:
    """Feed it the pieces of a text; it gives them back with `[n]` for each known marker and counts the unknown."""

    def __init__(self, given: Collection[int]) -> None:
        self.given = frozenset(given)
        self.used: set[int] = set()
        self.removed = 0
        self._held = ""

    def feed(self, piece: str) -> str:
        """A bracket that is still open at the end is held back until it closes or cannot be a marker."""
        text = self._held + piece
        held = _OPEN.search(text)
        cut = held.start() if held else len(text)
        self._held = text[cut:]
        return self._clean(text[:cut])

    def close(self) -> str:
        text, self._held = self._held, ""
        return self._clean(text).rstrip()

    def _clean(self, text: str) -> str:
        text = _MARKERS.sub(self._known, text)
        return re.sub(r"[ \t]*\x00", "", text)

    def _known(self, match: re.Match[str]) -> str:
        numbers = [int(n) for n in re.findall(r"\d+", match[1])]
        known = [n for n in numbers if n in self.given]
        self.removed += len(numbers) - len(known)
        self.used.update(known)
        return "".join(f"[{n}]" for n in known) or "\x00"
