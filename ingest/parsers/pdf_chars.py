"""A page of a PDF to words and rules, through pdfium.

Coordinates are points from the top left of the page as it is shown: crop box applied, rotation applied.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdf

GAP = 0.28
"""A gap wider than this share of the type size parts two words, where the file has no space character."""
MAX_CHARS = 200_000
"""Characters of one page that are read; a denser page is no page that a person reads."""
MAX_OBJECTS = 20_000
"""Drawn objects of one page that are looked at for rules."""


@dataclass(slots=True)
class Word:
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    """Type size in points as shown: the height of the line that the type is set in."""
    bold: bool = False
    digits_x1: float = 0.0
    """The right edge of the last digit, on which columns of figures are set."""
    joined: bool = False
    """Nothing stood between it and the word before, neither a space nor a gap (a change of type within a word)."""
    confidence: float | None = None
    """0–1 where it was recognised on a picture."""


@dataclass(slots=True)
class Rule:
    """A straight line, or the side of a box: horizontal where y0 == y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        return self.y1 - self.y0 < self.x1 - self.x0


@dataclass(slots=True)
class PageWords:
    number: int
    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    turned: list[Word] = field(default_factory=list)
    """Words set downwards (vertical Japanese, text turned clockwise), in a frame turned so that they run right."""
    upward: list[Word] = field(default_factory=list)
    """Words set upwards, likewise."""
    rules: list[Rule] = field(default_factory=list)
    image_share: float = 0.0
    """How much of the page pictures cover, 0–1."""
    drawn: int = 0
    """Lines and shapes drawn on it."""


def read_page(document: pdfium.PdfDocument, index: int) -> PageWords:
    """Words and rules of one page (`index` counts from 0); closes the page again."""
    page = document[index]
    try:
        shown = _Shown(page)
        result = PageWords(index + 1, shown.width, shown.height)
        textpage = page.get_textpage()
        try:
            _read_words(textpage, shown, result)
        finally:
            textpage.close()
        _read_rules(page, shown, result)
        return result
    finally:
        page.close()


class _Shown:
    """From the file's coordinates to the page as shown."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        left, bottom, right, top = _visible_box(page)
        self.turn = page.get_rotation() % 360
        wide, high = max(right - left, 1.0), max(top - bottom, 1.0)
        self.width, self.height = (high, wide) if self.turn in (90, 270) else (wide, high)
        # x' = a·x + b·y + c, y' = d·x + e·y + f
        self.matrix = {
            0: (1, 0, -left, 0, -1, top),
            90: (0, 1, -bottom, 1, 0, -left),
            180: (-1, 0, right, 0, 1, -bottom),
            270: (0, -1, top, -1, 0, right),
        }[self.turn]

    def boxes(self, raw: np.ndarray) -> np.ndarray:
        """Rows of x0, y0, x1, y1 in shown points, from rows of left, bottom, right, top in the file's."""
        a, b, c, d, e, f = self.matrix
        xs = np.stack([a * raw[:, 0] + b * raw[:, 1] + c, a * raw[:, 2] + b * raw[:, 3] + c])
        ys = np.stack([d * raw[:, 0] + e * raw[:, 1] + f, d * raw[:, 2] + e * raw[:, 3] + f])
        return np.stack([xs.min(0), ys.min(0), xs.max(0), ys.max(0)], axis=1)


def _visible_box(page: pdfium.PdfPage) -> tuple[float, float, float, float]:
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if right > left and top > bottom else tuple(media)


