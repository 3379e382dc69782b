"""HTML: web pages, mails, and the securities reports that EDINET publishes.

Tables keep their places as written: the n-th `table` of the file, the n-th `tr` in it (those of tables inside it count,
as in the source), the n-th `td` or `th` of the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from ingest.parsers.cells import Placed, clean, lay_out, span
from ingest.parsers.decoding import decode
from ingest.parsers.facts import FactFinder
from ingest.parsers.grid import Around, Understood, own_year, understand
from ingest.parsers.grid_rows import Section
from ingest.parsers.headings import Outline, bare, is_bracketed, numbered_level
from ingest.parsers.later_heads import last_columns
from ingest.parsers.units import Unit, unit_in, unit_line, unit_said
from ingest.segments import Block, Segment, TableBlock, Unreadable
from library.tables import Cell, Column

MAX_BYTES = 60_000_000
SKIPPED = frozenset(("script", "style", "template", "noscript", "head", "title", "meta", "svg", "object", "ix:header"))
_BLOCK_TAGS = """
address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary ul
"""
BLOCKS = frozenset(_BLOCK_TAGS.split())
HEADINGS = {f"h{n}": n for n in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_PAD = re.compile(r"(?:padding-left|margin-left|text-indent)\s*:\s*(-?[\d.]+)\s*(pt|px|em|mm)?", re.I)
LONGEST_LIST = 500
"""Items of longer lists are not counted."""
MARKED = re.compile(r"[•・●○■□◆◇※\-–—*]|[（(]?[0-9０-９]{1,3}[)）.．]|[①-⑳]")
"""Begins an item that is written with its own bullet or number."""
_POINTS = {"pt": 1.0, "px": 0.75, "em": 10.0, "mm": 2.83}


@dataclass(slots=True)
class Page:
    """What the reader knows at one place of the file."""

    outline: Outline = field(default_factory=Outline)
    tables: int = 0
    begun: bool = False
    """There are words before the first table."""
    caption: list[str] = field(default_factory=list)
    """Short paragraphs since the last heading or table."""
    adjacent: bool = False
    """Nothing but blanks since the last table."""
    sections: list[Section] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    unit: Unit | None = None
    said_unit: Unit | None = None
    """What the sentence before the table says of it."""
    said: str = ""
    """The caption of the last table, which also holds for one that follows at once."""
    item: str = ""
    """The bullet or number of the list item that has just begun."""
    current: str = ""
    """The document's own fiscal year, once a header has said which 当期 is."""

    def remember(self, understood: Understood, caption: str) -> None:
        """What the next table may need of this one."""
        self.caption, self.adjacent, self.said, self.said_unit = [], True, caption, None
        self.sections, self.columns = understood.sections, last_columns(understood.table)
        self.unit = understood.unit
        self.current = own_year(understood.table) or self.current


def parse(path: Path, name: str) -> Iterator[Segment]:
    root = read_tree(path.read_bytes())
    found = FactFinder(name)
    found.title = _title(root)
    page = Page()
    for segment in flow(root, page):
        found.see(segment)
        yield segment
    yield found.facts()


