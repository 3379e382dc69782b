"""What a user has spent on language models today, against the limits. Counted as answers end, stopped ones too."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from chat.drafts import Spent
from chat.guards.policies import Kind, Policies, Policy
from chat.models import Spending
from library.models import User


def add(user: User, spent: Spent) -> None:
    """Two answers that end at once are both counted: the database adds."""
    row, _made = Spending.objects.get_or_create(user=user, day=timezone.localdate(), currency=spent.currency)
    Spending.objects.filter(pk=row.pk).update(
        tokens=F("tokens") + spent.tokens_in + spent.tokens_out, cost=F("cost") + spent.cost
    )


def exceeded(user: User, policies: Policies) -> list[Policy]:
    """The limits that today's answers have reached; no query where none is set."""
    return [
        policy
        for policy in (policies[Kind.DAILY_TOKENS], *policies.costs)
        if policy is not None and policy.limit is not None and _spent(user, policy) >= policy.limit
    ]


def _spent(user: User, policy: Policy) -> Decimal:
    if policy.kind == Kind.DAILY_COST:
        return _today(user).filter(currency=policy.currency).aggregate(sum=Sum("cost"))["sum"] or Decimal(0)
    return Decimal(_today(user).aggregate(sum=Sum("tokens"))["sum"] or 0)


def _today(user: User) -> QuerySet[Spending]:
    """The day begins at midnight where the bank is."""
    return Spending.objects.filter(user=user, day=timezone.localdate())
