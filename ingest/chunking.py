"""Segments to passages, pure: what is found, shown and cited as one.

A passage stays under one heading (a mere line or two aside) and on one page (slide, sheet, speaker), fills about
`FULL` tokens, and carries the boxes of its own lines. What goes in front when it is indexed (title, company, period,
heading) is not in its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.segments import Block, TableBlock
from ingest.sentence_ends import sentences, tokens
from ingest.table_text import parts
from library.tables import Box, Table

FULL = 220
"""Tokens by our own count, which is a tenth high: with the words in front it fits a model that reads 256."""
REMAINDER = 40
"""A rest this short joins the passage before it, a beginning this short the one after, even under a new heading."""
LISTEN_S = 30.0
"""Of speech in one passage: who follows a citation hears what it stands for within half a minute."""
JOINT = " › "


@dataclass(slots=True)
class Draft:
    """A passage that has no row yet."""

    kind: str
    heading: str
    text: str
    locator: dict[str, Any]
    table: Table | None = None
    """The table it is cut from; the same object for each of its passages."""


@dataclass(slots=True)
class Piece:
    """Part of a block, short enough to be in one passage."""

    text: str
    boxes: list[Box]
    size: int
    confidence: float | None = None


@dataclass(slots=True)
class Packer:
    """Takes segments in reading order and gives passages as they fill."""

    block: Block | None = None
    """The first block of the passage that is being filled."""
    last: Block | None = None
    heading: str = ""
    pieces: list[Piece] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(piece.size for piece in self.pieces)

    def add(self, segment: Block | TableBlock) -> Iterator[Draft]:
        if isinstance(segment, TableBlock):
            yield from self._add_table(segment)
            return
        if self.block is not None and (place(self.block) != place(segment) or is_long(self.block, segment)):
            yield from self.finish()
        elif self.block is not None and self.heading != segment.heading:
            if self.size > REMAINDER:
                yield from self.finish()
            else:
                self.heading = shared(self.heading, self.pieces[-1].text, segment.heading)
        for piece in cut(segment):
            if self.pieces and self.size + piece.size > FULL and piece.size > REMAINDER:
                yield from self.finish()
            if self.block is None:
                self.block, self.heading = segment, segment.heading
            self.last = segment
            self.pieces.append(piece)

    def _add_table(self, segment: TableBlock) -> Iterator[Draft]:
        """The table's passages; a line or two before it on its page lead into the first."""
        drafts = list(table_passages(segment))
        near = self.block is not None and where(self.block.locator) == where(segment.locator)
        if near and drafts and self.size <= REMAINDER:
            first, boxes = drafts[0], self.boxes()
            first.text = "\n".join([*(piece.text for piece in self.pieces), first.text])
            if boxes:
                first.locator["boxes"] = boxes + first.locator.get("boxes", [])
            self.clear()
        yield from self.finish()
        yield from drafts

    def finish(self) -> Iterator[Draft]:
        """What is still being filled, if anything."""
        if self.block is not None and self.last is not None:
            text = "\n".join(piece.text for piece in self.pieces)
            where = joined(self.block, self.last, self.boxes()) | recognised(self.pieces)
            yield Draft(self.block.kind, self.heading, text, where)
        self.clear()

    def boxes(self) -> list[Box]:
        return [rounded(box) for piece in self.pieces for box in piece.boxes]

    def clear(self) -> None:
        self.block, self.last, self.heading, self.pieces = None, None, "", []


def place(block: Block) -> tuple[object, ...]:
    """What a passage must not cross; a heading is another matter, see `Packer.add`."""
    return (where(block.locator), "" if "slide" in block.locator else block.kind)


def is_long(first: Block, following: Block) -> bool:
    """Whether a passage of what was said would take too long to listen to."""
    begin, end = first.locator.get("start"), following.locator.get("end")
    return begin is not None and end is not None and bool(end - begin > LISTEN_S)


def where(locator: dict[str, Any]) -> tuple[object, ...]:
    """The page, slide, sheet or speaker; a file without pages is one place."""
    return tuple(locator.get(key) for key in ("page", "slide", "sheet", "speaker"))


def shared(heading: str, text: str, following: str) -> str:
    """The heading of a passage that begins with a few words under one heading and goes on under the next.

    Where these words are themselves the next heading, that; else as much of the two as they share.
    """
    if following.endswith(text.strip()):
        return following
    common = []
    for one, other in zip(heading.split(JOINT), following.split(JOINT), strict=False):
        if one != other:
            break
        common.append(one)
    return JOINT.join(common)


