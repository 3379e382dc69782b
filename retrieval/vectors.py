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
    """Little-endian float16."""
    return vector.astype("<f2").tobytes()


def unpack(data: bytes | memoryview) -> Vectors:
    return np.frombuffer(data, "<f2").astype(np.float32)
