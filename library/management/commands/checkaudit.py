"""manage.py checkaudit"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from library import audit
from library.models import AuditEntry

MOST_NAMED = 10


class Command(BaseCommand):
    help = "Follows the audit from its first entry: each must fit its own digest and the entry before."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(audit.broken_links())
        if broken:
            first = ", ".join(map(str, broken[:MOST_NAMED]))
            raise CommandError(f"{len(broken)} entries of the audit do not fit the chain: {first}.")
        last = AuditEntry.objects.order_by("-pk").values_list("digest", flat=True).first() or audit.FIRST
        self.stdout.write(f"{AuditEntry.objects.count()} entries, each in its place; the last one's digest is {last}.")
