"""Attacks and harmless texts of our own, read from `guard_texts/`; `{{base64|…}}` and its like are written as named."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "guard_texts"
HEADER = re.compile(r"# (?P<kind>attack|benign|host) (?P<where>question|document) (?P<family>\w+)")
WRITTEN = re.compile(r"\{\{(?P<how>\w+)\|(?P<words>.*?)\}\}")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ]")
HOW: dict[str, Callable[[str], str]] = {
    "base64": lambda words: base64.b64encode(words.encode()).decode(),
    "hex": lambda words: words.encode().hex(),
    "rot13": lambda words: codecs.encode(words, "rot13"),
    "leet": lambda words: words.translate(str.maketrans("aeiost", "431057")),
    "spaced": lambda words: "  ".join(" ".join(word) for word in words.split()),
    "wide": lambda words: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" for c in words),
    "homoglyph": lambda words: words.translate(str.maketrans("aeopc", "аеорс")),
    "zero": lambda words: "\u200b".join(words),
    "tags": lambda words: "".join(chr(0xE0000 + ord(c)) for c in words),
    "reversed": lambda words: words[::-1],
}


@dataclass(slots=True, frozen=True)
class Text:
    kind: str
    where: str
    family: str
    words: str

    @property
    def language(self) -> str:
        return "ja" if JAPANESE.search(self.words) else "en"


def read(half: str) -> Iterator[Text]:
    header = None
    for line in (FOLDER / f"{half}.txt").read_text(encoding="utf-8").splitlines():
        if found := HEADER.fullmatch(line):
            header = found
        elif header and line.strip():
            words = WRITTEN.sub(lambda part: HOW[part["how"]](part["words"]), line).replace("\\n", "\n")
            yield Text(header["kind"], header["where"], header["family"], words)
