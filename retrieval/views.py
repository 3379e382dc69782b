"""The search page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from library import access, audit, places, shelves
from library.signed_in import SignedIn
from retrieval import results
from retrieval.query import Query
from retrieval.store import IndexAway

AWAY = 503


@require_safe
def search(request: SignedIn) -> HttpResponse:
    """Documents for some words, all of it in the address: to be shared, and to be gone back to."""
    query = Query.read(request.GET, settings.QUESTION_MAX_CHARS)
    context: dict[str, Any] = {"query": query, "longest": settings.QUESTION_MAX_CHARS}
    if not query.words:
        return render(request, "search/search.html", context | {"shelves": shelves.shelves(request.user)})
    try:
        found = results.results(request.user, query)
    except IndexAway:
        return render(request, "search/search.html", context | {"away": True}, status=AWAY)
    if found.passages:
        documents = [shown.document.pk for shown in found.documents]
        audit.record(request.user, "search shown", passages=found.passages, documents=documents)
    return render(request, "search/search.html", context | {"found": found, "query": found.query})


@require_safe
def place(request: SignedIn, pk: UUID) -> HttpResponse:
    """The pane beside the results: the page that a passage stands on, with its place marked."""
    passage = access.passage(request.user, pk)
    audit.record(request.user, "looked", passages=[str(pk)], documents=[passage.version.document_id])
    return render(request, "library/place.html", {"shown": places.shown(passage, passage.locator)})
