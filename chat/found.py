"""What the search brought for one question, and the bookmarks made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chat import cells, extracts, verify
from chat.drafts import Draft
from chat.events import Source
from chat.extracts import Candidate
from library.locators import label
from library.models import Passage
from library.tables import Table
from retrieval.question import Company, Question, understand
from retrieval.search import Hit, search
from retrieval.tables import CellAnswer

HITS = 12
FOLLOWS = re.compile(
    r"^(?:and\b|what about|how about|then\b|why\b|also\b|the (?:year|quarter) before"
    r"|それ|その|では|じゃあ|で、|他に|なぜ|前年|翌年)",
    re.IGNORECASE,
)
KEPT = 200
_read: dict[tuple[UUID, int], verify.Source] = {}
"""What was read of the passages that were last shown: it takes 1 ms a passage, and a passage never changes."""


@dataclass(slots=True)
class Found:
    question: Question
    hits: list[Hit]
    collections: int = 0
    generation: int = 0
    tables: dict[UUID, Table] = field(default_factory=dict)
    cell: CellAnswer | None = None
    unknown: list[str] = field(default_factory=list)
    """Names that the question has and that stand nowhere in what was found."""

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
            text=passage.text,
            score=round(hit.score, 6),
            title=" · ".join(part for part in (document.title, document.company, document.period) if part),
        )

    def candidates(self) -> list[Candidate]:
        return [Candidate(h.passage.text, about(h.passage), self.tables.get(h.passage.pk)) for h in self.hits]

    def evidence(self, sources: Sequence[Source]) -> list[verify.Source]:
        """The sources as the check of figures reads them."""
        passages = {str(hit.passage.pk): hit.passage for hit in self.hits}
        return [self._evidence(source, passages[source.passage]) for source in sources]

    def _evidence(self, source: Source, passage: Passage) -> verify.Source:
        key = (passage.pk, source.marker)
        if known := _read.get(key):
            return known
        table = self.tables.get(passage.pk)
        document = passage.version.document
        _read[key] = read = verify.Source(
            source.marker,
            passage.text,
            cells.evidence(passage, table) if table else (),
            passage.locator,
            document.period,
            document.company,
        )
        if len(_read) > KEPT:
            _read.pop(next(iter(_read)), None)
        return read


def look_up(draft: Draft) -> Found:
    """Search for this user, read the tables that were found, and look for the one cell that may be meant."""
    asked = in_context(draft.question, draft.history)
    result = search(draft.user, asked, limit=HITS, document=draft.document, collections=draft.collections)
    passages = [hit.passage for hit in result.hits]
    question = result.question if isinstance(result.question, Question) else understand(asked, _companies(passages))
    found = Found(question, result.hits, result.collections, result.generation, cells.tables_of(passages))
    found.unknown = extracts.missing_names(draft.question, found.candidates())
    if not found.unknown:
        found.cell = cells.find(question, passages, found.tables)
    return found


def in_context(question: str, history: Sequence[tuple[str, str]]) -> str:
    """A question that leans on the one before ("and the year before?") is searched for together with it."""
    if not history or not (FOLLOWS.match(question.strip()) or len(question.strip()) < 12):
        return question
    return f"{history[-1][0]} {question}"


def about(passage: Passage) -> str:
    document = passage.version.document
    parts = [document.company, document.title or document.name, document.period, passage.heading]
    return " · ".join(part for part in parts if part)


def _companies(passages: Sequence[Passage]) -> list[Company]:
    documents = {p.version.document.company: p.version.document for p in passages if p.version.document.company}
    return [Company(name, (d.ticker,) if d.ticker else (), (d.name,)) for name, d in documents.items()]
