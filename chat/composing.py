"""An answer put together from cells and sentences: paragraphs with their figures, and the bookmarks they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chat import cells, wording
from chat.events import Figure, Source
from chat.found import Found
from chat.markdown import plain
from chat.verdicts import verdicts
from retrieval.tables import CellAnswer
from retrieval.tables_compute import Computed


@dataclass(slots=True)
class Paragraph:
    """Markdown of one block; its figures in the order of the text, or None where they are still to be checked."""

    text: str
    figures: list[Figure] | None = None


@dataclass(slots=True)
class Composition:
    """Paragraphs in the making. Each cell or passage that is cited gets one marker."""

    found: Found
    language: str
    sources: list[Source] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    _markers: dict[tuple[str, int, int], int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)

    def figures(self) -> dict[int, list[Figure]]:
        """The figures of each paragraph; those of quoted sentences are read and checked against their sources."""
        found = {n: paragraph.figures for n, paragraph in enumerate(self.paragraphs) if paragraph.figures is not None}
        if any(paragraph.figures is None for paragraph in self.paragraphs):
            words = [plain(paragraph.text) for paragraph in self.paragraphs]
            checked = verdicts(words, self.found.evidence(self.sources), statements=False).figures
            found |= {n: own for n, own in checked.items() if self.paragraphs[n].figures is None}
        return found

    def cell(self, answer: CellAnswer) -> tuple[str, Figure]:
        """(the amount as printed with its marker, its figure)."""
        marker = self.mark(answer)
        shown = wording.quoted(wording.amount(answer.cell, self.language))
        where = self.sources[marker - 1].locator
        figure = Figure(unquoted(shown), answer.cell.value or "", answer.cell.unit, "verified", marker, where)
        return f"{shown} [{marker}]", figure

    def mark(self, answer: CellAnswer) -> int:
        hit = self.found.hit_of(answer.found.key)
        key = (answer.found.key, answer.cell.row, answer.cell.column)
        return self.cited(key, cells.locator(hit.passage.locator, answer.found.table, answer.cell))

    def cited(self, key: tuple[str, int, int], where: dict[str, Any] | None) -> int:
        """The marker of a place in a passage; a new one at its first mention."""
        if key not in self._markers:
            self._markers[key] = len(self._markers) + 1
            self.sources.append(self.found.source(self.found.hit_of(key[0]), self._markers[key], where))
        return self._markers[key]

    def worked_out(self, computed: Computed, places: int | None = None, *, size: bool = False) -> tuple[str, Figure]:
        """(a figure that cells give, as it is written; its figure with the formula)."""
        value = abs(computed.value) if size else computed.value
        power, own = scale_of(computed.cells)
        least = {"%": 1, "pt": 1, "days": 1, "x": 2}.get(computed.unit, own)
        shown = wording.worked_out(value, computed.unit, power, least if places is None else places, self.language)
        plain = format(computed.value.quantize(Decimal("0.000001")).normalize(), "f")
        return wording.quoted(shown), Figure(shown, plain, computed.unit, "computed", None, None, computed.formula)


def scale_of(answers: Sequence[CellAnswer]) -> tuple[int, int]:
    """(power of ten, decimals) in which the largest of the cells are printed."""
    powers = [
        (wording.power_of(a.cell.text, a.cell.value or "0", a.cell.unit.partition("/")[0]) or 0, a) for a in answers
    ]
    power = max((p for p, a in powers if a.cell.unit not in ("%", "x")), default=0)
    decimals = [len(a.cell.text.rstrip(" )%").partition(".")[2]) for p, a in powers if p == power]
    return power, min(max(decimals, default=0), 2)


def unquoted(text: str) -> str:
    return text.replace("\\", "")
