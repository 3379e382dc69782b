"""Django's admin, arranged for those who manage people and rights; documents are not shown here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from library import audit, versions
from library.models import AuditEntry, Collection, Grant, User

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    GrantRows = admin.TabularInline[Grant, Collection]
    Users = UserAdmin[User]
else:  # the classes take no parameters at run time
    AnyAdmin, GrantRows, Users = admin.ModelAdmin, admin.TabularInline, UserAdmin

admin.site.site_header = "Shiori"
admin.site.site_title = "Shiori"
admin.site.index_title = _("People and rights")
admin.site.unregister(Group)


SWITCHES = ("is_active", "is_staff", "is_superuser", "role")
"""Fields of which the audit also says what they were set to."""


class Audited(AnyAdmin):
    """Every change made here stands on the audit too."""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        what = f"{obj._meta.model_name} {'changed' if change else 'made'}"
        switched = {name: form.cleaned_data[name] for name in form.changed_data if name in SWITCHES}
        audit.record(_actor(request), what, id=obj.pk, name=str(obj), fields=form.changed_data, **switched)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        audit.record(_actor(request), f"{obj._meta.model_name} deleted", id=obj.pk, name=str(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[Any, int], set[str], list[str]]:
        """What is chosen, and nothing else: Django would name all that goes along, documents and conversations that an
        administrator may not see."""
        named = [str(obj) for obj in objs]
        return named, {self.model._meta.verbose_name_plural: len(named)}, set(), []


class GrantInline(GrantRows):
    model = Grant
    extra = 1
    autocomplete_fields = ("user", "group")


@admin.register(User)
class PeopleAdmin(Audited, Users):
    list_display = ("username", "last_name", "first_name", "is_active", "is_staff", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("last_name", "first_name", "email", "language")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        user = form.instance
        before = _groups(user)
        super().save_related(request, form, formsets, change)
        if (after := _groups(user)) != before:
            audit.record(_actor(request), "groups set", user=user.username, before=before, after=after)


@admin.register(Group)
class GroupsAdmin(Audited, GroupAdmin):
    fields = ("name",)


@admin.register(Collection)
class CollectionAdmin(Audited):
    list_display = ("name", "description", "created")
    search_fields = ("name",)
    inlines = (GrantInline,)

    def delete_model(self, request: HttpRequest, obj: Collection) -> None:
        """Its documents leave as when each is deleted by itself: the index hears of it, and no file stays."""
        with transaction.atomic():
            for document in obj.documents.all():
                versions.remove(document)
            super().delete_model(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        changed = [*formset.new_objects, *(obj for obj, _fields in formset.changed_objects)]
        for verb, rows in (("granted", changed), ("revoked", formset.deleted_objects)):
            for row in rows:
                audit.record(_actor(request), verb, collection=row.collection.name, grant=str(row))


@admin.register(Grant)
class GrantAdmin(Audited):
    list_display = ("collection", "user", "group", "role", "created")
    list_filter = ("role", "collection", "group")
    autocomplete_fields = ("collection", "user", "group")


@admin.register(AuditEntry)
class AuditAdmin(AnyAdmin):
    list_display = ("at", "actor", "action", "subject")
    list_filter = ("action",)
    search_fields = ("actor", "action")
    readonly_fields = ("at", "actor", "action", "subject", "previous", "digest")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False


def _groups(user: User) -> list[str]:
    return sorted(user.groups.values_list("name", flat=True))


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    return request.user
