"""Reading what is written in a picture, Japanese and English, with the models that the package carries."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.segments import Unreadable
from library.tables import Box

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

LEAST_CONFIDENCE = 0.5
"""Below this, a line is more often a guess at a drawing than a reading."""
THREADS = 2
MAX_PIXELS = 40_000_000
SMALLEST_SIDE = 12
LONGEST_SIDE = 3000
"""The engine looks at 2,000 pixels of the longer side; what is larger only fills the memory."""


def read_image(image: Image | np.ndarray[Any, Any]) -> list[tuple[str, Box, float]]:
    """(text, box as fractions of the picture, confidence 0–1) of each line, from top to bottom.

    Raises `Unreadable` for a picture that is too large, or that the engine cannot take.
    """
    pixels = _pixels(image)
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        return []
    result = _recognise(pixels)
    if result is None or getattr(result, "txts", None) is None:
        return []
    lines = zip(result.txts, result.boxes, result.scores, strict=True)
    found = [(str(text).strip(), _box(corners, width, height), float(score)) for text, corners, score in lines]
    kept = [line for line in found if line[0] and line[2] >= LEAST_CONFIDENCE]
    return sorted(kept, key=lambda line: _reading_order(line[1]))


def _recognise(pixels: np.ndarray[Any, Any]) -> Any:
    try:
        import cv2
        from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError
        from rapidocr.utils.process_img import ResizeImgError
    except ImportError as error:
        # A library that is there cannot be mapped where the memory is used up.
        raise Unreadable("too_complex") from error
    try:
        return _engine()(pixels)
    except (ONNXRuntimeError, ResizeImgError, cv2.error, MemoryError, ValueError, LookupError) as error:
        raise Unreadable("too_complex") from error


def _pixels(image: Image | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Blue, green, red, as the engine wants them; what is transparent is white."""
    import numpy as np
    from PIL import Image as pillow

    if isinstance(image, np.ndarray):
        return image
    if image.width * image.height > MAX_PIXELS:
        raise Unreadable("too_complex", pixels=image.width * image.height, limit=MAX_PIXELS)
    if max(image.size) > LONGEST_SIDE:
        image = image.copy()
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = pillow.new("RGBA", rgba.size, "white")
        image = pillow.alpha_composite(paper, rgba)
    return np.asarray(image.convert("RGB"))[:, :, ::-1].copy()


def _box(corners: Any, width: int, height: int) -> Box:
    """The upright box around the four corners of a line."""
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    edges = (min(xs) / width, min(ys) / height, max(xs) / width, max(ys) / height)
    return [round(min(max(v, 0.0), 1.0), 4) for v in edges]


def _reading_order(box: Box) -> tuple[int, float]:
    """Lines whose middles stand within a hundredth of the height of each other are read from left to right."""
    return round((box[1] + box[3]) * 50), box[0]


@cache
def _engine() -> Any:
    """One engine a process: loading takes a second and 200 MB."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