def joined(first: Block, last: Block, boxes: list[Box]) -> dict[str, Any]:
    """The locator of a passage from one block to another of the same place."""
    locator = {key: value for key, value in first.locator.items() if key != "boxes"}
    if "end" in last.locator:
        locator["end"] = last.locator["end"]
    if boxes:
        locator["boxes"] = boxes
    return locator


def recognised(pieces: list[Piece]) -> dict[str, float]:
    """How sure the recognition of a passage is, by the length of its pieces; {} where all of it was written."""
    sure = [(piece.confidence, piece.size) for piece in pieces if piece.confidence is not None]
    weight = sum(size for _, size in sure)
    return {"confidence": round(sum(each * size for each, size in sure) / weight, 3)} if weight else {}


def cut(block: Block) -> Iterator[Piece]:
    """The block whole if it is short, else by sentences, each piece with the boxes of the lines it touches."""
    text = block.text.strip()
    size = tokens(text)
    if not text:
        return
    if size <= FULL:
        boxes = [box for _, box in block.lines] or list(block.locator.get("boxes") or [])
        yield Piece(text, boxes, size, block.confidence)
        return
    for start, end in spans(text):
        piece = text[start:end].strip()
        if piece:
            yield Piece(piece, boxes_between(block, text, start, end), tokens(piece), block.confidence)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Runs of whole sentences of at most `FULL` tokens; a longer sentence is cut between words."""
    begin, stop, size = 0, 0, 0
    for start, end in sentences(text):
        for low, high in words(text, start, end):
            grown = tokens(text[low:high])
            if size and size + grown > FULL:
                yield begin, stop
                begin, size = low, 0
            stop, size = high, size + grown
    if size:
        yield begin, stop


def words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence, or pieces of it where it is too long for a passage."""
    while start < end:
        stop = min(end, start + 6 * FULL)
        while stop - start > 1 and tokens(text[start:stop]) > FULL:
            stop = start + (stop - start) * 4 // 5
        if stop < end:
            space = text.rfind(" ", start + (stop - start) // 2, stop)
            stop = space + 1 if space > 0 else stop
        yield start, stop
        start = stop


def boxes_between(block: Block, text: str, start: int, end: int) -> list[Box]:
    """Boxes of the lines that hold text[start:end], by their share of the characters: a text may have lost hyphens."""
    if not block.lines:
        return list(block.locator.get("boxes") or [])
    whole = inked(text) or 1
    low, high = inked(text[:start]) / whole, inked(text[:end]) / whole
    lengths = [inked(line) for line, _ in block.lines]
    total = sum(lengths) or 1
    boxes, before = [], 0
    for length, (_, box) in zip(lengths, block.lines, strict=True):
        half = 0.5 / total
        if before / total < high - half and (before + length) / total > low + half:
            boxes.append(box)
        before += length
    return boxes


def inked(text: str) -> int:
    """Characters that are not spaces."""
    return sum(len(word) for word in text.split())


def table_passages(segment: TableBlock) -> Iterator[Draft]:
    """A table's rows, split between rows only, its head repeated in each passage."""
    table = segment.table
    base = {key: value for key, value in segment.locator.items() if key != "boxes"}
    base.setdefault("table", table.number)
    if "confidence" in table.extra:
        base["confidence"] = table.extra["confidence"]
    for part in parts(table, FULL):
        box = part.box or (None if part.notes else table.box)
        boxes = [rounded(b) for b in ([box] if box else []) + part.notes] or list(segment.locator.get("boxes") or [])
        locator = {**base, "boxes": boxes} if boxes else dict(base)
        yield Draft(segment.kind, table_heading(segment), part.text, locator, table)


def table_heading(segment: TableBlock) -> str:
    """The headings above the table, its title and its unit: they tell whose figures these are."""
    title, unit = segment.table.title.strip()[:300], segment.table.unit.strip()[:80]
    heading = segment.heading
    if title and title not in heading:
        heading = heading + JOINT + title if heading else title
    if unit and unit not in heading:
        heading = f"{heading} ({unit})" if heading else unit
    return heading


def rounded(box: Box) -> Box:
    return [round(side, 4) for side in box]
