"""Which versions have pictures of their pages or slides, and where these are kept."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from library.locators import Locator
from library.models import Version

PDF = "application/pdf"
DECK = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OLD_DECKS = {"application/vnd.ms-powerpoint", "application/vnd.oasis.opendocument.presentation"}


def folder(version_id: int) -> Path:
    return Path(settings.PAGES_DIR) / str(version_id)


def slides(version: Version) -> Path:
    """The deck as a PDF, made while it was read where LibreOffice was there."""
    return folder(version.pk) / "slides.pdf"


def is_deck(version: Version) -> bool:
    return version.mime == DECK or version.mime in OLD_DECKS


def has_pictures(version: Version) -> bool:
    """Of its pages, or of its slides: as they look, or their structure alone where there is nothing that shows more."""
    return version.mime in (PDF, DECK) or (version.mime in OLD_DECKS and slides(version).exists())


def number(version: Version, locator: Locator) -> int | None:
    """The page or slide that the locator names, if there is a picture of it."""
    named = locator.get("page") or locator.get("slide")
    return named if isinstance(named, int) and has_pictures(version) else None
