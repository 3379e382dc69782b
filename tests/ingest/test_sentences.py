"""Every code that a parser or the pipeline may say has a sentence, in both languages."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from ingest.reader import ROOT
from ingest.sentences import SENTENCES, sentence

CODE = re.compile(r"(?:Unreadable|Notice|Refused)\(\s*\"([a-z_]+)\"")
MADE_OF = {"speech_model"}
"""Shown as a state, not as a sentence."""


def codes() -> set[str]:
    return {code for path in (ROOT / "ingest").rglob("*.py") for code in CODE.findall(path.read_text())}


def test_each_code_has_a_sentence() -> None:
    assert codes() - set(SENTENCES) - MADE_OF == set()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_each_sentence_is_translated_with_all_that_fills_it(code: str) -> None:
    detail = {name: name.upper() for name in re.findall(r"%\((\w+)\)s", SENTENCES[code])}
    with translation.override("en"):
        english = sentence(code, detail)
    with translation.override("ja"):
        japanese = sentence(code, detail)
    assert english != japanese
    assert all(filled in english and filled in japanese for filled in detail.values())


def test_a_missing_detail_and_an_unknown_code_still_say_something() -> None:
    assert sentence("ocr_page", {}).startswith("Page ? is a picture")
    assert sentence("from_a_later_release", {}) == "from_a_later_release"


def test_several_names_are_listed() -> None:
    assert "a.pdf, b.pdf" in sentence("attachments_not_read", {"names": ["a.pdf", "b.pdf"]})
