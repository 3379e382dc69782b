"""Word documents: headings, paragraphs, lists, tables with the place of each cell, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.parsers.cells import Placed, clean, place, span
from ingest.parsers.docx_lists import Lists, read_lists
from ingest.parsers.facts import FactFinder
from ingest.parsers.grid import Around, Understood, own_year, understand
from ingest.parsers.grid_rows import Section
from ingest.parsers.headings import Outline, is_bracketed, numbered_level
from ingest.parsers.later_heads import last_columns
from ingest.parsers.ooxml import BROKEN, Element, Package, attribute, child, children, local, open_package, pictured
from ingest.parsers.units import Unit, unit_in, unit_line
from ingest.segments import Block, Notice, Progress, Segment, TableBlock, Unreadable
from library.tables import Column

NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))
_SKIPPED = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback", "rPr", "pPr"))


@dataclass(slots=True)
class Document:
    package: Package
    part: str
    levels: dict[str, int]
    """Style id -> heading level, from 1; the title's is 0."""
    lists: Lists = field(default_factory=Lists)
    outline: Outline = field(default_factory=Outline)
    tables: int = 0
    caption: list[str] = field(default_factory=list)
    adjacent: bool = False
    sections: list[Section] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    unit: Unit | None = None
    current: str = ""
    title: str = ""

    def remember(self, understood: Understood) -> None:
        self.caption, self.adjacent = [], True
        self.sections, self.columns = understood.sections, last_columns(understood.table)
        self.unit = understood.unit
        self.current = own_year(understood.table) or self.current


def parse(path: Path, name: str) -> Iterator[Segment]:
    found = FactFinder(name)
    seen = False
    with open_package(path) as package:
        document = _open(package)
        body = child(package.xml(document.part), "body")
        if body is None:
            raise Unreadable("not_what_it_says")
        for segment in _read(document, body):
            seen = True
            found.see(segment)
            yield segment
        yield from _notes(document)
        found.title = clean(package.title()) or document.title
    if not seen:
        raise Unreadable("no_text")
    yield Progress(1, 1)
    yield found.facts()


def _open(package: Package) -> Document:
    part = package.main_part()
    if not part or local(package.xml(part)) != "document":
        raise Unreadable("not_what_it_says")
    styles, numbering = _part(package, part, "styles"), _part(package, part, "numbering")
    levels = _heading_levels(styles) if styles is not None else {}
    return Document(package, part, levels, read_lists(numbering, styles))


def _part(package: Package, main: str, kind: str) -> Element | None:
    target = next((r.target for r in package.relations(main).values() if r.kind == kind), "")
    return package.xml(target) if target and package.has(target) else None


def _heading_levels(styles: Element) -> dict[str, int]:
    """Which styles are headings: by their outline level, or by the name that Word gives them in every language."""
    levels = {}
    for style in children(styles, "style"):
        name = attribute(child(style, "name"), "val").lower()
        outline = attribute(child(style, "pPr", "outlineLvl"), "val")
        if named := re.fullmatch(r"(?:heading|見出し)\s*([1-9])", name):
            levels[attribute(style, "styleId")] = int(named[1])
        elif name in ("title", "表題"):
            levels[attribute(style, "styleId")] = 0
        elif outline.isdigit() and int(outline) < 9:
            levels[attribute(style, "styleId")] = int(outline) + 1
    return levels


def _read(document: Document, body: Element) -> Iterator[Segment]:
    """Paragraphs and tables in order; those inside content controls too."""
    pending = list(reversed(pictured(body)))
    while pending:
        element = pending.pop()
        tag = local(element)
        if tag == "p":
            yield from _paragraph(document, element)
        elif tag == "tbl":
            yield from _tables(document, element)
        elif tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            pending.extend(reversed(pictured(element)))


def _paragraph(document: Document, paragraph: Element) -> Iterator[Segment]:
    text = paragraph_text(paragraph)
    boxes = [t for box in paragraph.iter() if local(box) == "txbxContent" for t in _box_texts(box)]
    for part in (text, *dict.fromkeys(boxes)):
        if not part:
            continue
        document.adjacent = False
        level = _level(document, paragraph, part) if part is text else None
        if level is not None:
            document.outline.enter(level, part)
            document.caption = []
            document.title = document.title or (part if level <= 1 else "")
        else:
            document.caption = [*document.caption[-2:], part] if len(part) <= 80 and part[-1] not in "。." else []
        path = document.outline.path
        mark = document.lists.mark(paragraph) if part is text and level is None else ""
        yield Block(mark + part, {"heading": path}, heading=path)


def _level(document: Document, paragraph: Element, text: str) -> int | None:
    properties = child(paragraph, "pPr")
    style = attribute(child(properties, "pStyle"), "val")
    outline = attribute(child(properties, "outlineLvl"), "val")
    if style in document.levels and len(text) <= 200:
        return document.levels[style]
    if outline.isdigit() and int(outline) < 9 and len(text) <= 200:
        return int(outline) + 1
    return (numbered_level(text) or 4) if is_bracketed(text) else None


