from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = _("Library")

    def ready(self) -> None:
        pre_migrate.connect(take_time, sender=self, dispatch_uid="library.take_time")


def take_time(using: str, **_: Any) -> None:
    """A migration may rewrite a table of millions of rows: PostgreSQL's time limit for a statement is for questions."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
