"""What the search page shows: documents, the best first, each with its best passages, their words marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from library import access, pictures
from library.locators import label
from library.models import Document, User
from retrieval import facets, understood
from retrieval.excerpts import Piece, excerpt
from retrieval.facets import Facet, Value
from retrieval.marking import Wanted, spans, wanted
from retrieval.query import Query
from retrieval.search import Hit, SearchResult, search

FOUND = 60
"""Passages that a search brings at most: enough for some twenty documents."""
A_PAGE = 10
PASSAGES = 3
"""Of a document, unless it is looked at alone."""
SHORT = {"page", "slide", "start", "sheet"}
"""What a place is told by in a few characters; else the heading says it."""


@dataclass(frozen=True, slots=True)
class ShownPassage:
    id: str
    place: str
    heading: str
    lines: list[SafeString]
    url: str
    """The document's page or slide that it stands on."""


@dataclass(frozen=True, slots=True)
class ShownDocument:
    document: Document
    title: str
    """What it is called beyond its name and company; "" where that is all."""
    passages: list[ShownPassage]
    more: int
    """Further passages of it that were found."""
    alone: str
    """The address of the search in this document only."""


@dataclass(frozen=True, slots=True)
class ShownChip:
    words: str
    off: bool
    address: str
    """Of the search that reads the question without it, or with it again."""


@dataclass(slots=True)
class Results:
    query: Query
    documents: list[ShownDocument]
    count: int
    """Documents found, on all pages."""
    pages: int
    chips: list[ShownChip] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    chosen: list[Value] = field(default_factory=list)
    marked: bool = True
    """Whether what is shown holds any of the words; else it was found by its meaning alone."""
    collections: int = 0
    searched: int = 0
    """Documents that there are to be found for this user, where none was."""

    @property
    def previous(self) -> str:
        """The address of the page before; "" on the first."""
        return self.query.at(self.query.page - 1).address if self.query.page > 1 else ""

    @property
    def next(self) -> str:
        return self.query.at(self.query.page + 1).address if self.query.page < self.pages else ""

    @property
    def passages(self) -> list[str]:
        return [passage.id for document in self.documents for passage in document.passages]


def results(user: User, query: Query) -> Results:
    """Raises IndexAway. The first search is of everything: filters offer what it found, and narrow a second one."""
    first = search(user, query.words, limit=FOUND, ignoring=query.off)
    found = _filtered(user, query) if query.chosen else first
    groups = _by_document(found.hits)
    pages = max(1, ceil(len(groups) / A_PAGE))
    query = query.at(min(query.page, pages))
    shown = groups[(query.page - 1) * A_PAGE : query.page * A_PAGE]
    words = wanted(first.question) if first.question else None
    most = FOUND if query.values("document") else PASSAGES
    documents = [_document(query, hits, words, most) for hits in shown]
    known = {hit.passage.version.document_id: hit.passage.version.document for hit in [*first.hits, *found.hits]}
    return Results(
        query,
        documents,
        len(groups),
        pages,
        _chips(query, first),
        facets.facets(user, query, known.values()),
        facets.chosen(user, query),
        any("<mark>" in line for shown in documents for passage in shown.passages for line in passage.lines),
        first.collections,
        0 if documents else access.documents(user).filter(current__isnull=False).count(),
    )


def _filtered(user: User, query: Query) -> SearchResult:
    return search(
        user,
        query.words,
        limit=FOUND,
        collections=query.ids("collection") or None,
        documents=facets.narrowed(user, query),
        ignoring=query.off,
    )


def _by_document(hits: Sequence[Hit]) -> list[list[Hit]]:
    """In the order of each document's best passage."""
    groups: dict[int, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.passage.version.document_id, []).append(hit)
    return list(groups.values())


def _document(query: Query, hits: list[Hit], words: Wanted | None, most: int) -> ShownDocument:
    document = hits[0].passage.version.document
    alone = query.turned("document", str(document.pk)).address if most == PASSAGES else ""
    said = document.company.casefold() or document.name.casefold()
    title = "" if said in document.title.casefold() else document.title
    return ShownDocument(
        document, title, [_passage(hit, words) for hit in hits[:most]], max(0, len(hits) - most), alone
    )


def _passage(hit: Hit, words: Wanted | None) -> ShownPassage:
    passage = hit.passage
    marks = spans(passage.text, words) if words else []
    page = pictures.number(passage.version, passage.locator)
    url = f"{reverse('document', args=[passage.version.document_id])}?version={passage.version_id}"
    return ShownPassage(
        str(passage.pk),
        label(passage.locator) if SHORT & passage.locator.keys() else "",
        passage.heading.rpartition(" › ")[2],
        [_line(pieces) for pieces in excerpt(passage.text, marks, table=passage.kind == "table")],
        f"{url}&page={page}" if page else url,
    )


def _line(pieces: Sequence[Piece]) -> SafeString:
    """Each piece is escaped first, then what is marked is wrapped. Between a table's cells stand points."""
    shown = ((text.replace("|", "·"), on) for text, on in pieces)
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", text) if on else text,) for text, on in shown))


def _chips(query: Query, result: SearchResult) -> list[ShownChip]:
    language = "ja" if (get_language() or "").startswith("ja") else "en"
    return [
        ShownChip(
            understood.words(chip.id, chip.said, language) or chip.said, chip.off, query.read_otherwise(chip.id).address
        )
        for chip in result.chips
    ]
