"""The assistant's pages: a conversation, and the source behind a marker."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import branches, citations, conversations, endpoints, feedback, transcript, why
from chat.models import Conversation
from chat.starters import starters
from library import access
from library.signed_in import SignedIn

LISTED = 200


@require_safe
def assistant(request: SignedIn) -> HttpResponse:
    """A new conversation: it comes into being with its first question."""
    context = _around(request, None) | {"starters": starters(request.user)}
    return render(request, "chat/assistant.html", context)


@require_safe
def conversation(request: SignedIn, pk: UUID) -> HttpResponse:
    found = conversations.conversation(request.user, pk)
    context = _around(request, found) | {"turns": transcript.shown(request.user, found)}
    return render(request, "chat/assistant.html", context)


@require_POST
def delete(request: SignedIn, pk: UUID) -> HttpResponse:
    conversations.delete(request.user, pk)
    return redirect("assistant")


@require_POST
def branch(request: SignedIn, turn: UUID) -> HttpResponse:
    """Show the branch of this turn from now on: it, and what follows it."""
    return _from_on(request, *branches.choose(request.user, turn))


@require_POST
def keep(request: SignedIn, turn: UUID) -> HttpResponse:
    """Of two answers side by side, this one is gone on with."""
    return _from_on(request, *branches.keep(request.user, turn))


def _from_on(request: SignedIn, where: Conversation, turn: UUID) -> HttpResponse:
    return render(request, "chat/turns.html", {"turns": transcript.shown(request.user, where, turn)})


@require_safe
def citation(request: SignedIn, turn: UUID, marker: int) -> HttpResponse:
    """The third pane: the page with what was cited marked on it, or that it is withheld."""
    look = citations.look(request.user, turn, marker)
    return render(request, "library/place.html", {"shown": citations.place(look)})


@require_safe
def reasons(request: SignedIn, turn: UUID) -> HttpResponse:
    """The third pane: what the answer was made from."""
    return render(request, "chat/why.html", {"why": why.why(request.user, turn)})


@require_POST
def rate(request: SignedIn, turn: UUID) -> HttpResponse:
    """The asker finds the answer helpful or not, says why, or takes that back (an empty verdict)."""
    sent = request.POST
    try:
        shown = feedback.give(request.user, turn, sent.get("verdict", ""), sent.get("reason", ""), sent.get("remark"))
    except feedback.Malformed:
        return HttpResponseBadRequest()
    return render(request, "chat/feedback.html", {"feedback": shown, "said": feedback.thanks(shown)})


def _around(request: SignedIn, found: Conversation | None) -> dict[str, Any]:
    """What stands around the transcript."""
    models = endpoints.allowed(request.user)
    known = [model.pk for model in models]
    return {
        "models": models,
        "may_write_freely": settings.WITHOUT_DOCUMENTS,
        "model_chosen": found.model_id if found and found.model_id in known else next(iter(known), None),
        "conversation": found,
        "groups": transcript.by_day(conversations.conversations(request.user)[:LISTED]),
        "today": _("Today"),
        "collections": access.collections(request.user),
        "narrowed_to": found.scope.get("collections", []) if found else [],
        "blank": transcript.ShownTurn(),
        "longest": settings.QUESTION_MAX_CHARS,
    }
