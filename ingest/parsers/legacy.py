"""Older and foreign office formats (PPT, DOC, XLS, ODP, ODT, ODS, RTF), by LibreOffice where it is installed.

The file is converted to today's format and read by that format's parser, so that places mean the same.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingest.detect import CONVERTED, mime_type
from ingest.segments import Segment, Unreadable

PROGRAMS = ("soffice", "libreoffice")
TIMEOUT = 120


def parse(path: Path, name: str) -> Iterator[Segment]:
    mime = mime_type(path, name)
    ending = CONVERTED.get(mime)
    program = next((found for p in PROGRAMS if (found := shutil.which(p))), None)
    if ending is None or program is None:
        raise Unreadable("unsupported", mime=mime)
    with tempfile.TemporaryDirectory() as folder:
        converted = convert(program, path, ending, Path(folder))
        yield from importlib.import_module(f"ingest.parsers.{ending}").parse(converted, name)


def convert(program: str, path: Path, ending: str, folder: Path) -> Path:
    """The file in today's format, in a folder of its own; with a profile of its own, for runs beside each other."""
    command = [
        program,
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--norestore",
        "--convert-to",
        ending,
        "--outdir",
        str(folder),
        str(path),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_complex") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise Unreadable("damaged") from error
    made = next(folder.glob(f"*.{ending}"), None)
    if made is None:
        raise Unreadable("damaged")
    return made
