"""A conversation as the page shows it: turns with their sources and verdicts, and the list of conversations by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chat import branches, conversations, feedback, markdown, readings, sentences
from chat.branches import Tree
from chat.drafts import Draft
from chat.events import Notice, Understood
from chat.guards import words as guard_words
from chat.models import Conversation, Turn
from library import access
from library.locators import label
from library.models import User

RECENT = 7


@dataclass(slots=True)
class ShownSource:
    marker: int
    url: str
    name: str
    label: str
    title: str = ""


@dataclass(slots=True)
class Place:
    """Where a turn stands in its conversation: after which, and which of how many branches it is."""

    parent: str = ""
    number: int = 1
    count: int = 1
    earlier: str = ""
    later: str = ""
    pair: str = ""
    """Shared with the answer that it stands beside."""


@dataclass(slots=True)
class ShownTurn:
    """One question and answer, ready for `chat/turn.html`; without arguments the blank that the page's module fills."""

    id: str = ""
    state: str = "running"
    question: str = ""
    html: str | SafeString = ""
    refused: bool = False
    trouble: str = ""
    trace: str = ""
    """Shown where something failed, for an administrator to find it by."""
    how: str = ""
    verdicts: list[tuple[str, int, str]] = field(default_factory=list)
    sources: list[ShownSource] = field(default_factory=list)
    place: Place = field(default_factory=Place)
    model: str = ""
    """The language model that wrote it, or is writing."""
    free: bool = False
    """Asked without documents."""
    understood: Understood | None = None
    notices: list[Notice] = field(default_factory=list)
    """What guard rails did to the answer."""
    rating: feedback.Shown = field(default_factory=feedback.Shown)

    @property
    def may_be_rated(self) -> bool:
        return self.state in feedback.RATED


def shown(user: User, conversation: Conversation, start: UUID | None = None) -> list[ShownTurn]:
    """The turns of the branch that is shown, from `start` on."""
    tree = branches.tree(conversation)
    ids = branches.shown(conversation, tree)
    rows = {turn.pk: turn for turn in conversations.turns(user, conversation).filter(pk__in=ids)}
    turns = [rows[pk] for pk in (branches.from_on(ids, start) if start else ids) if pk in rows]
    names = dict(
        access.documents(user)
        .filter(pk__in={c.document for turn in turns for c in turn.citations.all()})
        .values_list("pk", "name")
    )
    found, rated = [], feedback.of(turns)
    for turn in turns:
        one = _withheld(turn) if conversations.withheld(user, turn) else _turn(turn, names)
        one.place = _place(tree, turn.pk)
        if one.may_be_rated:
            one.rating = feedback.shown(turn, rated.get(turn.pk))
        found.append(one)
    return found


def asked(conversation: Conversation, draft: Draft) -> dict[str, object]:
    """What the page is told of a question that was taken."""
    place = asdict(_place(branches.tree(conversation), draft.turn))
    return {
        "turn": str(draft.turn),
        "conversation": str(conversation.pk),
        "title": conversation.title,
        "question": draft.question,
        "model": draft.models[0].shown if draft.compared else "",
        **place,
    }


def _place(tree: Tree, pk: UUID) -> Place:
    beside = tree.beside(pk)
    at = beside.index(pk)
    pair = tree.pair(pk)
    return Place(
        parent=str(tree.by_key[pk].parent or ""),
        number=at + 1,
        count=len(beside) if len(pair) == 1 else 1,
        earlier=str(beside[at - 1]) if at else "",
        later=str(beside[at + 1]) if at + 1 < len(beside) else "",
        pair=str(tree.by_key[pk].pair or ""),
    )


def by_day(conversations: Iterable[Conversation]) -> list[tuple[str, list[Conversation]]]:
    """In the order given, under today, yesterday, the last seven days, and months."""
    today = timezone.localdate()
    groups: dict[str, list[Conversation]] = {}
    for conversation in conversations:
        groups.setdefault(_day(timezone.localdate(conversation.updated), today), []).append(conversation)
    return list(groups.items())


def _turn(turn: Turn, names: dict[int, str]) -> ShownTurn:
    running = turn.state == Turn.State.RUNNING
    return ShownTurn(
        id=str(turn.pk),
        state=turn.state,
        question=turn.question,
        html="" if running else markdown.render(turn.answer, turn),
        refused=turn.refused,
        trouble=_trouble(turn),
        trace=turn.trace if turn.state == Turn.State.FAILED else "",
        how=_how(turn),
        verdicts=_verdicts(turn),
        model=turn.model,
        free=turn.mode == "free",
        sources=[] if running else _sources(turn, names),
        understood=readings.understood(turn.provenance.get("understood", {}), turn.question),
        notices=[
            *([guard_words.free()] if turn.mode == "free" else []),
            *guard_words.notices(turn.provenance.get("guard", ())),
        ],
    )


def _withheld(turn: Turn) -> ShownTurn:
    """That there was an answer, and nothing of it."""
    return ShownTurn(str(turn.pk), "withheld", turn.question, trouble=sentences.sentence("withheld"))


def _trouble(turn: Turn) -> str:
    if turn.state != Turn.State.FAILED:
        return ""
    error = turn.error or {}
    words = sentences.sentence(error.get("code", "failed"))
    return f"{_('The answer was cut off here.')} {words}" if error.get("partial") else words


def _how(turn: Turn) -> str:
    facts = turn.provenance
    return sentences.written_by(turn.mode, facts.get("model", ""), facts.get("passed_over", ()))


def _verdicts(turn: Turn) -> list[tuple[str, int, str]]:
    counts = Counter(figure.get("verdict") for figure in turn.figures)
    words = {
        "verified": _("checked"),
        "computed": _("computed"),
        "unsupported": _("not found in the sources"),
    }
    return [(verdict, counts[verdict], word) for verdict, word in words.items() if counts[verdict]]


def _sources(turn: Turn, names: dict[int, str]) -> list[ShownSource]:
    return [
        ShownSource(
            marker=c.marker,
            url=reverse("citation", args=[turn.pk, c.marker]),
            name=names[c.document],
            label=label(c.locator),
        )
        for c in turn.citations.all()
    ]


def _day(day: date, today: date) -> str:
    age = (today - day).days
    if age <= 0:
        return _("Today")
    if age == 1:
        return _("Yesterday")
    if age <= RECENT:
        return _("Last 7 days")
    return formats.date_format(day - timedelta(days=day.day - 1), "YEAR_MONTH_FORMAT")
