"""The branches of a conversation: which turn follows which, and which of them are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import transaction

from chat import conversations
from chat.models import Conversation, LanguageModel, Turn
from library.access import Hidden
from library.models import User


@dataclass(frozen=True, slots=True)
class Row:
    pk: UUID
    parent: UUID | None
    pair: UUID | None


@dataclass(frozen=True)
class Tree:
    """The turns of one conversation in the order asked. Pure."""

    rows: tuple[Row, ...]

    @cached_property
    def by_key(self) -> dict[UUID, Row]:
        return {row.pk: row for row in self.rows}

    @cached_property
    def children(self) -> dict[UUID | None, list[UUID]]:
        found: dict[UUID | None, list[UUID]] = {}
        for row in self.rows:
            found.setdefault(row.parent, []).append(row.pk)
        return found

    def path(self, last: UUID | None) -> list[UUID]:
        """From the first turn to this one; [] for none."""
        found: list[UUID] = []
        while last is not None:
            found.append(last)
            last = self.by_key[last].parent
        return found[::-1]

    def end(self, pk: UUID) -> UUID:
        """The last turn after this one, along the latest of the branches at each fork; of a pair the first."""
        while after := self.children.get(pk):
            pk = self.pair(after[-1])[0]
        return pk

    def beside(self, pk: UUID) -> list[UUID]:
        """Itself and the turns that answer in its place, in the order asked."""
        return self.children[self.by_key[pk].parent]

    def pair(self, pk: UUID) -> list[UUID]:
        """Itself, with the one that it stands beside until one of them is kept."""
        mark = self.by_key[pk].pair
        return [row.pk for row in self.rows if row.pair == mark] if mark else [pk]


def tree(where: Conversation) -> Tree:
    rows = Turn.objects.filter(conversation=where).order_by("created", "pk").values_list("pk", "parent", "pair")
    return Tree(tuple(Row(*row) for row in rows))


def last(where: Conversation, of: Tree) -> UUID | None:
    """The last turn of the branch that is shown."""
    if where.current_id in of.by_key:
        return where.current_id
    return of.rows[-1].pk if of.rows else None


def shown(where: Conversation, of: Tree) -> list[UUID]:
    """The turns to show, both of a pair that stands at the end."""
    path = of.path(last(where, of))
    return path[:-1] + of.pair(path[-1]) if path else []


def before(where: Conversation, wanted: object, user: User) -> UUID | None:
    """The turn that the next one follows: the wanted one of this conversation, None for the very beginning.

    An open pair ends with it: who asks on after one of two answers has kept it. Raises `Hidden`.
    """
    if wanted is None:
        return None
    turn = conversations.turn_for(user, wanted)
    if turn.conversation_id != where.pk:
        raise Hidden
    if turn.pair:
        keep(user, turn.pk)
    return turn.pk


def choose(user: User, pk: object) -> tuple[Conversation, UUID]:
    """Show the branch of this turn from now on. Raises `Hidden` for another's."""
    turn = conversations.turn_for(user, pk)
    where = turn.conversation
    set_current(where, tree(where).end(turn.pk))
    return where, turn.pk


def keep(user: User, pk: object) -> tuple[Conversation, UUID]:
    """Of two answers side by side, go on with this one; the other stays as a branch."""
    turn = conversations.turn_for(user, pk)
    where = turn.conversation
    with transaction.atomic():
        if turn.pair:
            Turn.objects.filter(conversation=where, pair=turn.pair).update(pair=None)
            answered_by = LanguageModel.objects.filter(pk=turn.provenance.get("model_id")).first()
            Conversation.objects.filter(pk=where.pk).update(model=answered_by or where.model)
        set_current(where, turn.pk)
    return where, turn.pk


def set_current(where: Conversation, pk: UUID) -> None:
    """Not by `save()`: to look at another branch is no news of the conversation."""
    where.current_id = pk
    Conversation.objects.filter(pk=where.pk).update(current=pk)


def from_on(ids: Iterable[UUID], pk: UUID) -> list[UUID]:
    """This turn and those shown after it."""
    found = list(ids)
    return found[found.index(pk) :] if pk in found else []
