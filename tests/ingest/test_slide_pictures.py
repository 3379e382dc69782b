"""A deck's slides as pictures: of a PDF that LibreOffice makes, or of their structure."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest
from django.test import AsyncClient, Client
from django.urls import reverse

from ingest import page_images, reader
from ingest.parsers import office
from ingest.parsers.slide_drawing import drawing, wrapped
from library import pictures
from library.models import State, User, Version
from library.places import shown
from library.versions import publish
from tests.ingest.conftest import Ingest
from tests.ingest.office import a_deck

REAL = office.program(reader.PATH)


def install(folder: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A soffice that runs some Python, with the folder to write to as `out`; `pages(n)` writes a PDF there."""
    folder.mkdir()
    program = folder / "soffice"
    program.write_text(
        f"#!{sys.executable}\nimport sys, time\nfrom pathlib import Path\nimport pypdfium2 as pdfium\na = sys.argv\n"
        "out = Path(a[a.index('--outdir') + 1])\n"
        "def pages(n):\n    d = pdfium.PdfDocument.new()\n    [d.new_page(960, 540) for _ in range(n)]\n"
        f"    d.save(out / 'stored.pdf')\n{does}\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(reader, "PATH", f"{folder}:{Path(sys.executable).parent}")


@pytest.fixture
def deck(tmp_path: Path) -> bytes:
    return a_deck(tmp_path / "deck.pptx").read_bytes()


def test_the_pdf_is_kept_beside_the_version_and_goes_with_it(
    ingest: Ingest, deck: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compliance: User
) -> None:
    install(tmp_path / "bin", "pages(4)", monkeypatch)
    version = ingest(deck, "deck.pptx")
    assert (version.state, version.warnings) == (State.INDEXING, [])
    kept = pictures.slides(version)
    document = pdfium.PdfDocument(kept)
    assert len(document) == 4
    document.close()
    assert list(kept.parent.iterdir()) == [kept]
    client = Client()
    client.force_login(compliance)
    client.post(reverse("delete-document", args=[version.document_id]))
    assert not kept.exists()


@pytest.mark.parametrize("does", ["pages(3)", "sys.exit(1)", "pass", "(out / 'stored.pdf').write_text('no PDF')"])
def test_a_deck_that_cannot_be_converted_is_read_with_a_warning(
    ingest: Ingest, deck: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    install(tmp_path / "bin", does, monkeypatch)
    version = ingest(deck, "deck.pptx")
    assert version.state == State.INDEXING
    assert version.warnings == [{"code": "slides_not_drawn", "detail": {}}]
    assert not list(pictures.folder(version.pk).iterdir())


def test_without_the_program_there_is_no_warning(
    ingest: Ingest, deck: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "PATH", str(tmp_path))
    version = ingest(deck, "deck.pptx")
    assert (version.state, version.warnings) == (State.INDEXING, [])
    assert not pictures.folder(version.pk).exists()


@pytest.mark.django_db(transaction=True)
async def test_the_structure_is_drawn_without_it(structured: Version, analyst: User) -> None:
    client = AsyncClient()
    await client.aforce_login(analyst)
    answer = await client.get(reverse("page-image", args=[structured.pk, 2]))
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "△516" in answer.content.decode()
    assert (await client.get(reverse("page-image", args=[structured.pk, 5]))).status_code == 404


@pytest.fixture
def structured(ingest: Ingest, deck: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Version:
    monkeypatch.setattr(reader, "PATH", str(tmp_path))
    version = ingest(deck, "deck.pptx")
    publish(version.pk)
    version.refresh_from_db()
    return version


def test_a_citation_opens_its_slide_with_its_place_marked(structured: Version) -> None:
    passage = structured.passages.filter(kind="table").first()
    assert passage is not None
    found = shown(passage, passage.locator)
    assert (found.page, found.slide) == (2, True)
    assert found.picture == reverse("page-image", args=[structured.pk, 2])
    assert [mark.y for mark in found.marks][-1] == "0.26470"


def test_the_document_page_shows_a_slide_at_a_time(structured: Version, analyst: User) -> None:
    client = Client()
    client.force_login(analyst)
    page = client.get(reverse("document", args=[structured.document_id]), {"page": "2"}).content.decode()
    assert reverse("page-image", args=[structured.pk, 2]) in page
    assert "営業利益" in page
    assert "Grow deposits" not in page


def test_pictures_of_versions_that_are_gone_are_cleared(structured: Version) -> None:
    for number in (structured.pk, structured.pk + 1):
        pictures.folder(number).mkdir(parents=True)
    page_images.clear()
    assert pictures.folder(structured.pk).exists()
    assert not pictures.folder(structured.pk + 1).exists()


def test_a_drawing_is_well_formed_and_keeps_to_the_slide(deck: bytes, tmp_path: Path) -> None:
    for number in (1, 2, 3, 4):
        drawn = ElementTree.fromstring(drawing(tmp_path / "deck.pptx", number))
        assert drawn.attrib["viewBox"] == "0 0 960 720"
        texts = [e for e in drawn.iter() if e.tag.endswith("text")]
        assert texts
        assert all(0 <= float(t.attrib["x"]) <= 960 and 0 <= float(t.attrib["y"]) <= 730 for t in texts)


def test_lines_break_between_words_and_between_japanese_letters() -> None:
    assert wrapped("Grow deposits in cities", 8) == ["Grow deposits", "in cities"]
    assert wrapped("預金を増やす", 3) == ["預金を", "増やす"]
    assert wrapped("", 3) == [""]


@pytest.mark.skipif(REAL is None, reason="LibreOffice is not installed")
def test_libreoffice_draws_each_slide_hidden_ones_too(ingest: Ingest, tmp_path: Path) -> None:
    from pptx import Presentation

    path = a_deck(tmp_path / "deck.pptx")
    deck = Presentation(str(path))
    deck.slides[1]._element.set("show", "0")
    deck.save(str(path))
    version = ingest(path.read_bytes(), "deck.pptx")
    assert [warning["code"] for warning in version.warnings] == ["slide_hidden"]
    document = pdfium.PdfDocument(pictures.slides(version))
    text = document[1].get_textpage().get_text_bounded()
    assert len(document) == 4
    document.close()
    assert "営業利益" in text
