"""manage.py revoke COLLECTION (--user NAME | --group NAME) --role viewer|contributor|manager"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from library import grants
from library.management.commands.grant import GrantCommand


class Command(GrantCommand):
    help = "Takes away what `grant` gave."

    def handle(self, *args: Any, **options: Any) -> None:
        collection, whom, role = self.named(options)
        if not grants.take(None, collection, whom, role):
            raise CommandError(f"{whom} is no {role.value} of {collection}, so there was nothing to take away.")
        self.stdout.write(f"{whom} is no {role.value} of {collection} any more.")
