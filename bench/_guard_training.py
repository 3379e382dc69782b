"""The weights of `chat/guards/likeness.py`, fitted to `guard_texts/tuned.txt` and to sentences from `patterns.txt`.

A pattern such as `(Show|Print) me (the rules|clause 7).` stands for several sentences; the same few are drawn at
each fit.
"""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench._guard_texts import Text, read
from chat.guards.likeness import FILE, SIZE, places

DRAWN = 16
RIDGE = 3e-5
"""Chosen by fitting to the patterns and measuring on `tuned.txt`."""
ROUNDS = 15
CHOICE = re.compile(r"(?<!\\)\((?P<words>[^()]*\|[^()]*)(?<!\\)\)")
Floats = NDArray[np.float64]


def fit() -> None:
    """Questions are set against harmless questions; sentences of documents against all that is harmless."""
    texts = [text for half in ("tuned", "patterns") for text in read(half) if text.kind != "host"]
    spelt = [(text, words) for text in texts for words in spelled(text.words, DRAWN)]
    fitted = {
        where: _fitted([(t, words) for t, words in spelt if t.where == where]) for where in ("question", "document")
    }
    FILE.write_text(json.dumps(fitted, indent=1) + "\n", encoding="ascii")


def spelled(pattern: str, most: int) -> Iterator[str]:
    """At most `most` different sentences, drawn by chance from all that the pattern allows."""
    chance = random.Random(pattern)
    drawn = {CHOICE.sub(lambda found: chance.choice(found["words"].split("|")), pattern) for _ in range(3 * most)}
    yield from sorted(drawn)[:: max(1, len(drawn) // most)][:most]


def _fitted(rows: Iterable[tuple[Text, str]]) -> dict[str, Any]:
    rows = list(rows)
    runs = np.zeros((len(rows), SIZE), np.float32)
    for row, (_text, words) in enumerate(rows):
        own = places(words)
        runs[row, own] = 1 / max(len(own), 1) ** 0.5
    alpha = _dual(runs, np.array([text.kind == "attack" for text, _words in rows], np.float64))
    weights = runs.T.astype(np.float64) @ alpha
    unit = float(np.abs(weights).max() / 127)
    packed = np.rint(weights / unit).astype(np.int8).tobytes()
    return {"unit": round(unit, 6), "bias": round(float(alpha.sum()), 4), "weights": base64.b64encode(packed).decode()}


def _dual(runs: NDArray[np.float32], attack: Floats) -> Floats:
    """Newton's steps for a logistic regression with a ridge, a number a text; both kinds weigh the same."""
    count = len(attack)
    share = np.where(attack == 1, count / (2 * attack.sum()), count / (2 * (count - attack.sum())))
    kernel = (runs @ runs.T).astype(np.float64) + 1.0
    alpha = np.zeros(count)
    for _ in range(ROUNDS):
        score = kernel @ alpha
        chance = 1 / (1 + np.exp(-score))
        curve = np.maximum(share * chance * (1 - chance), 1e-6)
        alpha = np.linalg.solve(kernel + RIDGE * count * np.diag(1 / curve), score + share * (attack - chance) / curve)
    return alpha
