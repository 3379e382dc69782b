"""A circuit breaker for each endpoint, known to all processes: what fails again and again is left alone for a while.

Closed: asked. Open, after `FAILURES` within `WINDOW_S`: not asked for `REST_S`. Half open, after that: one question at
a time tries, and how it ends closes the breaker or opens it anew. Without Redis every endpoint is asked.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from chat.streams import AWAY, client

FAILURES, WINDOW_S = 3, 60
REST_S, TRIAL_S = 30, 60
"""How long an open breaker rests, and how long the one that tries may keep the others waiting."""
REMEMBERED_S = 86_400


@dataclass(slots=True, frozen=True)
class Gate:
    """What was found at one endpoint's breaker."""

    may_ask: bool
    clean: bool = True
    """No failure is remembered, so a success need not be told."""


async def look(endpoint: str) -> Gate:
    fails, opened, rests, trial = _keys(endpoint)
    try:
        failed, is_open, is_resting = await client().mget(fails, opened, rests)
        if not is_open:
            return Gate(True, clean=not failed)
        if is_resting:
            return Gate(False, clean=False)
        return Gate(bool(await client().set(trial, "1", nx=True, ex=TRIAL_S)), clean=False)
    except AWAY:
        return Gate(True)


async def is_clean(endpoint: str) -> bool:
    """No failure is remembered: something small may be asked, without using up the one try of a half open breaker."""
    fails, opened, _rests, _trial = _keys(endpoint)
    try:
        return not any(await client().mget(fails, opened))
    except AWAY:
        return True


async def succeeded(endpoint: str) -> None:
    with suppress(*AWAY):
        await client().delete(*_keys(endpoint))


async def failed(endpoint: str) -> None:
    fails, opened, rests, trial = _keys(endpoint)
    with suppress(*AWAY):
        async with client().pipeline(transaction=True) as pipe:
            pipe.set(fails, 0, nx=True, ex=WINDOW_S)
            pipe.incr(fails)
            pipe.exists(opened)
            _set, count, is_open = await pipe.execute()
            if count >= FAILURES or is_open:
                pipe.set(opened, "1", ex=REMEMBERED_S)
                pipe.set(rests, "1", ex=REST_S)
                pipe.delete(trial)
                await pipe.execute()


def _keys(endpoint: str) -> tuple[str, str, str, str]:
    digest = hashlib.sha256(endpoint.encode()).hexdigest()[:24]
    return f"breaker:{digest}:fails", f"breaker:{digest}:open", f"breaker:{digest}:rests", f"breaker:{digest}:trial"