def paragraph_text(paragraph: Element) -> str:
    """The words as they would be printed: deletions and field codes left out, text boxes read on their own."""
    parts: list[str] = []
    pending = [paragraph]
    while pending:
        element = pending.pop()
        tag = local(element)
        if tag in _SKIPPED or tag == "txbxContent" or (tag == "r" and _is_hidden(element)):
            continue
        if tag == "t":
            parts.append(element.text or "")
        elif tag in ("tab", "br", "cr"):
            parts.append(" ")
        elif tag == "noBreakHyphen":
            parts.append("-")
        pending.extend(reversed(element))
    return clean("".join(parts))


def _is_hidden(run: Element) -> bool:
    vanish = child(run, "rPr", "vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false", "off")


def _box_texts(box: Element) -> list[str]:
    return [t for e in box if local(e) == "p" and (t := paragraph_text(e))]


def _notes(document: Document) -> Iterator[Segment]:
    relations = document.package.relations(document.part)
    for kind, tag in NOTES:
        part = next((r.target for r in relations.values() if r.kind == kind), "")
        if not part or not document.package.has(part):
            continue
        try:
            root = document.package.xml(part)
        except BROKEN:
            yield Notice("notes_unreadable", {"part": kind})
            continue
        for note in children(root, tag):
            text = " ".join(t for e in children(note, "p") if (t := paragraph_text(e)))
            if text and attribute(note, "type") in ("", "normal"):
                yield Block(text, {"heading": ""}, heading=document.title)


# --- tables --------------------------------------------------------------------------------------------------------


def _tables(document: Document, element: Element) -> Iterator[Segment]:
    """The table, and after it the tables inside its cells."""
    document.tables += 1
    cells = _cells(element)
    if any(c.text for c in cells):
        yield _table(document, cells)
    for inner in (e for row in children(element, "tr") for c in children(row, "tc") for e in children(c, "tbl")):
        yield from _tables(document, inner)


def _table(document: Document, cells: list[Placed]) -> TableBlock:
    path = document.outline.path
    caption = [t for t in document.caption if not unit_line(t)]
    around = Around(
        number=document.tables,
        title=" – ".join(t for t in (document.outline.last, *caption[-1:]) if t),
        heading=path,
        caption=" ".join(caption),
        unit=next((u for t in reversed(document.caption) if (u := unit_line(t) or unit_in(t))), None),
        sections=document.sections,
        columns=document.columns if document.adjacent else [],
        before=document.unit if document.adjacent else None,
        current=document.current,
    )
    understood = understand(place(cells), around)
    document.remember(understood)
    table = understood.table
    return TableBlock(table, {"heading": table.title or path, "table": table.number}, path)


def _cells(table: Element) -> list[Placed]:
    """Cells with their places; a cell merged down is counted where it starts, and grows with the ones under it."""
    cells: list[Placed] = []
    open_below: dict[int, Placed] = {}
    for top, row in enumerate(children(table, "tr")):
        left = (
            int(span(attribute(child(row, "trPr", "gridBefore"), "val") or "0"))
            if child(row, "trPr", "gridBefore") is not None
            else 0
        )
        header = child(row, "trPr", "tblHeader") is not None
        for column, cell in enumerate(_row_cells(row), 1):
            properties = child(cell, "tcPr")
            width = span(attribute(child(properties, "gridSpan"), "val"))
            merge = child(properties, "vMerge")
            if merge is not None and attribute(merge, "val") != "restart" and left in open_below:
                open_below[left].height = top - open_below[left].top + 1
            else:
                placed = Placed(
                    top + 1, column, _cell_text(cell), top, left, width, header=header, indent=_indent(cell)
                )
                cells.append(placed)
                open_below.pop(left, None)
                if merge is not None:
                    open_below[left] = placed
            left += width
    return cells


def _row_cells(row: Element) -> list[Element]:
    found: list[Element] = []
    for e in row:
        if local(e) == "tc":
            found.append(e)
        elif local(e) == "sdt":
            found.extend(children(child(e, "sdtContent"), "tc"))
    return found


def _cell_text(cell: Element) -> str:
    return clean(
        " ".join(t for e in cell.iter() if local(e) == "p" and _nearest_cell(e) is cell and (t := paragraph_text(e)))
    )


def _nearest_cell(element: Element) -> Element | None:
    return next((a for a in element.iterancestors() if local(a) == "tc"), None)


def _indent(cell: Element) -> float:
    """Points by which the first paragraph is set in."""
    left = child(cell, "p", "pPr", "ind")
    text = attribute(left, "left") or attribute(left, "start") or "0"
    return int(text) / 20 if re.fullmatch(r"-?\d{1,5}", text) else 0.0
