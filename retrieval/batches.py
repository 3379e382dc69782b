"""Questions in a file, one JSON object a line, as the commands `search` and `ask` read them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError


@dataclass(frozen=True, slots=True)
class Asked:
    """One line: whose question it is and about which document, where the line says so."""

    id: Any
    question: str
    user: str | None = None
    document: str | None = None


def read_batch(name: str) -> Iterator[Asked]:
    """The questions of a file, or of standard input for "-"; CommandError names the line that cannot be read."""
    try:
        if name == "-":
            yield from _lines(sys.stdin)
            return
        with open(name, encoding="utf-8") as file:
            yield from _lines(file)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8 text.") from error


def _lines(lines: Any) -> Iterator[Asked]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _asked(line, number)


def _asked(line: str, number: int) -> Asked:
    try:
        row = json.loads(line)
        return Asked(row["id"], str(row["question"]), row.get("as"), row.get("document"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f'Line {number} is not a JSON object with "id" and "question".') from error
