"""PowerPoint decks, a slide at a time: outlines, tables, charts with their numbers, SmartArt, notes, pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.parsers.cells import Placed, clean, place
from ingest.parsers.charts import read_chart
from ingest.parsers.facts import FactFinder
from ingest.parsers.grid import Around, understand
from ingest.parsers.ooxml import (
    BROKEN,
    Element,
    Package,
    attribute,
    child,
    children,
    find_all,
    local,
    open_package,
)
from ingest.parsers.slide_shapes import TITLES, Shape, outline_text, paragraph_text, paragraphs, shapes_of
from ingest.parsers.units import Unit, title_unit, unit_line
from ingest.segments import Block, Notice, Progress, Segment, TableBlock, Unreadable
from library.tables import Table

MAX_SLIDES = 2_000
MAX_PICTURES = 40
"""Pictures read in one deck; each costs a second or two."""
SMALLEST_PICTURE = 0.02
"""Share of the slide below which a picture is a logo."""


UNREADABLE_PART: tuple[type[Exception], ...] = (*BROKEN, Unreadable)


@dataclass(slots=True)
class Deck:
    package: Package
    size: tuple[float, float]
    ocr: bool
    tables: int = 0
    seen: set[str] = field(default_factory=set)
    """Pictures read already, by their content: a logo stands on every slide."""


@dataclass(slots=True)
class Slide:
    number: int
    part: str
    root: Element
    title: str = ""
    unit: Unit | None = None


def parse(path: Path, name: str, *, ocr: bool = True, max_slides: int = MAX_SLIDES) -> Iterator[Segment]:
    """The deck's segments; `ocr` also reads its pictures."""
    found = FactFinder(name, kind="presentation")
    with open_package(path) as package:
        deck, parts = open_deck(package, ocr=ocr)
        if len(parts) > max_slides:
            raise Unreadable("too_many_pages", pages=len(parts), limit=max_slides)
        found.title = _properties_title(package)
        for number, part in enumerate(parts, 1):
            for segment in slide_segments(deck, part, number):
                found.see(segment)
                yield segment
            yield Progress(number, len(parts), "slide")
    if not found.words:
        raise Unreadable("no_text")
    yield found.facts()


def open_deck(package: Package, *, ocr: bool) -> tuple[Deck, list[str]]:
    """The deck, and the parts of its slides in the order in which they are shown."""
    main = package.main_part()
    root = package.xml(main)
    if local(root) != "presentation":
        raise Unreadable("not_what_it_says")
    size = child(root, "sldSz")
    width, height = float(attribute(size, "cx") or 9144000), float(attribute(size, "cy") or 6858000)
    relations = package.relations(main)
    ids = [_relation_id(e) for e in children(child(root, "sldIdLst"), "sldId")]
    parts = [relations[i].target for i in ids if i in relations]
    if not parts:
        raise Unreadable("empty")
    return Deck(package, (max(width, 1.0), max(height, 1.0)), ocr), parts


def _relation_id(element: Element) -> str:
    """r:id, which shares its local name with the plain id."""
    return next((v for k, v in element.attrib.items() if k.endswith("}id")), "")


def _properties_title(package: Package) -> str:
    try:
        title = clean(package.title())
    except BROKEN:
        return ""
    return (
        ""
        if title.lower() in ("", "powerpoint presentation", "powerpoint プレゼンテーション", "slide 1", "title")
        else title
    )


def slide_segments(deck: Deck, part: str, number: int) -> Iterator[Segment]:
    """The segments of one slide; one that cannot be read leaves a notice, and the rest of the deck stays."""
    try:
        root = deck.package.xml(part)
        relations = deck.package.relations(part)
        layout = next((r.target for r in relations.values() if r.kind == "slideLayout"), "")
        shapes = shapes_of(root, deck.size, _models(deck.package, layout))
    except UNREADABLE_PART:
        yield Notice("slide_unreadable", {"slide": number})
        return
    if attribute(root, "show") in ("0", "false"):
        yield Notice("slide_hidden", {"slide": number})
    title = _title(shapes)
    slide = Slide(number, part, root, title, _unit(shapes) or title_unit(title))
    for shape in shapes:
        yield from _shape(deck, slide, shape)
    yield from _notes(deck, slide)


