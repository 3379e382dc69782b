"""manage.py prepare: what a start needs on disk; each step does nothing where it is done already."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand

from retrieval import minilm


class Command(BaseCommand):
    help = "Makes the folders, the secret key, the database, the static files and the embedding model."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        places = ("DATA_DIR", "FILES_DIR", "MODELS_DIR", "INDEX_DIR", "PAGES_DIR")
        for folder in (Path(getattr(settings, place)) for place in places):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            settings.SECRET_KEY  # noqa: B018 - Django refuses an empty one when it is read
        except ImproperlyConfigured:
            settings.SECRET_KEY = make_key(settings.SECRET_KEY_FILE)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not settings.EMBEDDING_MODEL:
            minilm.make(settings.MODELS_DIR / "minilm")


def make_key(file: Path) -> str:
    """A new secret key in a file that only its owner reads."""
    key = secrets.token_urlsafe(50)
    file.touch(mode=0o600)
    file.write_text(key + "\n")
    return key
