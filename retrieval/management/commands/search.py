"""manage.py search: passages, best first, as one user would find them."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from library import access
from library.locators import label
from library.models import User
from retrieval import owner
from retrieval.batches import Asked, read_batch
from retrieval.search import SearchResult, hit_json, search
from retrieval.store import IndexAway


class Command(BaseCommand):
    help = "Search the library as one user; passages, best first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question", nargs="?", default="")
        parser.add_argument("--as", dest="user", required=True, metavar="USER")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--document", metavar="NAME", help="search this document alone")
        parser.add_argument(
            "--batch", metavar="FILE", help='one {"id", "question", "as"?, "document"?} a line; - for input'
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["question"]) == bool(options["batch"]):
            raise CommandError("Give either a question or --batch FILE.")
        if options["limit"] < 1:
            raise CommandError("--limit must be at least 1.")
        first = user_named(options["user"])
        try:
            with owner.ensure():
                if options["batch"]:
                    for asked in read_batch(options["batch"]):
                        self._one(asked, first, options)
                else:
                    self._one(Asked("", options["question"], None, options["document"]), first, options)
        except IndexAway as error:
            raise CommandError(str(error)) from error

    def _one(self, asked: Asked, first: User, options: dict[str, Any]) -> None:
        user = user_named(asked.user) if asked.user else first
        document = asked.document or options["document"]
        if document and not access.documents(user).filter(name=document).exists():
            raise CommandError(f"There is no document {document!r} that {user.username} may see.")
        result = search(user, asked.question, limit=options["limit"], document=document)
        if options["json"]:
            hits = [hit_json(hit) for hit in result.hits]
            print(json.dumps({"id": asked.id, "hits": hits, "ms": result.ms}, ensure_ascii=False), flush=True)
        else:
            self._show(result)

    def _show(self, result: SearchResult) -> None:
        if not result.hits:
            print("Nothing found.", file=sys.stderr)
        for number, hit in enumerate(result.hits, 1):
            passage = hit.passage
            place = f"{passage.version.document.name} · {label(passage.locator)}"
            self.stdout.write(f"{number}. {place}  ({hit.score:.3f})\n   {' '.join(passage.text.split())[:300]}\n")


def user_named(name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no user {name!r}.")
    return user
