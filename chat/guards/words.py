"""What an asker is told of a guard rail's decision, in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.events import Notice

TOLD = ("block", "mask", "warn")


def refusal(decision: dict[str, Any]) -> str:
    """Why the question is not answered."""
    words = {
        "injection_questions": _(
            "This question asks the assistant to set its rules aside or to show them, and is not answered. "
            "Ask for what you need to know."
        ),
        "advice": _(
            "This asks for investment advice, which is not given here. "
            "Ask for facts and figures in the documents instead."
        ),
        "topic": _("This is about a topic that is not answered here: %(name)s."),
    }
    return words[decision["rule"]] % {"name": decision.get("name", "")}


def free() -> Notice:
    """Stands at every answer that was written without documents."""
    return Notice(
        "without_documents",
        _("Written without documents: nothing in it is from the library. Figures that are not yours are marked."),
    )


def notices(decisions: Iterable[dict[str, Any]]) -> list[Notice]:
    """What the asker is told beside an answer, each thing once."""
    said = {words: Notice(decision["rule"], words) for decision in decisions if (words := notice(decision))}
    return list(said.values())


def notice(decision: dict[str, Any]) -> str:
    """A sentence beside the answer; "" where the decision is only for the record."""
    rule, verdict = decision["rule"], decision["verdict"]
    if verdict not in TOLD or decision.get("stops"):
        return ""
    count = decision.get("count", 0)
    if rule == "injection_documents":
        return _of_documents(verdict, count)
    if rule == "personal_outside":
        return "" if verdict == "mask" else _("Personal data went to a model outside the house.")
    told = {
        "injection_questions": _("The question asks the assistant to set its rules aside. They hold all the same."),
        "advice": _("This is no investment advice: the answer tells what the documents say, and recommends nothing."),
        "topic": _("The question touches a guarded topic: %(name)s."),
        "answer_length": _("The answer is longer than is allowed.")
        if verdict == "warn"
        else _("The answer was longer than is allowed and was ended."),
        "daily_tokens": _("You have used up what a day allows for language models.")
        if verdict == "warn"
        else _("You have used up what a day allows for language models: this is answered without one."),
    }
    return told.get(rule.replace("daily_cost", "daily_tokens"), "") % {"name": decision.get("name", "")}


def _of_documents(verdict: str, count: int) -> str:
    if verdict == "warn":
        return ngettext(
            "%(count)s sentence in the sources gives orders to the assistant. It was taken as text, not followed.",
            "%(count)s sentences in the sources give orders to the assistant. They were taken as text, not followed.",
            count,
        ) % {"count": count}
    return ngettext(
        "%(count)s sentence in the sources gave orders to the assistant and was left out.",
        "%(count)s sentences in the sources gave orders to the assistant and were left out.",
        count,
    ) % {"count": count}
