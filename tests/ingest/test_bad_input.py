"""Files that cannot be read, and people and places that do not exist: one clear sentence, and nothing left behind."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from pytest_django.fixtures import Settings

from ingest import storage
from ingest.sentences import sentence
from library.access import Hidden
from library.models import Change, Collection, Document, Embedding, Passage, State, Table, User, Version
from tests.ingest.conftest import Ingest, bomb, endless, pdf, stored_files


def refused(collection: Collection, name: str, stream: Iterable[bytes]) -> str:
    """The sentence of an upload that is refused; neither a row nor a byte stays."""
    before = Document.objects.count()
    with pytest.raises(storage.Refused) as caught:
        storage.store(None, collection, name, stream)
    assert Document.objects.count() == before
    assert stored_files() == []
    return sentence(caught.value.code, caught.value.detail)


def failed(version: Version) -> str:
    """The sentence of a version that could not be read; nothing of it is to be found."""
    assert version.state == State.FAILED
    assert version.claim == ""
    assert version.document.current is None
    for rows in (Passage, Table, Embedding, Change):
        assert not rows.objects.exists()
    assert version.error is not None
    return sentence(**version.error)


def test_an_empty_file(markets: Collection) -> None:
    assert refused(markets, "empty.pdf", []) == "The file is empty."


def test_150_megabytes(markets: Collection) -> None:
    assert refused(markets, "large.pdf", endless(150)) == "The file is larger than the limit of 100 MB."


def test_a_name_that_is_none(markets: Collection) -> None:
    assert refused(markets, "../..", [b"x"]) == "The file has no usable name."


def test_an_upload_that_breaks_off(markets: Collection) -> None:
    def broken() -> Iterable[bytes]:
        yield b"%PDF-1.7"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.store(None, markets, "a.pdf", broken())
    assert stored_files() == []
    assert not Document.objects.exists()


def test_an_encrypted_pdf(ingest: Ingest) -> None:
    version = ingest(pdf("Revenue was 12", password="secret"))
    assert failed(version) == "The file is protected with a password. Upload a copy without one."


def test_a_truncated_pdf(ingest: Ingest) -> None:
    whole = pdf(*["Revenue rose"] * 20)
    version = ingest(whole[: len(whole) // 8])
    assert failed(version).startswith("The file is damaged or incomplete")


def test_a_picture_named_pdf(ingest: Ingest) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(out, "PNG")
    version = ingest(out.getvalue(), "scan.pdf")
    assert failed(version).startswith("The file is not what its name says.")


def test_3000_pages(ingest: Ingest) -> None:
    version = ingest(pdf(*[""] * 3000))
    assert failed(version) == "The file has 3000 pages; the limit is 2000. Split it and upload the parts."


def test_a_limit_of_pages_below_the_parsers_own(ingest: Ingest, settings: Settings) -> None:
    settings.UPLOAD_MAX_PAGES = 3
    version = ingest(pdf(*["Revenue rose"] * 4))
    assert failed(version) == "The file has 4 pages; the limit is 3. Split it and upload the parts."


def test_a_bomb_of_a_few_kilobytes(ingest: Ingest, settings: Settings) -> None:
    settings.PARSE_MEMORY_MB, settings.PARSE_CPU_S = 700, 2
    content = bomb()
    assert len(content) < 10_000
    assert failed(ingest(content)) == "Reading the file took more time or memory than one file may take."


def test_a_kind_of_file_that_nobody_reads(ingest: Ingest) -> None:
    version = ingest(Path(sys.executable).read_bytes()[:50_000], "program")
    assert "cannot be read yet" in failed(version)


def test_a_pdf_without_a_word(ingest: Ingest) -> None:
    assert failed(ingest(pdf("", ""))) == "There is no text in the file that could be read."


def test_the_same_file_twice(ingest: Ingest, markets: Collection) -> None:
    content = pdf("Revenue rose to 12 billion yen")
    first = ingest(content)
    again = storage.store(None, markets, "report.pdf", [content])
    assert isinstance(again, storage.Duplicate)
    assert again.version == first
    assert Version.objects.count() == 1
    assert len(stored_files()) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\決算短信.pdf", "決算短信.pdf"),
        ("か\u3099いか\u3099.pdf", "がいが.pdf"),
        ("line\nbreak\u202e.pdf", "linebreak.pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_names(given: str, kept: str, markets: Collection) -> None:
    version = storage.store(None, markets, given, [b"content"])
    assert isinstance(version, Version)
    assert version.document.name == kept
    assert kept not in version.file
    assert len(stored_files()) == 1


def test_an_unknown_user(markets: Collection, tmp_path: object) -> None:
    with pytest.raises(CommandError, match='There is no user "nobody"'):
        call_command("ingest", __file__, collection="Markets", user="nobody")
    assert not Document.objects.exists()


def test_a_path_that_is_none(db: None) -> None:
    with pytest.raises(CommandError, match="There is no file at /no/such/file"):
        call_command("ingest", "/no/such/file", collection="New")
    assert not Collection.objects.exists()


def test_a_collection_that_is_hidden_or_unknown(analyst: User, outsider: User, retail: Collection) -> None:
    """For reading only, for nothing at all, and never there: the same."""
    for user, collection in ((analyst, retail.pk), (outsider, retail.pk), (analyst, 10_000)):
        with pytest.raises(Hidden):
            storage.accept(user, collection, "a.pdf", [b"x"])
    assert stored_files() == []
