"""An answer while it is made: what is asked, what was found, what was written, how long it took."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from chat.events import Event, Figure, Source
from chat.guards.policies import Guard
from chat.llm import Model
from library.models import User


@dataclass(slots=True, frozen=True)
class Spent:
    """What one answer of a model cost."""

    tokens_in: int
    tokens_out: int
    cost: Decimal
    currency: str
    estimated: bool = False
    """The endpoint did not count; these are upper estimates."""

    def plus(self, other: Spent) -> Spent:
        """In one currency."""
        return Spent(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cost + other.cost,
            self.currency,
            self.estimated or other.estimated,
        )


@dataclass(slots=True)
class Draft:
    """One turn in the making. Whoever ends it early saves what is here."""

    user: User
    turn: UUID
    trace: str
    question: str
    asked: str = ""
    """The question as it would be asked alone; "" until that is known."""
    language: str = "en"
    """Of the answer: "en" or "ja"."""
    collections: list[int] | None = None
    """What the search is narrowed to; None: all that the user may see."""
    document: str | None = None
    history: list[tuple[str, str]] = field(default_factory=list)
    """(question, answer) of the turns before, oldest first, those left out that the user may no longer see."""
    ignoring: frozenset[str] = frozenset()
    """Readings of the question that its asker has taken off."""
    models: list[Model] = field(default_factory=list)
    """The language models to ask, one after the other until one speaks; none: answer by cells and extracts."""
    grounded: bool = True
    """To be answered from documents; else a model writes freely, and the answer says so."""
    compared: bool = False
    """Two models are asked the same: neither is spared by a table cell that answers."""

    sources: list[Source] = field(default_factory=list)
    text: str = ""
    figures: list[Figure] = field(default_factory=list)
    mode: str = ""
    model: str = ""
    """The name that people see of the model that writes."""
    spent: Spent | None = None
    aside: Spent | None = None
    """What a model cost before the answer: for making the question whole."""
    refused: bool = False
    closing: list[Event] = field(default_factory=list)
    """What is to be shown last where the answer is ended early."""
    guard: Guard = field(default_factory=Guard)
    provenance: dict[str, Any] = field(default_factory=dict)
    ms: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def clock(self, name: str) -> None:
        """Note the time since the question, the first time that `name` happens."""
        self.ms.setdefault(name, round((time.perf_counter() - self.started) * 1000, 1))

    @property
    def bills(self) -> list[Spent]:
        """What it cost in all, the answer's currency first: a model of another one may have stood in."""
        parts = [part for part in (self.spent, self.aside) if part]
        if len(parts) == 2 and parts[0].currency == parts[1].currency:
            return [parts[0].plus(parts[1])]
        return parts

    @property
    def documents(self) -> frozenset[int]:
        return frozenset(source.document_id for source in self.sources)
