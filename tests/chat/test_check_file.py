"""A draft out of a file: its words are read within limits, looked over by their owner, and nothing stays behind."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import docx
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from reportlab.pdfgen.canvas import Canvas

from chat.check_page import place
from ingest import own_files
from library.models import Document, User, Version

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "Capital expenditures were $1,577 million in FY2024."
WRONG = "Staff turnover fell to 7.4%."


@pytest.fixture
def client(teller: User) -> Client:
    client = Client()
    client.force_login(teller)
    return client


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is written lies where the tests look for it."""
    for name in ("passing", "files"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "passing"))
    settings.FILES_DIR = tmp_path / "files"
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000


def sent(client: Client, name: str, content: bytes) -> tuple[str | None, str | None]:
    """(its text, or why there is none)."""
    answer = client.post(reverse("check-file"), {"file": SimpleUploadedFile(name, content)})
    answer.close()
    assert answer.status_code == 200
    assert [list(Path(folder).iterdir()) for folder in (tempfile.gettempdir(), settings.FILES_DIR)] == [[], []]
    assert not Document.objects.filter(name=name).exists()
    found = answer.json()
    assert (found["text"] is None) is (found["error"] is not None)
    return found["text"], found["error"]


def read(client: Client, name: str, content: bytes) -> str:
    text, _error = sent(client, name, content)
    assert text
    return text


def refused(client: Client, name: str, content: bytes) -> str:
    _text, error = sent(client, name, content)
    assert error
    return error


def memo() -> bytes:
    """A heading, a paragraph, a list and a table."""
    document, out = docx.Document(), io.BytesIO()
    document.add_heading("Memo", 1)
    document.add_paragraph(f"{SAID} {WRONG}")
    document.add_paragraph("Two branches were closed.", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for row, texts in enumerate((("", "2024", "2023"), ("Capital expenditures", "1,577", "1,373"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.save(out)
    return out.getvalue()


def printed(*pages: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in pages:
        for line, text in enumerate(page.splitlines()):
            canvas.drawString(60, 760 - 40 * line, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_word_file_gives_its_paragraphs_and_tables(client: Client) -> None:
    text = read(client, "memo.docx", memo())
    heading, said, item, *table = text.split("\n\n")
    assert (heading, said) == ("Memo", f"{SAID} {WRONG}")
    assert item == "- Two branches were closed."
    assert "Capital expenditures | 2024: 1,577 | 2023: 1,373" in "".join(table)


def test_its_doubtful_sentences_say_where_they_stand(client: Client, report: Version) -> None:
    text = read(client, "memo.docx", memo())
    html = client.post(reverse("check"), {"text": text}, headers={"HX-Request": "true"}).content.decode()
    assert 'title="Found in the source">$1,577 million</span>' in html
    assert '<a href="#doubt-1">paragraph 2</a> 7.4%: no source has this figure' in html
    assert 'id="doubt-1" tabindex="-1" title="7.4%: no source has this figure"' in html


def test_a_pdf_keeps_its_pages(client: Client, report: Version) -> None:
    text = read(client, "memo.pdf", printed("To the board.", "", f"Memo\n{SAID}\n{WRONG}"))
    assert [page.split() != [] for page in text.split("\f")] == [True, False, True]
    html = client.post(reverse("check"), {"text": text}, headers={"HX-Request": "true"}).content.decode()
    assert '<a href="#doubt-1">p. 3 · paragraph' in html
    assert "\f" not in html


@pytest.mark.parametrize("name", ["memo.txt", "memo.md"])
@pytest.mark.parametrize("coding", ["utf-8-sig", "cp932", "utf-16"])
def test_plain_text_stays_as_it_is_written(client: Client, name: str, coding: str) -> None:
    written = "# 覚書\n支店は2店を閉鎖しました。\n\n- 経費は減りました。"
    assert sent(client, name, written.replace("\n", "\r\n").encode(coding)) == (written, None)


def torn(file: bytes) -> bytes:
    return file[: len(file) // 2]


def without(file: bytes, part: str) -> bytes:
    """The archive without one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("memo.docx", torn(memo()), "damaged or incomplete"),
        ("memo.docx", without(memo(), "word/document.xml"), "damaged or incomplete"),
        ("memo.pdf", torn(printed("Some words.")), "damaged or incomplete"),
        ("memo.pdf", memo(), "not what its name says"),
        ("memo.txt", b"", "The file is empty"),
        ("memo.txt", b" \n\n ", "The file is empty"),
        ("memo.pdf", printed(*["A page."] * (own_files.PAGES + 1)), "31 pages; the limit is 30"),
        ("memo.txt", b"x" * (own_files.LARGEST_MB * 1024 * 1024 + 1), "larger than the limit of 10 MB"),
        ("memo.txt", memo(), "damaged or incomplete"),
        ("rows.csv", b"a,b,c\n1,2,3\n4,5,6\n", "Only text, Word and PDF files"),
        ("call.mp3", b"ID3\x04" + bytes(2000), "Only text, Word and PDF files"),
    ],
    ids=["torn", "no words", "torn PDF", "misnamed", "empty", "blank", "pages", "size", "no text", "table", "sound"],
)
def test_what_cannot_be_read_is_said_in_a_sentence(client: Client, name: str, content: bytes, words: str) -> None:
    assert words in refused(client, name, content)


def test_too_long_a_text_is_to_be_checked_in_parts(client: Client) -> None:
    assert "12000 characters" in refused(client, "memo.txt", b"Word. " * 3000)


def test_others_wait_their_turn_and_then_are_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_files, "WAIT_S", 0.01)
    for _ in range(own_files.AT_ONCE):
        assert own_files._turn.acquire(blocking=False)
    try:
        assert "try again in a minute" in refused(client, "memo.txt", b"Some words.")
    finally:
        for _ in range(own_files.AT_ONCE):
            own_files._turn.release()
    assert read(client, "memo.txt", b"Some words.") == "Some words."


def test_only_who_is_signed_in_and_on_the_page_may_send(teller: User) -> None:
    file = {"file": SimpleUploadedFile("memo.txt", b"Some words.")}
    assert Client().post(reverse("check-file"), file).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(teller)
    assert strict.post(reverse("check-file"), file).status_code == 403
    assert strict.get(reverse("check-file")).status_code == 405


def test_without_a_file_there_is_nothing_to_read(client: Client) -> None:
    answer = client.post(reverse("check-file"))
    assert (answer.status_code, answer.json()["error"]) == (400, "No file was sent.")


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("One.", "One", ""),
        ("One.\n\nTwo.\nThree. Four.", "Four", "paragraph 3"),
        ("One.\n\n\fTwo.\n\nThree.", "Three", "p. 2 · paragraph 2"),
        ("One.\n\n\f\n\n\fTwo.", "Two", "p. 3 · paragraph 1"),
    ],
)
def test_a_place_is_a_page_and_a_paragraph(text: str, at: str, said: str) -> None:
    assert place(text, text.index(at)) == said
