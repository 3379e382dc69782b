"""What the library pages list: collections with their counts, documents with their newest version."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from library import access
from library.models import UNFINISHED, Collection, Document, Role, User, Version


@dataclass(slots=True)
class Shelf:
    """One collection in the list."""

    collection: Collection
    documents: int
    unfinished: int
    may_upload: bool


@dataclass(slots=True)
class Item:
    """One document in the list. `newest` is the version that was uploaded last, ready or not."""

    document: Document
    newest: Version
    may_change: bool
    may_delete: bool

    @property
    def unfinished(self) -> bool:
        return self.newest.state in UNFINISHED

    @property
    def pages(self) -> int:
        shown = self.document.current or self.newest
        return shown.total


def shelves(user: User) -> list[Shelf]:
    newest = access.versions(user).filter(document=OuterRef("pk")).order_by("-number").values("state")[:1]
    counts = {
        row["collection"]: row
        for row in access.documents(user)
        .annotate(state=Subquery(newest))
        .values("collection")
        .annotate(all=Count("pk"), unfinished=Count("pk", filter=Q(state__in=UNFINISHED)))
        .order_by()
    }
    open_for_upload = set(access.collections(user, Role.CONTRIBUTOR).values_list("pk", flat=True))
    none = {"all": 0, "unfinished": 0}
    return [
        Shelf(c, counts.get(c.pk, none)["all"], counts.get(c.pk, none)["unfinished"], c.pk in open_for_upload)
        for c in access.collections(user)
    ]


def matching(documents: QuerySet[Document], words: str) -> QuerySet[Document]:
    """Those whose name, title, company or period has every one of the words."""
    for word in words.split()[:8]:
        documents = documents.filter(
            Q(name__icontains=word)
            | Q(title__icontains=word)
            | Q(company__icontains=word)
            | Q(period__icontains=word)
            | Q(ticker__iexact=word)
        )
    return documents


def items(user: User, documents: list[Document]) -> list[Item]:
    """The documents with their newest versions, in a few queries; one without any version is left out."""
    ids = [d.pk for d in documents]
    changes = set(access.documents(user, Role.CONTRIBUTOR).filter(pk__in=ids).values_list("pk", flat=True))
    manages = set(access.documents(user, Role.MANAGER).filter(pk__in=ids).values_list("pk", flat=True))
    newest: dict[int, Version] = {}
    for version in access.versions(user).filter(document__in=ids).order_by("number"):
        newest[version.document_id] = version
    return [
        Item(d, newest[d.pk], d.pk in changes, d.pk in manages or (d.pk in changes and d.uploaded_by_id == user.pk))
        for d in documents
        if d.pk in newest
    ]
