"""manage.py reindex: the index again from the database, and a switch to it."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from retrieval import indexer, live, owner, remote
from retrieval.embedding import EmbeddingAway
from retrieval.store import IndexAway


class Command(BaseCommand):
    help = "Build the search index again from the database and switch to it; searches go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        # What the owner of the index starts as a child: build this generation and leave the switch to the owner.
        parser.add_argument("--build", type=int, metavar="NUMBER", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["build"]:
                indexer.build(live.shelf(), options["build"])
                return
            with owner.ensure():
                if live.current().writable is None:
                    before = remote.call("rebuild")["generation"]
                    self.stdout.write(
                        f"The server builds the generation after {before} and switches to it when it is ready."
                    )
                else:
                    self.stdout.write(f"Generation {owner.rebuild()} is live.")
        except (IndexAway, EmbeddingAway) as error:
            raise CommandError(str(error)) from error
