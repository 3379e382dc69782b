"""The path of headings above each paragraph, for every format that has headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from library.figure_words import narrow

_NUMBERING = [
    (1, re.compile(r"第[0-9一二三四五六七八九十]+部")),
    (2, re.compile(r"第[0-9一二三四五六七八九十]+(?:章|\s|【|$)")),
    (3, re.compile(r"[0-9]{1,2}\s*[【.]|[0-9]{1,2}\s+\S")),
    (4, re.compile(r"\([0-9]{1,2}\)\s*\S")),
    (5, re.compile(r"[①-⑳]\s*\S")),
    (6, re.compile(r"[a-zア-ン]\s*[.【)]\s*\S")),
]
_LEAD = re.compile(
    r"^(?:\([0-9a-z]{1,2}\)|[①-⑳]|[0-9]{1,2}(?:\s*\.(?![0-9])|(?=\s*【)|\s+(?=[^\x00-\x7f]))|[a-z]\.)\s*", re.I
)


@dataclass(slots=True)
class Outline:
    """The open headings, outermost first, each with its level."""

    open: list[tuple[int, str]] = field(default_factory=list)

    def enter(self, level: int, text: str) -> None:
        while self.open and self.open[-1][0] >= level:
            self.open.pop()
        self.open.append((level, text))

    @property
    def path(self) -> str:
        return " › ".join(text for _, text in self.open)

    @property
    def last(self) -> str:
        return self.open[-1][1] if self.open else ""


def numbered_level(text: str) -> int:
    """The level that Japanese filings give by numbering: 第一部, 第１, １, (1), ①, ア; 0 if there is none."""
    plain = narrow(text).strip()
    return next((level for level, pattern in _NUMBERING if pattern.match(plain)), 0)


def is_bracketed(text: str) -> bool:
    """ "(1) 【連結財務諸表】": what stands in such brackets is a heading in every Japanese filing."""
    return len(text) <= 80 and bool(re.fullmatch(r"[^【】。]{0,12}【[^】]+】[^。]{0,12}", text))


def bare(text: str) -> str:
    """A heading without number and brackets: "① 【連結貸借対照表】" -> "連結貸借対照表"; "第５ 経理の状況" stays."""
    plain = text.strip()
    lead = _LEAD.match(narrow(plain))
    plain = plain[lead.end() :] if lead else plain
    return re.sub(r"\s*[【】]\s*", " ", plain).strip() or text.strip()