def _read_words(textpage: pdfium.PdfTextPage, shown: _Shown, result: PageWords) -> None:
    count = min(textpage.count_chars(), MAX_CHARS)
    if count <= 0:
        return
    text = _characters(textpage, count)
    boxes = shown.boxes(_loose_boxes(textpage, count))
    solid = np.array([not c.isspace() and c.isprintable() for c in text])
    on_page = (boxes[:, 2] > 0) & (boxes[:, 3] > 0) & (boxes[:, 0] < shown.width) & (boxes[:, 1] < shown.height)
    visible = (
        solid & on_page & np.isfinite(boxes).all(axis=1) & (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    )
    kept = np.flatnonzero(visible)
    if not kept.size:
        return
    chars = _Chars(textpage, [text[i] for i in kept], boxes[kept], kept)
    way = _ways(chars)
    result.words = list(_words(chars, np.flatnonzero(way == 0)))
    if (way == 1).any():
        turned = np.stack([b := boxes[kept][:, 1], shown.width - boxes[kept][:, 2], boxes[kept][:, 3], b], axis=1)
        turned[:, 3] = shown.width - boxes[kept][:, 0]
        result.turned = list(_words(_Chars(textpage, chars.text, turned, kept), np.flatnonzero(way == 1)))
    if (way == 2).any():
        b = boxes[kept]
        upward = np.stack([shown.height - b[:, 3], b[:, 0], shown.height - b[:, 1], b[:, 2]], axis=1)
        result.upward = list(_words(_Chars(textpage, chars.text, upward, kept), np.flatnonzero(way == 2)))


def _characters(textpage: pdfium.PdfTextPage, count: int) -> list[str]:
    """One string a character index; the bulk call where it keeps the indexes, one call each where it does not."""
    text = textpage.get_text_range(0, count, errors="replace")
    if len(text) == count:
        return list(text)
    codes = (pdf.FPDFText_GetUnicode(textpage, i) for i in range(count))
    return [chr(c) if 0 < c < 0x110000 and not 0xD800 <= c < 0xE000 else " " for c in codes]


def _loose_boxes(textpage: pdfium.PdfTextPage, count: int) -> np.ndarray:
    """Left, bottom, right, top a character, as wide as its advance and as high as its type."""
    buffer = (pdf.FS_RECTF * count)()
    get, handle = pdf.FPDFText_GetLooseCharBox, textpage.raw
    for i in range(count):
        get(handle, i, buffer[i])
    raw = np.frombuffer(ctypes.string_at(buffer, ctypes.sizeof(buffer)), dtype=np.float32).reshape(-1, 4)
    return raw[:, [0, 3, 2, 1]].astype(float)


@dataclass(slots=True)
class _Chars:
    textpage: pdfium.PdfTextPage
    text: list[str]
    boxes: np.ndarray
    index: np.ndarray
    """Where each stands in the text page; a step of more than 1 means that a space stood between."""


def _ways(chars: _Chars) -> np.ndarray:
    """The way each character is set: 0 to the right, 1 downwards, 2 upwards.

    A run of three and more that touch each other and keep to one vertical line runs that way.
    """
    b = chars.boxes
    way = np.zeros(len(b), dtype=int)
    if len(b) < 3:
        return way
    middle_x, middle_y = (b[:, 0] + b[:, 2]) / 2, (b[:, 1] + b[:, 3]) / 2
    high = np.minimum(b[1:, 3] - b[1:, 1], b[:-1, 3] - b[:-1, 1])
    wide = np.minimum(b[1:, 2] - b[1:, 0], b[:-1, 2] - b[:-1, 0])
    dx, dy = np.diff(middle_x), np.diff(middle_y)
    straight = (np.abs(dx) < 0.35 * np.maximum(wide, high)) & (np.abs(dy) > 0.4 * np.minimum(wide, high))
    near = (np.abs(dy) < 1.9 * np.maximum(high, wide)) & (np.diff(chars.index) <= 3)
    step = np.where(straight & near, np.where(dy > 0, 1, 2), 0)
    start = 0
    while start < len(step):
        end = start
        while end < len(step) and step[end] == step[start]:
            end += 1
        if step[start] and end - start >= 2:
            way[start : end + 1] = step[start]
        start = end
    return way


def _words(chars: _Chars, order: np.ndarray) -> Iterator[Word]:
    """Characters that follow each other, stand on one line and touch."""
    if not order.size:
        return
    b = chars.boxes[order]
    index = chars.index[order]
    size = b[:, 3] - b[:, 1]
    gap = b[1:, 0] - b[:-1, 2]
    small = np.minimum(size[1:], size[:-1])
    off_line = np.minimum(b[1:, 3], b[:-1, 3]) - np.maximum(b[1:, 1], b[:-1, 1]) < 0.4 * small
    apart = (gap > GAP * small) | (gap < -0.6 * np.maximum(small, b[:-1, 2] - b[:-1, 0])) | off_line
    raised = np.abs(size[1:] - size[:-1]) > 0.15 * np.maximum(size[1:], size[:-1])
    spaced = np.diff(index) > 1
    breaks = np.flatnonzero(apart | spaced | raised) + 1
    starts = np.concatenate([[0], breaks])
    joined = np.concatenate([[False], ~(apart | spaced)])[starts].tolist()
    low, high = np.minimum.reduceat(b, starts), np.maximum.reduceat(b, starts)
    boxes = np.concatenate([low[:, :2], high[:, 2:], size[starts, None]], axis=1).tolist()
    text = "".join(chars.text[i] for i in order.tolist())
    rights, indexes = b[:, 2].tolist(), index[starts].tolist()
    fonts = _Fonts(chars.textpage)
    ends = [*breaks.tolist(), len(order)]
    for k, (start, end) in enumerate(zip(starts.tolist(), ends, strict=True)):
        part = text[start:end]
        x0, y0, x1, y1, high = boxes[k]
        word = Word(part, x0, y0, x1, y1, high, fonts.bold(indexes[k]), joined=joined[k])
        digit = _LAST_DIGIT.search(part)
        word.digits_x1 = rights[start + digit.start()] if digit else word.x1
        yield word


_LAST_DIGIT = re.compile(r"\d(?=\D*$)")


class _Fonts:
    """Whether type is bold, asked once for each font (by weight, else by the font's name)."""

    def __init__(self, textpage: pdfium.PdfTextPage) -> None:
        self.textpage = textpage
        self.buffer = ctypes.create_string_buffer(128)
        self.known: dict[bytes, bool] = {}

    def bold(self, index: int) -> bool:
        flags = ctypes.c_int()
        size = pdf.FPDFText_GetFontInfo(self.textpage, index, self.buffer, 128, flags)
        name = self.buffer.value if size else b""
        if name not in self.known:
            weight = pdf.FPDFText_GetFontWeight(self.textpage, index)
            lower = name.lower()
            self.known[name] = weight >= 600 or any(k in lower for k in (b"bold", b"black", b"heavy", b"-w6", b"-w7"))
        return self.known[name]


def _read_rules(page: pdfium.PdfPage, shown: _Shown, result: PageWords) -> None:
    """Lines and thin boxes as rules; the share of the page under pictures."""
    paths: list[tuple[float, float, float, float]] = []
    images = 0.0
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for obj, matrix in _objects(page.raw, 0, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)):
        kind = pdf.FPDFPageObj_GetType(obj)
        if not pdf.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
            continue
        box = _moved((left.value, bottom.value, right.value, top.value), matrix)
        if kind == pdf.FPDF_PAGEOBJ_IMAGE:
            images += max(box[2] - box[0], 0) * max(box[3] - box[1], 0)
        else:
            result.drawn += 1
            paths.extend(_sides(obj, box))
    result.image_share = min(images / (shown.width * shown.height), 1.0)
    if paths:
        boxes = shown.boxes(np.array(paths, dtype=float))
        result.rules = [
            Rule(*map(float, box))
            for box in boxes
            if box[0] > -2 and box[1] > -2 and box[2] < shown.width + 2 and box[3] < shown.height + 2
        ]


