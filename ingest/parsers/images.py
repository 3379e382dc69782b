"""Pictures: what is written in them, line by line, with its place."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from ingest.parsers.facts import FactFinder
from ingest.segments import Block, Notice, Progress, Segment, Unreadable
from library.tables import Box

MAX_PIXELS = 40_000_000
MAX_FRAMES = 200
WHOLE: Box = [0.0, 0.0, 1.0, 1.0]
UNSURE = 0.8
"""Mean confidence below which the reader is warned."""


PICTURE_ERRORS: tuple[type[Exception], ...] = (
    Image.DecompressionBombError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
)
"""What Pillow raises on pictures that are cut or forged (UnidentifiedImageError is an OSError)."""


def parse(path: Path, name: str) -> Iterator[Segment]:
    """The lines of a picture; each frame of a TIFF is a page of its own."""
    found = FactFinder(name, kind="image")
    data = path.read_bytes()
    if not data:
        raise Unreadable("empty")
    total = _frames(data)
    if total > MAX_FRAMES:
        raise Unreadable("too_many_pages", pages=total, limit=MAX_FRAMES)
    for frame in range(total):
        locator = {"page": frame + 1} if total > 1 else {}
        try:
            block = picture_block(data, locator, "", frame)
        except Unreadable as reason:
            if reason.code != "too_complex" or total == 1:
                raise
            block = None
            yield Notice("picture_too_large", {"page": frame + 1})
        if block is not None:
            found.see(block)
            yield block
            if block.confidence is not None and block.confidence < UNSURE:
                yield Notice("picture_read_unsurely", {"confidence": round(block.confidence, 2)})
        yield Progress(frame + 1, total)
    if not found.words:
        yield Notice("no_text_in_picture")
    yield found.facts()


def picture_block(data: bytes, locator: dict[str, Any], heading: str, frame: int = 0) -> Block | None:
    """What is written in a picture, None where nothing is. Boxes are those of the whole page, where the locator says
    which part of it the picture takes up, else of the picture."""
    from ingest.parsers.ocr import read_image

    lines = read_image(open_image(data, frame))
    if not lines:
        return None
    confidence = sum(score for _, _, score in lines) / len(lines)
    frame_box = (locator.get("boxes") or [WHOLE])[0]
    placed = [(text, within(box, frame_box)) for text, box, _ in lines]
    return Block(
        "\n".join(text for text, _, _ in lines),
        {"boxes": [box for _, box in placed]} | locator,
        kind="image",
        heading=heading,
        lines=placed,
        confidence=round(confidence, 3),
    )


def within(box: Box, frame: Box) -> Box:
    """A box in a picture as a box of the slide or page on which the picture stands."""
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    x0, y0, x1, y1 = box
    places = (frame[0] + x0 * width, frame[1] + y0 * height, frame[0] + x1 * width, frame[1] + y1 * height)
    return [round(v, 4) for v in places]


def open_image(data: bytes, frame: int = 0) -> Image.Image:
    """The picture as it is meant to be seen, turned as its camera noted; `Unreadable` for what is none."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if frame:
                image.seek(frame)
            if image.width * image.height > MAX_PIXELS:
                raise Unreadable("too_complex", pixels=image.width * image.height, limit=MAX_PIXELS)
            image.load()
            upright: Image.Image = ImageOps.exif_transpose(image)
            return upright
    except MemoryError as error:
        raise Unreadable("too_complex") from error
    except PICTURE_ERRORS as error:
        raise Unreadable("damaged") from error


def _frames(data: bytes) -> int:
    """Pages of a TIFF; an animation counts as its first picture."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    except PICTURE_ERRORS as error:
        raise Unreadable("damaged") from error
