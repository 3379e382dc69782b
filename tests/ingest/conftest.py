"""Small files of our own making, and the way of one through the pipeline."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from reportlab.pdfgen.canvas import Canvas

from ingest import claims, pipeline, storage
from library.models import Collection, Version
from tests.ingest import recordings, whisper_model

Ingest = Callable[..., Version]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test sees its own stored files and page pictures, and none of another's."""
    monkeypatch.setattr(settings, "FILES_DIR", tmp_path / "files")
    monkeypatch.setattr(settings, "PAGES_DIR", tmp_path / "pages")


@pytest.fixture
def ingest(db: None, markets: Collection) -> Ingest:
    """A file by the program itself, taken and read in this process, up to where the index would take over."""

    def run(content: bytes, name: str = "report.pdf") -> Version:
        outcome = storage.store(None, markets, name, [content])
        assert isinstance(outcome, Version)
        return read(outcome)

    return run


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a speech model with random weights."""
    return str(whisper_model.make(tmp_path_factory.mktemp("speech") / "whisper"))


@pytest.fixture
def service() -> Iterator[type[recordings.Service]]:
    with recordings.running() as handler:
        yield handler


def read(version: Version) -> Version:
    claimed = claims.claim(version.pk)
    assert claimed is not None
    pipeline.run(claimed)
    return Version.objects.select_related("document").get(pk=version.pk)


def pdf(*pages: str, password: str = "") -> bytes:
    """A page for each text, a line of text for each of its lines."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=password or None)
    for page in pages:
        for number, line in enumerate(page.splitlines()):
            canvas.drawString(72, 760 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def bomb() -> bytes:
    """A few kilobytes that unpack, twice, to 200 MB of drawing."""
    stream = zlib.compress(zlib.compress(b"BT /F1 9 Tf (aaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n" * 4_400_000, 9), 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >> stream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj %s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return body + b"trailer << /Root 1 0 R /Size 7 >>\n%%EOF\n"


def stored_files() -> list[Path]:
    return [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]


def endless(megabytes: int) -> Iterator[bytes]:
    chunk = bytes(1 << 20)
    return (chunk for _ in range(megabytes))
