"""manage.py grant COLLECTION (--user NAME | --group NAME) --role viewer|contributor|manager"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandParser

from library import grants, people
from library.models import Collection, Role, User


class GrantCommand(BaseCommand):
    """What `grant` and `revoke` share: whom, which collection, which role."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("collection")
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--user")
        whom.add_argument("--group")
        parser.add_argument("--role", choices=Role.values, required=True)

    def named(self, options: dict[str, Any]) -> tuple[Collection, User | Group, Role]:
        whom = people.user(options["user"]) if options["user"] else people.group(options["group"])
        return people.collection(options["collection"]), whom, Role(options["role"])


class Command(GrantCommand):
    help = "Lets a user or a group use a collection."

    def handle(self, *args: Any, **options: Any) -> None:
        collection, whom, role = self.named(options)
        grants.give(None, collection, whom, role)
        self.stdout.write(f"{whom} is a {role.value} of {collection} now.")
