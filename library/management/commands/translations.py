"""manage.py translations [--from FILE.json …]: brings the catalogues to the words in use and compiles them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from library import translations


class Command(BaseCommand):
    help = "Collects the words of the screens into locale/, compiles them, and lists those without a translation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", nargs="*", default=[], dest="sources", help='files of {"words": "translation"}')

    def handle(self, *args: Any, **options: Any) -> None:
        known: dict[str, str] = {}
        for source in options["sources"]:
            known |= json.loads(Path(source).read_text())
        words = translations.used(settings.BASE_DIR)
        for language, _name in settings.LANGUAGES:
            path = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
            catalogue = translations.opened(path)
            # English is what the words are written in; its catalogue holds only what should read otherwise.
            if language != "en":
                translations.merge(catalogue, words, known)
                for text in translations.missing(catalogue):
                    self.stdout.write(f"{language}: no translation of {text!r}")
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            catalogue.save_as_mofile(str(path.with_suffix(".mo")))
