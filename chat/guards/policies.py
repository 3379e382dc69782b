"""The guard rails that hold now, as plain data, from the database or as they stand from the beginning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from chat.models import GuardRail

Kind, Action = GuardRail.Kind, GuardRail.Action


@dataclass(slots=True, frozen=True)
class Policy:
    kind: str
    action: str
    limit: Decimal | None = None
    currency: str = ""
    name: str = ""
    words: tuple[str, ...] = ()


DEFAULTS = MappingProxyType(
    {
        policy.kind: policy
        for policy in (
            Policy(Kind.INJECTION_DOCUMENTS, Action.MASK),
            Policy(Kind.INJECTION_QUESTIONS, Action.BLOCK),
            Policy(Kind.PERSONAL_OUTSIDE, Action.MASK),
            Policy(Kind.ADVICE, Action.WARN),
            Policy(Kind.ANSWER_LENGTH, Action.BLOCK, Decimal(24_000)),
            Policy(Kind.DAILY_TOKENS, Action.BLOCK, Decimal(2_000_000)),
        )
    }
)
"""What holds for a kind without a row: a guard rail is taken down by switching it off, not by deleting it."""


@dataclass(slots=True, frozen=True)
class Policies:
    """Those that are on: one of each kind, and any number of topics and of costs (one a currency)."""

    single: Mapping[str, Policy] = field(default_factory=lambda: DEFAULTS)
    topics: tuple[Policy, ...] = ()
    costs: tuple[Policy, ...] = ()

    def __getitem__(self, kind: str) -> Policy | None:
        return self.single.get(kind)


@dataclass(slots=True)
class Guard:
    """What holds for one answer, and what was decided of it so far."""

    policies: Policies = field(default_factory=Policies)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    """As they stand in the provenance: {"rule", "verdict", …counts and ids}."""

    @property
    def blocked(self) -> dict[str, Any] | None:
        """The decision that stops the question, where one does."""
        return next((d for d in self.decisions if d.get("stops")), None)


def load() -> Policies:
    rows = list(GuardRail.objects.all())
    known = {row.kind for row in rows}
    single = {kind: policy for kind, policy in DEFAULTS.items() if kind not in known}
    on = [_policy(row) for row in rows if row.enabled]
    many = (Kind.TOPIC, Kind.DAILY_COST)
    return Policies(
        single | {policy.kind: policy for policy in on if policy.kind not in many},
        tuple(policy for policy in on if policy.kind == Kind.TOPIC),
        tuple(policy for policy in on if policy.kind == Kind.DAILY_COST),
    )


def _policy(row: GuardRail) -> Policy:
    words = tuple(line.strip() for line in row.words.splitlines() if line.strip())
    return Policy(row.kind, row.action, row.limit, row.currency, row.name, words)
