"""manage.py narrow COLLECTION DOCUMENT (--to USER… | --to-all)"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from library import grants, people


class Command(BaseCommand):
    help = "Opens a document to named people only, of those whose grants open its collection; or to all of them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("collection")
        parser.add_argument("document", help="the file's name")
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--to", nargs="+", metavar="USER")
        whom.add_argument("--to-all", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        document = people.document(people.collection(options["collection"]), options["document"])
        if options["to_all"]:
            grants.widen(None, document)
            self.stdout.write(f"{document} is open to all whom grants open {document.collection}.")
            return
        readers = [people.user(name) for name in options["to"]]
        grants.narrow(None, document, readers)
        self.stdout.write(f"{document} is open to {', '.join(map(str, readers))} alone.")
