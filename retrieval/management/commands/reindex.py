"""manage.py reindex: the index again from the database, and a switch to it."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from retrieval import indexer, live, owner
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
                if live.current().writable is not None:
                    self.stdout.write(f"Generation {owner.rebuild()} is live.")
                elif indexer.ask_for_rebuild():
                    number = live.current().number
                    self.stdout.write(
                        f"The next generation after {number} is being built; it is live once it is ready."
                    )
                else:
                    raise CommandError("Another command holds the index; try again when it has ended.")
        except (IndexAway, EmbeddingAway) as error:
            raise CommandError(str(error)) from error
