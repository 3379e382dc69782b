"""What the search page is asked, as its address says it: words, filters, readings taken off, page. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlencode

FILTERS = ("collection", "company", "period", "kind", "language", "document")
NUMBERED = ("collection", "document")
"""Filters whose values are ids."""
MOST, LONGEST = 60, 300
"""Filters and readings in one address, and characters of one."""


class Parameters(Protocol):
    def getlist(self, name: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Query:
    """`chosen` holds (filter, value) pairs: values of one filter are alternatives, filters are all to be met."""

    words: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    off: tuple[str, ...] = ()
    page: int = 1

    @classmethod
    def read(cls, parameters: Parameters, longest: int) -> Query:
        pairs = [(name, value) for name in FILTERS for value in parameters.getlist(name)]
        page = next(iter(parameters.getlist("page")), "")
        return cls(
            " ".join(" ".join(parameters.getlist("q")[:1]).replace("\x00", "").split())[:longest],
            tuple(dict.fromkeys(pair for pair in pairs if _is_value(*pair)))[:MOST],
            tuple(dict.fromkeys(key for key in parameters.getlist("off") if 0 < len(key) <= LONGEST))[:MOST],
            int(page) if page.isascii() and page.isdecimal() and 0 < len(page) < 4 else 1,
        )

    @property
    def address(self) -> str:
        """Everything after the question mark."""
        pairs = [("q", self.words), *self.chosen, *(("off", key) for key in self.off)]
        return urlencode([*pairs, *([("page", str(self.page))] if self.page > 1 else [])])

    def values(self, name: str) -> list[str]:
        return [value for own, value in self.chosen if own == name]

    def ids(self, name: str) -> list[int]:
        return [int(value) for value in self.values(name)]

    def turned(self, name: str, value: str) -> Query:
        """With the filter's value where it is not chosen yet, else without it."""
        pair = (name, value)
        rest = tuple(own for own in self.chosen if own != pair)
        return replace(self, chosen=rest if pair in self.chosen else (*rest, pair), page=1)

    def read_otherwise(self, chip: str) -> Query:
        """With the reading taken off, or put back where it is off."""
        rest = tuple(key for key in self.off if key != chip)
        return replace(self, off=rest if chip in self.off else (*rest, chip), page=1)

    def unfiltered(self) -> Query:
        return replace(self, chosen=(), page=1)

    def at(self, page: int) -> Query:
        return replace(self, page=page)

    def hidden(self) -> list[tuple[str, str]]:
        """What a new search keeps: the filters, and no reading of the old words."""
        return [pair for pair in self.chosen if pair[0] != "document"]


def _is_value(name: str, value: str) -> bool:
    if name in NUMBERED:
        return value.isascii() and value.isdecimal() and len(value) < 16
    return 0 < len(value) <= LONGEST and "\x00" not in value
