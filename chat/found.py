"""What the search brought for one question, and the bookmarks made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from chat import cells, figuring, followups, missing, readings, relevance, verify
from chat.drafts import Draft
from chat.events import Source
from chat.figuring import Choice
from chat.followups import Whole
from chat.relevance import Candidate
from library.locators import label
from library.models import Passage
from library.tables import Table
from retrieval.asked import understand as understood
from retrieval.question import Company, Question, understand
from retrieval.search import Hit, search
from retrieval.tables import FoundTable
from retrieval.tables_fit import company_fit

HITS, AGAIN = 24, 6
"""Passages that a first search is asked for, and each further one."""
OF_PAGES = 150
"""Passages among which those of a page that the question names are looked for."""
KEPT = 200
_read: dict[tuple[UUID, int, str, str], verify.Source] = {}
"""What was read of the passages that were last shown, with their markers and their documents' period and company: it
takes 1 ms a passage, and a passage never changes."""


@dataclass(slots=True)
class Found:
    question: Question
    hits: list[Hit]
    collections: int = 0
    generation: int = 0
    tables: dict[UUID, Table] = field(default_factory=dict)
    choice: Choice = field(default_factory=Choice)
    unknown: list[str] = field(default_factory=list)
    """Names that the question has and that stand nowhere in what was found."""
    own: str = ""
    """What the asker wrote, where the answer is to stand on no documents: its figures are held against that."""
    screened: dict[UUID, str] = field(default_factory=dict)
    """What guard rails left of a passage's text, of those that they changed."""

    def hit_of(self, key: str) -> Hit:
        """The hit whose passage has this id."""
        return next(hit for hit in self.hits if str(hit.passage.pk) == key)

    def text_of(self, passage: Passage) -> str:
        return self.screened.get(passage.pk, passage.text)

    def kept(self) -> list[list[object]]:
        """What to keep of it, so that the same can be asked of the same passages again."""
        return [[str(hit.passage.pk), round(hit.score, 6)] for hit in self.hits]

    def found_tables(self) -> list[FoundTable]:
        return cells.found_tables([hit.passage for hit in self.hits], self.tables)

    def add(self, hits: Sequence[Hit]) -> None:
        """What a further search brought besides."""
        known = {hit.passage.pk for hit in self.hits}
        new = [hit for hit in hits if hit.passage.pk not in known and hit.passage.table_id]
        self.hits += new
        self.tables |= cells.tables_of([hit.passage for hit in new])

    def source(self, hit: Hit, marker: int, where: dict[str, Any] | None = None) -> Source:
        passage = hit.passage
        document = passage.version.document
        place = where or passage.locator
        return Source(
            marker=marker,
            passage=str(passage.pk),
            document=document.name,
            document_id=document.pk,
            version=passage.version.number,
            collection=document.collection.name,
            kind=passage.kind,
            locator=place,
            label=label(place),
            text=self.text_of(passage),
            score=round(hit.score, 6),
            title=" · ".join(part for part in (document.title, document.company, document.period) if part),
        )

    def candidates(self) -> list[Candidate]:
        return [
            _candidate(hit.passage, self.text_of(hit.passage), self.tables.get(hit.passage.pk)) for hit in self.hits
        ]

    def evidence(self, sources: Sequence[Source]) -> list[verify.Source]:
        """The sources as the check of figures reads them."""
        if self.own:
            return [verify.Source(0, self.own)]
        passages = {str(hit.passage.pk): hit.passage for hit in self.hits}
        return [self._evidence(source, passages[source.passage]) for source in sources]

    def _evidence(self, source: Source, passage: Passage) -> verify.Source:
        document = passage.version.document
        key = (passage.pk, source.marker, document.period, document.company)
        if (known := _read.get(key)) and passage.pk not in self.screened:
            return known
        table = self.tables.get(passage.pk)
        read = verify.Source(
            source.marker,
            self.text_of(passage),
            cells.evidence(passage, table) if table else (),
            passage.locator,
            document.period,
            document.company,
        )
        if passage.pk not in self.screened:
            _read[key] = read
        if len(_read) > KEPT:
            _read.pop(next(iter(_read)), None)
        return read


