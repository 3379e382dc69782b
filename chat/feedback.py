"""What askers say of answers: helpful or not, and why not. Only of answers of their own that they may still see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from chat import conversations
from chat.models import Feedback, Turn
from library import audit
from library.access import Hidden
from library.models import User

HELPFUL, UNHELPFUL, NONE = "helpful", "unhelpful", ""
RATED = (Turn.State.DONE, Turn.State.STOPPED)
LONGEST: int = Feedback._meta.get_field("remark").max_length or 0


class Malformed(Exception):
    """What was sent is no feedback."""


@dataclass(slots=True)
class Shown:
    """For `chat/feedback.html`; without arguments that of the blank turn that the page's module fills."""

    turn: str = ""
    verdict: str = NONE
    reason: str = ""
    remark: str = ""
    asks_why: bool = False
    """The asker has just said that the answer is no help."""
    longest: int = LONGEST

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return [(reason.value, str(reason.label)) for reason in Feedback.Reason]

    @property
    def why(self) -> str:
        return str(Feedback.Reason(self.reason).label) if self.reason else ""


def give(user: User, pk: object, verdict: str, reason: str = "", remark: str | None = None) -> Shown:
    """Keep it in the place of what was said before; NONE takes it back. `remark` None: the reasons are still to come.

    Raises `Hidden` for another's turn and for one that is running, failed or withheld, and `Malformed`.
    """
    if verdict not in (HELPFUL, UNHELPFUL, NONE) or (reason and reason not in Feedback.Reason):
        raise Malformed
    turn = conversations.turn_for(user, pk)
    if turn.state not in RATED or conversations.withheld(user, turn):
        raise Hidden
    reason = reason if verdict == UNHELPFUL else ""
    words = (remark or "").replace("\x00", "").strip()[:LONGEST] if verdict == UNHELPFUL else ""
    with transaction.atomic():
        if verdict == NONE:
            Feedback.objects.filter(turn=turn).delete()
        else:
            given = {"helpful": verdict == HELPFUL, "reason": reason, "remark": words}
            Feedback.objects.update_or_create(turn=turn, defaults=given)
        audit.record(user, "rated", turn=str(turn.pk), verdict=verdict or "taken back", reason=reason)
    return Shown(str(turn.pk), verdict, reason, words, verdict == UNHELPFUL and remark is None)


def of(turns: Iterable[Turn]) -> dict[UUID, Feedback]:
    return {given.turn_id: given for given in Feedback.objects.filter(turn__in=[turn.pk for turn in turns])}


def shown(turn: Turn, given: Feedback | None) -> Shown:
    if given is None:
        return Shown(str(turn.pk))
    return Shown(str(turn.pk), HELPFUL if given.helpful else UNHELPFUL, given.reason, given.remark)


def thanks(found: Shown) -> str:
    """What is announced of it."""
    if found.verdict == NONE:
        return _("Your feedback is taken back.")
    return _("Thank you. You can say why.") if found.asks_why else _("Thank you for your feedback.")
