"""A deck as a PDF with a page for each of its slides, by LibreOffice, so that slides are drawn as pages are.

The worker runs this confined: `python -m ingest.confined MB CPU_S ingest.parsers.slide_pages FILE SLIDES OUT`.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
from pathlib import Path

import pypdfium2 as pdfium

from ingest.parsers.office import convert, program
from ingest.segments import Unreadable

MAX_BYTES = 100 * 1024 * 1024
OPTIONS = {
    # Hidden slides are read as well, and pages must count as slides do.
    "ExportHiddenSlides": {"type": "boolean", "value": "true"},
    "ReduceImageResolution": {"type": "boolean", "value": "true"},
    "MaxImageResolution": {"type": "long", "value": "150"},
}


def main(arguments: list[str]) -> int:
    """FILE SLIDES OUT; ends with 1 and a word on standard error where there is no such PDF to be had."""
    file, slides, out = arguments
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_BYTES, MAX_BYTES))
    try:
        make(Path(file), int(slides), Path(out))
    except Unreadable as reason:
        sys.stderr.write(f"{reason.code}\n")
        return 1
    return 0


def make(deck: Path, slides: int, out: Path) -> None:
    installed = program()
    if installed is None:
        raise Unreadable("unsupported")
    with tempfile.TemporaryDirectory() as folder:
        made = convert(installed, deck, "pdf", Path(folder), ":impress_pdf_Export:" + json.dumps(OPTIONS))
        if pages(made) != slides:
            raise Unreadable("damaged")
        shutil.move(made, out)


def pages(path: Path) -> int:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise Unreadable("damaged") from error
    try:
        return len(document)
    finally:
        document.close()
