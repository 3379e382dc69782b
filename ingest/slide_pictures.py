"""A deck that has been read also becomes a PDF, from which its slides are drawn, where LibreOffice is installed.

That it cannot be made is a warning: nothing that was read depends on it.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from queue import Empty
from uuid import uuid4

from django.conf import settings

from ingest import reader
from ingest.parsers import office
from ingest.progress import Meter
from library.models import Version
from library.pictures import is_deck, slides
from library.versions import file_path

logger = logging.getLogger(__name__)
WALL_S = office.TIMEOUT + 30


def keep(version: Version, mime: str, meter: Meter) -> bool:
    """Make the PDF beside the version; False where that should have been possible and was not."""
    version.mime = mime
    latest = meter.latest
    if not is_deck(version) or latest is None or office.program(reader.PATH) is None:
        return True
    target = slides(version)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{uuid4().hex}.pdf")
    try:
        made = convert(file_path(version), latest.total, draft, meter)
        if made:
            os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return made


def convert(file: Path, count: int, out: Path, meter: Meter) -> bool:
    """In a confined process, while the row shows that its reader is alive."""
    limits = [str(settings.PARSE_MEMORY_MB), str(settings.PARSE_CPU_S)]
    command = [*limits, "ingest.parsers.slide_pages", str(file), str(count), str(out)]
    child = reader.Child("ingest.confined", command, WALL_S)
    try:
        while True:
            try:
                if child.lines.get(timeout=reader.TICK_S) is None:
                    return child.verdict() is None and out.exists()
            except Empty:
                meter.tick()
    finally:
        child.close()
