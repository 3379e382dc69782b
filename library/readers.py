"""Who can see a document, and why: for those who manage its collection."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from library.models import Document, Role


@dataclass(slots=True)
class Reader:
    """One grant, as a person reads it."""

    name: str
    role: str
    group: bool
    people: int
    """How many active people the grant reaches."""


def readers(document: Document) -> list[Reader]:
    """The grants on the document's collection, groups first. `named` says who of them a narrowed document is for."""
    grants = document.collection.grants.select_related("user", "group")
    sizes = dict(
        document.collection.grants.filter(group__user__is_active=True)
        .values("group")
        .annotate(people=Count("group__user"))
        .values_list("group", "people")
    )
    found = [
        Reader(
            name=str(grant.user or grant.group),
            role=str(Role(grant.role).label),
            group=grant.group_id is not None,
            people=sizes.get(grant.group_id, 0) if grant.group_id else 1,
        )
        for grant in grants
        if grant.user is None or grant.user.is_active
    ]
    return sorted(found, key=lambda reader: (not reader.group, reader.name))


def named(document: Document) -> list[str]:
    """The people to whom a narrowed document is open, provided that a grant reaches them too."""
    if not document.narrowed:
        return []
    return sorted(str(user) for user in document.readers.filter(is_active=True))
