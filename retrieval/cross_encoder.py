"""A cross-encoder in a folder: an ONNX graph with its tokenizer, run on the processor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.onnx_model import GRAPHS, THREADS

TOKENS = 512
BATCH = 8


class RerankAway(Exception):
    """The model cannot be reached or loaded, or answers what cannot be used; the message says which and why."""


class CrossEncoder:
    """Question and passage in, one number out: the model's only logit, or the last of several."""

    def __init__(self, folder: Path) -> None:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        graph = next((folder / name for name in GRAPHS if (folder / name).exists()), None)
        if graph is None or not (folder / "tokenizer.json").exists():
            raise RerankAway(f"The folder {folder} holds no model.onnx with a tokenizer.json.")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_padding(pad_id=self._tokenizer.token_to_id("[PAD]") or 0)
        self._tokenizer.enable_truncation(TOKENS, strategy="only_second")
        options = SessionOptions()
        options.intra_op_num_threads = THREADS
        options.log_severity_level = 3
        self._session = InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._inputs = {given.name for given in self._session.get_inputs()}

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        found: list[float] = []
        for at in range(0, len(texts), BATCH):
            found += self._batch([(question, text) for text in texts[at : at + BATCH]])
        return found

    def _batch(self, pairs: list[tuple[str, str]]) -> list[float]:
        encoded = self._tokenizer.encode_batch(pairs)
        given = {
            "input_ids": np.array([one.ids for one in encoded], np.int64),
            "attention_mask": np.array([one.attention_mask for one in encoded], np.int64),
            "token_type_ids": np.array([one.type_ids for one in encoded], np.int64),
        }
        logits = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        return [float(score) for score in np.asarray(logits).reshape(len(pairs), -1)[:, -1]]
