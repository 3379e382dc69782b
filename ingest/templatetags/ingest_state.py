"""`{{ version|state_words }}`, `{{ version.error|sentence }}`, `{{ warning|sentence }}` for the library's pages."""

from __future__ import annotations

from typing import Any

from django import template

from ingest import progress, sentences
from library.models import Version

register = template.Library()


@register.filter
def state_words(version: Version) -> str:
    return progress.state_words(version)


@register.filter
def sentence(what: dict[str, Any] | None) -> str:
    """For an error or a warning as its row keeps it; "" for none."""
    return sentences.sentence(what["code"], what.get("detail") or {}) if what else ""
