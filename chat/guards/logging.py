"""A filter for logs: personal data that can be told by its form is masked before a line is written."""

from __future__ import annotations

import logging

from chat.guards.personal import find


class MaskPersonalData(logging.Filter):
    """Names of people stay: they need a dictionary, and a line is written from anywhere."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = masked_line(message)
        if masked != message:
            record.msg, record.args = masked, None
        if record.exc_info and not record.exc_text:
            record.exc_text = masked_line(logging.Formatter().formatException(record.exc_info))
        return True


def masked_line(text: str) -> str:
    parts, at = [], 0
    for one in find(text, names=False):
        parts += [text[at : one.start], f"<{one.kind}>"]
        at = one.end
    return "".join([*parts, text[at:]])
