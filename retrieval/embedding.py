"""The only embedding client: text in, normalised vectors out, by whichever model the settings name.

- nothing set: MiniLM from `retrieval/minilm.py`
- EMBEDDING_BASE_URL: the model EMBEDDING_MODEL at an OpenAI-compatible endpoint
- a folder: an ONNX model with its tokenizer, as sentence-transformers lay them out
- any other name: a model of fastembed, which is installed apart
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from django.conf import settings

from retrieval.vectors import EmbeddingAway, Vectors, normalised, pack, unpack

__all__ = ["EmbeddingAway", "Model", "Vectors", "model", "model_name", "pack", "passages", "question", "unpack"]

BATCH = 32
ENDPOINT_BATCH = 128
_lock = threading.Lock()
_loaded: dict[tuple[str, str], Model] = {}


class Model(Protocol):
    """One embedding model. Questions and passages are apart because some models want a prefix for each."""

    name: str

    def passages(self, texts: Sequence[str]) -> Vectors: ...

    def question(self, text: str) -> Vectors: ...


def passages(texts: Sequence[str]) -> Vectors:
    """One row a text, normalised, shape (n, dimensions)."""
    return model().passages(texts)


def question(text: str) -> Vectors:
    """The vector of one question, normalised."""
    return model().question(text)


def model_name() -> str:
    """What vectors are filed under; vectors of different names are never compared."""
    return model().name


def model() -> Model:
    """The model that the settings name, loaded once a process."""
    key = (settings.EMBEDDING_MODEL, settings.EMBEDDING_BASE_URL)
    with _lock:
        if key not in _loaded:
            _loaded[key] = _load(*key)
        return _loaded[key]


def _load(name: str, base_url: str) -> Model:
    if base_url:
        return Endpoint(name, base_url, settings.EMBEDDING_API_KEY)
    if not name:
        from retrieval import minilm
        from retrieval.onnx_model import OnnxModel

        return OnnxModel(minilm.make(Path(settings.MODELS_DIR) / "minilm"), minilm.NAME)
    if Path(name).is_dir():
        from retrieval.onnx_model import OnnxModel

        return OnnxModel(Path(name))
    return Fastembed(name)


class Endpoint:
    """A model behind an OpenAI-compatible `/embeddings`."""

    def __init__(self, name: str, base_url: str, key: str) -> None:
        from openai import OpenAI, Timeout

        if not name:
            raise EmbeddingAway("EMBEDDING_BASE_URL is set, so EMBEDDING_MODEL must name the model there.")
        self.name = name[:100]
        self._client = OpenAI(
            base_url=base_url,
            api_key=key or "none",
            timeout=Timeout(connect=3, read=30, write=10, pool=5),
            max_retries=1,
        )

    def passages(self, texts: Sequence[str]) -> Vectors:
        parts = [self._ask(texts[at : at + ENDPOINT_BATCH]) for at in range(0, len(texts), ENDPOINT_BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)

    def question(self, text: str) -> Vectors:
        return np.asarray(self._ask([text])[0])

    def _ask(self, texts: Sequence[str]) -> Vectors:
        from openai import OpenAIError

        try:
            answer = self._client.embeddings.create(model=self.name, input=list(texts), encoding_format="float")
        except OpenAIError as error:
            raise EmbeddingAway(f"The embedding endpoint did not answer for the model {self.name}: {error}") from error
        rows = sorted(answer.data, key=lambda row: row.index)
        return normalised(np.array([row.embedding for row in rows], np.float32))


class Fastembed:
    """A model that fastembed knows by name and fetches itself."""

    def __init__(self, name: str) -> None:
        if find_spec("fastembed") is None:
            raise EmbeddingAway(
                f"EMBEDDING_MODEL is {name!r}: neither a folder nor, as the package fastembed is not installed, a name "
                "that could be looked up."
            )
        self.name = name[:100]
        try:
            self._model: Any = import_module("fastembed").TextEmbedding(name, cache_dir=str(settings.MODELS_DIR))
        except ValueError as error:
            raise EmbeddingAway(f"fastembed knows no model {name!r}: {error}") from error

    def passages(self, texts: Sequence[str]) -> Vectors:
        return normalised(np.array(list(self._model.passage_embed(list(texts), batch_size=BATCH)), np.float32))

    def question(self, text: str) -> Vectors:
        return normalised(np.array(next(iter(self._model.query_embed(text))), np.float32))
