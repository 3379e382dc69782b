"""What can speak against a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal["figure", "name", "period", "compared", "measure", "opposite", "nowhere", "without"]
REASONS: dict[Code, str] = {
    "figure": "no source has this figure",
    "name": "the source names {instead}",
    "period": "the sources speak of other periods",
    "compared": "the sources only compare with it",
    "measure": "no source speaks of it",
    "opposite": "the source says {instead}",
    "nowhere": "no source says so",
    "without": "the source says so without it",
}


@dataclass(slots=True, frozen=True)
class Objection:
    """`said` are the sentence's own words; `instead` what the sources have in their place."""

    code: Code
    said: str
    instead: str = ""

    def __str__(self) -> str:
        return f"{self.said}: {REASONS[self.code].format(instead=self.instead)}"
