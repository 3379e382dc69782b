"""A question before it is answered: whose it is, in which conversation, within which limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from chat import branches, conversations, endpoints, readings
from chat.drafts import Draft
from chat.llm import Model
from chat.models import Conversation, Turn
from library import access
from library.models import User
from retrieval.question_words import is_japanese


class Declined(Exception):
    """The question is not taken. `code` is a key of `chat.sentences.sentence`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Begun:
    """A question that was taken: one draft, or two that are to stand side by side."""

    where: Conversation
    drafts: list[Draft]


def begin(user: User, message: Mapping[str, Any]) -> Begun:
    """Save the question as a turn of one of the user's conversations, or of a new one.

    The message may say what the turn follows ("after": a turn, or None to begin anew in the same conversation), which
    language model is to answer ("model") or which two ("models"), which readings of the question are not meant
    ("ignoring"), and that no documents are wanted ("grounded": false). Raises `Declined`, or `Hidden` where
    conversation, turn or model is not this user's.
    """
    text, scope = checked(message.get("question")), message.get("scope")
    grounded = message.get("grounded", True)
    if not isinstance(grounded, bool):
        raise Declined("malformed")
    if conversations.asked_lately(user) >= settings.QUESTIONS_PER_MINUTE:
        raise Declined("too_fast")
    orders = _models(user, message)
    if not grounded and not (settings.WITHOUT_DOCUMENTS and orders[0]):
        raise Declined("needs_documents")
    where = _where(user, message.get("conversation"), text, _scope(user, scope), scope is not None)
    parent = _parent(user, where, message) if message.get("conversation") else None
    pair = uuid4() if len(orders) > 1 else None
    drafts = [draft_for(user, where, text, parent=parent, pair=pair) for _order in orders]
    for draft, models in zip(drafts, orders, strict=True):
        draft.models, draft.compared, draft.grounded = models, pair is not None, grounded
        if draft.compared:
            Turn.objects.filter(pk=draft.turn).update(model=models[0].shown)
        draft.ignoring = readings.ignoring(message.get("ignoring"))
    if pair is None and where.model_id != message.get("model", where.model_id):
        Conversation.objects.filter(pk=where.pk).update(model=message["model"])
    branches.set_current(where, drafts[0].turn)
    return Begun(where, drafts)


def _models(user: User, message: Mapping[str, Any]) -> list[list[Model]]:
    """For each answer the models to ask. Two that are compared get as much to read and to write, and no stand-in."""
    wanted = message.get("models")
    if wanted is None:
        return [endpoints.order(user, message.get("model"))]
    if not isinstance(wanted, list) or len(wanted) != 2 or wanted[0] == wanted[1]:
        raise Declined("malformed")
    first, second = (endpoints.order(user, one)[0] for one in wanted)
    context = min(first.context_tokens, second.context_tokens)
    longest = min(first.max_answer_tokens, second.max_answer_tokens)
    return [[replace(one, context_tokens=context, max_answer_tokens=longest)] for one in (first, second)]


def _where(user: User, conversation: object, question: str, narrowed: dict[str, Any], said: bool) -> Conversation:
    """The conversation, narrowed as the question says where it says so."""
    if conversation is None:
        return conversations.create(user, question, narrowed)
    where = conversations.conversation(user, conversation)
    if said and where.scope != narrowed:
        where.scope = narrowed
        where.save(update_fields=["scope", "updated"])
    return where


def _parent(user: User, where: Conversation, message: Mapping[str, Any]) -> UUID | None:
    """The turn that this one follows; the last that is shown where the message does not say."""
    if "after" in message:
        return branches.before(where, message["after"], user)
    return branches.last(where, branches.tree(where))


def draft_for(
    user: User,
    where: Conversation,
    question: str,
    document: str | None = None,
    *,
    parent: UUID | None = None,
    pair: UUID | None = None,
) -> Draft:
    """A new turn of this conversation, ready to be answered by the user's own models."""
    turn = conversations.add_turn(where, question, parent, pair)
    return Draft(
        user=user,
        turn=turn.pk,
        trace=turn.trace,
        question=question,
        language=answer_language(question, user.language or settings.LANGUAGE_CODE),
        collections=where.scope.get("collections"),
        document=document,
        history=conversations.history(user, turn),
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
