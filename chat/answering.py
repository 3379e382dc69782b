"""From a question to an answer: search, then a table cell, a language model or extracts; a stream of typed events.

Passages come from `search()` alone, which gives what the asker may see, and nothing is shown before it is recorded.
The text of documents is data in all of this, never an instruction.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat import cells, extracts, llm, saving, wording
from chat.drafts import Draft
from chat.events import Delta, Done, Error, Event, Figure, Source, Sources, Status
from chat.found import Found, look_up
from chat.markdown import Marks, blocks, plain, render_blocks
from chat.modelling import by_model
from chat.sentences import sentence
from chat.threads import in_thread
from chat.writing import checked_by_block
from retrieval.embedding import EmbeddingAway
from retrieval.store import IndexAway
from retrieval.tables import CellAnswer


async def answer(draft: Draft) -> AsyncGenerator[Event]:
    """The events of one answer, from the first status to `done` or `error`; the draft holds what was written so far.

    Closing the iterator early stops the model. Whoever iterates saves the draft at the end (`saving.finish`).
    """
    yield Status(_("Searching your documents"), "searching")
    try:
        found = await in_thread(look_up, draft)
    except (IndexAway, EmbeddingAway):
        yield failure(draft, "search_away")
        return
    draft.clock("search")
    draft.provenance["generation"] = found.generation
    try:
        async with aclosing(_way(draft, found)) as events:
            async for event in events:
                yield event
    except llm.ModelError as error:
        for event in draft.closing:
            yield event
        yield failure(draft, error.code)
        return
    for event in draft.closing or draft.figures:
        draft.clock("first_token")
        yield event
    draft.clock("total")
    yield Done(draft.mode, draft.refused, model=draft.model, trace=draft.trace, ms=draft.ms)


def failure(draft: Draft, code: str) -> Error:
    return Error(code, sentence(code), draft.trace, partial=bool(draft.text) and code != "withheld")


def _way(draft: Draft, found: Found) -> AsyncGenerator[Event]:
    """A cell where the question names one, else a model where one is set, else extracts."""
    if found.cell is not None:
        return _by_cell(draft, found, found.cell)
    model = llm.configured()
    if model is not None and found.hits:
        return by_model(draft, found, model, _not_found(draft, found))
    return _by_extracts(draft, found)


async def _by_cell(draft: Draft, found: Found, cell: CellAnswer) -> AsyncGenerator[Event]:
    draft.mode = "cell"
    hit = next(hit for hit in found.hits if str(hit.passage.pk) == cell.found.key)
    where = cells.locator(hit.passage.locator, cell.found.table, cell.cell)
    source = found.source(hit, 1, where)
    await in_thread(saving.present, draft, [source])
    yield Sources([source])
    words, shown = cells.statement(cell, draft.language, company=not found.question.companies)
    draft.text, draft.figures = f"{words} [1]", [cells.figure(cell, shown, 1, where)]
    draft.provenance["cell"] = {"confidence": cell.confidence, "runners_up": [r.value for r in cell.runners_up]}
    for delta in _deltas(draft, {0: draft.figures}):
        yield delta


async def _by_extracts(draft: Draft, found: Found) -> AsyncGenerator[Event]:
    draft.mode = "extract"
    by_block: dict[int, list[Figure]] = {}
    pieces = []
    if not found.unknown:
        pieces = extracts.choose(found.question.text, found.question.expansions, found.candidates())
    sources, lines = _bookmarked(draft, found, pieces)
    if not sources:
        draft.refused = True
        draft.text = _not_found(draft, found)
    else:
        await in_thread(saving.present, draft, sources)
        yield Sources(sources)
        draft.text = "\n\n".join(lines)
        by_block = checked_by_block(
            [plain(block) for block in blocks(draft.text)], await in_thread(found.evidence, sources)
        )
        draft.figures = [figure for number in sorted(by_block) for figure in by_block[number]]
    for delta in _deltas(draft, by_block):
        yield delta


def _bookmarked(draft: Draft, found: Found, pieces: list[extracts.Piece]) -> tuple[list[Source], list[str]]:
    """The sources of the pieces, and a paragraph a piece with its marker. A passage's sentences share theirs."""
    sources: list[Source] = []
    lines: list[str] = []
    markers: dict[tuple[int, int], int] = {}
    for piece in pieces:
        hit = found.hits[piece.candidate]
        table = found.tables.get(hit.passage.pk)
        text, where = piece.text, None
        if piece.row is not None and table is not None:
            text = extracts.row_text(piece.row, table, draft.language)
            where = cells.row_locator(hit.passage.locator, table, piece.row)
        if not text:
            continue
        key = (piece.candidate, piece.row.index if piece.row else 0)
        if key not in markers:
            markers[key] = len(markers) + 1
            sources.append(found.source(hit, markers[key], where))
        lines.append(f"{wording.quoted(text)} [{markers[key]}]")
    return sources, lines


def _deltas(draft: Draft, figures: Mapping[int, Sequence[Figure]]) -> Iterator[Delta]:
    """The whole text at once, block by block, each with its own figures."""
    labels = {source.marker: source.label for source in draft.sources}
    for number, markdown in enumerate(blocks(draft.text)):
        marks = Marks(str(draft.turn), labels, [asdict(figure) for figure in figures.get(number, ())])
        draft.clock("first_token")
        yield Delta(number, render_blocks(markdown, marks), markdown)


def _not_found(draft: Draft, found: Found) -> str:
    """What was searched and what is missing, in the asker's language."""
    with translation.override(draft.language):
        if not found.collections:
            return _("You cannot see any collection yet, so there was nothing to search. Ask for access to one.")
        searched = ngettext(
            "The documents that you can see do not answer this; %(count)s collection was searched.",
            "The documents that you can see do not answer this; %(count)s collections were searched.",
            found.collections,
        ) % {"count": found.collections}
        words = extracts.missing(draft.question, found.candidates()) if found.hits else []
        if not words:
            return searched
        comma = "、" if draft.language == "ja" else ", "
        named = comma.join(wording.quoted(word) for word in words[:6])
        return f"{searched} " + _("Found nowhere in them: %(words)s.") % {"words": named}
