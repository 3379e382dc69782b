"""An embedding model in a folder: an ONNX graph with its tokenizer, run on the processor.

Beside `model.onnx` and `tokenizer.json` a folder may hold what sentence-transformers write: the longest input
(`sentence_bert_config.json`), the pooling (`1_Pooling/config.json`) and the prefixes of questions and passages
(`config_sentence_transformers.json`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import EmbeddingAway, Vectors, normalised

Ints = NDArray[np.integer[Any]]
GRAPHS = ("model.onnx", "onnx/model_quantized.onnx", "onnx/model.onnx")
BATCH = 4
THREADS = min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class OnnxModel:
    """Tokens in, one normalised vector a text out. Read at the first of them: some processes ask for the name alone."""

    def __init__(self, folder: Path, name: str = "") -> None:
        graph = next((folder / name for name in GRAPHS if (folder / name).exists()), None)
        if graph is None or not (folder / "tokenizer.json").exists():
            raise EmbeddingAway(f"The folder {folder} holds no model.onnx with a tokenizer.json.")
        self.name = name or f"{folder.name[:80]}@{hashlib.sha256(graph.read_bytes()).hexdigest()[:12]}"
        self._folder, self._graph = folder, graph
        self._first_token = bool(_read(folder / "1_Pooling/config.json").get("pooling_mode_cls_token"))
        prompts = _read(folder / "config_sentence_transformers.json").get("prompts") or {}
        self._question_prefix = str(prompts.get("query", ""))
        self._passage_prefix = str(prompts.get("passage", prompts.get("document", "")))

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_longest(self._folder))
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads that spin between two questions would take the processor from the rest of the web process.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return InferenceSession(str(self._graph), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _inputs(self) -> dict[str, Any]:
        """Name of each input to its type of number."""
        return {given.name: np.int64 if "int64" in given.type else np.int32 for given in self._session.get_inputs()}

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Texts of like length share a batch, so that little padding is computed."""
        encoded = self._tokenizer.encode_batch([self._passage_prefix + text for text in texts])
        tokens = [encoding.ids for encoding in encoded]
        order = sorted(range(len(tokens)), key=lambda at: len(tokens[at]))
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        if not batches:
            return np.zeros((0, 0), np.float32)
        found = np.concatenate([self._run([tokens[at] for at in batch]) for batch in batches])
        result = np.empty_like(found)
        result[order] = found
        return result

    def question(self, text: str) -> Vectors:
        return np.asarray(self._run([self._tokenizer.encode(self._question_prefix + text).ids])[0])

    def _run(self, tokens: list[list[int]]) -> Vectors:
        lengths = np.array([len(ids) for ids in tokens])
        kind = np.int64 if np.int64 in self._inputs.values() else np.int32
        ids = np.zeros((len(tokens), lengths.max()), kind)
        for row, own in enumerate(tokens):
            ids[row, : len(own)] = own
        mask = np.arange(ids.shape[1]) < lengths[:, None]
        given = {
            "input_ids": ids,
            "attention_mask": mask.astype(kind),
            "token_type_ids": np.zeros_like(ids),
            "lengths": lengths.astype(kind),
        }
        hidden = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        return normalised(self._pooled(hidden, mask, lengths))

    def _pooled(self, hidden: Vectors, mask: NDArray[np.bool_], lengths: Ints) -> Vectors:
        if hidden.ndim == 2:
            return hidden
        if self._first_token:
            return np.asarray(hidden[:, 0])
        # A product of matrices sums the tokens without a copy of the hidden states.
        weights = (mask / lengths[:, None]).astype(np.float32)[:, None, :]
        return np.asarray((weights @ hidden)[:, 0])


def _longest(folder: Path) -> int:
    """Tokens the model reads of a text."""
    own = _read(folder / "settings.json").get("tokens")
    return int(own or _read(folder / "sentence_bert_config.json").get("max_seq_length") or 512)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise EmbeddingAway(f"{path} is not JSON: {error}") from error
    return found if isinstance(found, dict) else {}