def _models(package: Package, layout: str) -> list[Element]:
    """The layout and the master, from which placeholders take their places."""
    if not layout or not package.has(layout):
        return []
    master = next((r.target for r in package.relations(layout).values() if r.kind == "slideMaster"), "")
    return [package.xml(p) for p in (layout, master) if p and package.has(p)]


def _title(shapes: list[Shape]) -> str:
    titles = (s for s in shapes if s.placeholder in TITLES)
    return next((t for s in titles if (t := " ".join(p for _, p in paragraphs(child(s.element, "txBody"))))), "")


def _unit(shapes: list[Shape]) -> Unit | None:
    """A unit that a text box of its own says for the whole slide: "（億円）"."""
    said = {
        u for s in shapes if s.kind == "text" for _, t in paragraphs(child(s.element, "txBody")) if (u := unit_line(t))
    }
    return said.pop() if len(said) == 1 else None


def _locator(slide: Slide, part: str, box: list[float] | None) -> dict[str, Any]:
    return {"slide": slide.number, "part": part} | ({"boxes": [box]} if box else {})


def _shape(deck: Deck, slide: Slide, shape: Shape) -> Iterator[Segment]:
    try:
        if shape.kind == "text":
            yield from _text(slide, shape)
        elif shape.kind == "table":
            yield from _table(deck, slide, shape)
        elif shape.kind in ("chart", "chartex"):
            yield from _chart(deck, slide, shape)
        elif shape.kind == "diagram":
            yield from _diagram(deck, slide, shape)
        elif shape.kind == "picture":
            yield from _picture(deck, slide, shape)
    except BROKEN:
        yield Notice("slide_part_unreadable", {"slide": slide.number, "part": shape.kind})


def _text(slide: Slide, shape: Shape) -> Iterator[Segment]:
    lines = paragraphs(child(shape.element, "txBody"))
    if lines:
        yield Block(outline_text(lines), _locator(slide, "body", shape.box), "slide", slide.title)


def _notes(deck: Deck, slide: Slide) -> Iterator[Segment]:
    try:
        relations = deck.package.relations(slide.part)
        part = next((r.target for r in relations.values() if r.kind == "notesSlide"), "")
        if not part or not deck.package.has(part):
            return
        shapes = shapes_of(deck.package.xml(part), deck.size, [])
    except UNREADABLE_PART:
        yield Notice("slide_part_unreadable", {"slide": slide.number, "part": "notes"})
        return
    lines = [line for s in shapes if s.kind == "text" for line in paragraphs(child(s.element, "txBody"))]
    if lines:
        yield Block(outline_text(lines), _locator(slide, "notes", None), "slide", slide.title)


# --- tables and charts ---------------------------------------------------------------------------------------------


def _table(deck: Deck, slide: Slide, shape: Shape) -> Iterator[Segment]:
    cells = []
    for top, row in enumerate(tr for t in find_all(shape.element, "tbl") for tr in children(t, "tr")):
        for left, cell in enumerate(children(row, "tc")):
            if "1" in (attribute(cell, "hMerge"), attribute(cell, "vMerge")):
                continue
            text = " ".join(t for t in map(paragraph_text, children(child(cell, "txBody"), "p")) if t)
            width, height = (int(attribute(cell, k) or 1) for k in ("gridSpan", "rowSpan"))
            cells.append(Placed(top + 1, left + 1, clean(text), top, left, max(width, 1), max(height, 1)))
    if not any(c.text for c in cells):
        return
    deck.tables += 1
    around = Around(number=deck.tables, title=slide.title, heading=slide.title, unit=slide.unit)
    yield _segment(understand(place(cells), around).table, slide, shape, "table")


