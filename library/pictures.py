"""Which versions have pictures of their pages or slides, and where these are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from django.conf import settings

from library.locators import Locator
from library.models import Version

PDF = "application/pdf"
DECK = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OLD_DECKS = {"application/vnd.ms-powerpoint", "application/vnd.oasis.opendocument.presentation"}


Drawer = Callable[[Version, int], Awaitable[Path | None]]
_drawers: list[Drawer] = []


def connect(drawer: Drawer) -> None:
    """Whoever can draw pages says so when the program starts."""
    _drawers[:] = [drawer]


async def picture(version: Version, number: int) -> Path | None:
    """The file with a page's picture as it looks, drawn if need be; None where there is none.

    Who may see the version is the caller's to have checked.
    """
    found = [path for drawer in _drawers if (path := await drawer(version, number))]
    return next((path for path in found if path.suffix == ".webp"), None)


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
