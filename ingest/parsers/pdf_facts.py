"""What a PDF says of itself: from its cover, its first pages, its metadata and its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ingest.parsers import company_names
from ingest.parsers import facts as general
from ingest.parsers.pdf_chars import PageWords
from ingest.parsers.pdf_lines import Row, join
from ingest.segments import Block, Facts
from library.periods import parse, read_period, write

PAGES_LOOKED_AT = 12
"""The fiscal calendar of a quarterly report shows in its first statements, not on its cover."""
COVER_PAGES = 3

_FORM = re.compile(r"\bform\s*(10-?k|10-?q|8-?k|20-?f|6-?k|40-?f)\b", re.I)
_FORM_KINDS = {
    "10K": "annual report",
    "20F": "annual report",
    "40F": "annual report",
    "10Q": "quarterly report",
    "8K": "current report",
    "6K": "current report",
}
_DATE = r"([A-Za-z]{3,9}\.? \d{1,2}, ?\d{4})"
_YEAR_ENDED = re.compile(rf"fiscal\s+year\s+ended:?\s+{_DATE}", re.I)
_QUARTER_ENDED = re.compile(rf"quarter(?:ly period)?\s+ended:?\s+{_DATE}", re.I)
_SO_FAR = re.compile(r"\b(six|nine|26|39|twenty-six|thirty-nine)\s+(?:months|weeks)\s+ended", re.I)
_SYMBOL = re.compile(
    r"(?i:common|ordinary|capital)\s+(?i:stock|shares?).{0,80}?\s([A-Z]{1,5})\s+(?i:the\s+)?(?i:new york|nasdaq|nyse)"
)


@dataclass(slots=True)
class FactFinder:
    """Looks at the first pages as they pass; `facts` holds what is known so far."""

    name: str
    metadata: dict[str, str]
    facts: Facts = field(default_factory=Facts)
    year_end: int = 0
    """The month in which the fiscal year ends, 0 if not known."""
    _text: str = ""
    _cover: str = ""
    _largest: str = ""

    def look(self, page: PageWords, rows: list[Row]) -> Facts | None:
        """The facts, where this page told something new."""
        if page.number > PAGES_LOOKED_AT or not rows:
            return None
        self._text += "\n".join(row.text for row in rows)[:8000] + "\n"
        if page.number <= COVER_PAGES:
            self._cover = self._text
        if not self._largest:
            self._largest = _largest_words(rows)
        found = self._read()
        if found == self.facts:
            return None
        self.facts = found
        return replace(found)

    def _read(self) -> Facts:
        finder = general.FactFinder(self.name)
        finder.see(Block(self._cover[:2000], {}))
        facts = finder.facts()
        facts.language = general.language_of(self._text)
        if form := _FORM.search(self._text[:3000]):
            self._read_filing(facts, form[1])
        elif not facts.period:
            facts.period = _period_in_name(self.name)
        self.year_end = self.year_end or _closing_month(facts.period)
        if facts.language == "en":
            listed = company_names.listed(self._cover[:4000])
            facts.company = facts.company or listed or company_names.most_named(self._text)
        facts.title = self._title(facts, form[1].upper() if form else "")
        return facts

    def _read_filing(self, facts: Facts, form: str) -> None:
        facts.kind = _FORM_KINDS[form.upper().replace("-", "")]
        facts.company = company_names.registrant(self._text) or company_names.most_named(self._text) or facts.company
        if symbol := _SYMBOL.search(self._text[:8000].replace("\n", " ")):
            facts.ticker = symbol[1]
        if ended := _YEAR_ENDED.search(_flat(self._text[:4000])):
            day = parse(read_period(ended[1]))
            if day is not None:
                self.year_end = day.month
                facts.period = f"FY{day.year}"
        elif ended := _QUARTER_ENDED.search(_flat(self._text[:4000])):
            facts.period, self.year_end = _quarter(ended[1], _flat(self._text), self.name)
        elif facts.kind == "current report":
            facts.period = _period_in_name(self.name)

    def _title(self, facts: Facts, form: str) -> str:
        given = re.sub(r"^Microsoft (?:Word|PowerPoint|Excel) - ", "", self.metadata.get("Title", ""))
        if form and facts.company:
            return " ".join(filter(None, (facts.company, f"Form {form}", facts.period)))
        words = re.search(r"[^\W\d_]{2,}.*\s|[\u3040-\u9fff]{4,}", given)
        if given and words and not re.search(r"\.(?:docx?|pdf|pptx?|xlsx?|indd)$|_", given, re.I):
            return given
        return self._largest


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _largest_words(rows: list[Row]) -> str:
    """The largest type on the page that says something: the title of most covers."""
    words = [w for row in rows for c in row.chunks for w in c.words]
    for size in sorted({w.size for w in words}, reverse=True):
        text = join([w for w in words if 0.9 * size < w.size <= size])[:150]
        if len(re.sub(r"[\W\d_]", "", text)) > 5:
            return text
    return ""


def _quarter(day: str, text: str, name: str) -> tuple[str, int]:
    """The fiscal quarter that ended on a day, by how many months of the year the report says have passed."""
    ended = parse(read_period(day))
    if ended is None:
        return "", 0
    spans = {m[1].lower() for m in _SO_FAR.finditer(text)}
    passed = 9 if spans & {"nine", "39", "thirty-nine"} else 6 if spans else 3
    month = ended.month - 1 if ended.day <= 7 else ended.month
    closing = (month - 1 + 12 - passed) % 12 + 1
    year = ended.year + (1 if month + 12 - passed > 12 else 0)
    named = parse(_period_in_name(name))
    if named is not None and named.part.startswith("Q") and not spans:
        passed = 3 * int(named.part[1])
        closing, year = (month - 1 + 12 - passed) % 12 + 1, named.year
    return f"FY{year}Q{passed // 3}", closing


def _period_in_name(name: str) -> str:
    """ "ACME_2023Q2_10Q.pdf" is FY2023Q2."""
    if found := re.search(r"(?<!\d)((?:19|20)\d{2})[ _-]?(?:Q([1-4])|([1-4])Q)?(?![\d-])", name):
        part = found[2] or found[3]
        return f"FY{found[1]}" + (f"Q{part}" if part else "")
    return ""


def _closing_month(period: str) -> int:
    """From 2025年3月期; else not known."""
    found = parse(period)
    return found.month if found is not None and found.fiscal and write(found) else 0
