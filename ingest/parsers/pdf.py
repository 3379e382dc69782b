"""PDF to segments: text with its boxes, tables with their cells, one page at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import fmean

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from ingest.parsers.pdf_chars import PageWords, Rule, Word, read_page
from ingest.parsers.pdf_facts import FactFinder
from ingest.parsers.pdf_footnotes import notes_under, text_of
from ingest.parsers.pdf_grid import Grid
from ingest.parsers.pdf_headers import Surroundings, table_of
from ingest.parsers.pdf_lines import Region, Row, regions_of, rows_of
from ingest.parsers.pdf_ruled import ruled_grids
from ingest.parsers.pdf_scan import FEW_WORDS, TooLarge, needs_ocr, read_scan
from ingest.parsers.pdf_tables import find_grids
from ingest.parsers.pdf_text import (
    Outline,
    PageEdges,
    Paragraph,
    body_rows,
    edges_of,
    is_heading,
    notes_unit,
    paragraphs,
)
from ingest.segments import Block, Notice, Progress, Segment, TableBlock, Unreadable
from library.tables import Table

MAX_PAGES = 2000
LOOK_AHEAD = 2
"""Pages read ahead, to tell running heads by their return on a page or the page after the next."""


def parse(path: Path, name: str, *, max_pages: int = MAX_PAGES) -> Iterator[Segment]:
    """The segments of a PDF in reading order; raises Unreadable.

    A page at a time, with two read ahead for the running heads: memory does not grow with the file.
    """
    document = open_document(path)
    try:
        pages = len(document)
        if pages > max_pages:
            raise Unreadable("too_many_pages", pages=pages, limit=max_pages)
        if pages == 0:
            raise Unreadable("empty")
        reader = _Reader(path, FactFinder(name, metadata(document)))
        for page, others in _with_neighbours(document, pages):
            yield from reader.page(page, others)
            yield Progress(page.number, pages, "page")
        if not reader.found_any:
            raise Unreadable("no_text")
    finally:
        document.close()


def open_document(path: Path) -> pdfium.PdfDocument:
    """The opened file; raises Unreadable where it is no PDF, needs a password or is damaged."""
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise Unreadable("empty")
    if b"%PDF-" not in head:
        raise Unreadable("not_what_it_says", expected="PDF")
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        encrypted = (pdf.FPDF_ERR_PASSWORD, pdf.FPDF_ERR_SECURITY)
        code = getattr(error, "err_code", None)
        raise Unreadable("encrypted" if code in encrypted else "damaged") from error


def metadata(document: pdfium.PdfDocument) -> dict[str, str]:
    return {key: value.strip() for key, value in document.get_metadata_dict(skip_empty=True).items()}


_Loaded = tuple[PageWords, PageEdges]


def _with_neighbours(document: pdfium.PdfDocument, pages: int) -> Iterator[tuple[PageWords, list[PageEdges]]]:
    """Each page with the edges of the pages around it."""
    ahead: deque[_Loaded] = deque()
    behind: deque[PageEdges] = deque(maxlen=LOOK_AHEAD)
    next_index = 0
    for _ in range(pages):
        while next_index < pages and len(ahead) <= LOOK_AHEAD:
            page = _page(document, next_index)
            ahead.append((page, edges_of(rows_of(page.words))))
            next_index += 1
        page, own = ahead.popleft()
        yield page, [*behind, *(edges for _, edges in ahead)]
        behind.append(own)


def _page(document: pdfium.PdfDocument, index: int) -> PageWords:
    """A page, or an empty one where pdfium cannot load it."""
    try:
        return read_page(document, index)
    except pdfium.PdfiumError:
        return PageWords(index + 1, 0.0, 0.0)


class _Frame:
    """Words that run one way, and how their places turn back into fractions of the page."""

    def __init__(self, page: PageWords, words: list[Word], way: str) -> None:
        self.words, self.way = words, way
        self.page_width, self.page_height = page.width, page.height
        self.width = page.width if way == "right" else page.height
        self.height = page.height if way == "right" else page.width

    def rules(self, rules: list[Rule]) -> list[Rule]:
        w, h = self.page_width, self.page_height
        if self.way == "down":
            return [Rule(r.y0, w - r.x1, r.y1, w - r.x0) for r in rules]
        if self.way == "up":
            return [Rule(h - r.y1, r.x0, h - r.y0, r.x1) for r in rules]
        return rules

    def box(self, x0: float, y0: float, x1: float, y1: float) -> list[float]:
        w, h = self.page_width, self.page_height
        if self.way == "down":
            x0, y0, x1, y1 = w - y1, x0, w - y0, x1
        elif self.way == "up":
            x0, y0, x1, y1 = y0, h - x1, y1, h - x0
        return [round(min(max(v, 0.0), 1.0), 4) for v in (x0 / w, y0 / h, x1 / w, y1 / h)]


class _Reader:
    """What is carried from page to page: headings, facts, the last table."""

    def __init__(self, path: Path, facts: FactFinder) -> None:
        self.path, self.facts = path, facts
        self.outline = Outline()
        self.last_table: Table | None = None
        self.running: list[str] = []
        self.notes_unit = ""
        self.found_any = False

    def page(self, page: PageWords, others: list[PageEdges]) -> Iterator[Segment]:
        if page.width <= 0:
            yield Notice("damaged_page", {"page": page.number})
            return
        if needs_ocr(page):
            yield from self._scan(page)
        number = 0
        before, self.last_table = self.last_table, None
        for frame in _frames(page):
            rows = rows_of(frame.words)
            start, end = (0, len(rows))
            if frame.way == "right":
                start, end = body_rows(rows, edges_of(rows), others, page.height)
            self.running = [row.text for row in rows[:start]]
            rows = rows[start:end]
            self.outline.learn(rows)
            if (facts := self.facts.look(page, rows)) is not None:
                yield facts
            words = [w for row in rows for c in row.chunks for w in c.words]
            ruled, rest = ruled_grids(words, frame.rules(page.rules))
            if ruled:
                rows = rows_of(rest)
            for region, grids in _placed(regions_of(rows, frame.width), ruled, frame.width):
                for part in _parts(region, grids, self.outline):
                    self.found_any = True
                    if isinstance(part, Paragraph):
                        before = None
                        self.notes_unit = notes_unit(part.rows[-1].text, self.notes_unit)
                        yield _block(part, page, frame)
                        continue
                    number += 1
                    yield self._table(part, number, page, frame, before)
                    before = None

    def _table(self, grid: Grid, number: int, page: PageWords, frame: _Frame, before: Table | None) -> TableBlock:
        around = Surroundings(
            page.number,
            frame.box,
            self.outline.path,
            self.running,
            self.notes_unit,
            self.facts.year_end,
            self.facts.facts.period,
            before,
        )
        table = table_of(grid, number, around)
        for note in grid.notes:
            box = frame.box(min(r.x0 for r in note), note[0].y0, max(r.x1 for r in note), note[-1].y1)
            table.extra.setdefault("note_boxes", {})[str(len(table.notes))] = box
            table.notes.append(text_of(note))
        if (confidence := confidence_of(page.words)) is not None:
            table.extra["confidence"] = confidence
        self.last_table = table
        locator = {"page": page.number, "table": number, "boxes": [table.box] if table.box else []}
        return TableBlock(table, locator, heading=self.outline.path)

    def _scan(self, page: PageWords) -> Iterator[Segment]:
        """Puts what OCR reads in the place of the page's words; says so, or that nothing could be read."""
        try:
            words, confidence = read_scan(self.path, page)
        except TooLarge:
            yield Notice("picture_too_large", {"page": page.number})
            return
        if words:
            page.words, page.turned, page.upward = words, [], []
            yield Notice("ocr_page", {"page": page.number, "confidence": round(confidence, 3)})
        elif len(page.words) < FEW_WORDS:
            yield Notice("image_only_page", {"page": page.number})
        else:
            yield Notice("unreadable_letters", {"page": page.number})


