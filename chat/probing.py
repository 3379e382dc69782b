"""What an endpoint can, found out by asking it: each finding in words that an administrator can act on."""

from __future__ import annotations

import random
import struct
import time
import zlib
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from chat import keys, llm
from chat.endpoints import model_of
from chat.llm import Message, Model, ModelError, Usage, picture
from chat.models import LanguageModel

COUNT = "Count from one to twenty, in English words, separated by spaces."
LOOK = (
    "The picture has three horizontal stripes. Name their colours from top to bottom, in English words, nothing else."
)
COLOURS = {"red": (214, 30, 30), "green": (20, 150, 60), "blue": (30, 60, 210)}
SIZE = 96
CONTEXT = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""What endpoints call the length of their context where they list their models."""
MOST_NAMES = 8


@dataclass(slots=True)
class Finding:
    what: str
    good: bool | None
    """None: neither good nor bad, and worth knowing."""
    words: str


async def probe(row: LanguageModel) -> list[Finding]:
    """Findings in the order in which they were made; the first that leaves nothing more to ask is the last."""
    try:
        keys.read(row.key)
    except keys.KeyMissing:
        words = _("There is no key where %(key)s says. Set it, and start the server anew.") % {"key": row.key}
        return [Finding(_("Key"), False, words)]
    model = replace(model_of(row), max_answer_tokens=min(row.max_answer_tokens, 400))
    try:
        found = await _listed(model)
        if all(finding.good is not False for finding in found[:1]):
            found += await _spoken(model)
            found.append(await _seen(model))
    except ModelError as error:
        found = [Finding(_("Answers"), False, failure(error.code, row))]
    finally:
        await llm.close()
    return found


def failure(code: str, row: LanguageModel) -> str:
    """What to look at. What the endpoint itself wrote is not shown: it may be no language model at all."""
    facts = {"address": row.base_url, "key": row.key or "–", "model": row.model, "seconds": row.read_timeout_s}
    known = {
        "model_down": _("Nothing answers at %(address)s. Check the address, the port and the way through firewalls."),
        "model_slow": _("It does not answer within %(seconds)s seconds. Is the model loaded?"),
        "model_key": _("It refuses the key. Check what is behind %(key)s."),
        "model_unknown": _(
            "It does not know the model %(model)s, or has no chat at this address. Often /v1 is missing."
        ),
        "model_busy": _("It says that it is too busy, or that what it may be asked is used up."),
        "model_empty": _("It answers, and says nothing. A model that thinks first may need a longer answer."),
    }
    return known.get(code, _("It fails, or does not speak the protocol of OpenAI's chat completions.")) % facts


async def _listed(model: Model) -> list[Finding]:
    """Whether it can be reached and lists the model. An endpoint may list nothing and answer all the same."""
    try:
        entries = {str(entry.get("id")): entry for entry in await llm.listed(model)}
    except ModelError as error:
        if error.code not in ("model_unknown", "model_error", "model_cut_off"):
            raise
        entries = {}
    if not entries:
        return [Finding(_("Lists its models"), None, _("It lists no models; that need not be wrong."))]
    if model.name not in entries:
        names = ", ".join(sorted(entries)[:MOST_NAMES])
        words = _("It does not list %(model)s. It lists: %(names)s") % {"model": model.name, "names": names}
        return [Finding(_("Lists its models"), None, words)]
    words = _("It can be reached and lists %(model)s.") % {"model": model.name}
    return [Finding(_("Lists its models"), True, words), _context(entries[model.name], model)]


def _context(entry: dict[str, Any], model: Model) -> Finding:
    inner = entry.get("meta")
    facts_told = entry | inner if isinstance(inner, dict) else entry
    told = next((value for name in CONTEXT if type(value := facts_told.get(name)) is int), None)
    facts = {"told": told, "set": model.context_tokens}
    if told is None:
        words = _("It does not say how many tokens it takes; %(set)s are set here.")
        return Finding(_("Context length"), None, words % facts)
    if told < model.context_tokens:
        words = _("It takes %(told)s tokens, and %(set)s are set here: set fewer.")
        return Finding(_("Context length"), False, words % facts)
    return Finding(_("Context length"), True, _("It takes %(told)s tokens; %(set)s are set here.") % facts)


async def _spoken(model: Model) -> list[Finding]:
    """Whether it streams, how fast it begins, and whether it counts."""
    usage, pieces, began = Usage(), 0, time.perf_counter()
    first = 0.0
    async with aclosing(llm.stream(model, [{"role": "user", "content": COUNT}], usage)) as stream:
        async for _piece in stream:
            pieces += 1
            first = first or time.perf_counter() - began
    words = _("The first words came after %(seconds)s s.") % {"seconds": f"{first:.2f}"}
    streams = Finding(_("Streams"), True, words)
    if pieces == 1:
        streams = Finding(
            _("Streams"),
            None,
            _("It gives its answer in one piece, after %(seconds)s s.") % {"seconds": f"{first:.2f}"},
        )
    if usage.tokens_in is None:
        return [streams, Finding(_("Counts tokens"), None, _("It does not; costs will be estimated."))]
    facts = {"in": usage.tokens_in, "out": usage.tokens_out}
    counted = _("It does: %(in)s tokens in, %(out)s out.") % facts
    return [streams, Finding(_("Counts tokens"), True, counted)]


async def _seen(model: Model) -> Finding:
    """Shows it three stripes and asks for their colours in order."""
    order = random.sample(sorted(COLOURS), 3)
    asked: Message = {"role": "user", "content": [{"type": "text", "text": LOOK}, picture(stripes(order))]}
    said = ""
    try:
        async with aclosing(llm.stream(model, [asked], Usage())) as stream:
            async for piece in stream:
                said += piece
    except ModelError:
        said = ""
    places = [said.lower().find(colour) for colour in order]
    sees = min(places) >= 0 and places == sorted(places)
    words = {
        (True, True): _("It does."),
        (True, False): _("It does, and is not set to: it gets no pictures."),
        (False, True): _("It does not, and is set to: switch that off."),
        (False, False): _("It does not."),
    }
    return Finding(_("Sees pictures"), sees if model.seeing else None, words[sees, model.seeing])


def stripes(order: list[str]) -> bytes:
    """A PNG with a stripe of each colour, from top to bottom."""
    rows = b"".join((b"\0" + bytes(COLOURS[colour]) * SIZE) * (SIZE // len(order)) for colour in order)
    head = struct.pack(">IIBBBBB", SIZE, SIZE // len(order) * len(order), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
