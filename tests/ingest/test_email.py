from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.parsers.email_message import parse
from ingest.segments import Block, Facts, Notice, Segment, TableBlock, Unreadable


def read(tmp_path: Path, message: EmailMessage | bytes) -> list[Segment]:
    path = tmp_path / "mail.eml"
    path.write_bytes(message if isinstance(message, bytes) else bytes(message))
    return list(parse(path, "mail.eml"))


def a_mail(plain: str = "", page: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "決算のご連絡"
    message["Date"] = "Mon, 01 Jan 2024 10:00:00 +0900"
    message.set_content(plain)
    if page:
        message.add_alternative(page, subtype="html")
    return message


def test_headers_and_words(tmp_path: Path) -> None:
    segments = read(tmp_path, a_mail("Dear all,\n\nSales grew."))
    head, *body = [s for s in segments if isinstance(s, Block)]
    assert "From: a@example.org" in head.text and "Subject: 決算のご連絡" in head.text
    assert [(s.text, s.heading) for s in body] == [("Dear all,", "決算のご連絡"), ("Sales grew.", "決算のご連絡")]
    facts = segments[-1]
    assert isinstance(facts, Facts) and facts.title == "決算のご連絡"


def test_a_table_is_taken_from_the_page_that_has_it(tmp_path: Path) -> None:
    page = "<p>See below</p><table><tr><td></td><td>2024</td></tr><tr><td>Sales ($m)</td><td>12</td></tr></table>"
    segments = read(tmp_path, a_mail("See below\n2024 Sales 12", page))
    (table,) = (s.table for s in segments if isinstance(s, TableBlock))
    assert [(c.value, c.unit) for c in table.cells if c.value] == [("12000000", "USD")]
    assert sum(isinstance(s, Block) and "See below" in s.text for s in segments) == 1


def test_attachments_are_named(tmp_path: Path) -> None:
    message = a_mail("Attached.")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="報告.pdf")
    assert Notice("attachments_not_read", {"names": ["報告.pdf"]}) in read(tmp_path, message)


def test_an_unknown_charset_is_read_as_well_as_it_can_be(tmp_path: Path) -> None:
    raw = b"From: a@b.c\nSubject: x\nContent-Type: text/plain; charset=nonsense\n\nStill here\n"
    assert any(isinstance(s, Block) and s.text == "Still here" for s in read(tmp_path, raw))


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"no headers here", "not_what_it_says")])
def test_what_is_no_mail_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.code == code
