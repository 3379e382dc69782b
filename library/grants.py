"""Giving and taking rights, each step on the audit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from library import audit, versions
from library.models import Collection, Document, Grant, Role, User


def give(actor: User | None, collection: Collection, whom: User | Group, role: Role) -> None:
    """One grant a user or group and collection: giving again changes the role."""
    with transaction.atomic():
        Grant.objects.update_or_create(collection=collection, **_who(whom), defaults={"role": role})
        audit.record(actor, "granted", collection=collection.name, role=role.value, **_named(whom))


def take(actor: User | None, collection: Collection, whom: User | Group, role: Role) -> bool:
    """Take the grant of this role away; False if there was none."""
    with transaction.atomic():
        gone, _ = Grant.objects.filter(collection=collection, role=role, **_who(whom)).delete()
        if gone:
            audit.record(actor, "revoked", collection=collection.name, role=role.value, **_named(whom))
    return bool(gone)


def narrow(actor: User | None, document: Document, readers: list[User]) -> None:
    """From now on the document is for these people alone, as far as grants open its collection to them."""
    _set(actor, "narrowed", document, True, readers)


def widen(actor: User | None, document: Document) -> None:
    """It is for all again whose grants open its collection."""
    _set(actor, "widened", document, False, [])


def _set(actor: User | None, action: str, document: Document, narrowed: bool, readers: list[User]) -> None:
    with transaction.atomic():
        row = Document.objects.select_for_update().get(pk=document.pk)
        row.narrowed = narrowed
        row.save(update_fields=["narrowed"])
        row.readers.set(readers)
        versions.rescope(row)
        audit.record(actor, action, document=row.pk, readers=[user.username for user in readers])


def _who(whom: User | Group) -> dict[str, Any]:
    return {"user" if isinstance(whom, User) else "group": whom}


def _named(whom: User | Group) -> dict[str, str]:
    return {"user": whom.username} if isinstance(whom, User) else {"group": whom.name}