def look_up(draft: Draft) -> Found:
    """Search for this user, read the tables that were found, and look for the figures that may be meant."""
    asked = draft.asked or whole(draft).text
    page = relevance.page(asked)
    result = search(
        draft.user,
        asked,
        limit=HITS if page is None else OF_PAGES,
        document=draft.document,
        collections=draft.collections,
        ignoring=draft.ignoring,
    )
    draft.provenance["understood"] = readings.kept(result, asked)
    hits = _pointed_at(result.hits, asked)
    passages = [hit.passage for hit in hits]
    question = result.question if isinstance(result.question, Question) else understand(asked, _companies(passages))
    found = Found(question, hits, result.collections, result.generation, cells.tables_of(passages))
    found.unknown = missing.names(asked, found.candidates())
    if not found.unknown and figuring.asks_figure(figuring.settled(question)):
        found.choice = figuring.choose(question, found.found_tables(), draft.language)
        if not found.choice.is_made:
            _look_again(draft, found)
    return found


def whole(draft: Draft) -> Whole:
    """The question as it would be asked alone, by the companies that its user knows."""
    if not draft.history:
        return Whole(draft.question)
    said = [draft.question, *(question for question, _answer in draft.history)]
    known = {c.name: c for text in said for c in understood(draft.user, text, draft.collections).question.companies}
    return followups.whole(draft.question, draft.history, list(known.values()))


def _pointed_at(hits: list[Hit], question: str) -> list[Hit]:
    """Those of the page or slide that the question names, or with the title that it quotes; else the best of all."""
    if (page := relevance.page(question)) is not None:
        there = [hit for hit in hits if page in (hit.passage.locator.get("page"), hit.passage.locator.get("slide"))]
        return (there or hits)[:HITS]
    if title := relevance.quoted(question):
        titled = [h for h in hits if title <= relevance.terms_of(f"{about(h.passage)} {h.passage.text}")]
        return titled or hits
    return hits


def _look_again(draft: Draft, found: Found) -> None:
    """Search the likeliest documents for each figure that is needed, and choose among all that is known then."""
    looks = figuring.second_looks(found.question, lambda company: draft.document or _likeliest(found, company))
    further = Found(found.question, list(found.hits), tables=dict(found.tables))
    for words, document in looks:
        result = search(
            draft.user,
            words,
            limit=AGAIN,
            document=document or None,
            collections=draft.collections,
            ignoring=draft.ignoring,
        )
        further.add(result.hits)
    choice = figuring.choose(found.question, further.found_tables(), draft.language)
    if choice.is_made or (choice.closest and not found.choice.closest) or not found.choice.closest:
        found.hits, found.tables, found.choice = further.hits, further.tables, choice


def _likeliest(found: Found, company: str) -> str:
    """The document of this company that the search brought most of; "" where it brought none."""
    scores: dict[str, float] = {}
    of_company = found.question if not company else replace(found.question, companies=[Company(company)])
    for rank, hit in enumerate(found.hits):
        document = hit.passage.version.document
        fit = company_fit(of_company, FoundTable("", Table(1), document.name, document.company)) if company else 1
        if fit == 1:
            scores[document.name] = scores.get(document.name, 0) + 1 / (1 + rank)
    return max(scores, key=lambda name: scores[name], default="")


def _candidate(passage: Passage, text: str, table: Table | None) -> Candidate:
    document = passage.version.document
    return Candidate(text, about(passage), table, document.company, document.period)


def about(passage: Passage) -> str:
    document = passage.version.document
    parts = [document.company, document.title or document.name, document.period, passage.heading]
    return " · ".join(part for part in parts if part)


def _companies(passages: Sequence[Passage]) -> list[Company]:
    documents = {p.version.document.company: p.version.document for p in passages if p.version.document.company}
    return [Company(name, (d.ticker,) if d.ticker else (), (d.name,)) for name, d in documents.items()]
