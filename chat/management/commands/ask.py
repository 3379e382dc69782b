"""manage.py ask: an answer with its bookmarks, as one user would get it."""

from __future__ import annotations

import asyncio
import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from chat import asking, conversations, llm, streams
from chat.asking import Declined
from chat.drafts import Draft
from chat.events import Done, Error, Source
from chat.markdown import MARKER
from chat.models import Conversation
from chat.sentences import sentence
from chat.threads import in_thread
from chat.whole import answered
from library import access
from library.models import User
from retrieval import owner
from retrieval.batches import Asked, read_batch
from retrieval.store import IndexAway

INPUT = '{"id", "question", "as"?, "document"?} a line; - for standard input'


class Command(BaseCommand):
    help = "Answer a question as one user, from what that user may see."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question", nargs="?", default="")
        parser.add_argument("--as", dest="user", required=True, metavar="USER")
        parser.add_argument("--document", metavar="NAME", help="answer from this document alone")
        parser.add_argument("--batch", metavar="FILE", help=INPUT)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["question"]) == bool(options["batch"]):
            raise CommandError("Give either a question or --batch FILE.")
        user = user_named(options["user"])
        with translation.override(user.language or translation.get_language()):
            try:
                with owner.ensure():
                    asyncio.run(self._all(user, options))
            except IndexAway as error:
                raise CommandError(str(error)) from error

    async def _all(self, user: User, options: dict[str, Any]) -> None:
        where: dict[str, Conversation] = {}
        alone = Asked("", options["question"], None, options["document"])
        try:
            for asked in read_batch(options["batch"]) if options["batch"] else [alone]:
                whose = await in_thread(user_named, asked.user) if asked.user else user
                document = asked.document or options["document"]
                await in_thread(check_document, whose, document)
                if whose.username not in where:
                    where[whose.username] = await in_thread(conversations.create, whose, asked.question, listed=False)
                draft = await in_thread(draft_of, whose, where[whose.username], asked.question, document)
                last = await answered(draft)
                self._show(asked, draft, last, as_json=options["json"])
                if isinstance(last, Error) and not options["batch"]:
                    raise CommandError(last.text)
        finally:
            await llm.close()
            await streams.close()

    def _show(self, asked: Asked, draft: Draft, last: Done | Error, *, as_json: bool) -> None:
        if as_json:
            print(json.dumps(result(asked, draft, last), ensure_ascii=False), flush=True)
            return
        self.stdout.write(draft.text)
        for source in cited(draft):
            self.stdout.write(f"  [{source.marker}] {source.document} · {source.label}")
        if isinstance(last, Done) and draft.mode == "extract" and not draft.refused:
            self.stderr.write("No language model is connected: these are extracts.")


def result(asked: Asked, draft: Draft, last: Done | Error) -> dict[str, Any]:
    """One answer as the command prints it; "error" is there where it failed."""
    found = {
        "id": asked.id,
        "answer": draft.text,
        "citations": [citation(source) for source in cited(draft)],
        "figures": [asdict(figure) for figure in draft.figures],
        "refused": draft.refused,
        "mode": draft.mode,
        "model": draft.model,
        "trace": draft.trace,
        "ms": {name: draft.ms.get(name) for name in ("search", "first_token", "total")},
    }
    return found | ({"error": last.text} if isinstance(last, Error) else {})


def cited(draft: Draft) -> list[Source]:
    used = {int(n) for n in MARKER.findall(draft.text)}
    return [source for source in draft.sources if source.marker in used]


def citation(source: Source) -> dict[str, Any]:
    names = ("marker", "document", "document_id", "version", "collection", "kind", "locator", "score", "text")
    return {name: getattr(source, name) for name in names}


def draft_of(user: User, where: Conversation, question: str, document: str | None) -> Draft:
    """Each question of a command stands alone: the ones before it are no context."""
    try:
        draft = asking.draft_for(user, where, asking.checked(question), document)
    except Declined as declined:
        raise CommandError(sentence(declined.code)) from declined
    return draft


def check_document(user: User, name: str | None) -> None:
    if name and not access.documents(user).filter(name=name).exists():
        raise CommandError(f"There is no document {name!r} that {user.username} may see.")


def user_named(name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no user {name!r}.")
    return user
