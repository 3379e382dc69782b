"""A saved answer as events, for a socket that comes late.

What it stands on is looked up again for whoever looks; where that is no longer theirs to see, the answer is withheld.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from chat import conversations, readings
from chat.events import Delta, Done, Error, Event, Figure, Source, Sources
from chat.guards import words as guard_words
from chat.markdown import Marks, blocks, plain, render_blocks
from chat.models import Turn
from chat.sentences import sentence, written_by
from library import access
from library.locators import label
from library.models import User


def events(user: User, turn: Turn) -> Iterator[Event]:
    """What a socket would have read, of a turn that has ended."""
    if conversations.withheld(user, turn):
        yield Error("withheld", sentence("withheld"), turn.trace)
        return
    if understood := readings.understood(turn.provenance.get("understood", {}), turn.question):
        yield understood
    if found := sources(user, turn):
        yield Sources(found)
    yield from deltas(turn)
    for figure in turn.figures:
        yield Figure(**figure)
    if turn.mode == "free":
        yield guard_words.free()
    yield from guard_words.notices(turn.provenance.get("guard", ()))
    if turn.error:
        yield Error(turn.error["code"], sentence(turn.error["code"]), turn.trace, bool(turn.error.get("partial")))
        return
    stopped = turn.state == Turn.State.STOPPED
    model, ms = turn.provenance.get("model", ""), turn.provenance.get("ms", {})
    how = written_by(turn.mode, model, turn.provenance.get("passed_over", ()))
    yield Done(turn.mode, turn.refused, stopped, model, turn.trace, ms, how)


def sources(user: User, turn: Turn) -> list[Source]:
    """The bookmarks of the answer, as far as this user may see them."""
    citations = list(turn.citations.all())
    passages = access.passages(user, [c.passage for c in citations], current=False)
    found = []
    for citation in citations:
        if passage := passages.get(citation.passage):
            document = passage.version.document
            found.append(
                Source(
                    citation.marker,
                    str(passage.pk),
                    document.name,
                    document.pk,
                    passage.version.number,
                    document.collection.name,
                    passage.kind,
                    citation.locator,
                    label(citation.locator),
                    passage.text,
                    citation.score,
                    document.title,
                )
            )
    return found


def deltas(turn: Turn) -> list[Delta]:
    labels = {c.marker: label(c.locator) for c in turn.citations.all()}
    whole = blocks(turn.answer)
    places = turn.provenance.get("blocks", {})
    figures = _by_block(whole, turn.figures, places.get("figures", ()))
    said = [{"text": text} for text in turn.provenance.get("unsupported", ())]
    statements = [[one["text"] for one in share] for share in _by_block(whole, said, places.get("unsupported", ()))]
    return [
        Delta(
            number, render_blocks(markdown, Marks(str(turn.pk), labels, figures[number], statements[number])), markdown
        )
        for number, markdown in enumerate(whole)
    ]


def _by_block(
    whole: Sequence[str], found: Sequence[dict[str, Any]], places: Sequence[int]
) -> list[list[dict[str, Any]]]:
    """The figures, or statements, of each block: as it was noted, or by looking for them in the order of the text."""
    shares: list[list[dict[str, Any]]] = [[] for _ in whole]
    for one, number in zip(found, places if len(places) == len(found) else _looked_for(whole, found), strict=True):
        if number < len(shares):
            shares[number].append(one)
    return shares


def _looked_for(whole: Sequence[str], found: Sequence[dict[str, Any]]) -> list[int]:
    """The block of each; where it is nowhere, one that is not there."""
    words = [plain(markdown) for markdown in whole]
    ends = list(accumulate(len(w) + 2 for w in words))
    text, at, numbers = "\n\n".join(words), 0, []
    for one in found:
        place = text.find(one["text"], at)
        numbers.append(bisect_right(ends, place) if place >= 0 else len(whole))
        at = place + len(one["text"]) if place >= 0 else at
    return numbers