_Matrix = tuple[float, float, float, float, float, float]


def _objects(page: object, depth: int, matrix: _Matrix, form: object = None) -> Iterator[tuple[object, _Matrix]]:
    """Paths and pictures of a page, those inside of forms too (pdfium gives these in the form's coordinates)."""
    count = pdf.FPDFFormObj_CountObjects(form) if form else pdf.FPDFPage_CountObjects(page)
    for i in range(min(count, MAX_OBJECTS)):
        obj = pdf.FPDFFormObj_GetObject(form, i) if form else pdf.FPDFPage_GetObject(page, i)
        kind = pdf.FPDFPageObj_GetType(obj)
        if kind in (pdf.FPDF_PAGEOBJ_PATH, pdf.FPDF_PAGEOBJ_IMAGE):
            yield obj, matrix
        elif kind == pdf.FPDF_PAGEOBJ_FORM and depth < 4:
            inner = pdf.FS_MATRIX()
            if pdf.FPDFPageObj_GetMatrix(obj, inner):
                yield from _objects(page, depth + 1, _times(inner, matrix), obj)


def _times(inner: object, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = (float(getattr(inner, k)) for k in "abcdef")
    A, B, C, D, E, F = outer
    return (a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F)


def _moved(box: tuple[float, float, float, float], m: _Matrix) -> tuple[float, float, float, float]:
    xs = [m[0] * x + m[2] * y + m[4] for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [m[1] * x + m[3] * y + m[5] for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), min(ys), max(xs), max(ys)


THIN = 2.5
"""A drawn box thinner than this (points) is a rule."""


def _sides(obj: object, box: tuple[float, float, float, float]) -> list[tuple[float, float, float, float]]:
    """A path's straight sides: itself when thin, its four sides when it is a stroked box."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    if min(wide, high) <= THIN:
        if max(wide, high) < 4:
            return []
        x, y = (left + right) / 2, (bottom + top) / 2
        return [(left, y, right, y)] if wide > high else [(x, bottom, x, top)]
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    if not pdf.FPDFPath_GetDrawMode(obj, mode, stroked) or not stroked.value:
        return []
    if pdf.FPDFPath_CountSegments(obj) > 6:
        return []
    return [
        (left, bottom, right, bottom),
        (left, top, right, top),
        (left, bottom, left, top),
        (right, bottom, right, top),
    ]
