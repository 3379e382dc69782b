"""Pictures of a version's pages or slides, drawn in a confined child process when first asked for, and then kept.

Slides look as they do in the PDF that was made of the deck while it was read; without one, their structure is drawn.
"""

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
from library.pictures import PDF, folder, has_pictures, slides
from library.versions import file_path

DPI = 110
AT_ONCE = 2
"""Pages that one web process draws at the same time; more wait their turn."""
_turn = asyncio.Semaphore(AT_ONCE)


class NoPicture(Exception):
    """This version has no such page, or it cannot be drawn."""


async def page_image(version: Version, number: int) -> Path:
    """The file with the page's picture: WEBP, or SVG where only the structure is drawn."""
    if not has_pictures(version) or not 1 <= number <= (version.total or number):
        raise NoPicture
    module, source, ending = drawn_by(version)
    target = folder(version.pk) / f"{number}.{ending}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{uuid4().hex}.{ending}")
        try:
            async with _turn:
                await draw(module, source, number, draft)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
    return target


async def page_image_or_none(version: Version, number: int) -> Path | None:
    try:
        return await page_image(version, number)
    except NoPicture:
        return None


def drawn_by(version: Version) -> tuple[str, Path, str]:
    """The module that draws it, from which file, and the ending of the pictures."""
    if version.mime == PDF:
        return "ingest.parsers.page_image", file_path(version), "webp"
    if slides(version).exists():
        return "ingest.parsers.page_image", slides(version), "webp"
    return "ingest.parsers.slide_drawing", file_path(version), "svg"


async def draw(module: str, file: Path, number: int, out: Path) -> None:
    limits = (str(settings.PARSE_MEMORY_MB), str(settings.PARSE_CPU_S))
    command = ("ingest.confined", *limits, module, str(file), str(number), str(DPI), str(out))
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


def forget(version_ids: list[int]) -> None:
    """The versions are gone, and so are their pictures."""
    for version_id in version_ids:
        shutil.rmtree(folder(version_id), ignore_errors=True)


def clear() -> None:
    """The same for what was drawn while its version was being deleted."""
    root = Path(settings.PAGES_DIR)
    kept = {int(path.name) for path in root.glob("*") if path.name.isdecimal()}
    forget(sorted(kept - set(Version.objects.filter(pk__in=kept).values_list("pk", flat=True))))
