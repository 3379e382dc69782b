"""A page of a PDF as a picture, for the screen and for OCR.

The web process runs this as a child, `python -m ingest.parsers.page_image FILE PAGE DPI OUT`, so that pdfium, which is
not thread-safe and reads what strangers upload, stays out of it.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 25_000_000
"""A page is never drawn with more, whatever its size: 100 MB while it is drawn."""


class NoSuchPage(Exception):
    """The file has no page with this number, or it cannot be drawn."""


def picture(path: Path, page: int, dpi: int) -> Image:
    """The page (counted from 1) as a Pillow image, with its rotation and crop box applied."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise NoSuchPage(str(error)) from error
    try:
        if not 1 <= page <= len(document):
            raise NoSuchPage(f"page {page} of {len(document)}")
        try:
            shown = document[page - 1]
        except pdfium.PdfiumError as error:
            raise NoSuchPage(str(error)) from error
        width, height = shown.get_size()
        scale = min(dpi / 72, (MAX_PIXELS / max(width * height, 1.0)) ** 0.5)
        bitmap = shown.render(scale=scale)
        image: Image = bitmap.to_pil().convert("RGB")
        bitmap.close()
        shown.close()
        return image
    finally:
        document.close()


def render(path: Path, page: int, dpi: int = 110, *, form: str = "PNG") -> bytes:
    """The page as the bytes of a PNG or WEBP; raises NoSuchPage."""
    out = io.BytesIO()
    image = picture(path, page, dpi)
    if form == "WEBP":
        image.save(out, form, quality=85)
    else:
        image.save(out, form)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """FILE PAGE DPI OUT; ends with 1 and one sentence on standard error where the page cannot be drawn."""
    file, page, dpi, out = arguments
    target = Path(out)
    try:
        target.write_bytes(render(Path(file), int(page), int(dpi), form="WEBP" if target.suffix == ".webp" else "PNG"))
    except NoSuchPage as error:
        sys.stderr.write(f"cannot draw this page: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
