"""From a question to an answer: search, then a table cell, a language model or extracts; a stream of typed events.

Passages come from `search()` alone, which gives what the asker may see, and nothing is shown before it is recorded.
The text of documents is data in all of this, never an instruction.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat import guardrails, llm, missing, readings, reckoning, rewriting, saving, telling, wording
from chat.attempts import by_models
from chat.composing import Composition
from chat.drafts import Draft
from chat.events import Delta, Done, Error, Event, Sources, Status
from chat.found import Found, look_up
from chat.guards import words as guard_words
from chat.markdown import Marks, blocks, render_blocks
from chat.sentences import sentence, written_by
from chat.threads import in_thread
from library import period_words
from retrieval.embedding import EmbeddingAway
from retrieval.question import Question
from retrieval.store import IndexAway

Look = Callable[[Draft], Awaitable[Found]]
"""Brings the evidence for one draft."""


async def searched(draft: Draft) -> Found:
    await rewriting.make_whole(draft)
    return await in_thread(look_up, draft)


async def answer(draft: Draft, look: Look = searched) -> AsyncGenerator[Event]:
    """The events of one answer, from the first status to `done` or `error`; the draft holds what was written so far.

    Closing the iterator early stops the model. Whoever iterates saves the draft at the end (`saving.finish`).
    """
    if draft.grounded:
        yield Status(_("Searching your documents"), "searching")
    await in_thread(guardrails.admit, draft)
    if decision := draft.guard.blocked:
        for delta in _declined(draft, decision):
            yield delta
        yield ended(draft)
        return
    if not (draft.grounded or draft.models):
        yield failure(draft, "model_spent")
        return
    try:
        found = await look(draft) if draft.grounded else _own_words(draft)
    except (IndexAway, EmbeddingAway):
        yield failure(draft, "search_away")
        return
    draft.clock("search")
    draft.provenance |= {"generation": found.generation, "searched": found.collections, "found": found.kept()}
    if understood := readings.understood(draft.provenance.get("understood", {}), draft.question):
        yield understood
    if not draft.grounded:
        yield guard_words.free()
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
    for notice in guard_words.notices(draft.guard.decisions):
        yield notice
    draft.clock("total")
    yield ended(draft)


def ended(draft: Draft, *, stopped: bool = False) -> Done:
    how = written_by(draft.mode, draft.model, draft.provenance.get("passed_over", ()))
    return Done(draft.mode, draft.refused, stopped, draft.model, draft.trace, draft.ms, how)


def failure(draft: Draft, code: str) -> Error:
    return Error(code, sentence(code), draft.trace, partial=bool(draft.text) and code != "withheld")


def _declined(draft: Draft, decision: dict[str, Any]) -> Iterator[Delta]:
    """What is said in the place of an answer that a guard rail does not let come about."""
    draft.mode, draft.refused = "guard", True
    with translation.override(draft.language):
        draft.text = guard_words.refusal(decision)
    marks = Marks(str(draft.turn), {}, [])
    for number, markdown in enumerate(blocks(draft.text)):
        draft.clock("first_token")
        yield Delta(number, render_blocks(markdown, marks), markdown)
    draft.clock("total")


def _way(draft: Draft, found: Found) -> AsyncGenerator[Event]:
    """Cells where the question names them and no two models are compared, else a model, else extracts."""
    if not draft.grounded:
        return by_models(draft, found, draft.models, "")
    if found.choice.is_made and not (draft.compared and draft.models):
        return _by_cells(draft, found)
    if draft.models and found.hits:
        return by_models(draft, found, draft.models, _not_found(draft, found))
    return _by_extracts(draft, found)


def _own_words(draft: Draft) -> Found:
    """What an answer without documents is held against: all that its asker wrote or was answered before."""
    own = "\n\n".join([draft.question, *(part for turn in draft.history for part in turn)])
    return Found(Question(draft.question, draft.language), [], own=own)


async def _by_cells(draft: Draft, found: Found) -> AsyncGenerator[Event]:
    draft.mode = "cell"
    page = Composition(found, draft.language)
    with translation.override(draft.language):
        if found.choice.cell is not None:
            page.paragraphs.append(telling.cell(page, found.choice.cell, found.question))
        elif found.choice.comparison is not None:
            reckoning.compose(page, found.choice.comparison, found.question)
    draft.provenance["cells"] = telling.provenance(found.choice)
    async for event in _shown(draft, page):
        yield event


async def _by_extracts(draft: Draft, found: Found) -> AsyncGenerator[Event]:
    draft.mode = "extract"
    await in_thread(guardrails.screen, draft, found, found.hits, quoted=True)
    page = Composition(found, draft.language)
    if not found.unknown:
        with translation.override(draft.language):
            telling.extracts_of(page, found)
    if not page.sources:
        draft.refused = True
        draft.text = _not_found(draft, found)
    async for event in _shown(draft, page):
        yield event


async def _shown(draft: Draft, page: Composition) -> AsyncGenerator[Event]:
    """The whole text at once, block by block, each with its own figures; recorded before it is shown."""
    if page.sources:
        await in_thread(saving.present, draft, page.sources)
        yield Sources(page.sources)
        draft.text = page.text
    figures = await in_thread(page.figures)
    draft.figures = [figure for number in sorted(figures) for figure in figures[number]]
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
        between = "" if draft.language == "ja" else " "
        return f"{searched}{between}{_missing(draft, found)}".strip()


def _missing(draft: Draft, found: Found) -> str:
    """What exactly is not there: a name, a measure, a year, else the words that stand nowhere."""
    candidates = found.candidates()
    comma = "、" if draft.language == "ja" else ", "

    def listed(words: Sequence[str]) -> str:
        return comma.join(wording.quoted(word) for word in words)

    if found.unknown:
        return _("Not named in what was found: %(names)s.") % {"names": listed(found.unknown)}
    if measures := missing.measures(found.question, candidates):
        return _("No figure for %(measure)s was found in them.") % {"measure": listed(measures)}
    periods = [period_words.written(p, draft.language) for p in missing.periods(found.question, candidates)]
    if periods and found.question.measures:
        named = {"measure": listed([found.question.measures[0].text]), "period": listed(periods)}
        return _("They name %(measure)s, but not for %(period)s.") % named
    words = missing.words(found.question, candidates) if found.hits else []
    return _("Found nowhere in them: %(words)s.") % {"words": listed(words)} if words else ""
