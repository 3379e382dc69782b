"""Dense vectors: how they are held, normalised and packed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class EmbeddingAway(Exception):
    """The embedding model cannot be reached or loaded; the message says which and why."""


def normalised(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def pack(vector: Vectors) -> bytes:
    """A signed byte a dimension, in steps of a 127th of the largest; the length, always 1, is left out."""
    step = max(float(np.abs(vector).max(initial=0.0)), 1e-12) / 127
    packed: bytes = np.rint(vector / step).astype(np.int8).tobytes()
    return packed


def unpack(data: bytes | memoryview) -> Vectors:
    return normalised(np.frombuffer(data, np.int8).astype(np.float32))
