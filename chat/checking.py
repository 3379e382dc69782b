"""A draft that somebody wrote, held against the library within their rights, or against sources given with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chat import cells, verify
from chat.verify import UNSUPPORTED, Checked, Verifier
from chat.verifying.sentences import Sentence, sentences
from chat.verifying.statements import Statement, check_statements
from library import audit
from library.models import User
from retrieval.search import Hit, hit_json, search

HITS = 8
"""Passages that each sentence is held against."""
SHORT = 60
"""A sentence of fewer characters is searched for together with the one before it."""


@dataclass(slots=True)
class Report:
    """What the check found; `citations` says where each marker of the figures leads."""

    figures: list[Checked] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def supported(self) -> bool:
        return all(f.verdict != UNSUPPORTED for f in self.figures) and all(s.supported for s in self.statements)

    def as_json(self, name: Any) -> dict[str, Any]:
        return {
            "id": name,
            "supported": self.supported,
            "figures": [f.as_json() for f in self.figures],
            "statements": [
                {"text": s.text, "supported": s.supported, "why": str(s.why or "")} for s in self.statements
            ],
            "citations": self.citations,
        }


def against(text: str, texts: Sequence[str]) -> Report:
    """Against these sources alone; the n-th has the marker n."""
    sources = [verify.Source(number, source) for number, source in enumerate(texts, 1)]
    figures = verify.verify(text, sources)
    return Report(figures, check_statements(text, sources, figures))


def in_library(user: User, text: str) -> Report:
    """Each sentence against the passages that this user's search finds for it; what was shown is recorded."""
    found = Passages(user)
    report = sentence_by_sentence(text, found.sources_for)
    used = {f.marker for f in report.figures if f.marker is not None}
    report.citations = [found.citation(marker) for marker in sorted(used)]
    if used:
        audit.record(user, "checked", passages=[str(found.hits[m - 1].passage.pk) for m in sorted(used)])
    return report


class Passages:
    """The passages found so far, each with one marker for the whole draft."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.hits: list[Hit] = []
        self._sources: dict[Any, verify.Source] = {}

    def sources_for(self, asked: str) -> list[verify.Source]:
        hits = search(self.user, asked, limit=HITS).hits
        tables = cells.tables_of([hit.passage for hit in hits])
        found = []
        for hit in hits:
            passage = hit.passage
            if passage.pk not in self._sources:
                self.hits.append(hit)
                table = tables.get(passage.pk)
                document = passage.version.document
                self._sources[passage.pk] = verify.Source(
                    len(self.hits),
                    passage.text,
                    cells.evidence(passage, table) if table else (),
                    passage.locator,
                    document.period,
                    document.company,
                )
            found.append(self._sources[passage.pk])
        return found

    def citation(self, marker: int) -> dict[str, Any]:
        hit = self.hits[marker - 1]
        return {"marker": marker, "passage": str(hit.passage.pk)} | hit_json(hit)


def sentence_by_sentence(text: str, sources_for: Callable[[str], list[verify.Source]]) -> Report:
    """Every sentence against its own sources; figures worked out may use those of the sentences before."""
    report, known, before = Report(), Verifier([]), ""
    for sentence in sentences(text):
        sources = sources_for(_asked(sentence, before))
        known = Verifier(sources, after=known)
        figures = [_moved(f, sentence.start) for f in known.whole(sentence.text)]
        report.figures += figures
        report.statements += _statements(sentence, sources, figures)
        before = sentence.text
    return report


def _asked(sentence: Sentence, before: str) -> str:
    return f"{before} {sentence.text}".strip() if len(sentence.text) < SHORT else sentence.text


def _statements(sentence: Sentence, sources: Sequence[verify.Source], figures: Sequence[Checked]) -> list[Statement]:
    local = [_moved(f, -sentence.start) for f in figures]
    return [
        Statement(s.text, s.why, s.start + sentence.start, s.end + sentence.start)
        for s in check_statements(sentence.text, sources, local)
    ]


def _moved(figure: Checked, by: int) -> Checked:
    return Checked(
        figure.text,
        figure.start + by,
        figure.end + by,
        figure.value,
        figure.unit,
        figure.verdict,
        figure.marker,
        figure.locator,
        figure.formula,
    )
