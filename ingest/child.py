"""The child process that parses one file: `python -m ingest.child FILE NAME MEMORY_MB CPU_S WALL_S PAGES`.

It writes a line for each segment (`ingest/wire.py`) and knows no Django, no settings, no network and no secret. What
it reads may be made to harm; what it takes is bounded (`ingest/limits.py`), and its end harms nobody else.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import BinaryIO

from ingest import wire
from ingest.limits import MAX_CHARACTERS, Limits, confine, extend_cpu
from ingest.segments import Block, Progress, Segment, TableBlock, Unreadable

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def main(arguments: list[str], out: BinaryIO) -> None:
    path, name = Path(arguments[0]), arguments[1]
    limits = Limits(*(int(number) for number in arguments[2:6]))
    confine(limits)
    try:
        for segment in bounded(segments(path, name, limits.pages), limits):
            out.write(wire.encode(segment))
            out.flush()
    except Unreadable as reason:
        out.write(wire.encode(reason))
    except (MemoryError, RecursionError):
        out.write(wire.encode(Unreadable("too_complex")))
    out.flush()


def segments(path: Path, name: str, pages: int) -> Iterator[Segment | wire.Mime]:
    """What the file is, and then all that its parser yields."""
    from ingest import detect

    mime = detect.mime_type(path, name)
    if not mime:
        raise Unreadable("empty")
    check_name(path, name, mime)
    yield wire.Mime(mime)
    module = detect.parser_for(mime)
    if not module or find_spec(module) is None:
        raise Unreadable("unsupported", mime=mime)
    parse = importlib.import_module(module).parse
    # A parser that knows the number of pages beforehand need not read up to the limit to find that it is exceeded.
    known = {"max_pages": pages} if "max_pages" in signature(parse).parameters else {}
    yield from parse(path, name, **known)


def check_name(path: Path, name: str, mime: str) -> None:
    """A name that promises another kind of file: the picture was meant to be a PDF, and its sender should know."""
    from ingest.detect import DOCX, PPTX, XLSX

    ending = Path(name).suffix.lower()
    promised = {".pdf": "application/pdf", ".docx": DOCX, ".pptx": PPTX, ".xlsx": XLSX}.get(ending)
    if promised is None or promised == mime:
        return
    with path.open("rb") as file:
        # Office wraps a file with a password into the container of its older formats.
        wrapped = ending != ".pdf" and file.read(8) == OLE
    raise Unreadable("encrypted") if wrapped else Unreadable("not_what_it_says", expected=ending[1:].upper())


def bounded(parsed: Iterator[Segment | wire.Mime], limits: Limits) -> Iterator[Segment | wire.Mime]:
    """The same, until the file turns out to have too many pages or too much text; each part gets fresh CPU time."""
    characters = 0
    for segment in parsed:
        if isinstance(segment, Progress):
            extend_cpu(limits)
            if segment.unit in ("page", "slide") and segment.total > limits.pages:
                raise Unreadable("too_many_pages", pages=segment.total, limit=limits.pages)
        elif isinstance(segment, Block):
            characters += len(segment.text)
        elif isinstance(segment, TableBlock):
            characters += sum(len(cell.text) for cell in segment.table.cells)
        if characters > MAX_CHARACTERS:
            raise Unreadable("too_complex")
        yield segment


def own_output() -> BinaryIO:
    """Standard output for segments alone: what a native library prints there goes to standard error instead."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


if __name__ == "__main__":
    main(sys.argv[1:], own_output())
