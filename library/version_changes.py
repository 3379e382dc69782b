"""The versions of a document side by side: what `library/version_diff.py` compares, from the rows."""

from __future__ import annotations

from typing import Any

from library import access, table_rows
from library.models import State, User, Version
from library.tables import Table
from library.version_diff import Changes, FigureChange, Part, compare

MOST_SHOWN = 200
"""Changed figures on a page; the count says how many there are."""


def before(user: User, version: Version) -> Version | None:
    """The version that was ready before this one, if the user may see it."""
    earlier = access.versions(user).filter(document=version.document_id, number__lt=version.number, state=State.READY)
    return earlier.order_by("-number").first()


def shown(user: User, version: Version, asked: bool) -> dict[str, Any]:
    """What the document's page says of it: that there is an earlier version, and once asked, what has changed."""
    earlier = before(user, version)
    found = changes(earlier, version) if earlier is not None and asked else Changes()
    figures: list[FigureChange] = found.figures[:MOST_SHOWN]
    return {"earlier": earlier, "changes": found, "changes_shown": asked, "figures": figures}


def changes(old: Version, new: Version) -> Changes:
    return compare(parts(old), parts(new), tables(old), tables(new))


def parts(version: Version) -> list[Part]:
    """The words of each page, slide or sheet, its tables' too, else of what stands under each heading."""
    found: dict[str, list[str]] = {}
    rows = version.passages.order_by("position").values_list("locator", "heading", "text")
    for locator, heading, text in rows:
        place = locator.get("page") or locator.get("slide") or locator.get("sheet") or heading
        found.setdefault(str(place), []).append(text)
    return [(name, "\n".join(texts)) for name, texts in found.items()]


def tables(version: Version) -> list[Table]:
    return [table_rows.load(row) for row in version.tables.order_by("page", "number")]
