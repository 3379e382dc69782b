"""manage.py replay TRACE [--today] [--as USER] [--json]: asks again, and says what differs."""

from __future__ import annotations

import asyncio
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from chat import llm, repeating, streams
from chat.differences import Place
from chat.management.commands.ask import user_named
from chat.repeating import Repeated
from library.access import Hidden
from retrieval import owner
from retrieval.store import IndexAway


class Command(BaseCommand):
    help = "Ask a question again by the trace of its answer, within its asker's rights, and show what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("trace", help="the reference of the answer")
        parser.add_argument("--today", action="store_true", help="from what is found today, not from the same passages")
        parser.add_argument("--as", dest="user", metavar="USER", help="who looks: the asker or an administrator")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = user_named(options["user"]) if options["user"] else None
        try:
            turn = repeating.turn_of(options["trace"], actor)
        except Hidden:
            raise CommandError(f"There is no finished answer {options['trace']!r}.") from None
        with translation.override(turn.conversation.user.language or translation.get_language()):
            try:
                with owner.ensure():
                    repeated = asyncio.run(self._repeated(turn, actor, today=options["today"]))
            except IndexAway as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            print(json.dumps(repeated.plain(), ensure_ascii=False), flush=True)
        else:
            self.stdout.write("\n".join(lines(repeated)))

    async def _repeated(self, *asked: Any, today: bool) -> Repeated:
        try:
            return await repeating.repeat(*asked, today=today)
        finally:
            await llm.close()
            await streams.close()


def lines(repeated: Repeated) -> list[str]:
    """For reading: the question, what differs, or that nothing does."""
    evidence = "what is found today" if repeated.today else "the same passages"
    found = [f"{repeated.question}", f"Asked again from {evidence}; reference of the repetition: {repeated.replay}"]
    if repeated.error:
        found.append(f"It failed: {repeated.error}")
    if repeated.before is None:
        found += [
            "The answer of then is withheld: its asker may not see all that it stands on any more.",
            repeated.after,
        ]
    elif repeated.same:
        found.append("The answer, its figures and what it stands on are the same.")
    elif repeated.answer:
        found += ["The answer:", *(f"  {line}" for line in repeated.answer)]
    else:
        found.append("The answer reads the same.")
    for change in repeated.figures:
        found.append(f"Figure {change.text}: {change.before or 'not there'} → {change.after or 'not there'}")
    found += [f"Not used any more: {_place(place)}" for place in repeated.evidence.gone]
    found += [f"New: {_place(place)}" for place in repeated.evidence.new]
    found += [f"No longer visible to the asker: source [{marker}]" for marker in repeated.evidence.not_visible]
    found += [f"{name}: {then} → {now}" for name, (then, now) in repeated.settings.items()]
    return found


def _place(place: Place) -> str:
    return f"{place.document} · {place.place}"
