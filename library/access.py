"""The one place that decides who sees what.

Each function takes the user first and is the fetch itself: it returns what this user may have, or raises `Hidden`,
which is the same for what is forbidden and for what never was. Three gates stand on it: `scopes` before a search,
`passages` after it, and every later look (citation, page, download) through `version` and `document` again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet
from django.http import Http404

from library.models import Collection, Document, Grant, Passage, Role, User, Version

M = TypeVar("M", bound=Model)
RANK = {Role.VIEWER: 0, Role.CONTRIBUTOR: 1, Role.MANAGER: 2}


class Hidden(Http404):
    """Not there, or not for this user: from outside the two cannot be told apart."""


def collections(user: User, least: Role = Role.VIEWER) -> QuerySet[Collection]:
    """The collections that the user may use with at least this role."""
    return Collection.objects.filter(pk__in=_granted(user, least))


def collection(user: User, pk: int, least: Role = Role.VIEWER) -> Collection:
    return _one(collections(user, least), pk=pk)


def collection_named(user: User, name: str, least: Role = Role.VIEWER) -> Collection:
    return _one(collections(user, least), name=name)


def documents(user: User, least: Role = Role.VIEWER) -> QuerySet[Document]:
    """The documents that the user may see (or, by role, change), ready or not."""
    if not user.is_active:
        return Document.objects.none()
    return Document.objects.filter(_seen(user), collection__in=_granted(user, least))


def document(user: User, pk: int, least: Role = Role.VIEWER) -> Document:
    return _one(documents(user, least), pk=pk)


def versions(user: User, least: Role = Role.VIEWER) -> QuerySet[Version]:
    return Version.objects.filter(document__in=documents(user, least))


def version(user: User, pk: int, least: Role = Role.VIEWER) -> Version:
    return _one(versions(user, least).select_related("document"), pk=pk)


def scopes(user: User) -> frozenset[str]:
    """What the user's searches are filtered by (see `Document.scope`); empty: nothing may be searched."""
    if not user.is_active:
        return frozenset()
    granted = list(_granted(user, Role.VIEWER))
    narrowed = Document.readers.through.objects.filter(
        user=user, document__narrowed=True, document__collection__in=granted
    )
    return frozenset(
        [f"c{pk}" for pk in granted] + [f"d{pk}" for pk in narrowed.values_list("document", flat=True) if granted]
    )


def passages(user: User, ids: Iterable[UUID], *, current: bool = True) -> dict[UUID, Passage]:
    """Those of the passages that the user may read now, by id, with version, document and table loaded.

    `current` leaves out passages of versions that are not the document's current one; citations of an old answer
    pass False and still need the right to the document.
    """
    seen = scopes(user)
    rows = Passage.objects.filter(pk__in=list(ids)).defer("sparse")
    if current:
        rows = rows.filter(version__document__current=F("version"))
    found = rows.select_related("version__document__collection", "table") if seen else ()
    return {row.pk: row for row in found if row.version.document.scope in seen}


def passage(user: User, pk: UUID) -> Passage:
    """One passage for a later look, of whichever version."""
    found = passages(user, [pk], current=False).get(pk)
    if found is None:
        raise Hidden
    return found


def may(user: User, where: Collection, least: Role) -> bool:
    return _granted(user, least).filter(collection=where).exists()


def _granted(user: User, least: Role) -> QuerySet[Grant, int]:
    """Ids of the collections that the user's own and groups' grants open; for use as a subquery."""
    roles = [role for role, rank in RANK.items() if rank >= RANK[least]]
    if not user.is_active:
        return Grant.objects.none().values_list("collection", flat=True)
    own = Q(user=user) | Q(group__user=user)
    return Grant.objects.filter(own, role__in=roles).values_list("collection", flat=True).distinct()


def _seen(user: User) -> Q:
    narrowed_to_user = Document.readers.through.objects.filter(user=user).values("document")
    return Q(narrowed=False) | Q(pk__in=narrowed_to_user)


def _one(rows: QuerySet[M], **by: object) -> M:
    try:
        row = rows.filter(**by).first()
    except (ValueError, OverflowError):
        row = None
    if row is None:
        raise Hidden
    return row
