"""manage.py prepare: what a start needs on disk; each step does nothing where it is done already."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Makes the folders, the secret key, the database and the static files."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in (settings.DATA_DIR, settings.FILES_DIR, settings.MODELS_DIR, settings.INDEX_DIR, settings.PAGES_DIR):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not settings.SECRET_KEY:
            settings.SECRET_KEY = make_key(settings.SECRET_KEY_FILE)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)


def make_key(file: Path) -> str:
    """A new secret key in a file that only its owner reads."""
    key = secrets.token_urlsafe(50)
    file.touch(mode=0o600)
    file.write_text(key + "\n")
    return key
