"""An answer asked for again, from the same evidence or from today's, and what came out differently.

All of it stays within the rights that the asker has now, whoever looks. The repetition is an answer of its own in the
record, with its own trace, in a conversation that is not listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from chat import asking, conversations, differences, endpoints
from chat.answering import searched
from chat.differences import Evidence, FigureChange, Place
from chat.drafts import Draft
from chat.events import Error
from chat.found import Found
from chat.found_again import look_again
from chat.llm import Model
from chat.models import Turn
from chat.threads import in_thread
from chat.whole import answered
from library import access, audit
from library.access import Hidden
from library.locators import label
from library.models import User

COMPARED = ("model", "endpoint", "answered_by", "prompt", "parameters", "generation")


@dataclass(slots=True)
class Repeated:
    trace: str
    replay: str
    """The trace of the repetition."""
    question: str
    today: bool
    before: str | None
    """The answer as it was given; None where it is withheld from its asker now."""
    after: str
    answer: list[str]
    figures: list[FigureChange]
    evidence: Evidence
    settings: dict[str, list[Any]]
    error: str = ""

    @property
    def same(self) -> bool:
        moved = self.evidence.gone or self.evidence.new or self.evidence.not_visible
        return self.before is not None and not (self.answer or self.figures or moved or self.error)

    def plain(self) -> dict[str, Any]:
        return {"same": self.same, **asdict(self)}


def turn_of(trace: str, actor: User | None) -> Turn:
    """For its asker, an administrator, or the command line itself (None). Raises `Hidden` for everybody else."""
    turn = Turn.objects.select_related("conversation__user").prefetch_related("citations").filter(trace=trace).first()
    if turn is None or turn.state == Turn.State.RUNNING:
        raise Hidden
    if actor is not None and not (actor.is_active and (actor.is_superuser or actor == turn.conversation.user)):
        raise Hidden
    return turn


async def repeat(turn: Turn, actor: User | None, *, today: bool) -> Repeated:
    """Ask again. Recorded before anything is looked at."""
    draft = await in_thread(_draft, turn, actor, today)

    async def same(draft: Draft) -> Found:
        return await in_thread(look_again, draft, turn)

    last = await answered(draft, searched if today else same)
    return await in_thread(_compared, turn, draft, today, last.text if isinstance(last, Error) else "")


def _draft(turn: Turn, actor: User | None, today: bool) -> Draft:
    asker = turn.conversation.user
    asked = turn.provenance.get("asked", {})
    where = conversations.create(asker, turn.question, listed=False)
    draft = asking.draft_for(asker, where, turn.question, asked.get("document"))
    draft.language = asked.get("language", draft.language)
    draft.collections = asked.get("collections")
    draft.ignoring = frozenset(asked.get("ignoring", ()))
    by, understood = turn.provenance.get("rewritten_by"), turn.provenance.get("understood")
    if by and understood:
        draft.asked, draft.provenance["rewritten_by"] = understood["question"], by
    draft.history = conversations.history(asker, turn)
    draft.models, draft.grounded = _models(turn, asker, today), turn.mode != "free"
    draft.provenance["replays"] = turn.trace
    audit.record(
        actor,
        "replayed",
        turn=str(turn.pk),
        trace=turn.trace,
        asker=asker.get_username(),
        today=today,
        replay=draft.trace,
    )
    return draft


def _models(turn: Turn, asker: User, today: bool) -> list[Model]:
    """The model that answered then, where the asker may still use it; none where none answered and nothing is new."""
    if turn.mode not in ("model", "free") and not today:
        return []
    try:
        return endpoints.order(asker, turn.provenance.get("model_id"))
    except Hidden:
        return endpoints.order(asker)


def _compared(turn: Turn, draft: Draft, today: bool, error: str) -> Repeated:
    asker = turn.conversation.user
    withheld = conversations.withheld(asker, turn)
    before = {row["passage"]: row.get("marker") or 0 for row in turn.provenance.get("passages", ())}
    after = Turn.objects.get(pk=draft.turn)
    return Repeated(
        trace=turn.trace,
        replay=draft.trace,
        question=turn.question,
        today=today,
        before=None if withheld else turn.answer,
        after=draft.text,
        answer=[] if withheld else differences.answer(turn.answer, draft.text),
        figures=[] if withheld else differences.figures(turn.figures, after.figures),
        evidence=differences.evidence(
            before, _places(asker, before), _places(asker, [s.passage for s in draft.sources])
        ),
        settings=differences.settings(turn.provenance, after.provenance, COMPARED),
        error=error,
    )


def _places(asker: User, passages: Iterable[str]) -> dict[str, Place]:
    found = access.passages(asker, [UUID(key) for key in passages], current=False)
    return {
        str(key): Place(str(key), passage.version.document.name, label(passage.locator))
        for key, passage in found.items()
    }
