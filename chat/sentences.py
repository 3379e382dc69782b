"""The one clear sentence for each way in which a question can go wrong, in the active language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from chat import llm


def sentence(code: str) -> str:
    own = {
        "hidden": _("There is no such conversation or answer."),
        "withheld": _("This answer is withheld: it stands on a document that you may no longer see."),
        "signed_out": _("You are signed out. Sign in again to go on."),
        "cut_off": _("The answer was cut off because the server stopped. Ask again for a whole one."),
        "failed": _(
            "Something went wrong on our side. Try again; if it goes on, give an administrator the number below."
        ),
        "search_away": _("The search is not ready at the moment. Try again in a minute."),
        "empty": _("Type a question first."),
        "too_long": _("The question is longer than %(limit)s characters. Shorten it, or ask in parts.")
        % {"limit": settings.QUESTION_MAX_CHARS},
        "too_fast": _("That is more than %(limit)s questions in a minute. Wait a moment, then ask again.")
        % {"limit": settings.QUESTIONS_PER_MINUTE},
        "model_personal": _("Personal data may not leave the house, and no model in the house can answer this."),
        "needs_documents": _("Answers without documents are switched off here. Ask with documents."),
        "model_spent": _("Your share of the language models is used up for today. Ask with documents, or tomorrow."),
        "malformed": _("The page sent something that the server does not understand. Reload it."),
    }
    return own.get(code) or llm.sentence(code) or own["failed"]


def written_by(mode: str, model: str, passed_over: Sequence[Mapping[str, str]]) -> str:
    """By what an answer was written, and which models were asked before in vain."""
    if mode == "extract":
        return _("Extracts: no language model is connected")
    if mode == "cell":
        return _("Read from a table cell")
    if mode == "guard" or not model:
        return ""
    if mode == "free":
        return _("Written by %(model)s without documents") % {"model": model}
    if not passed_over:
        return _("Answered by %(model)s") % {"model": model}
    names = {"model": model, "others": ", ".join(passed["model"] for passed in passed_over)}
    return _("Answered by %(model)s, because %(others)s did not answer") % names
