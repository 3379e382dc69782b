"""What a guard rail may be set to: which actions make sense for which kind, and what each needs besides."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ACTIONS = {
    "injection_documents": ("block", "mask", "warn", "record"),
    "injection_questions": ("block", "warn", "record"),
    "personal_outside": ("block", "mask", "warn", "record"),
    "advice": ("block", "warn", "record"),
    "topic": ("block", "warn", "record"),
    "answer_length": ("block", "warn", "record"),
    "daily_tokens": ("block", "warn", "record"),
    "daily_cost": ("block", "warn", "record"),
}
LIMITED = ("answer_length", "daily_tokens", "daily_cost")


def check(kind: str, action: str, name: str, words: str, limit: Decimal | None, currency: str) -> None:
    """Raises `ValidationError` with the field that is wrong."""
    if action not in ACTIONS.get(kind, (action,)):
        raise ValidationError({"action": _("This guard rail cannot do that.")})
    if kind == "topic" and not name.strip():
        raise ValidationError({"name": _("Give the topic a name: the asker is told it.")})
    if kind == "topic" and not words.strip():
        raise ValidationError({"words": _("Give the topic words, one a line.")})
    if kind in LIMITED and limit is None:
        raise ValidationError({"limit": _("Give a limit.")})
    if kind == "daily_cost" and not currency.strip():
        raise ValidationError({"currency": _("Give the currency of the limit, such as USD.")})
