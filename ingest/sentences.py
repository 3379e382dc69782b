"""Each code that ingest knows, as one clear sentence in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SENTENCES = {
    # Refused at the door; nothing is kept.
    "bad_name": _("The file has no usable name."),
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than the limit of %(limit)s MB."),
    "nothing_sent": _("No file was sent."),
    "duplicate": _("The same file is already here; there is nothing to do."),
    # Why a file could not be read.
    "encrypted": _("The file is protected with a password. Upload a copy without one."),
    "damaged": _("The file is damaged or incomplete and cannot be read. Upload it again from the source."),
    "not_what_it_says": _("The file is not what its name says. Give it the right ending and upload it again."),
    "too_many_pages": _("The file has %(pages)s pages; the limit is %(limit)s. Split it and upload the parts."),
    "too_complex": _("Reading the file took more time or memory than one file may take."),
    "unsupported": _("Files of this type (%(mime)s) cannot be read yet."),
    "no_text": _("There is no text in the file that could be read."),
    "gave_up": _("Reading the file was broken off %(attempts)s times. Try again, or ask an administrator to look."),
    "model_away": _("The embedding model could not be reached. Try again later."),
    "internal": _("Something went wrong on our side. An administrator finds it in the log under version %(version)s."),
    # Shown with a document that was read.
    "ready_with_warnings": _("ready with warnings"),
    "damaged_page": _("Page %(page)s is damaged and was left out."),
    "image_only_page": _("Page %(page)s is only a picture; its text was not read."),
    "ocr_page": _("Page %(page)s is a picture; its text was recognised and may hold mistakes."),
}
READING = {
    "page": _("page %(done)s of %(total)s"),
    "slide": _("slide %(done)s of %(total)s"),
    "sheet": _("sheet %(done)s of %(total)s"),
    "second": _("second %(done)s of %(total)s"),
}
WAITING = {"speech_model": _("waiting for a speech model")}


def sentence(code: str, detail: dict[str, Any]) -> str:
    """The sentence for a code. A detail that it needs and lacks shows as “?”; an unknown code stands for itself."""
    return gettext(SENTENCES.get(code, "%(code)s")) % _Detail(detail, code=code)


def reading(part: str, done: int, total: int) -> str:
    return gettext(READING.get(part, READING["page"])) % {"done": done, "total": total}


def waiting(what: str) -> str:
    return gettext(WAITING.get(what, _("waiting")))


class _Detail(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
