"""manage.py ingest PATH… --collection NAME [--as USER] [--json]"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest import batch
from library import grants, people
from library.models import Collection, Role, User


class Command(BaseCommand):
    help = "Reads files or folders into a collection; returns once each is searchable or has failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--collection", required=True, metavar="NAME", help="made if it is new")
        parser.add_argument("--as", dest="user", metavar="USER", help="who uploads; else the program itself")
        parser.add_argument("--json", action="store_true", help="one JSON object a file")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("ingest").setLevel(logging.WARNING)
        files = batch.files([Path(path) for path in options["paths"]])
        if not files:
            raise CommandError("There is no file at " + ", ".join(options["paths"]) + ".")
        user = people.user(options["user"]) if options["user"] else None
        collection = self.collection(options["collection"].strip(), user)
        failed = 0
        for result in batch.ingest(user, collection, files):
            failed += result.status == "failed"
            line = json.dumps(result.json(), ensure_ascii=False) if options["json"] else result.line()
            self.stdout.write(line)
            self.stdout.flush()
        if failed:
            raise CommandError(f"{failed} of {len(files)} files could not be read.")

    def collection(self, name: str, user: User | None) -> Collection:
        """The collection of that name, made if it is new; whoever makes it manages it."""
        if not name:
            raise CommandError("The collection needs a name.")
        found, made = Collection.objects.get_or_create(name=name)
        if made and user is not None:
            grants.give(None, found, user, Role.MANAGER)
        elif made:
            self.stderr.write(
                f"The collection {name!r} is new, and nobody may read it yet: "
                f"manage.py grant {name!r} --user NAME --role viewer"
            )
        return found
