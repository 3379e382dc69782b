"""A question before it is answered: whose it is, in which conversation, within which limits."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from chat import conversations, endpoints, readings
from chat.drafts import Draft
from chat.models import Conversation
from library import access
from library.models import User
from retrieval.question_words import is_japanese


class Declined(Exception):
    """The question is not taken. `code` is a key of `chat.sentences.sentence`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def begin(
    user: User, conversation: object, question: object, scope: object = None, ignoring: object = None
) -> tuple[Conversation, Draft]:
    """Save the question as a turn of one of the user's conversations, or of a new one.

    Raises `Declined`, or `Hidden` where the conversation is not this user's.
    """
    text = checked(question)
    if conversations.asked_lately(user) >= settings.QUESTIONS_PER_MINUTE:
        raise Declined("too_fast")
    narrowed = _scope(user, scope)
    if conversation is None:
        where = conversations.create(user, text, narrowed)
    else:
        where = conversations.conversation(user, conversation)
        if scope is not None and where.scope != narrowed:
            where.scope = narrowed
            where.save(update_fields=["scope", "updated"])
    draft = draft_for(user, where, text)
    draft.ignoring = readings.ignoring(ignoring)
    return where, draft


def draft_for(user: User, where: Conversation, question: str, document: str | None = None) -> Draft:
    turn = conversations.add_turn(where, question)
    return Draft(
        user=user,
        turn=turn.pk,
        trace=turn.trace,
        question=question,
        language=answer_language(question, user.language or settings.LANGUAGE_CODE),
        collections=where.scope.get("collections"),
        document=document,
        history=conversations.history(user, where, turn),
        models=endpoints.order(user),
    )


def checked(question: object) -> str:
    if not isinstance(question, str) or not question.strip():
        raise Declined("empty")
    if len(question) > settings.QUESTION_MAX_CHARS:
        raise Declined("too_long")
    return question.strip().replace("\x00", "")


def answer_language(question: str, own: str) -> str:
    """The question's language where it shows one, else the asker's own."""
    if is_japanese(question):
        return "ja"
    return "en" if len(re.findall(r"[A-Za-z]{2,}", question)) > 3 else own


def _scope(user: User, scope: object) -> dict[str, Any]:
    """The collections to search, as far as this user may see them; an empty choice is no narrowing."""
    wanted = scope.get("collections") if isinstance(scope, dict) else None
    if not isinstance(wanted, list) or not wanted:
        return {}
    ids = [pk for pk in wanted if type(pk) is int]
    return {"collections": sorted(access.collections(user).filter(pk__in=ids).values_list("pk", flat=True))}