def _frames(page: PageWords) -> list[_Frame]:
    """The ways in which words run on the page, the one with the most words first."""
    ways = [(page.words, "right"), (page.turned, "down"), (page.upward, "up")]
    return [_Frame(page, words, way) for words, way in sorted(ways, key=lambda w: -len(w[0])) if words]


def _placed(regions: list[Region], grids: list[Grid], width: float) -> list[tuple[Region, list[Grid]]]:
    """Each ruled table to the region that it stands in: the last that begins above it and holds its middle."""
    regions = regions or [Region(0.0, width, [])]
    placed: list[tuple[Region, list[Grid]]] = [(region, []) for region in regions]
    for grid in grids:
        x0, y0, x1, _ = grid.box
        fits = [n for n, r in enumerate(regions) if r.x0 <= (x0 + x1) / 2 <= r.x1]
        above = [n for n in fits if regions[n].rows and regions[n].rows[0].y0 <= y0]
        placed[above[-1] if above else fits[0] if fits else 0][1].append(grid)
    return placed


def _parts(region: Region, grids: list[Grid], outline: Outline) -> Iterator[Paragraph | Grid]:
    """Paragraphs and tables of a region in their order."""
    rows: list[Row] = []
    above: Grid | None = None
    for part in [*find_grids(region, grids), None]:
        if isinstance(part, Row):
            rows.append(part)
            continue
        if above is not None:
            above.notes, rows = notes_under(above, rows, outline.body_size)
            yield above
        yield from paragraphs(rows, outline, region.x0, region.x1)
        rows, above = [], part
        for row in part.captions if part is not None else []:
            if is_heading(row, outline):
                outline.open(row, row.text.strip())


def _block(paragraph: Paragraph, page: PageWords, frame: _Frame) -> Block:
    lines = [(row.text, frame.box(row.x0, row.y0, row.x1, row.y1)) for row in paragraph.rows]
    rows = paragraph.rows
    box = frame.box(min(r.x0 for r in rows), rows[0].y0, max(r.x1 for r in rows), max(r.y1 for r in rows))
    confidence = confidence_of(w for row in rows for c in row.chunks for w in c.words)
    return Block(
        paragraph.text,
        {"page": page.number, "boxes": [box]},
        kind="text" if confidence is None else "image",
        heading=paragraph.heading,
        lines=lines,
        confidence=confidence,
    )


def confidence_of(words: Iterable[Word]) -> float | None:
    """The mean over words that were recognised on a picture, None for words that were written."""
    scores = [w.confidence for w in words if w.confidence is not None]
    return round(fmean(scores), 3) if scores else None
