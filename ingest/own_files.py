"""Reads a file of somebody's own, in the child process that reads uploads too, within tighter limits; keeps nothing.

What is plain text by its name is only decoded: that takes no process, and is there at once.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from ingest import reader, table_text
from ingest.detect import DOCX
from ingest.limits import Limits
from ingest.segments import Block, TableBlock, Unreadable
from ingest.sentences import sentence
from ingest.wire import Mime
from library.own_files import PAGE, NotRead

LARGEST_MB = 10
PAGES = 30
PART_S, LONGEST_S = 20, 45
"""Seconds for a part (a page), and for the whole file: somebody waits."""
AT_ONCE, WAIT_S = 2, 15
"""Files that one process reads at the same time, and how long others wait for their turn."""
PLAIN = (".txt", ".md", ".markdown")
KINDS = ("application/pdf", DOCX)
WHOLE_TABLE = 1_000_000
_turn = threading.BoundedSemaphore(AT_ONCE)


def words(name: str, chunks: Iterable[bytes]) -> str:
    """Paragraphs parted by empty lines, tables by row, pages by `PAGE`. Raises `NotRead`."""
    if not _turn.acquire(timeout=WAIT_S):
        raise NotRead(_("Others' files are being read at the moment. Please try again in a minute."))
    try:
        with tempfile.NamedTemporaryFile(prefix="own-") as file:
            _fill(file, chunks)
            path = Path(file.name)
            return _as_written(path) if Path(name).suffix.lower() in PLAIN else _read(path, name)
    except Unreadable as reason:
        if reason.code == "unsupported":
            raise NotRead(_("Only text, Word and PDF files can be read here.")) from reason
        raise NotRead(sentence(reason.code, reason.detail)) from reason
    finally:
        _turn.release()


def _fill(file: IO[bytes], chunks: Iterable[bytes]) -> None:
    room = LARGEST_MB * 1024 * 1024
    for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            raise Unreadable("too_large", limit=LARGEST_MB)
        file.write(chunk)
    file.flush()


def _read(path: Path, name: str) -> str:
    limits = Limits(settings.PARSE_MEMORY_MB, PART_S, PART_S, PAGES)
    end = time.monotonic() + LONGEST_S
    pages: dict[int, list[str]] = {}
    with closing(reader.segments(path, name, limits)) as segments:
        for segment in segments:
            if time.monotonic() > end:
                raise Unreadable("too_complex")
            if isinstance(segment, Mime) and segment not in KINDS:
                raise Unreadable("unsupported", mime=segment)
            if isinstance(segment, Block | TableBlock):
                pages.setdefault(segment.locator.get("page", 1), []).extend(_texts(segment))
    return f"\n\n{PAGE}".join("\n\n".join(pages.get(number, ())) for number in range(1, max(pages, default=1) + 1))


def _as_written(path: Path) -> str:
    """With its own lines. Raises `Unreadable` for what is no text."""
    from ingest.parsers.decoding import decode

    text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("empty")
    return text


def _texts(segment: Block | TableBlock) -> Iterator[str]:
    if isinstance(segment, Block):
        yield segment.text
        return
    for part in table_text.parts(segment.table, WHOLE_TABLE):
        yield part.text
