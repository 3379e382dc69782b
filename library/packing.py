"""Rows in few bytes: fields that look like text, JSON and UUIDs, and are kept compressed.

What is packed is never asked for by its content in the database; the words are found through the index.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from library.locators import Locator
from library.tables import Box

if TYPE_CHECKING:
    TextValues = models.Field[str, str]
    JSONValues = models.JSONField[Any]
    UUIDValues = models.UUIDField[UUID, UUID]
else:  # the classes take no parameters at run time
    TextValues, JSONValues, UUIDValues = models.Field, models.JSONField, models.UUIDField

STEPS = 10_000
"""A box is kept to 4 decimals, a hundredth of a millimetre on a page."""
RAW = -15
"""zlib's window without its header and checksum: the database checks its own pages."""
PHRASES = Path(__file__).with_name("phrases.txt")
"""What reports are full of, in English and Japanese: what stands in it takes two bytes. Not to be changed, as all that
was packed with it is unpacked with it."""
WITH_PHRASES = b"\x07"
"""In front of text packed with them; no stream of zlib's begins so."""


class PackedTextField(TextValues):
    """Text, compressed; what an older row holds as plain text is read too."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return None if value is None else pack_text(value)

    def from_db_value(self, value: bytes | memoryview | str | None, *_: object) -> str | None:
        return value if value is None or isinstance(value, str) else unpack_text(bytes(value))


class Compact(json.JSONEncoder):
    """Without spaces, and with every letter as it is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"separators": (",", ":"), "ensure_ascii": False})


class LocatorField(JSONValues):
    """A locator; its boxes, most of its bytes, stand in it as one short string."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.encoder = Compact

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        given = pack_locator(value) if isinstance(value, dict) else value
        return super().get_db_prep_value(given, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        found = super().from_db_value(value, expression, connection)
        return unpack_locator(found) if isinstance(found, dict) else found


class ShortUUIDField(UUIDValues):
    """A UUID as 16 bytes where the database has no type for it (Django writes 32 characters)."""

    def get_internal_type(self) -> str:
        return "ShortUUIDField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "blob" if connection.vendor == "sqlite" else "uuid"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        found = self.to_python(value)
        return found.bytes if isinstance(found, UUID) and connection.vendor == "sqlite" else found

    def from_db_value(self, value: Any, *_: object) -> UUID | None:
        return UUID(bytes=bytes(value)) if isinstance(value, bytes | memoryview) else value


def pack_text(text: str) -> bytes:
    return WITH_PHRASES + packed(text.encode(errors="surrogatepass"), phrases())


def unpack_text(data: bytes) -> str:
    known = phrases() if data.startswith(WITH_PHRASES) else b""
    return unpacked(data.removeprefix(WITH_PHRASES), known).decode(errors="surrogatepass")


def packed(data: bytes, known: bytes) -> bytes:
    """Compressed; what stands in `known` takes two bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, RAW, zdict=known)
    return packer.compress(data) + packer.flush()


def unpacked(data: bytes, known: bytes) -> bytes:
    return zlib.decompressobj(RAW, zdict=known).decompress(data)


@lru_cache(maxsize=1)
def phrases() -> bytes:
    return PHRASES.read_bytes()


def pack_locator(locator: Locator) -> Locator:
    """The same with its boxes as a string, unless they are none that this can hold exactly."""
    boxes = locator.get("boxes")
    return {**locator, "boxes": pack_boxes(boxes)} if boxes and all(map(is_exact, boxes)) else locator


def unpack_locator(locator: Locator) -> Locator:
    boxes = locator.get("boxes")
    return {**locator, "boxes": unpack_boxes(boxes)} if isinstance(boxes, str) else locator


def is_exact(box: Box) -> bool:
    return len(box) == 4 and all(round(side * STEPS) / STEPS == side for side in box)


def pack_boxes(boxes: list[Box]) -> str:
    """Each box as it differs from the one before: the lines of a paragraph differ little."""
    packed, before = bytearray(), (0, 0, 0, 0)
    for x0, y0, x1, y1 in ([round(side * STEPS) for side in box] for box in boxes):
        left, _, right, bottom = before
        for number in (x0 - left, y0 - bottom, x1 - right, y1 - y0):
            packed += varint(number)
        before = (x0, y0, x1, y1)
    return b64encode(packed).decode()


def unpack_boxes(packed: str) -> list[Box]:
    numbers, boxes = varints(b64decode(packed)), []
    x0 = x1 = y1 = 0
    for dx in numbers:
        x0, y0, x1 = x0 + dx, y1 + next(numbers), x1 + next(numbers)
        y1 = y0 + next(numbers)
        boxes.append([x0 / STEPS, y0 / STEPS, x1 / STEPS, y1 / STEPS])
    return boxes


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the sign is the lowest of all."""
    rest, out = number * 2 if number >= 0 else -number * 2 - 1, bytearray()
    while rest > 127:
        out.append(rest & 127 | 128)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def varints(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield -(number + 1 >> 1) if number & 1 else number >> 1
            number = shift = 0
