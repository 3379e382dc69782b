"""`{{ document.period|period }}`: a canonical period as the reader's language writes it."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from library import period_words

register = template.Library()


@register.filter
def period(canonical: str) -> str:
    return period_words.written(canonical, "ja" if (get_language() or "").startswith("ja") else "en")
