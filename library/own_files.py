"""The words of a file of somebody's own, read at once for its owner and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable

PAGE = "\f"
"""Stands between two pages in the words of a file, as it does in plain text."""


class NotRead(Exception):
    """The file gave no words, and why: a sentence for its owner."""


Reader = Callable[[str, Iterable[bytes]], str]
_readers: list[Reader] = []


def connect(reader: Reader) -> None:
    """Whoever can read files says so when the program starts."""
    _readers[:] = [reader]


def words(name: str, chunks: Iterable[bytes]) -> str:
    """Raises `NotRead`."""
    (reader,) = _readers
    return reader(name, chunks)
