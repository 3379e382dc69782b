"""Everything on the screens can be read in Japanese, and what is compiled is what is written."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from library import translations
from library.translations import Words

LOCALE = Path(settings.BASE_DIR) / "locale"
JA = LOCALE / "ja" / "LC_MESSAGES" / "django.po"


def test_every_word_of_the_screens_has_a_translation() -> None:
    catalogue = {(entry.msgid, entry.msgctxt or ""): entry for entry in polib.pofile(str(JA))}
    used = translations.used(settings.BASE_DIR)
    assert len(used) > 150
    without = [
        words.text
        for words in sorted(used)
        if (entry := catalogue.get((words.text, words.context))) is None
        or not (entry.msgstr_plural.get(0) if words.plural else entry.msgstr)
    ]
    assert without == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    written = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))
    compiled = polib.mofile(str(LOCALE / language / "LC_MESSAGES" / "django.mo"))
    assert {(e.msgid, e.msgstr) for e in compiled} == {(e.msgid, e.msgstr) for e in written.translated_entries()}
    assert {tuple(e.msgstr_plural.items()) for e in compiled} == {
        tuple(e.msgstr_plural.items()) for e in written.translated_entries()
    }


def test_translations_keep_the_places_that_are_filled_in() -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(JA))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]
        if text and _places(text) != _places(entry.msgid)
    ]
    assert wrong == []


def _places(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+\}|</?a[^>]*>", text))


def test_no_translation_shouts() -> None:
    assert [entry.msgid for entry in polib.pofile(str(JA)) if "！" in entry.msgstr or "!" in entry.msgstr] == []


def test_it_reads_templates() -> None:
    source = (
        "{% load i18n %}{% translate 'Don’t \"go\"' %}{% blocktranslate count n=x trimmed %}\n one {{ n }}\n"
        "{% plural %}many {{ n }}{% endblocktranslate %}"
        "{% blocktranslate asvar y with a=b %}Hello {{ a }}{% endblocktranslate %}"
    )
    assert set(translations.in_template(source, "a.html")) == {
        Words('Don’t "go"'),
        Words("one %(n)s", "many %(n)s"),
        Words("Hello %(a)s"),
    }


def test_it_reads_code() -> None:
    source = (
        'a = _("one")\nb = ngettext("%(n)s dog", "%(n)s dogs", 3)\nc = other("no")\n'
        'd = _("two " "parts")\ne = pgettext("menu", "open")'
    )
    assert set(translations.in_code(source)) == {
        Words("one"),
        Words("%(n)s dog", "%(n)s dogs"),
        Words("two parts"),
        Words("open", context="menu"),
    }


def test_the_command_adds_what_is_new_and_drops_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text("{% load i18n %}{% translate 'New' %}{% translate 'Kept' %}")
    catalogue = translations.opened(tmp_path / "locale" / "ja" / "LC_MESSAGES" / "django.po")
    catalogue.append(polib.POEntry(msgid="Kept", msgstr="残り"))
    catalogue.append(polib.POEntry(msgid="Gone", msgstr="なし"))
    translations.merge(catalogue, translations.used(tmp_path), {"New": "新規"})
    assert [(e.msgid, e.msgstr) for e in catalogue] == [("Kept", "残り"), ("New", "新規")]


def test_the_catalogue_holds_what_is_used_and_nothing_else() -> None:
    catalogue = {Words(entry.msgid, entry.msgid_plural, entry.msgctxt or "") for entry in polib.pofile(str(JA))}
    used = translations.used(settings.BASE_DIR)
    assert (used - catalogue, catalogue - used) == (set(), set()), "run manage.py translations"
