"""Pictures of the best pages, for an in-house model that sees.

Personal data can be masked in words and not in pictures: no picture leaves the house. And a page on which any passage
gives orders to its reader is not shown, as a picture would bring back what was taken out of the words.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db.models import Q

from chat import prompts
from chat.drafts import Draft
from chat.events import Source
from chat.found import Found
from chat.guards.injection import judge
from chat.llm import Message, Model, picture
from chat.threads import in_thread
from library import pictures
from library.models import Passage, Version

MOST = 3
"""Pages that are shown with one question at most."""
LONGER_SIDE = 1600
PATIENCE_S = 6.0
"""For drawing them all; what is not there by then is left out."""


@dataclass(frozen=True, slots=True)
class Page:
    version: Version
    number: int
    marker: int


def looks(model: Model) -> bool:
    return model.seeing and not model.outside


def for_words(model: Model) -> Model:
    """The model with as much of its context as the words may fill: a quarter at most is left to pictures."""
    if not looks(model):
        return model
    return replace(
        model, context_tokens=model.context_tokens - min(MOST * prompts.PICTURE_TOKENS, model.context_tokens // 4)
    )


async def with_pictures(
    draft: Draft, found: Found, given: Sequence[Source], messages: list[Message], model: Model
) -> list[Message]:
    """The messages, the last with as many of the sources' pages as there is room for."""
    if not looks(model):
        return messages
    room = model.context_tokens - model.max_answer_tokens - sum(prompts.sent_tokens(message) for message in messages)
    wanted = await in_thread(pages, found, given, max(0, min(MOST, room // prompts.PICTURE_TOKENS)))
    parts: list[dict[str, Any]] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            for page in wanted:
                if file := await pictures.picture(page.version, page.number):
                    parts.append({"type": "text", "text": f"Picture of the page of source [{page.marker}]:"})
                    parts.append(picture(await in_thread(jpeg, file), "image/jpeg"))
    if not parts:
        return messages
    draft.provenance["pictures"] = [
        {"version": page.version.pk, "page": page.number} for page in wanted[: len(parts) // 2]
    ]
    *before, last = messages
    return [*before, {**last, "content": [{"type": "text", "text": last["content"]}, *parts]}]


def pages(found: Found, given: Sequence[Source], most: int) -> list[Page]:
    """The pages of the sources, best first, each once, those left out that give orders to their reader."""
    wanted: dict[tuple[int, int], Page] = {}
    for source in given:
        version = found.hit_of(source.passage).passage.version
        number = pictures.number(version, source.locator)
        if number is not None:
            wanted.setdefault((version.pk, number), Page(version, number, source.marker))
    quiet = (page for page in wanted.values() if not _gives_orders(page))
    return [page for _room, page in zip(range(most), quiet, strict=False)]


def jpeg(file: Path) -> bytes:
    """The picture in the form that every model reads."""
    from PIL import Image

    with Image.open(file) as drawn:
        drawn.thumbnail((LONGER_SIDE, LONGER_SIDE))
        out = io.BytesIO()
        drawn.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def _gives_orders(page: Page) -> bool:
    on_page = Q(locator__page=page.number) | Q(locator__slide=page.number)
    texts = Passage.objects.filter(on_page, version=page.version).values_list("text", flat=True)
    return any(judge(text).findings for text in texts)
