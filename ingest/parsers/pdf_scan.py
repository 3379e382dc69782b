"""Pages whose text cannot be taken from the file: pictures of pages, and fonts that name the wrong letters."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import fmean

import pypdfium2 as pdfium

from ingest.parsers import page_image
from ingest.parsers.pdf_chars import PageWords, Word
from ingest.parsers.pdf_lines import WIDE
from ingest.segments import Unreadable

DPIS = (150, 90)
"""What a page is drawn with; the second where there is no memory for the first."""
FEW_WORDS = 3
"""A page with fewer words than this, and something drawn on it, is read as a picture."""
WRONG = re.compile(r"[\u00a1-\u00ff\ue000-\uf8ff\ufffd~^_{}|]")
"""What wrong letters mostly look like; accents make up less than a tenth of any language's letters."""
LINE_SHARE = 0.8
"""Of the height of a line that OCR boxes, the size of its type."""


class TooLarge(Exception):
    """The page's picture takes more memory than there is."""


def needs_ocr(page: PageWords) -> bool:
    """No words but a picture or a drawing, or words in letters that mean nothing."""
    words = [*page.words, *page.turned, *page.upward]
    if len(words) < FEW_WORDS:
        return page.image_share > 0.05 or page.drawn > 100
    letters = "".join(w.text for w in words)
    letters = re.sub(r"[\d\s.,()%$-]", "", letters)
    return len(letters) > 40 and len(WRONG.findall(letters)) > 0.3 * len(letters)


def read_scan(path: Path, page: PageWords) -> tuple[list[Word], float]:
    """The words that OCR reads on the page, each with its line's confidence, and their mean; none without OCR.

    Raises `TooLarge`, and the pages after it can still be read.
    """
    try:
        from ingest.parsers.ocr import read_image
    except ImportError:
        return [], 0.0
    for dpi in DPIS:
        try:
            lines = read_image(page_image.picture(path, page.number, dpi))
            break
        except page_image.NoSuchPage:
            return [], 0.0
        except (Unreadable, MemoryError, pdfium.PdfiumError):
            continue
    else:
        raise TooLarge
    words = [word for text, box, confidence in lines for word in _words(text, box, confidence, page)]
    return words, fmean(line[2] for line in lines) if lines else 0.0


def _words(text: str, box: list[float], confidence: float, page: PageWords) -> list[Word]:
    """A line's words, at the places that their letters take up of it."""
    x0, y0, x1, y1 = box[0] * page.width, box[1] * page.height, box[2] * page.width, box[3] * page.height
    step = (x1 - x0) / max(sum(_width(c) for c in text), 1)
    words: list[Word] = []
    for match in re.finditer(r"\S+", text):
        left = x0 + step * sum(_width(c) for c in text[: match.start()])
        right = left + step * sum(_width(c) for c in match[0])
        word = Word(match[0], left, y0, right, y1, (y1 - y0) * LINE_SHARE, confidence=confidence)
        marks = len(match[0]) - len(match[0].rstrip(")）%％"))
        word.digits_x1 = right - step * marks
        words.append(word)
    return words


def _width(character: str) -> float:
    return 2.0 if WIDE.match(character) else 1.0
