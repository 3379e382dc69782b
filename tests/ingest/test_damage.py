"""Files cut, flipped and shuffled: each is read or refused with a reason, and nothing else leaves a parser."""

from __future__ import annotations

import importlib
import random
from email.message import EmailMessage
from pathlib import Path

import pytest

from bench.damaged import WAYS
from ingest.segments import Block, Facts, Notice, Progress, TableBlock, Unreadable
from tests.ingest.office import a_deck, a_document, a_workbook
from tests.ingest.test_html import BALANCE_SHEET

CODES = {
    "encrypted", "damaged", "not_what_it_says", "empty", "too_many_pages", "too_large", "too_complex", "unsupported",
    "no_text", "speech_model",
}  # fmt: skip
SEEDS = range(14)


def a_mail(path: Path) -> Path:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "x"
    message.set_content("Sales grew.")
    message.add_alternative(BALANCE_SHEET, subtype="html")
    path.write_bytes(bytes(message))
    return path


def a_page(path: Path) -> Path:
    path.write_text(BALANCE_SHEET, encoding="utf-8")
    return path


def some_csv(path: Path) -> Path:
    path.write_text("Item,2023,2024\n" + "".join(f"Row {n},{n},{n * 2}\n" for n in range(50)))
    return path


def some_cues(path: Path) -> Path:
    cues = (f"00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n<v Jane>Word {n}\n\n" for n in range(40))
    path.write_text("WEBVTT\n\n" + "".join(cues))
    return path


MAKERS = {
    "pptx": a_deck, "xlsx": a_workbook, "docx": a_document, "html": a_page, "email_message": a_mail,
    "csv_text": some_csv, "text": a_page, "transcript": some_cues,
}  # fmt: skip


@pytest.mark.parametrize("parser", MAKERS)
def test_only_segments_and_reasons_leave_a_parser(tmp_path: Path, parser: str) -> None:
    source = MAKERS[parser](tmp_path / "whole").read_bytes()
    parse = importlib.import_module(f"ingest.parsers.{parser}").parse
    whole = list(parse(tmp_path / "whole", "whole"))
    assert any(isinstance(s, Block | TableBlock) for s in whole)
    path = tmp_path / "damaged"
    for seed in SEEDS:
        path.write_bytes(WAYS[seed % len(WAYS)](source, random.Random(seed)))
        try:
            segments = list(parse(path, "damaged"))
        except Unreadable as reason:
            assert reason.code in CODES, f"seed {seed}"
        else:
            assert all(isinstance(s, Block | TableBlock | Progress | Notice | Facts) for s in segments), f"seed {seed}"
