"""A report that is kept as several files: only its cover says whose it is, and that holds for every part.

The parts share a name up to a number that is padded with zeros (X-0000000.html, X-0101010.html, …), as filings are
handed in; the cover is the first of them. Years and dates do not begin with 0, so files of several years stay apart.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from django.db.models import QuerySet

from ingest.segments import Facts
from library.models import Document

NUMBERED = re.compile(r"(?P<report>.*[^\d])(?P<number>\d{2,8})")
SHARED = ("company", "other_name", "ticker", "period", "kind")
"""What a cover says for all parts. A part's own guess at them is mostly read out of some table or sentence."""


def with_cover(document: Document, facts: Facts) -> Facts:
    """What the file said, and where it is a part of a report, what the cover says of that."""
    cover = cover_of(document)
    if cover is None:
        return facts
    return replace(facts, **{name: getattr(cover, name) for name in SHARED if getattr(cover, name)})


def cover_of(document: Document) -> Document | None:
    """The cover of the report that the document is another part of.

    A cover that only some may see tells nobody else: its parts do without.
    """
    first = _first(document)
    return first if first is not None and first.name != document.name and _is_cover(first) else None


def other_parts(document: Document) -> list[Document]:
    """Where the document is a cover: the other parts of its report."""
    first = _first(document)
    if first is None or first.name != document.name or not _is_cover(document):
        return []
    return [part for part in _parts(document) if part.name != document.name]


def is_part(document: Document) -> bool:
    return NUMBERED.fullmatch(PurePath(document.name).stem) is not None


def _is_cover(document: Document) -> bool:
    return bool(document.company and document.period and document.kind) and not document.narrowed


def _first(document: Document) -> Document | None:
    """The part with the lowest number, which begins with 0."""
    numbered = NUMBERED.fullmatch(PurePath(document.name).stem)
    if numbered is None:
        return None
    first = _parts(document).first()
    return first if first and first.name[numbered.start("number") :].startswith("0") else None


def _parts(document: Document) -> QuerySet[Document]:
    """Documents of the collection whose names differ from this one's in the digits of the number alone."""
    path = PurePath(document.name)
    numbered = NUMBERED.fullmatch(path.stem)
    if numbered is None:
        return Document.objects.none()
    digits = len(numbered["number"])
    pattern = rf"^{re.escape(numbered['report'])}[0-9]{{{digits}}}{re.escape(path.suffix)}$"
    rows = Document.objects.filter(collection=document.collection_id, name__startswith=numbered["report"])
    return rows.filter(name__regex=pattern).order_by("name")