def read_tree(data: bytes) -> HtmlElement:
    """The document, decoded as it says or as it looks; raises `Unreadable` for what is no text at all."""
    if len(data) > MAX_BYTES:
        raise Unreadable("too_large", limit=MAX_BYTES // 1_000_000)
    text = decode(data)
    if not text.strip():
        raise Unreadable("empty")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable("damaged") from error
    if root is None:
        raise Unreadable("empty")
    return root


def _title(root: HtmlElement) -> str:
    text = clean(next((t.text or "" for t in root.iter("title")), ""))
    return "" if re.fullmatch(r"\S+\.html?", text) else text[:200]


def flow(root: HtmlElement, page: Page) -> Iterator[Segment]:
    """Paragraphs, headings and tables in document order."""
    pending: list[str] = []
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event in ("comment", "pi"):
            pending.append(element.tail or "")
            continue
        tag = element.tag
        if event == "end":
            if tag in BLOCKS:
                yield from _paragraph(pending, element, page)
            pending.append(element.tail or "")
        elif tag == "table":
            yield from _paragraph(pending, element.getparent(), page)
            walker.skip_subtree()
            if not _is_hidden(element):
                yield from _tables(element, page)
        elif tag in SKIPPED or _is_hidden(element):
            walker.skip_subtree()
        else:
            if tag in BLOCKS:
                yield from _paragraph(pending, element.getparent(), page)
            if tag == "li":
                page.item = _item_mark(element)
            pending.append(element.text or "")
    yield from _paragraph(pending, root, page)


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _paragraph(pending: list[str], element: HtmlElement | None, page: Page) -> Iterator[Segment]:
    text = clean("".join(pending))
    pending.clear()
    if not text:
        return
    page.adjacent, page.begun = False, True
    if level := _heading_level(text, element):
        page.outline.enter(level, bare(text))
        page.caption = []
    elif len(text) <= 80 and not text.endswith(("。", ".")):
        page.caption = [*page.caption[-2:], text]
    else:
        page.caption = []
    page.said_unit = unit_said(text) or (page.said_unit if len(text) <= 80 else None)
    mark = "" if level or MARKED.match(text) else page.item
    page.item = ""
    yield Block(mark + text, {"heading": page.outline.path}, heading=page.outline.path)


def _item_mark(item: HtmlElement) -> str:
    """ "- " or "3. ", set in by the lists around the item's own."""
    around = [e.tag for e in item.iterancestors("ul", "ol")]
    parent = item.getparent()
    inset = "  " * min(max(len(around) - 1, 0), 8)
    if parent is None or parent.tag != "ol":
        return f"{inset}- "
    start = parent.get("start") or "1"
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
    before = sum(1 for _ in islice(item.itersiblings("li", preceding=True), LONGEST_LIST))
    return f"{inset}{first + before}. " if before < LONGEST_LIST else f"{inset}- "


def _heading_level(text: str, element: HtmlElement | None) -> int:
    """The level of a heading, 0 for a paragraph. The numbering says more than the tag where filings use both."""
    tag = str(element.tag) if element is not None else ""
    styled = re.search(
        r"(?:head|heading|title|midashi)-?_?([1-6])\b", (element.get("class") or "") if element is not None else ""
    )
    if len(text) > 150 or not (tag in HEADINGS or styled or is_bracketed(text)):
        return 0
    if is_bracketed(text) or tag in HEADINGS:
        return numbered_level(text) or HEADINGS.get(tag) or (int(styled[1]) + 1 if styled else 4)
    return int(styled[1]) + 1 if styled else 0


# --- tables --------------------------------------------------------------------------------------------------------


def _tables(element: HtmlElement, page: Page) -> Iterator[Segment]:
    """The table and those inside it, each with its own number."""
    for table in element.iter("table"):
        page.tables += 1
        yield _table(table, page)


def _table(element: HtmlElement, page: Page) -> TableBlock:
    own, inner = _read_rows(element)
    if page.tables == 1 and not page.begun:
        page.caption, page.said_unit = _told_below(element)
    caption = [t for t in page.caption if not unit_line(t)]
    around = Around(
        number=page.tables,
        title=_table_title(element, page, caption),
        heading=page.outline.path,
        caption=" ".join(caption) or (page.said if page.adjacent else ""),
        unit=next((u for t in reversed(page.caption) if (u := unit_line(t) or unit_in(t))), None) or page.said_unit,
        sections=page.sections,
        columns=page.columns if page.adjacent else [],
        before=page.unit if page.adjacent else None,
        current=page.current,
    )
    understood = understand(lay_out(own), around)
    table = understood.table
    page.remember(understood, around.caption)
    table.cells = sorted([*table.cells, *inner], key=lambda c: (c.row, c.column))
    heading = page.outline.path
    return TableBlock(table, {"heading": table.title or heading, "table": table.number}, heading)


def _told_below(element: HtmlElement) -> tuple[list[str], Unit | None]:
    """For a page that opens with its table: what the first lines under it call it, and the unit they give."""
    below = [clean("".join(e.itertext())) for e in islice(element.itersiblings(), 8) if e.tag in BLOCKS]
    title = next((t for t in below[:1] if 3 < len(t) <= 80 and not t.endswith(("。", ".", ":"))), "")
    return [title] if title else [], next((u for t in below if (u := unit_said(t))), None)


def _table_title(element: HtmlElement, page: Page, caption: list[str]) -> str:
    written = next((clean("".join(c.itertext())) for c in element.iterchildren("caption")), "")
    last = page.outline.last
    return written or " – ".join(t for t in (last, *caption[-1:]) if t)


def _read_rows(element: HtmlElement) -> tuple[list[list[Placed]], list[Cell]]:
    """The table's own rows as placed cells, and the cells of tables inside it, which keep only their places."""
    own: list[list[Placed]] = []
    inner: list[Cell] = []
    for number, row in enumerate(element.iter("tr"), 1):
        cells = [c for c in row if c.tag in ("td", "th")]
        if next(row.iterancestors("table")) is element:
            own.append([_placed(cell, number, column) for column, cell in enumerate(cells, 1)])
        else:
            texts = ((column, cell_text(cell)) for column, cell in enumerate(cells, 1))
            inner.extend(Cell(number, column, text) for column, text in texts if text)
    return own, inner


def _placed(cell: HtmlElement, row: int, column: int) -> Placed:
    text = "" if any(_is_hidden(e) for e in (cell, *cell.iterancestors("tr", "tbody", "thead"))) else cell_text(cell)
    return Placed(
        row, column, text, 0, 0, span(cell.get("colspan")), span(cell.get("rowspan")),
        header=cell.tag == "th", indent=_padding(cell) if text else 0.0,
    )  # fmt: skip


def cell_text(cell: HtmlElement) -> str:
    """The words of a cell, its paragraphs and line breaks parted by spaces; a table inside it has cells of its own."""
    parts: list[str] = []
    walker = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            if element is not cell and (element.tag in SKIPPED or element.tag == "table" or _is_hidden(element)):
                walker.skip_subtree()
                continue
            parts.append((" " if element.tag in BLOCKS else "") + (element.text or ""))
        elif element is not cell:
            parts.append((" " if element.tag in BLOCKS or element.tag == "table" else "") + (element.tail or ""))
    return clean("".join(parts))


def _padding(cell: HtmlElement) -> float:
    """How far the text is set in, in points: paddings of the cell and its first paragraph, leading wide spaces."""
    total = 0.0
    for element in (cell, *(e for e in cell.iterdescendants("p", "div"))):
        for size, unit in _PAD.findall(element.get("style") or ""):
            try:
                total += float(size) * _POINTS.get(unit.lower(), 1.0)
            except ValueError:
                continue
        if element.tag == "p":
            break
    lead = re.match(r"[\s\u3000\xa0]*", "".join(cell.itertext()))
    return round(total + 10 * sum(lead[0].count(c) for c in "\u3000\xa0") if lead else total, 1)
