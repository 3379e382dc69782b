"""/admin/: what stands on the audit, and what administrators learn of documents they may not see: nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from library.models import AuditEntry, Change, Collection, Document, User, Version
from tests.library.conftest import Shelved

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client


def recorded(action: str) -> list[dict[str, object]]:
    return list(AuditEntry.objects.filter(actor="admin", action=action).values_list("subject", flat=True))


def test_deleting_a_collection_takes_its_documents_out_of_the_index(
    admin: Client, results: Shelved, markets: Collection
) -> None:
    asked = admin.get(f"/admin/library/collection/{markets.pk}/delete/")
    assert asked.status_code == 200
    assert "results.pdf" not in asked.content.decode(), "an administrator sees no documents without a grant"
    admin.post(f"/admin/library/collection/{markets.pk}/delete/", {"post": "yes"})
    assert not Collection.objects.filter(pk=markets.pk).exists()
    assert not Document.objects.filter(pk=results.document.pk).exists()
    assert Change.objects.filter(kind=Change.Kind.REMOVE, version=results.version.pk).exists()
    assert [entry["name"] for entry in recorded("collection deleted")] == ["Markets"]


def test_several_are_deleted_in_the_same_way(admin: Client, results: Shelved, markets: Collection) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [markets.pk], "post": "yes"}
    assert "results.pdf" not in admin.post("/admin/library/collection/", chosen | {"post": ""}).content.decode()
    admin.post("/admin/library/collection/", chosen)
    assert not Version.objects.filter(pk=results.version.pk).exists()
    assert Change.objects.filter(kind=Change.Kind.REMOVE, version=results.version.pk).exists()


def test_a_change_of_groups_and_switches_is_recorded_with_what_it_is(admin: Client, teller: User) -> None:
    research = Group.objects.create(name="research")
    form = {"username": "teller", "groups": [research.pk], "is_active": "on", "is_staff": "on"}
    answer = admin.post(f"/admin/library/user/{teller.pk}/change/", form)
    assert answer.status_code == 302
    assert recorded("groups set") == [{"user": "teller", "before": ["branch"], "after": ["research"]}]
    assert [entry["is_staff"] for entry in recorded("user changed")] == [True]
