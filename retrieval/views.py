"""The search page, and the server's side of `retrieval/remote.py`."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from library import access, audit, places, shelves
from library.signed_in import SignedIn
from retrieval import indexer, live, owner, remote, results
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


@login_not_required
@csrf_exempt
def index(request: HttpRequest) -> HttpResponse:
    """Do one thing with the index for a command on this machine; to anyone else this page does not exist."""
    if request.method != "POST" or not _from_here(request):
        raise Http404
    try:
        asked = json.loads(request.body)
        action = ACTIONS[asked["action"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Http404 from error
    if not remote.take(request.headers.get(remote.HEADER, ""), asked["action"]):
        raise Http404
    try:
        return JsonResponse(action(asked))
    except IndexAway as error:
        return JsonResponse({"error": str(error)})


def _from_here(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _search(asked: dict[str, Any]) -> dict[str, Any]:
    probes = [remote.probe_from_json(probe) for probe in asked["probes"]]
    rankings = live.current().store.search(frozenset(asked["scopes"]), probes)
    return {"rankings": [[[str(f.id), f.score, f.document, f.place, f.rows] for f in ranking] for ranking in rankings]}


def _count(asked: dict[str, Any]) -> dict[str, Any]:
    return {"count": live.current().store.count(frozenset(asked["scopes"]))}


def _drain(asked: dict[str, Any]) -> dict[str, Any]:
    return {"changes": indexer.drain()}


def _rebuild(asked: dict[str, Any]) -> dict[str, Any]:
    owner.ask_for_rebuild()
    return {"generation": live.current().number}


ACTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "search": _search,
    "count": _count,
    "drain": _drain,
    "rebuild": _rebuild,
}
