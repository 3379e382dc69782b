"""How much a text is like an attack on an assistant, by its words: the second opinion beside the rules. Pure.

A logistic regression over runs of words and letters (Japanese: of one to four characters), each known by its hash. It
was fitted to sentences of our own, harmless ones with the same words among them: `python -m bench guard_texts --fit`
writes `likeness.json` again. Sentence vectors of MiniLM beside the runs found no more on texts that were held back, and
read no Japanese, so they are left out.
"""

from __future__ import annotations

import base64
import json
import math
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("likeness.json")
SIZE = 1 << 15
LATIN = re.compile(r"[a-z']+|[.?!:{}\[\]<>]")
JAPANESE = re.compile(r"[ぁ-ヿ一-鿿]+")


@dataclass(slots=True, frozen=True)
class Fitted:
    weights: memoryview
    """One signed byte a hash, in units of `unit`."""
    unit: float
    bias: float


def of_question(text: str) -> float:
    """Above nought: more like the attacks than like the questions of a bank's staff; in the unit of log odds."""
    return _score(text, "question")


def of_sentence(text: str) -> float:
    """The same for a sentence of a document."""
    return _score(text, "document")


def places(text: str) -> list[int]:
    """The hashes of all runs in the text, each once, in order."""
    return sorted({zlib.crc32(run.encode()) % SIZE for run in _runs(text)})


def _score(text: str, where: str) -> float:
    fitted, own = _fitted()[where], places(text)
    if not own:
        return fitted.bias
    return fitted.bias + fitted.unit * sum(fitted.weights[at] for at in own) / math.sqrt(len(own))


def _runs(text: str) -> Iterator[str]:
    small = re.sub(r"\d", "0", unicodedata.normalize("NFKC", text).lower())
    words = LATIN.findall(small)
    for length in (1, 2, 3):
        yield from ("w" + " ".join(words[at : at + length]) for at in range(len(words) - length + 1))
    for word in words:
        yield from ("c" + f"^{word}$"[at : at + 4] for at in range(len(word) - 1))
    for run in JAPANESE.findall(small):
        for length in (1, 2, 3, 4):
            yield from ("j" + run[at : at + length] for at in range(len(run) - length + 1))


@cache
def _fitted() -> dict[str, Fitted]:
    return {
        where: Fitted(memoryview(base64.b64decode(one["weights"])).cast("b"), one["unit"], one["bias"])
        for where, one in json.loads(FILE.read_text(encoding="ascii")).items()
    }
