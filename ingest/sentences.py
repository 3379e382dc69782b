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
    "picture_too_large": _("Page %(page)s is a picture that takes too much memory; its text was not read."),
    "ocr_page": _("Page %(page)s is a picture; its text was read by OCR (%(percent)s) and may hold mistakes."),
    "unreadable_letters": _("Page %(page)s uses letters that could not be told; part of its text may be wrong."),
    "slide_unreadable": _("Slide %(slide)s could not be read."),
    "slide_part_unreadable": _("Part of slide %(slide)s could not be read."),
    "slide_hidden": _("Slide %(slide)s is hidden in the presentation; it was read all the same."),
    "slides_not_drawn": _("The slides could not be drawn as they look; their structure is shown instead."),
    "chart_without_values": _("A chart on slide %(slide)s holds no values and was left out."),
    "picture_unreadable": _("A picture on slide %(slide)s could not be read."),
    "pictures_left_out": _("Slide %(slide)s has more than %(limit)s pictures; the others were left out."),
    "picture_read_unsurely": _("The text of the picture was recognised unsurely and may hold mistakes."),
    "no_text_in_picture": _("There is no text in the picture."),
    "hidden_sheets": _("Hidden sheets were left out: %(sheets)s."),
    "hidden_cells": _("Hidden rows or columns of the sheet %(sheet)s were left out."),
    "formulas_without_values": _("In the sheet %(sheet)s, %(count)s formulas have no stored value and were left out."),
    "notes_unreadable": _("The notes of the document could not be read."),
    "attachments_not_read": _("Attachments were not read: %(names)s. Upload them by themselves."),
    "words_of_recording": _("Its words are searched as those of the recording %(recording)s."),
    "nothing_said": _("Nobody speaks in the recording."),
}
READING = {
    "page": _("page %(done)s of %(total)s"),
    "slide": _("slide %(done)s of %(total)s"),
    "sheet": _("sheet %(done)s of %(total)s"),
    "second": _("second %(done)s of %(total)s"),
}
WAITING = {
    "speech_model": _("waiting for a speech model"),
    "speech_service": _("waiting for the speech model to answer"),
}
TROUBLE = {
    "no_worker": _("queued; no worker is running"),
    "busy": _("queued; the workers are busy with other files"),
    "stuck": _("no sign of life for %(seconds)s s; it will be taken up again"),
}


def sentence(code: str, detail: dict[str, Any]) -> str:
    """The sentence for a code. A detail that it needs and lacks shows as “?”; an unknown code stands for itself."""
    words = {key: ", ".join(map(str, value)) if isinstance(value, list) else value for key, value in detail.items()}
    if "confidence" in detail:
        words["percent"] = f"{detail['confidence']:.0%}"
    return gettext(SENTENCES.get(code, "%(code)s")) % _Detail(words, code=code)


def reading(part: str, done: int, total: int) -> str:
    return gettext(READING.get(part, READING["page"])) % {"done": done, "total": total}


def trouble(what: str, seconds: int) -> str:
    return gettext(TROUBLE[what]) % {"seconds": seconds}


def waiting(what: str) -> str:
    return gettext(WAITING.get(what, _("waiting")))


class _Detail(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
