"""Older and foreign office formats (PPT, DOC, XLS, ODP, ODT, ODS, RTF), by LibreOffice where it is installed.

The file is converted to today's format and read by that format's parser, so that places mean the same.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingest.detect import CONVERTED, mime_type
from ingest.parsers.office import convert, program
from ingest.segments import Segment, Unreadable


def parse(path: Path, name: str) -> Iterator[Segment]:
    mime = mime_type(path, name)
    ending, installed = CONVERTED.get(mime), program()
    if ending is None or installed is None:
        raise Unreadable("unsupported", mime=mime)
    with tempfile.TemporaryDirectory() as folder:
        converted = convert(installed, path, ending, Path(folder))
        yield from importlib.import_module(f"ingest.parsers.{ending}").parse(converted, name)
