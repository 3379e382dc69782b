"""Guard rails at /admin/: each on or off, what it does, and its limit or words; every change is on the audit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chat.guards.rules import ACTIONS
from chat.models import GuardRail
from library.admin import Audited


@admin.register(GuardRail)
class GuardRailAdmin(Audited):
    list_display = ("kind", "name", "enabled", "action", "limit", "currency")
    list_filter = ("enabled", "action")
    fields = ("kind", "enabled", "action", "limit", "currency", "name", "words")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind",) if obj else ()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Of the actions only those that this kind knows."""
        found = super().formfield_for_choice_field(db_field, request, **kwargs)
        match = request.resolver_match
        pk = match.kwargs.get("object_id") if match else None
        kind = GuardRail.objects.filter(pk=pk).values_list("kind", flat=True).first() if pk else None
        if db_field.name == "action" and found is not None and kind:
            found.choices = [c for c in GuardRail.Action.choices if c[0] in ACTIONS[kind]]
        return found
