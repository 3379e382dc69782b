"""What a file is, by its content, and which parser reads it.

The name decides only where the content cannot: between kinds of plain text.
"""

from __future__ import annotations

import re
import zipfile
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from magika import Magika

OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = OOXML + "wordprocessingml.document"
XLSX = OOXML + "spreadsheetml.sheet"
PPTX = OOXML + "presentationml.presentation"

CONVERTED: dict[str, str] = {
    "application/vnd.ms-powerpoint": "pptx",
    "application/vnd.oasis.opendocument.presentation": "pptx",
    "application/msword": "docx",
    "application/vnd.oasis.opendocument.text": "docx",
    "application/rtf": "docx",
    "application/vnd.ms-excel": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "xlsx",
}
"""MIME type -> the ending that LibreOffice converts it to, where it is installed."""

PARSERS: dict[str, str] = {
    "application/pdf": "ingest.parsers.pdf",
    PPTX: "ingest.parsers.pptx",
    XLSX: "ingest.parsers.xlsx",
    DOCX: "ingest.parsers.docx",
    "text/html": "ingest.parsers.html",
    "text/csv": "ingest.parsers.csv_text",
    "text/tab-separated-values": "ingest.parsers.csv_text",
    "text/plain": "ingest.parsers.text",
    "text/markdown": "ingest.parsers.text",
    "text/vtt": "ingest.parsers.transcript",
    "application/x-subrip": "ingest.parsers.transcript",
    "message/rfc822": "ingest.parsers.email_message",
    "image/png": "ingest.parsers.images",
    "image/jpeg": "ingest.parsers.images",
    "image/tiff": "ingest.parsers.images",
    "image/gif": "ingest.parsers.images",
    "image/bmp": "ingest.parsers.images",
    "image/webp": "ingest.parsers.images",
    "audio/mpeg": "ingest.parsers.audio",
    "audio/wav": "ingest.parsers.audio",
    "audio/x-wav": "ingest.parsers.audio",
    "audio/flac": "ingest.parsers.audio",
    "audio/ogg": "ingest.parsers.audio",
    "audio/mp4": "ingest.parsers.audio",
    "audio/aac": "ingest.parsers.audio",
    "video/mp4": "ingest.parsers.audio",
    "video/webm": "ingest.parsers.audio",
    "video/quicktime": "ingest.parsers.audio",
    "video/x-matroska": "ingest.parsers.audio",
    "video/x-msvideo": "ingest.parsers.audio",
    **dict.fromkeys(CONVERTED, "ingest.parsers.legacy"),
}
"""MIME type -> module with `parse(path, name, **options)`; imported only when a file of the kind is read."""

_BY_ENDING = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".eml": "message/rfc822",
    ".htm": "text/html",
    ".html": "text/html",
    ".xhtml": "text/html",
    ".txt": "text/plain",
}
_BY_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"WEBVTT", "text/vtt"),
    (b"\xef\xbb\xbfWEBVTT", "text/vtt"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
)
_BY_LABEL = {
    "pdf": "application/pdf", "pptx": PPTX, "xlsx": XLSX, "docx": DOCX, "html": "text/html", "csv": "text/csv",
    "tsv": "text/tab-separated-values", "markdown": "text/markdown", "eml": "message/rfc822", "vtt": "text/vtt",
    "srt": "application/x-subrip", "srt_subtitle": "application/x-subrip", "webvtt": "text/vtt", "mp3": "audio/mpeg",
    "wav": "audio/wav", "m4a": "audio/mp4", "m4": "text/plain", "mp4": "video/mp4", "mkv": "video/x-matroska",
    "webm": "video/webm", "ogg": "audio/ogg", "flac": "audio/flac", "doc": "application/msword",
    "ppt": "application/vnd.ms-powerpoint", "xls": "application/vnd.ms-excel", "rtf": "application/rtf",
    "odp": "application/vnd.oasis.opendocument.presentation", "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet", "png": "image/png", "jpeg": "image/jpeg",
    "gif": "image/gif", "bmp": "image/bmp", "webp": "image/webp", "tiff": "image/tiff",
}  # fmt: skip


def mime_type(path: Path, name: str) -> str:
    """The MIME type of a file's content; "" for an empty file, "application/octet-stream" for what nobody knows."""
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        return ""
    if found := _by_first_bytes(head, path):
        return found
    result = _magika().identify_path(path).output
    ending = PurePath(name).suffix.lower()
    if result.is_text or result.label in ("txt", "unknown", "undefined"):
        return _text_type(result.label, ending, path)
    return _BY_LABEL.get(result.label) or str(result.mime_type) or "application/octet-stream"


def parser_for(mime: str) -> str:
    """The module that reads files of this type, "" if there is none."""
    return PARSERS.get(mime, "")


def _by_first_bytes(head: bytes, path: Path) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _office_type(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound_type(path)
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return {b"M4A ": "audio/mp4", b"qt  ": "video/quicktime"}.get(head[8:12], "video/mp4")
    return next((mime for magic, mime in _BY_MAGIC if head.startswith(magic)), "")


def _office_type(path: Path) -> str:
    """Which office file a zip is, by its parts; "" if it is none or is broken."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    folders = {name.replace("\\", "/").split("/", 1)[0].lower() for name in names}
    return next((mime for folder, mime in (("ppt", PPTX), ("word", DOCX), ("xl", XLSX)) if folder in folders), "")


_STREAMS = {
    "WordDocument": "application/msword",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
    "Workbook": "application/vnd.ms-excel",
    "EncryptedPackage": XLSX,
}
"""Names inside an OLE container. A file with a password does not show which it is: any office parser says so."""


def _compound_type(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(4_000_000)
    return next((mime for name, mime in _STREAMS.items() if name.encode("utf-16-le") in data), "")


_HTML = (b"<html", b"<!doctype html", b"<body", b"<table", b"<div", b"<p>")
_MAIL = re.compile(
    rb"(?:(?:From|To|Cc|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|X-[\w-]+|DKIM-Signature"
    rb"|Reply-To|Content-Type|Authentication-Results|ARC-[\w-]+):[^\n]*\n(?:[ \t][^\n]*\n)*){3}",
    re.I,
)


def _text_type(label: str, ending: str, path: Path) -> str:
    """Plain text is what its name says, unless its content is clear: a page named .txt is still a page."""
    with path.open("rb") as file:
        head = file.read(4096)
    if label in ("html", "xml") and any(mark in head.lower() for mark in _HTML):
        return "text/html"
    if _MAIL.match(head):
        return "message/rfc822"
    if ending in _BY_ENDING and (label in ("txt", "unknown", "undefined") or ending != ".txt"):
        return _BY_ENDING[ending]
    mime = _BY_LABEL.get(label, "text/plain")
    return mime if mime in PARSERS else "text/plain"


@cache
def _magika() -> Magika:
    """Loaded once a process; 20 ms and a few MB."""
    from magika import Magika

    return Magika()
