"""The page on which somebody checks a text of their own, typed or out of a file. Nothing of either is kept."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import cells, check_page, checking
from library import access, audit, own_files, places
from library.access import Hidden
from library.locators import Locator
from library.models import Passage
from library.signed_in import SignedIn
from retrieval.store import IndexAway

LONGEST = 12_000
"""Characters of a draft, and of the sources given with it; about five pages."""
AWAY, TOO_LONG = 503, 413


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SignedIn) -> HttpResponse:
    text = request.POST.get("text", "").replace("\r\n", "\n")
    own = request.POST.get("sources", "").replace("\r\n", "\n")
    context: dict[str, object] = {"longest": LONGEST, "text": text, "sources": own}
    template = "chat/checked.html" if request.htmx else "chat/check.html"
    if request.method != "POST" or not text.strip():
        return render(request, template, context)
    if len(text) > LONGEST or len(own) > LONGEST:
        return render(request, template, context | {"trouble": "long"}, status=TOO_LONG)
    try:
        report = checking.against(text, [own]) if own.strip() else checking.in_library(request.user, text)
    except IndexAway:
        return render(request, template, context | {"trouble": "away"}, status=AWAY)
    return render(request, template, context | {"page": check_page.page(text, report), "own": bool(own.strip())})


@require_POST
def file(request: SignedIn) -> JsonResponse:
    """The words of a file, for its owner to look over before they are checked; else, in a sentence, why not."""
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"text": None, "error": _("No file was sent.")}, status=400)
    try:
        text = own_files.words(sent.name or "", sent.chunks())
    except own_files.NotRead as reason:
        return JsonResponse({"text": None, "error": str(reason)})
    if len(text) > LONGEST:
        words = _("The text of the file is longer than %(longest)s characters. Check it in parts.")
        return JsonResponse({"text": None, "error": words % {"longest": LONGEST}})
    return JsonResponse({"text": text, "error": None})


@require_safe
def place(request: SignedIn, pk: UUID) -> HttpResponse:
    """The pane beside the draft: the page that carries a figure, with its cell marked where it stands in a table."""
    passage = access.passage(request.user, pk)
    audit.record(request.user, "looked", passages=[str(pk)], documents=[passage.version.document_id])
    shown = places.shown(passage, _locator(passage, request.GET.get("row", ""), request.GET.get("column", "")))
    return render(request, "library/place.html", {"shown": shown})


def _locator(passage: Passage, row: str, column: str) -> Locator:
    """The passage's own, or the cell's in it. Raises `Hidden` for a cell that is not there."""
    whole: Locator = passage.locator
    if not row and not column:
        return whole
    table = cells.tables_of([passage]).get(passage.pk)
    there = {(str(cell.row), str(cell.column)): cell for cell in table.cells} if table else {}
    cell = there.get((row, column))
    if table is None or cell is None:
        raise Hidden
    return cells.locator(whole, table, cell)
