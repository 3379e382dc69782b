"""A Whisper model with random weights, small enough to make in a test: it says nonsense, but with times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SPECIAL = "endoftext startoftranscript en translate transcribe startoflm startofprev nospeech notimestamps".split()  # noqa: SIM905
WIDTH = 16


def make(folder: Path, seed: int = 1) -> Path:
    """The folder, with a model that faster-whisper loads by its path."""
    from ctranslate2.specs import WhisperSpec
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    folder.mkdir(parents=True)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = [f"<|{name}|>" for name in SPECIAL] + [f"<|{n * 0.02:.2f}|>" for n in range(1501)]
    tokenizer = Tokenizer(models.BPE(vocab={c: n for n, c in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(special)
    tokenizer.save(str(folder / "tokenizer.json"))
    vocabulary = [*letters, *special]
    spec = WhisperSpec(1, 2, 1, 2)
    _Weights(np.random.default_rng(seed)).fill(spec, len(vocabulary))
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [vocabulary.index("<|en|>")]
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    spec.save(str(folder))
    return folder


class _Weights:
    def __init__(self, chance: np.random.Generator) -> None:
        self.chance = chance

    def some(self, *shape: int) -> np.ndarray[Any, Any]:
        return (self.chance.standard_normal(shape) * 0.3).astype(np.float32)

    def fill(self, spec: Any, words: int) -> None:
        encoder, decoder = spec.encoder, spec.decoder
        for convolution, inputs in ((encoder.conv1, 80), (encoder.conv2, WIDTH)):
            convolution.weight, convolution.bias = self.some(WIDTH, inputs, 3), np.zeros(WIDTH, np.float32)
        encoder.position_encodings.encodings = self.some(1500, WIDTH)
        decoder.position_encodings.encodings = self.some(448, WIDTH)
        decoder.embeddings.weight = decoder.projection.weight = self.some(words, WIDTH)
        for half in (encoder, decoder):
            self.norm(half.layer_norm)
            for layer in half.layer:
                self.attention(layer.self_attention, 3 * WIDTH, WIDTH)
                self.norm(layer.ffn.layer_norm)
                self.linear(layer.ffn.linear_0, 4 * WIDTH, WIDTH)
                self.linear(layer.ffn.linear_1, WIDTH, 4 * WIDTH)
        for layer in decoder.layer:
            self.attention(layer.attention, WIDTH, 2 * WIDTH, WIDTH)

    def attention(self, spec: Any, *sizes: int) -> None:
        self.norm(spec.layer_norm)
        for linear, size in zip(spec.linear, sizes, strict=True):
            self.linear(linear, size, WIDTH)

    def linear(self, spec: Any, outputs: int, inputs: int) -> None:
        spec.weight, spec.bias = self.some(outputs, inputs), np.zeros(outputs, np.float32)

    def norm(self, spec: Any) -> None:
        spec.gamma, spec.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)
