"""What a user has spent on language models today, by the saved answers, against the limits."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils import timezone

from chat.guard_policies import Kind, Policies, Policy
from chat.models import Turn
from library.models import User


def exceeded(user: User, policies: Policies) -> list[Policy]:
    """The limits that today's answers have reached; no query where none is set."""
    limits = [
        policy for policy in (policies[Kind.DAILY_TOKENS], *policies.costs) if policy and policy.limit is not None
    ]
    return [policy for policy in limits if policy.limit is not None and _spent(user, policy) >= policy.limit]


def tokens_today(user: User) -> int:
    sums = _today(user).aggregate(asked=Sum("input_tokens"), answered=Sum("output_tokens"))
    return (sums["asked"] or 0) + (sums["answered"] or 0)


def cost_today(user: User, currency: str) -> Decimal:
    return _today(user).filter(currency=currency).aggregate(cost=Sum("cost"))["cost"] or Decimal(0)


def _spent(user: User, policy: Policy) -> Decimal:
    return cost_today(user, policy.currency) if policy.kind == Kind.DAILY_COST else Decimal(tokens_today(user))


def _today(user: User) -> QuerySet[Turn]:
    """Since midnight where the bank is; answers of deleted conversations are gone with them."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Turn.objects.filter(conversation__user=user, created__gte=midnight)
