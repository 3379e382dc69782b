"""The one place that decides who sees what.

Each function takes the user first and is the fetch itself: it returns what this user may have, or raises `Hidden`,
which is the same for what is forbidden and for what never was. Three gates stand on it: `scopes` before a search,
`passages` after it, and every later look (citation, page, download) through `version` and `document` again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet
from django.http import Http404

from library.models import Collection, Document, Grant, Passage, Role, User, Version
from library.prepared import Prepared

M = TypeVar("M", bound=Model)
FACTS = ("id", "name", "title", "company", "ticker", "period", "kind", "collection_id")
MOST_IDS = 2_048
RANK = {Role.VIEWER: 0, Role.CONTRIBUTOR: 1, Role.MANAGER: 2}


class Hidden(Http404):
    """Not there, or not for this user: from outside the two cannot be told apart."""


def collections(user: User, least: Role = Role.VIEWER) -> QuerySet[Collection]:
    """The collections that the user may use with at least this role."""
    return Collection.objects.filter(pk__in=_granted(user, least))


def collection(user: User, pk: int, least: Role = Role.VIEWER) -> Collection:
    return _one(collections(user, least), pk=pk)


def documents(user: User, least: Role = Role.VIEWER) -> QuerySet[Document]:
    """The documents that the user may see (or, by role, change), ready or not."""
    if not user.is_active:
        return Document.objects.none()
    return _documents(user.pk, least)


def _documents(user: int, least: Role = Role.VIEWER) -> QuerySet[Document]:
    return Document.objects.filter(_seen(user), collection__in=_opened(user, least))


def known(user: User, ids: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """`FACTS` of those of the documents that the user may see and that can be searched, in the order of their ids."""
    wanted = sorted(ids) if user.is_active else []
    for at in range(0, len(wanted), MOST_IDS):
        yield from _KNOWN.rows(user.pk, many=wanted[at : at + MOST_IDS])


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
    granted = {pk for (pk,) in _COLLECTIONS.rows(user.pk)}
    narrowed = [document for document, collection in _NARROWED.rows(user.pk) if collection in granted]
    return frozenset([f"c{pk}" for pk in granted] + [f"d{pk}" for pk in narrowed])


def passages(user: User, ids: Iterable[UUID], *, current: bool = True) -> dict[UUID, Passage]:
    """Those of the passages that the user may read now, by id, with version, document and table loaded.

    `current` leaves out passages of versions that are not the document's current one; citations of an old answer
    pass False and still need the right to the document.
    """
    wanted = list(ids)
    seen = scopes(user)
    found = (_CURRENT if current else _ANY).objects(many=wanted) if seen and wanted else ()
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
    if not user.is_active:
        return Grant.objects.none().values_list("collection", flat=True)
    return _opened(user.pk, least)


def _opened(user: int, least: Role) -> QuerySet[Grant, int]:
    roles = [role for role, rank in RANK.items() if rank >= RANK[least]]
    own = Q(user=user) | Q(group__user=user)
    return Grant.objects.filter(own, role__in=roles).values_list("collection", flat=True).distinct()


def _seen(user: int) -> Q:
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


def _narrowed_to(user: int) -> QuerySet[Any, Any]:
    rows = Document.readers.through.objects.filter(user=user, document__narrowed=True)
    return rows.values_list("document", "document__collection")


def _known_of(user: int, ids: list[int]) -> QuerySet[Any, Any]:
    return _documents(user).filter(pk__in=ids, current__isnull=False).order_by("pk").values_list(*FACTS)


def _passages_of(ids: list[UUID]) -> QuerySet[Passage]:
    return Passage.objects.filter(pk__in=ids).select_related("version__document__collection", "table")


def _current_of(ids: list[UUID]) -> QuerySet[Passage]:
    return _passages_of(ids).filter(version__document__current=F("version"))


_COLLECTIONS = Prepared(partial(_opened, least=Role.VIEWER), 1)
_NARROWED = Prepared(_narrowed_to, 1)
_KNOWN = Prepared(_known_of, 1, many=int)
_ANY = Prepared(_passages_of, 0, many=UUID)
_CURRENT = Prepared(_current_of, 0, many=UUID)
