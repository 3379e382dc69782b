"""Plain text and Markdown: paragraphs under their headings, Markdown's tables as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from ingest.parsers.cells import Placed, clean, lay_out
from ingest.parsers.decoding import decode
from ingest.parsers.facts import FactFinder
from ingest.parsers.grid import Around, understand
from ingest.parsers.headings import Outline, is_bracketed, numbered_level
from ingest.parsers.transcript import is_transcript
from ingest.parsers.transcript import segments as transcript_segments
from ingest.parsers.units import unit_in, unit_line
from ingest.segments import Block, Progress, Segment, TableBlock, Unreadable

MAX_BYTES = 60_000_000
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_ITEM = re.compile(r"\s*(?:[-*+•・]|\d{1,3}[.)])\s+")
_MARKUP = re.compile(r"(?<![\w\\])(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s\"[^\"]*\")?\)")


def parse(path: Path, name: str) -> Iterator[Segment]:
    """Markdown where the name says so or headings with # are there; else plain text."""
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        raise Unreadable("too_large", limit=MAX_BYTES // 1_000_000)
    text = decode(data)
    if not text.strip():
        raise Unreadable("empty")
    markdown = PurePath(name).suffix.lower() in (".md", ".markdown") or bool(re.search(r"(?m)^#{1,6} \S", text))
    if not markdown and is_transcript(text):
        yield from transcript_segments(text, name)
        return
    found = FactFinder(name)
    for segment in read_text(text, markdown=markdown):
        found.see(segment)
        yield segment
    yield Progress(1, 1)
    yield found.facts()


def read_text(text: str, *, markdown: bool = False) -> Iterator[Segment]:
    """Paragraphs, parted by blank lines; in Markdown headings, items, code and tables as well."""
    outline = Outline()
    caption = ""
    tables = 0
    for lines, is_code in _paragraphs(text, markdown=markdown):
        heading = None if is_code else _heading(lines, markdown=markdown)
        if heading:
            outline.enter(*heading)
            caption = ""
            yield Block(heading[1], {"heading": outline.path}, heading=outline.path)
        elif markdown and not is_code and len(lines) > 1 and "|" in lines[0] and _RULE.fullmatch(lines[1]):
            tables += 1
            yield _table(lines, tables, outline, caption)
        else:
            marked = markdown and not is_code
            words = "\n".join(line for raw in lines if (line := _line(raw, markdown=marked)))
            caption = words if len(words) <= 80 and "\n" not in words else ""
            if words:
                yield Block(words, {"heading": outline.path}, heading=outline.path)


def _paragraphs(text: str, *, markdown: bool) -> Iterator[tuple[list[str], bool]]:
    """(lines, whether they are code). A Markdown heading stands alone, whether blank lines surround it or not."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        if markdown and line.lstrip().startswith(("```", "~~~")):
            if lines:
                yield lines, fenced
            lines, fenced = [], not fenced
            continue
        alone = markdown and not fenced and _HEADING.match(line)
        if (alone or not line.strip() or len(lines) >= 200) and lines:
            yield lines, fenced
            lines = []
        if alone:
            yield [line], False
        elif line.strip():
            lines.append(line)
    if lines:
        yield lines, fenced


def _heading(lines: list[str], *, markdown: bool) -> tuple[int, str] | None:
    """(level, text) where the paragraph is a heading."""
    first = lines[0].strip()
    if markdown and (marked := _HEADING.match(first)):
        return len(marked[1]), _line(marked[2], markdown=True)
    if markdown and len(lines) == 2 and re.fullmatch(r"=+|-{3,}", lines[1].strip()):
        return (1 if lines[1].strip()[0] == "=" else 2), _line(first, markdown=True)
    if len(lines) == 1 and (
        is_bracketed(first) or re.match(r"第[0-9０-９一二三四五六七八九十]+[章節条部]\s?\S{0,40}$", first)
    ):
        return numbered_level(first) or 4, clean(first)
    if len(lines) == 1 and len(first) <= 80 and first.isupper() and len(first.split()) > 1:
        return 1, clean(first)
    return None


def _line(line: str, *, markdown: bool) -> str:
    """A line without its marks; items keep a dash."""
    if not markdown:
        return clean(line)
    item = _ITEM.match(line)
    indent = " " * (len(line) - len(line.lstrip())) if item else ""
    bare = _MARKUP.sub(r"\2", _MARKUP.sub(r"\2", _LINK.sub(r"\1", line)))
    return indent + clean(bare.lstrip("> ") if bare.lstrip().startswith(">") else bare)


def _table(lines: list[str], number: int, outline: Outline, caption: str) -> TableBlock:
    rows = []
    for n, line in enumerate((line for line in lines if not _RULE.fullmatch(line)), 1):
        cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
        texts = [_line(c, markdown=True).replace("\\|", "|") for c in cells]
        rows.append([Placed(n, c, text, 0, 0, header=n == 1) for c, text in enumerate(texts, 1)])
    title = " – ".join(t for t in (outline.last, caption) if t and not unit_line(t))
    around = Around(number=number, title=title, heading=outline.path, unit=unit_line(caption) or unit_in(caption))
    table = understand(lay_out(rows), around).table
    return TableBlock(table, {"heading": title, "table": number}, outline.path)
