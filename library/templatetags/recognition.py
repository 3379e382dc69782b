"""How sure the recognition of a text was, in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def recognised(kind: str, confidence: float) -> str:
    """“Read by OCR, 93%”; of what was said, “Recognised speech, 93%”."""
    percent = {"percent": f"{confidence:.0%}"}
    if kind == "speech":
        return gettext("Recognised speech, %(percent)s sure") % percent
    return gettext("Read by OCR, %(percent)s sure") % percent
