"""A user's own conversations: each function is the fetch and the check, and raises `Hidden` for anybody else's."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from chat.models import Citation, Conversation, Turn
from library import access
from library.access import Hidden
from library.models import User

TITLE_CHARS = 80


def conversations(user: User) -> QuerySet[Conversation]:
    """Latest first; those of commands are kept for the record and not listed."""
    return Conversation.objects.filter(user=user, listed=True) if user.is_active else Conversation.objects.none()


def conversation(user: User, pk: object) -> Conversation:
    found = Conversation.objects.filter(user=user, pk=_uuid(pk)).first()
    if found is None or not user.is_active:
        raise Hidden
    return found


def turns(user: User, where: Conversation) -> QuerySet[Turn]:
    """In the order asked, citations loaded."""
    citations = Prefetch("citations", queryset=Citation.objects.order_by("marker"))
    return Turn.objects.filter(conversation=where, conversation__user=user).prefetch_related(citations)


def turn_for(user: User, pk: object) -> Turn:
    rows = Turn.objects.select_related("conversation").prefetch_related("citations")
    found = rows.filter(conversation__user=user, pk=_uuid(pk)).first()
    if found is None or not user.is_active:
        raise Hidden
    return found


def create(user: User, title: str = "", scope: dict[str, Any] | None = None, *, listed: bool = True) -> Conversation:
    return Conversation.objects.create(user=user, title=_title(title), scope=scope or {}, listed=listed)


def delete(user: User, pk: object) -> None:
    conversation(user, pk).delete()


def add_turn(
    where: Conversation, question: str, parent: uuid.UUID | None = None, pair: uuid.UUID | None = None
) -> Turn:
    """A question that is about to be answered; the branch that it ends is the one that is shown."""
    turn = Turn.objects.create(
        conversation=where, question=question, parent_id=parent, pair=pair, trace=uuid.uuid4().hex
    )
    where.title = where.title or _title(question)
    where.current = turn
    where.save(update_fields=["title", "current", "updated"])
    return turn


def asked_lately(user: User) -> int:
    """Questions of the last minute."""
    return Turn.objects.filter(conversation__user=user, created__gt=timezone.now() - timedelta(minutes=1)).count()


def withheld(user: User, turn: Turn) -> bool:
    """Whether the answer stands on a document that this user may not see (any more), or that is gone."""
    documents = set(turn.provenance.get("documents", ())) | {c.document for c in turn.citations.all()}
    return len(documents) > access.documents(user).filter(pk__in=documents).count()


def history(user: User, before: Turn, limit: int = 3) -> list[tuple[str, str]]:
    """(question, answer) of the last turns of its branch that stand and that the user may still see, oldest first."""
    earlier: list[Turn] = []
    while before.parent_id and len(earlier) < limit:
        before = turn_for(user, before.parent_id)
        if before.answer:
            earlier.append(before)
    return [(t.question, t.answer) for t in reversed(earlier) if not withheld(user, t)]


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1] + "…"


def _uuid(value: object) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise Hidden from None
