"""Pictures of a version's pages, drawn in a confined child process when first asked for and kept from then on."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from ingest.reader import ROOT, environment
from library.models import Version
from library.versions import file_path

DPI = 110
DRAWN = {"application/pdf"}
AT_ONCE = 2
"""Pages that one web process draws at the same time; more wait their turn."""
_turn = asyncio.Semaphore(AT_ONCE)


class NoPicture(Exception):
    """This version has no such page, or it cannot be drawn."""


async def page_image(version: Version, number: int) -> Path:
    """The file with the page's picture."""
    if version.mime not in DRAWN or number < 1:
        raise NoPicture
    target = folder(version.pk) / f"{number}.webp"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{uuid4().hex}.webp")
        try:
            async with _turn:
                await draw(file_path(version), number, draft)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
    return target


async def draw(file: Path, number: int, out: Path) -> None:
    limits = (str(settings.PARSE_MEMORY_MB), str(settings.PARSE_CPU_S))
    command = ("ingest.confined", *limits, "ingest.parsers.page_image", str(file), str(number), str(DPI), str(out))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *command,
        cwd=ROOT,
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        code = await asyncio.wait_for(child.wait(), settings.PARSE_WALL_S)
    except TimeoutError as error:
        raise NoPicture from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if code != 0 or not out.exists():
        raise NoPicture


def folder(version_id: int) -> Path:
    return Path(settings.PAGES_DIR) / str(version_id)


def forget(version_ids: list[int]) -> None:
    """The versions are gone, and so are their pictures."""
    for version_id in version_ids:
        shutil.rmtree(folder(version_id), ignore_errors=True)
