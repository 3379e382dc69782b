"""Bytes to text: by mark, by what the file declares, by what fits."""

from __future__ import annotations

import codecs
import re

from ingest.segments import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,30})""", re.I)
_SAME_AS = {"shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932"}


def decode(data: bytes) -> str:
    """The text of a file; raises `Unreadable` where the bytes are no text in any encoding tried."""
    if mark := next((name for mark, name in _MARKS if data.startswith(mark)), ""):
        return data.decode(mark, "replace")
    declared = _DECLARED.search(data[:4096])
    names = [_codec(declared[1].decode("ascii"))] if declared else []
    for name in [*names, "utf-8", "cp932", "euc_jp"]:
        text = _decoded(data, name)
        if text is not None:
            return text
    return _guessed(data)


def _codec(name: str) -> str:
    name = _SAME_AS.get(name.lower(), name.lower())
    try:
        return name if codecs.lookup(name)._is_text_encoding else "utf-8"
    except LookupError:
        return "utf-8"


def _decoded(data: bytes, name: str) -> str | None:
    try:
        text = data.decode(name)
    except (UnicodeError, LookupError):
        return None
    return text if _is_text(text) else None


def _guessed(data: bytes) -> str:
    """UTF-8 with a few bad bytes, else what charset-normalizer finds."""
    from charset_normalizer import from_bytes

    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 50 <= len(text) and _is_text(text):
        return text
    best = from_bytes(data[:200_000]).best()
    if best is None:
        raise Unreadable("damaged")
    text = data.decode(best.encoding, "replace")
    if not _is_text(text):
        raise Unreadable("damaged")
    return text


def _is_text(text: str) -> bool:
    """Control characters are rare in text, and common in what is none."""
    odd = sum(1 for c in text[:20_000] if c < " " and c not in "\t\n\r\f\x0b\x1b")
    return odd * 100 <= len(text[:20_000])
