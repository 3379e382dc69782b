"""An answer by a language model: grounded, its markers and figures checked while it streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from django.utils.translation import gettext as _

from chat import checker, guardrails, judging, llm, prompts, saving, sights
from chat.drafts import Draft, Spent
from chat.events import Delta, Event, Source, Sources, Status
from chat.found import Found
from chat.guards.masking import Mask
from chat.llm import Message, Model, ModelError, Usage
from chat.threads import in_thread
from chat.writing import Writing, paced

EDGE = " *`\n:.。"
GIVEN = 12
"""Passages that a model is given at most."""
MOST_TOKENS = 100_000_000
"""An endpoint that counts more in one answer does not count."""


async def by_model(draft: Draft, found: Found, model: Model, refusal: str) -> AsyncGenerator[Event]:
    """Sources, then the text as it comes; what is left to show lies in `draft.closing`, however it ends.

    Raises `ModelError` where the model fails.
    `refusal` is what to say where the model says no more than that the sources do not hold the answer.
    """
    draft.mode, draft.model = "model" if draft.grounded else "free", model.shown
    messages, given, mask = await in_thread(_prepared, draft, found, sights.for_words(model))
    await in_thread(saving.present, draft, given)
    yield Sources(given)
    yield Status(_reading(given), "writing")
    messages = await sights.with_pictures(draft, found, given, messages, model)
    usage, sign = Usage(), RefusalSign(refusal)
    writing = Writing(draft.turn, given)
    reading: asyncio.Task[None] | None = None
    try:
        async with aclosing(paced(llm.stream(model, messages, usage))) as pieces:
            async for piece in pieces:
                for delta in writing.add(sign.feed(mask.feed(piece))):
                    draft.clock("first_token")
                    yield delta
                draft.text = writing.text
                # After the first words, which should wait for nothing.
                reading = reading or asyncio.create_task(in_thread(writing.read_evidence, found.evidence, given))
                if guardrails.is_too_long(draft, len(draft.text)) and await in_thread(guardrails.ends_here, draft):
                    break
    finally:
        # Also where the model fails or somebody stops it: no figure is kept unchecked.
        if reading is not None:
            await reading
        last = writing.add(sign.feed(mask.close()) + sign.close()) + writing.close()
        # An answer that says that nothing was found states nothing to be checked.
        checked = await checker.check(writing.words(), writing.evidence, statements=draft.grounded and not sign.seen)
        last += writing.settle(checked)
        draft.closing = [*last, *writing.figures]
        draft.text, draft.figures, draft.refused = writing.text, writing.figures, sign.seen
        draft.spent = spent(model, usage, messages, writing.text)
        draft.provenance |= _provenance(model, usage, writing)
        if not draft.grounded:
            draft.provenance["prompt"] = prompts.FREE_VERSION
    if not draft.text.strip():
        raise ModelError("model_empty")
    if model.judges and draft.grounded and not sign.seen:
        for event in draft.closing:
            yield event
        yield Status(_("Reading the answer again"), "checking")
        draft.closing = [*await _read_again(draft, given, model, writing), *writing.figures]


async def _read_again(draft: Draft, given: list[Source], model: Model, writing: Writing) -> list[Delta]:
    """The blocks with sentences that the model doubts now."""
    said = judging.stated(writing.words())
    try:
        sent, _mask = await in_thread(guardrails.outgoing, draft, judging.messages(said, given, model), model)
    except ModelError:  # personal data that the answer brought back may not leave the house
        return []
    reading = await judging.read_again(model, sent, len(said))
    draft.spent = judging.spent(draft.spent, reading, model)
    draft.provenance["judged"] = reading.kept()
    deltas = writing.settle(judging.doubts(writing.verdicts, said, reading.doubted or []))
    draft.provenance |= {"unsupported": writing.unsupported, "blocks": writing.places}
    return deltas


def _prepared(draft: Draft, found: Found, model: Model) -> tuple[list[Message], list[Source], Mask]:
    """What is sent, the sources in it, and what puts back what was masked on the way."""
    if not draft.grounded:
        messages = prompts.free_messages(draft.question, draft.language, draft.history, model)
        sent, mask = guardrails.outgoing(draft, messages, model)
        return sent, [], mask
    hits = guardrails.screen(draft, found, found.hits[:GIVEN])
    candidates = [found.source(hit, marker) for marker, hit in enumerate(hits, 1)]
    written = guardrails.retitled(candidates)
    messages, given = prompts.messages(draft.question, draft.language, written, draft.history, model)
    sent, mask = guardrails.outgoing(draft, messages, model)
    return sent, candidates[: len(given)], mask


class RefusalSign:
    """Takes the model's sign for "the sources do not hold it" off the front of its answer."""

    def __init__(self, instead: str) -> None:
        self.seen = False
        self._instead = instead
        self._held: str | None = ""

    def feed(self, piece: str) -> str:
        if self._held is None:
            return piece
        self._held += piece
        start = self._held.lstrip(EDGE)
        return "" if prompts.NO_ANSWER.startswith(start.rstrip(EDGE)) else self.close()

    def close(self) -> str:
        """What was held back, without the sign."""
        text, self._held = self._held or "", None
        start = text.lstrip(EDGE)
        if not start.startswith(prompts.NO_ANSWER):
            return text
        self.seen = True
        return start.removeprefix(prompts.NO_ANSWER).lstrip(EDGE) or self._instead


def _reading(given: list[Source]) -> str:
    places = ", ".join(dict.fromkeys(source.label for source in given[:3] if source.label))
    return _("Reading %(places)s") % {"places": places} if places else _("Writing")


def spent(model: Model, usage: Usage, messages: Sequence[Message], text: str) -> Spent | None:
    """As the endpoint counted; by our own upper estimate where it did not, and nothing where nothing was said."""
    match usage.tokens_in, usage.tokens_out:
        case int(tokens_in), int(tokens_out) if 0 <= tokens_in < MOST_TOKENS and 0 <= tokens_out < MOST_TOKENS:
            return Spent(tokens_in, tokens_out, model.cost(tokens_in, tokens_out), model.currency)
    if not text:
        return None
    tokens_in, tokens_out = sum(prompts.sent_tokens(message) for message in messages), prompts.tokens(text)
    return Spent(tokens_in, tokens_out, model.cost(tokens_in, tokens_out), model.currency, estimated=True)


def _provenance(model: Model, usage: Usage, writing: Writing) -> dict[str, object]:
    return {
        "endpoint": model.base_url,
        "asked_for": model.name,
        "model_id": model.pk,
        "answered_by": usage.model,
        "prompt": prompts.VERSION,
        "parameters": {
            "temperature": 0,
            "max_tokens": model.max_answer_tokens,
            "context_tokens": model.context_tokens,
        },
        "tokens": {"in": usage.tokens_in, "out": usage.tokens_out},
        "finish_reason": usage.finish_reason,
        "markers_removed": writing.markers.removed,
        "unsupported": writing.unsupported,
        "blocks": writing.places,
    }
