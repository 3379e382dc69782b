"""Language models at /admin/: their rows, and a button that asks an endpoint what it can."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from chat.models import LanguageModel
from library import audit
from library.admin import Audited
from library.models import User


@admin.register(LanguageModel)
class LanguageModelAdmin(Audited):
    list_display = ("name", "model", "base_url", "outside", "position", "enabled")
    list_editable = ("position", "enabled")
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("name", "enabled", "position", "groups")}),
        (_("Endpoint"), {"fields": ("base_url", "model", "key", "outside", "connect_timeout_s", "read_timeout_s")}),
        (_("What it can"), {"fields": ("context_tokens", "max_answer_tokens", "seeing", "judges")}),
        (_("What it costs"), {"fields": ("price_in", "price_out", "currency")}),
    )

    def get_urls(self) -> list[URLPattern]:
        test = path("<int:pk>/test/", self.admin_site.admin_view(self.test), name="chat_languagemodel_test")
        return [test, *super().get_urls()]

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the endpoint; by POST, as it costs something."""
        row = self.get_object(request, str(pk))
        if row is None or not self.has_change_permission(request, row):
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        audit.record(request.user, "languagemodel tested", id=row.pk, name=row.name)
        from chat.probing import probe  # only now: the model's client costs every process 0.6 s

        found = async_to_sync(probe)(row)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": row.name,
            "row": row,
            "found": found,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/chat/languagemodel/test.html", context)
