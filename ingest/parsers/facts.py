"""What a file says of itself: title, company, code, period, kind, language, read from its first words and its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath

from ingest.parsers import company_names
from ingest.segments import Block, Facts, Segment, TableBlock
from library.figure_words import narrow
from library.periods import read_period

SAMPLE = 12_000
"""Characters looked at: the cover and the first pages."""

KINDS = [
    ("annual report", r"有価証券報告書|\bannual report\b|\bform\s*10-?k\b|統合報告書|\b20-f\b|\b10k\b"),
    ("quarterly report", r"四半期報告書|半期報告書|\bquarterly report\b|\bform\s*10-?q\b|\b10q\b"),
    (
        "earnings release",
        r"決算短信|earnings release|(?:reports?|announces?) .{0,40}(?:quarter|full[- ]year|results)|\b8-?k\b",
    ),
    (
        "call",
        r"earnings (?:conference )?call|conference call transcript|質疑応答|決算説明会.{0,6}(?:書き起こし|議事録)",
    ),
    ("presentation", r"決算説明(?:会)?資料|説明会資料|investor presentation|earnings presentation|プレゼンテーション"),
    ("prospectus", r"目論見書|\bprospectus\b"),
]
_TICKER = re.compile(
    r"(?:証券コード|コード番号|銘柄コード)\s*[:：]?\s*(?P<ja>[0-9][0-9A-Z]{3})(?![0-9])"
    r"|\((?:NYSE|NASDAQ|Nasdaq|TSE|LSE|TYO|JPX)\s*:\s*(?P<en>[A-Z0-9.]{1,6})\)"
    r"|\bTicker(?: symbol)?\s*[:：]\s*(?P<named>[A-Z0-9.]{1,6})\b"
)
_PERIOD = re.compile(
    r"事業年度[】\s:：|]*[^\n]{0,10}?[(（][^)）\n]{6,60}[)）]|\d{4}年\d{1,2}月期(?:\s*第\s*\d\s*四半期)?"
    r"|\d{4}年度(?:第\s*\d\s*四半期)?|(?:fiscal year|years?) ended \w+ \d{1,2},? \d{4}"
    r"|\b(?:quarter|three months) ended \w+ \d{1,2},? \d{4}|\bfiscal(?: year)? \d{4}"
    r"|\bfy\s?'?\d{2,4}(?:\s?q[1-4])?|\bq[1-4] (?:fy\s?)?\d{4}"
    r"|\b(?:first|second|third|fourth) quarter(?: of)? \d{4}",
    re.I,
)


@dataclass(slots=True)
class FactFinder:
    """Sees the segments as they pass, keeps the first words of them, and reads the facts from those."""

    name: str
    kind: str = ""
    title: str = ""
    words: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """The first paragraphs, of which one may be the title."""
    size: int = 0

    def see(self, segment: Segment) -> None:
        if self.size >= SAMPLE:
            return
        if isinstance(segment, Block):
            self._add(segment.heading.split(" › ")[-1] if segment.heading and not self.words else "")
            self._add(segment.text)
            if segment.kind in ("text", "slide"):
                self.lines.append(segment.text.split("\n")[0].strip())
        elif isinstance(segment, TableBlock):
            self._add(segment.table.title)
            rows: dict[int, list[str]] = {}
            for cell in segment.table.cells[:60]:
                rows.setdefault(cell.row, []).append(cell.text)
            for texts in rows.values():
                self._add(" ".join(texts))

    def _add(self, text: str) -> None:
        if text:
            self.words.append(text[:2000])
            self.size += len(text)

    def _first_line(self) -> str:
        return next((t for t in self.lines[:5] if 3 < len(t) <= 120 and not t.endswith(("。", "."))), "")

    def facts(self) -> Facts:
        text = "\n".join(self.words)
        named = narrow(PurePath(self.name).stem.replace("_", " "))
        company = company_names.named(text)
        return Facts(
            title=self.title or self._first_line(),
            company=company,
            other_name=company_names.other_name(text, company),
            ticker=_ticker(text),
            period=_period(text) or _period(named),
            kind=_kind(f"{self.title}\n{text[:4000]}\n{named}") or self.kind,
            language=language_of(text or named),
        )


def language_of(text: str) -> str:
    """ "ja" where kana and kanji make a good part of the letters, "en" for other text, "" for none."""
    japanese = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", text))
    latin = len(re.findall(r"[A-Za-z]", text))
    if japanese + latin == 0:
        return ""
    return "ja" if japanese * 6 > latin else "en"


def _ticker(text: str) -> str:
    found = _TICKER.search(narrow(text))
    return (found["ja"] or found["en"] or found["named"]) if found else ""


def _period(text: str) -> str:
    for found in _PERIOD.finditer(narrow(text[: 2 * company_names.COVER])):
        period = read_period(found.group())
        if period.startswith("FY") and len(period) >= 6:
            return period
    return ""


def _kind(text: str) -> str:
    plain = narrow(text).lower()
    return next((kind for kind, pattern in KINDS if re.search(pattern, plain)), "")
