"""The library's pages: collections, the documents in one, and one document as it was read."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from library import access, audit, pictures, readers, shelves, table_rows, table_view, version_changes
from library.kinds import KINDS
from library.locators import label
from library.models import Document, Role, Version
from library.signed_in import SignedIn

A_PAGE = 100
LONGEST_ID = 18


@require_safe
def library(request: SignedIn) -> HttpResponse:
    found = shelves.shelves(request.user)
    context = {"shelves": found, "uploadable": [s.collection for s in found if s.may_upload]}
    return render(request, "library/library.html", context)


@require_safe
def collection(request: SignedIn, pk: int) -> HttpResponse:
    where = access.collection(request.user, pk)
    words = request.GET.get("q", "").replace("\0", "").strip()
    documents = (
        access.documents(request.user).filter(collection=where).select_related("current").order_by(Lower("name"))
    )
    page = Paginator(shelves.matching(documents, words), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "shelves": shelves.shelves(request.user),
        "collection": where,
        "page": page,
        "items": shelves.items(request.user, list(page.object_list)),
        "words": words,
        "may_upload": access.may(request.user, where, Role.CONTRIBUTOR),
    }
    return render(request, "library/collection.html", context)


@require_safe
def row(request: SignedIn, pk: int) -> HttpResponse:
    """One row of the collection's table, for when it has changed."""
    found = access.document(request.user, pk)
    items = shelves.items(request.user, [found])
    if not items:
        raise access.Hidden
    return render(request, "library/row.html", {"item": items[0]})


@require_safe
def document(request: SignedIn, pk: int) -> HttpResponse:
    """One page of the document at a time: its picture, and its tables as they were understood."""
    found = access.document(request.user, pk)
    item = next(iter(shelves.items(request.user, [found])), None)
    if item is None:
        raise access.Hidden
    shown = _shown_version(request, found) or found.current or item.newest
    number = _page_number(request, shown)
    managing = access.may(request.user, found.collection, Role.MANAGER)
    compared = version_changes.shown(request.user, shown, "changes" in request.GET)
    seen = {"document": found.pk, "version": shown.pk, "page": number}
    if compared["changes_shown"] and compared["earlier"]:
        seen["compared"] = compared["earlier"].pk
    audit.record(request.user, "document shown", **seen)
    context = {
        "shelves": shelves.shelves(request.user),
        "collection": found.collection,
        "item": item,
        "document": found,
        "version": shown,
        "versions": access.versions(request.user).filter(document=found).select_related("uploaded_by"),
        "readers": readers.readers(found) if managing else [],
        "named": readers.named(found) if managing else [],
        "managing": managing,
        "kinds": KINDS,
        **_page(shown, number),
        **compared,
    }
    return render(request, "library/document.html", context)


def _shown_version(request: SignedIn, found: Document) -> Version | None:
    wanted = request.GET.get("version", "")
    if not wanted:
        return None
    if not wanted.isdecimal() or len(wanted) > LONGEST_ID:
        raise access.Hidden
    version = access.version(request.user, int(wanted))
    if version.document_id != found.pk:
        raise access.Hidden
    return version


def _page_number(request: SignedIn, version: Version) -> int:
    wanted = request.GET.get("page", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else 1
    return max(1, min(number, version.total or 1))


def _page(version: Version, number: int) -> dict[str, Any]:
    """What was read on one page or slide; a file without pages shows all of its text and tables."""
    paged, slides = pictures.has_pictures(version) and version.total > 0, pictures.is_deck(version)
    tables, passages = version.tables.order_by("page", "number"), version.passages.order_by("position")
    if paged and slides:
        passages = passages.filter(locator__slide=number)
        tables = tables.filter(pk__in=passages.exclude(table=None).values("table"))
    elif paged:
        tables, passages = tables.filter(page=number), passages.filter(locator__page=number)
    loaded = [table_rows.load(table) for table in tables[:A_PAGE]]
    return {
        "number": number,
        "paged": paged,
        "slides": slides,
        "before": number - 1 if paged and number > 1 else None,
        "after": number + 1 if paged and number < version.total else None,
        "tables": [(table, table_view.lines(table)) for table in loaded],
        "passages": [(p, "" if paged else label(p.locator)) for p in passages.filter(table=None)[:A_PAGE]],
        "with_tables": sorted(set(version.tables.exclude(page=None).values_list("page", flat=True))) if paged else [],
    }