def _chart(deck: Deck, slide: Slide, shape: Shape) -> Iterator[Segment]:
    reference = next((e for e in shape.element.iter() if local(e) == "chart"), None)
    relation = deck.package.relations(slide.part).get(_relation_id(reference)) if reference is not None else None
    if relation is None:
        return
    table = read_chart(deck.package.xml(relation.target), deck.tables + 1, slide.title, slide.unit)
    if table is None:
        yield Notice("chart_without_values", {"slide": slide.number})
        return
    deck.tables += 1
    yield _segment(table, slide, shape, "chart")


def _segment(table: Table, slide: Slide, shape: Shape, part: str) -> TableBlock:
    table.box = shape.box
    table.extra |= {"slide": slide.number, "part": part}
    locator = _locator(slide, part, shape.box) | {"table": table.number}
    return TableBlock(table, locator, slide.title, "chart" if part == "chart" else "table")


# --- SmartArt and pictures -----------------------------------------------------------------------------------------


def _diagram(deck: Deck, slide: Slide, shape: Shape) -> Iterator[Segment]:
    ids = next((e for e in shape.element.iter() if local(e) == "relIds"), None)
    relation = deck.package.relations(slide.part).get(attribute(ids, "dm"))
    if relation is None:
        return
    lines = diagram_lines(deck.package.xml(relation.target))
    if lines:
        yield Block(outline_text(lines), _locator(slide, "body", shape.box), "slide", slide.title)


def diagram_lines(root: Element) -> list[tuple[int, str]]:
    """The points of a SmartArt drawing as an outline, children under their parents."""
    points = {attribute(p, "modelId"): p for p in find_all(root, "pt")}
    under: dict[str, list[tuple[int, str]]] = {}
    for link in find_all(root, "cxn"):
        if attribute(link, "type") in ("", "parOf"):
            order = attribute(link, "srcOrd")
            item = (int(order) if order.isdigit() else 0, attribute(link, "destId"))
            under.setdefault(attribute(link, "srcId"), []).append(item)
    lines: list[tuple[int, str]] = []
    pending = [(0, key) for key, p in reversed(points.items()) if attribute(p, "type") == "doc"]
    seen: set[str] = set()
    while pending:
        level, key = pending.pop()
        if key in seen or key not in points:
            continue
        seen.add(key)
        if text := clean(" ".join(e.text or "" for e in find_all(points[key], "t"))):
            lines.append((max(level - 1, 0), text))
        pending.extend((level + 1, k) for _, k in sorted(under.get(key, []), reverse=True))
    return lines


def _picture(deck: Deck, slide: Slide, shape: Shape) -> Iterator[Segment]:
    """What is written in a picture, and its description."""
    locator = _locator(slide, "image", shape.box)
    if shape.name and not shape.name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp")):
        yield Block(shape.name, locator, "image", slide.title)
    blip = next(find_all(shape.element, "blip"), None)
    relation = deck.package.relations(slide.part).get(attribute(blip, "embed"))
    box = shape.box or [0.0, 0.0, 1.0, 1.0]
    large = (box[2] - box[0]) * (box[3] - box[1]) >= SMALLEST_PICTURE
    if not deck.ocr or relation is None or relation.external or not large or not deck.package.has(relation.target):
        return
    data = deck.package.blob(relation.target)
    key = hashlib.sha256(data).hexdigest()
    if key in deck.seen:
        return
    if len(deck.seen) >= MAX_PICTURES:
        yield Notice("pictures_left_out", {"slide": slide.number, "limit": MAX_PICTURES})
        return
    deck.seen.add(key)
    yield from _read_picture(data, locator, slide)


def _read_picture(data: bytes, locator: dict[str, Any], slide: Slide) -> Iterator[Segment]:
    from ingest.parsers.images import picture_block

    try:
        block = picture_block(data, locator, slide.title)
    except Unreadable:
        yield Notice("picture_unreadable", {"slide": slide.number})
        return
    if block is not None:
        yield block
