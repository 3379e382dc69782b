"""Personal data replaced by placeholders on the way out and put back in what comes; known for one request."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chat.guards.personal import find

RULE = "\n- Words in braces such as {PERSON1} stand for personal data. Copy them exactly, with their braces."
TOKEN = re.compile(r"\{[A-Z]{3,12}\d{1,4}\}")
HELD = re.compile(r"\{[A-Z]{0,12}\d{0,4}$")
"""The beginning of a placeholder at the end of a piece."""


@dataclass(slots=True)
class Mask:
    counts: Counter[str] = field(default_factory=Counter)
    """How many pieces of personal data there were, by kind."""
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    _values: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    """What stands in the text already and looks like a placeholder."""
    _held: str = ""

    def messages(self, messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """All but the rules, which are ours; these say what placeholders are where there are any."""
        for message in messages:
            self._taken |= set(TOKEN.findall(str(message["content"])))
        masked = [m if m["role"] == "system" else m | {"content": self._content(m["content"])} for m in messages]
        if not self._values:
            return masked
        return [m | {"content": m["content"] + RULE} if m["role"] == "system" else m for m in masked]

    def text(self, text: str) -> str:
        parts, at = [], 0
        for one in find(text):
            parts += [text[at : one.start], self._token(one.kind, text[one.start : one.end])]
            at = one.end
        return "".join([*parts, text[at:]])

    def put_back(self, text: str) -> str:
        return TOKEN.sub(lambda token: self._values.get(token[0], token[0]), text)

    def feed(self, piece: str) -> str:
        """A piece of what came back, as far as it is known not to end within a placeholder."""
        if not self._values:
            return piece
        text = self._held + piece
        cut = HELD.search(text)
        whole, self._held = (text[: cut.start()], cut[0]) if cut else (text, "")
        return self.put_back(whole)

    def close(self) -> str:
        held, self._held = self._held, ""
        return self.put_back(held)

    def _content(self, content: Any) -> Any:
        """Words, or parts of which some are words and some pictures."""
        if isinstance(content, str):
            return self.text(content)
        return [part | {"text": self.text(part["text"])} if part.get("type") == "text" else part for part in content]

    def _token(self, kind: str, value: str) -> str:
        key = (kind, value)
        if key not in self._tokens:
            self.counts[kind] += 1
            number = self.counts[kind]
            word = kind.replace("_", "")
            while f"{{{word}{number}}}" in self._taken:
                number += 1000
            self._tokens[key] = token = f"{{{word}{number}}}"
            self._values[token] = value
        return self._tokens[key]
