"""One model after the other, until one begins to speak."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from django.utils.translation import gettext as _

from chat import breaker
from chat.drafts import Draft
from chat.events import Delta, Event, Status
from chat.found import Found
from chat.llm import Model, ModelError
from chat.modelling import by_model

ENDPOINT_FAILED = {"model_down", "model_slow", "model_error"}
"""What counts towards opening the endpoint's breaker."""
ELSEWHERE = ENDPOINT_FAILED | {"model_busy", "model_key", "model_unknown", "model_resting", "model_personal"}
"""Failures after which another model may do better."""


async def by_models(draft: Draft, found: Found, models: Sequence[Model], refusal: str) -> AsyncGenerator[Event]:
    """The answer of the first model that gives one. Raises the last `ModelError` where none does.

    A model that has begun to speak is not replaced. Those that were passed over stand in the provenance.
    """
    passed: list[dict[str, str]] = []
    draft.provenance["passed_over"] = passed
    for number, model in enumerate(models):
        try:
            async with aclosing(_asked(draft, found, model, refusal)) as events:
                async for event in events:
                    yield event
            return
        except ModelError as error:
            if draft.text or error.code not in ELSEWHERE or number == len(models) - 1:
                raise
            passed.append({"model": model.shown, "code": error.code})
        draft.closing = []
        names = {"model": model.shown, "next": models[number + 1].shown}
        yield Status(_("%(model)s does not answer; asking %(next)s") % names, "reading")


async def _asked(draft: Draft, found: Found, model: Model, refusal: str) -> AsyncGenerator[Event]:
    gate = await breaker.look(model.base_url)
    if not gate.may_ask:
        draft.mode, draft.model = "model", model.shown
        raise ModelError("model_resting")
    speaks = False
    try:
        async with aclosing(by_model(draft, found, model, refusal)) as events:
            async for event in events:
                yield event
                if not speaks and isinstance(event, Delta):
                    speaks = True
                    if not gate.clean:
                        await breaker.succeeded(model.base_url)
    except ModelError as error:
        if error.code in ENDPOINT_FAILED:
            await breaker.failed(model.base_url)
        raise
