"""Feedback at /admin/: what askers say of answers, to be read and not changed.

Neither question nor answer nor asker is shown, as whoever reads this may not see the documents behind them. The trace
leads on: to the audit, and to `manage.py replay`, which shows what its reader may see. Each look is on the audit.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from chat.models import Feedback
from library import audit
from library.admin import AnyAdmin
from library.models import User

WAYS = {
    "cell": _("a table cell"),
    "model": _("a language model"),
    "extract": _("extracts"),
    "free": _("a language model, without documents"),
    "guard": _("a guard rail"),
}
"""By the mode of an answer."""
SHOWN = ("given", "helpful", "reason", "remark", "way", "written_by", "trace")


class ByWay(admin.SimpleListFilter):
    title = _("answered by")
    parameter_name = "mode"

    def lookups(self, request: HttpRequest, model_admin: AnyAdmin) -> list[tuple[str, str]]:
        return [(mode, str(words)) for mode, words in WAYS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        return queryset.filter(turn__mode=self.value()) if self.value() else queryset


class ByModel(admin.SimpleListFilter):
    title = _("language model")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: AnyAdmin) -> list[tuple[str, str]]:
        """Those that feedback was given on."""
        names = Feedback.objects.exclude(turn__model="").order_by("turn__model").values_list("turn__model", flat=True)
        return [(name, name) for name in names.distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        return queryset.filter(turn__model=self.value()) if self.value() else queryset


@admin.register(Feedback)
class FeedbackAdmin(AnyAdmin):
    list_display = SHOWN
    list_filter = ("helpful", "reason", ByWay, ByModel, "given")
    search_fields = ("turn__trace",)
    search_help_text = _("A reference number")
    fields = SHOWN
    readonly_fields = SHOWN

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        """Of the turn only what is shown is fetched."""
        columns = ("turn__mode", "turn__model", "turn__trace")
        found: QuerySet[Feedback] = super().get_queryset(request)
        return found.select_related("turn").only("helpful", "reason", "remark", "given", *columns)

    @admin.display(description=_("answered by"), ordering="turn__mode")
    def way(self, row: Feedback) -> str:
        return str(WAYS.get(row.turn.mode, row.turn.mode))

    @admin.display(description=_("language model"), ordering="turn__model")
    def written_by(self, row: Feedback) -> str:
        return row.turn.model

    @admin.display(description=_("reference number"))
    def trace(self, row: Feedback) -> str:
        return row.turn.trace

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)
        _looked(request)
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Feedback | None:
        found: Feedback | None = super().get_object(request, object_id, from_field)
        if found is not None and self.has_view_permission(request, found):
            _looked(request, found.turn.trace)
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        """Not by itself; but whoever may delete a person deletes what that person gave, too."""
        match = request.resolver_match
        own = match is not None and (match.url_name or "").startswith("chat_feedback")
        return not own and super().has_delete_permission(request, obj)


def _looked(request: HttpRequest, trace: str = "") -> None:
    """At all that is listed, or at one."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    audit.record(request.user, "feedback read", trace=trace)
