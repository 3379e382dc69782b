"""The best hits once more, by a model that reads question and passage together. Off unless one is set.

It gets only what the asker may see, and only changes the order. Whatever goes wrong, and whenever it takes too long,
the order stays as it was; then it is left alone for a while.

- RERANK_BASE_URL: the model RERANK_MODEL at an endpoint with `/rerank`, as Jina, Cohere and vLLM have it
- a folder: an ONNX cross-encoder with its tokenizer
- any other name: a cross-encoder of fastembed, which is installed apart
"""

from __future__ import annotations

import json
import logging
import math
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from retrieval.cross_encoder import CrossEncoder, RerankAway

logger = logging.getLogger(__name__)
DEPTH = 30
"""Hits that are read again."""
WITHIN_S = 2.0
"""Longer nobody waits for a better order."""
REST_S = 30.0
"""How long it is left alone after it failed."""
MOST_BYTES = 1_000_000
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="rerank")
_lock = threading.Lock()
_loaded: dict[tuple[str, str], Reranker] = {}
_resting_until = 0.0


class Reranker(Protocol):
    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers; higher is better."""
        ...


def is_on() -> bool:
    return bool(settings.RERANK_MODEL or settings.RERANK_BASE_URL) and time.monotonic() >= _resting_until


def order(question: str, texts: Sequence[str]) -> list[int]:
    """The texts' positions, best first; as they stood where the model cannot say."""
    global _resting_until
    try:
        scores = _threads.submit(_scored, question, texts).result(timeout=WITHIN_S)
    except TimeoutError:
        logger.warning("The reranker took longer than %.1f s; the order stays.", WITHIN_S)
    except RerankAway as error:
        logger.warning("%s The order stays.", error)
    else:
        return sorted(range(len(texts)), key=lambda at: (-scores[at], at))
    _resting_until = time.monotonic() + REST_S
    return list(range(len(texts)))


def _scored(question: str, texts: Sequence[str]) -> list[float]:
    scores = model().scores(question, texts)
    if len(scores) != len(texts) or not all(map(math.isfinite, scores)):
        raise RerankAway("The reranker gave no number for each passage.")
    return scores


def model() -> Reranker:
    """The model that the settings name, loaded once a process."""
    key = (settings.RERANK_MODEL, settings.RERANK_BASE_URL)
    with _lock:
        if key not in _loaded:
            _loaded[key] = _load(*key)
        return _loaded[key]


def _load(name: str, base_url: str) -> Reranker:
    if base_url:
        return Endpoint(name, base_url, settings.RERANK_API_KEY)
    if Path(name).is_dir():
        return CrossEncoder(Path(name))
    return Fastembed(name)


class Endpoint:
    """A model behind `/rerank`: query and documents in, `results` with `index` and `relevance_score` out."""

    def __init__(self, name: str, base_url: str, key: str) -> None:
        self._name = name
        self._url = f"{base_url.rstrip('/')}/rerank"
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        asked = {"query": question, "documents": list(texts), "top_n": len(texts)}
        if self._name:
            asked["model"] = self._name
        request = urllib.request.Request(self._url, json.dumps(asked).encode(), self._headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310
                return _read(json.loads(answer.read(MOST_BYTES)), len(texts))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RerankAway(f"The rerank endpoint did not answer: {type(error).__name__}.") from error


def _read(answer: Any, count: int) -> list[float]:
    """The scores in the order of the texts; ValueError, KeyError or TypeError where they are not all there."""
    found = {int(result["index"]): float(result["relevance_score"]) for result in answer["results"]}
    return [found[at] for at in range(count)]


class Fastembed:
    """A cross-encoder that fastembed knows by name and fetches itself."""

    def __init__(self, name: str) -> None:
        if find_spec("fastembed") is None:
            raise RerankAway(
                f"RERANK_MODEL is {name!r}: neither a folder nor, as the package fastembed is not installed, a name "
                "that could be looked up."
            )
        encoder = import_module("fastembed.rerank.cross_encoder").TextCrossEncoder
        try:
            self._model: Any = encoder(name, cache_dir=str(settings.MODELS_DIR))
        except ValueError as error:
            raise RerankAway(f"fastembed knows no cross-encoder {name!r}: {error}") from error

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [float(score) for score in self._model.rerank(question, list(texts))]
