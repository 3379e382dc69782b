"""The words of the screens: which there are in templates and code, and what each language makes of them.

Templates are turned into code by Django and read by patterns, code by its syntax tree; no program outside Python runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

ROOMS = ("library", "ingest", "retrieval", "chat", "config")
ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
SEVERAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
TEMPLATE_ONE = re.compile(r"""(?<![\w.])(?:_|gettext)\(\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))\s*\)""")
TEMPLATE_SEVERAL = re.compile(
    r"""ngettext\(\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))\s*,\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
)


class Words(NamedTuple):
    """What is translated; `plural` is "" where there is only one form."""

    text: str
    plural: str = ""
    context: str = ""


def used(root: Path) -> set[Words]:
    """Everything that templates and code below `root` ask a translation of."""
    found: set[Words] = set()
    for path in sorted((root / "templates").rglob("*.html")):
        found.update(in_template(path.read_text(), str(path)))
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts:
                found.update(in_code(path.read_text()))
    return found


def in_template(source: str, name: str) -> Iterator[Words]:
    code = templatize(source, origin=name)
    for match in TEMPLATE_SEVERAL.finditer(code):
        yield Words(ast.literal_eval(match[1]), ast.literal_eval(match[2]))
    for match in TEMPLATE_ONE.finditer(code):
        yield Words(ast.literal_eval(match[1]))


def in_code(source: str) -> Iterator[Words]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if node.func.id in ONE and texts:
            yield Words(texts[0])
        elif node.func.id in SEVERAL and len(texts) >= 2:
            yield Words(texts[0], texts[1])
        elif node.func.id in WITH_CONTEXT and len(texts) == 2:
            yield Words(texts[1], context=texts[0])


def merge(catalogue: polib.POFile, words: set[Words], known: dict[str, str]) -> None:
    """Bring the catalogue to these words, sorted: what `known` has goes first, what is used no more leaves."""
    kept = {(entry.msgid, entry.msgctxt or ""): entry for entry in catalogue if not entry.obsolete}
    catalogue.clear()
    for text, plural, context in sorted(words):
        entry = kept.get((text, context)) or polib.POEntry(msgid=text, msgctxt=context or None)
        translation = known.get(text, "")
        if plural:
            entry.msgid_plural = plural
            entry.msgstr_plural = {0: translation or entry.msgstr_plural.get(0, "")}
        else:
            entry.msgstr = translation or entry.msgstr
        if "%(" in text:
            entry.flags = ["python-format"]
        catalogue.append(entry)


def missing(catalogue: polib.POFile) -> list[str]:
    return [e.msgid for e in catalogue if not (all(e.msgstr_plural.values()) if e.msgid_plural else e.msgstr)]


def opened(path: Path) -> polib.POFile:
    catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)
    forms = "nplurals=1; plural=0;" if path.parts[-3] == "ja" else "nplurals=2; plural=(n != 1);"
    catalogue.metadata = {
        "Language": path.parts[-3],
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": forms,
    }
    return catalogue
