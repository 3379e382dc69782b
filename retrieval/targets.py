"""Which documents a question means: by company, period and kind. A guess that lifts, and never excludes. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from library.periods import matches, parse
from retrieval.question import Company, Question, short_forms, understand

# What each part of a likeness is worth; a document of another company is worth nothing.
COMPANY, PERIOD, KIND = 1.0, 0.6, 0.3
NEAR_YEARS = {0: 1.0, 1: 0.5, 2: 0.3, 3: 0.15}
"""A report shows the figures of some years before its own as well."""
FORECAST = 0.4
UNDATED, AHEAD = 0.1, 0.3
"""What the newest report of a company is worth more where no period is asked for, and where what lies ahead is."""
LOOKS_AHEAD = re.compile(
    r"\b(?:expects?|expected|expecting|anticipates?|anticipated|plans to|planned|intends?|in the future|going forward"
    r"|guidance|outlook|upcoming)\b|見込|見通し|予想|予定|今後|来期|次期"
)
KINDS = (
    ("annual report", re.compile(r"\b10-?k\b|annual report|有価証券報告書|統合報告書|年次報告")),
    ("quarterly report", re.compile(r"\b10-?q\b|quarterly report|四半期報告書|半期報告書")),
    ("current report", re.compile(r"\b8-?k\b|臨時報告書")),
    ("earnings release", re.compile(r"earnings release|press release|決算短信|短信")),
    ("presentation", re.compile(r"\bslides?\b|\bdeck\b|presentation|説明資料|説明会資料")),
    ("call", re.compile(r"\b(?:earnings |conference )?call\b|transcript|質疑応答|電話会議")),
)
RELEASED = 0.2
"""What an earnings release is worth more for measures outside the accounting standards: it reconciles them."""
OUTSIDE_STANDARDS = re.compile(r"\b(?:adjusted|non-?gaap|ebitdar?|organic(?:ally)?)\b|調整後|コア営業利益|事業利益")
NO_NAMES = re.compile(r"^(?:the|our|this)? ?(?:company|registrant|corporation|group|bank|issuer)$", re.I)
# First words of a file's name that say what it is and not whose.
NO_LEADS = frozenset(
    re.findall(
        r"[a-z]+",
        "annual appendix budget call consolidated copy data deck document draft earnings file final financial "
        "fiscal form guide interim letter manual memo minutes notes overview page policy presentation press "
        "proposal quarterly release report results review scan sheet slides statement statements summary table "
        "tables template transcript update",
    )
)
TOKEN = re.compile(r"[A-Za-z0-9&.'’]+")
SOLID = re.compile(r"[^0-9a-z぀-ヿ㐀-鿿々〆ー]")
JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々〆ー][぀-ヿ㐀-鿿々〆ーA-Za-z0-9&.]*")
LONGEST_NAME, WORDS_A_NAME = 24, 5


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document without reading it."""

    id: int
    name: str
    title: str = ""
    company: str = ""
    ticker: str = ""
    period: str = ""
    kind: str = ""
    other_name: str = ""
    """The company's name in the other language."""


@dataclass(slots=True)
class Directory:
    """Documents by every form under which their company may be asked for, squeezed to letters and digits."""

    by_form: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, facts: Facts) -> None:
        for form in forms(facts):
            self.by_form[form].append(facts.id)

    def mentioned(self, question: str) -> dict[int, str]:
        """Documents whose company the question may name, with the words that name it; the longest for each."""
        found: dict[int, str] = {}
        for words in sorted(candidates(question), key=len):
            for key in self.by_form.get(squeeze(words), ()):
                found[key] = words
        return found


def forms(facts: Facts) -> set[str]:
    named = set()
    if company := company_name(facts):
        named = {squeeze(form) for form in short_forms(company)}
        named.add(squeeze("".join(part[0] for part in re.findall(r"[A-Za-z]+", company))))
        named.add(squeeze("".join(part[:2] for part in re.findall(r"[A-Za-z]+", company)[:2])))
    named |= {squeeze(form) for form in short_forms(facts.other_name)}
    return {form for form in (*named, squeeze(facts.ticker), squeeze(lead(facts.name))) if len(form) > 1}


def company_name(facts: Facts) -> str:
    return "" if NO_NAMES.match(facts.company.strip()) else facts.company


def lead(name: str) -> str:
    """The first word of a file's name, where it may be a company's: BOEING_2018_10K.pdf, トヨタ_決算短信.pdf."""
    first = re.split(r"[_\s.\-0-9０-９]", unicodedata.normalize("NFKC", name), maxsplit=1)[0]
    if re.match(r"\d+[A-Za-z]", name):
        first = re.split(r"[_\s.\-]", name, maxsplit=1)[0]
    return "" if first.lower() in NO_LEADS or len(first) < 2 else first


def candidates(question: str) -> Iterator[str]:
    """Stretches of the question that may be a name: a few words, or a run of Japanese cut at every place."""
    text = unicodedata.normalize("NFKC", question)
    words = [re.sub(r"['’]s?$", "", word) for word in TOKEN.findall(text)]
    for at in range(len(words)):
        if words[at][:1].isupper() or words[at][:1].isdigit():
            for end in range(at + 1, min(len(words), at + WORDS_A_NAME) + 1):
                yield " ".join(words[at:end])
    for run in JAPANESE.findall(text):
        for at in range(len(run)):
            for end in range(at + 2, min(len(run), at + LONGEST_NAME) + 1):
                yield run[at:end]


def squeeze(text: str) -> str:
    return SOLID.sub("", unicodedata.normalize("NFKC", text).lower())


def read(question: str, known: Sequence[Facts], mentioned: dict[int, str]) -> Question:
    """The question as understood with the companies of these documents."""
    aliases: dict[str, set[str]] = defaultdict(set)
    documents: dict[str, list[str]] = defaultdict(list)
    for facts in known:
        name = company_name(facts) or lead(facts.name)
        if not name:
            continue
        documents[name].append(str(facts.id))
        said = mentioned.get(facts.id, "")
        # The name of the file may be the only place that says whose it is.
        spoken = said if squeeze(said) == squeeze(lead(facts.name)) else ""
        aliases[name].update(alias for alias in (facts.ticker, facts.other_name, spoken) if alias)
    companies = [Company(name, tuple(sorted(aliases[name])), tuple(documents[name])) for name in sorted(documents)]
    return understand(question, companies)


def likeness(asked: Question, known: Iterable[Facts]) -> dict[int, float]:
    """How well each document fits what is asked, 0 to 1; only those that fit at all."""
    known = list(known)
    ours = {int(key) for company in asked.companies for key in company.documents}
    fitting = [facts for facts in known if facts.id in ours]
    newest = max((year for facts in fitting if (year := _year(facts.period))), default=0)
    release = RELEASED if OUTSIDE_STANDARDS.search(asked.text.lower()) else 0.0
    kinds = {kind for kind, pattern in KINDS if pattern.search(asked.text.lower())}
    undated = AHEAD if LOOKS_AHEAD.search(asked.text.lower()) else UNDATED
    whole = COMPANY + (PERIOD if asked.periods else undated) + (KIND if kinds else 0) + release
    return {
        facts.id: (
            COMPANY
            + (
                PERIOD * _period_fit(asked, facts.period, newest)
                if asked.periods
                else undated * _is_newest(facts, newest)
            )
            + (KIND * _kind_fit(kinds, facts) if kinds else 0)
            + release * (facts.kind == "earnings release")
        )
        / whole
        for facts in fitting
    }


def _is_newest(facts: Facts, newest: int) -> bool:
    return _year(facts.period) == newest


def _period_fit(asked: Question, own: str, newest: int) -> float:
    """The latest of the periods asked is shown beside the earlier ones, so it decides."""
    wanted = [_resolved(period, newest) for period in asked.periods]
    latest = max(wanted, key=_year)
    if not own or not _year(latest):
        return 0.0
    exact = matches(latest, own)
    distance = _year(own) - _year(latest)
    if distance == -1 and own.startswith(f"FY{newest}"):
        return FORECAST  # nothing later there is: the year asked for lay ahead of it
    if asked.by_end and distance == -1:
        distance = 0
    part = 1.0 if _part(own) == _part(latest) else 0.6
    return max(exact, part * NEAR_YEARS.get(distance, 0.0))


def _resolved(period: str, newest: int) -> str:
    """ "FY0" is the latest year there is, "FY-1" the one before."""
    relative = re.fullmatch(r"FY(0|-\d)", period)
    return f"FY{newest + int(relative[1])}" if relative and newest else period


def _kind_fit(kinds: set[str], facts: Facts) -> float:
    own = {facts.kind} | {kind for kind, pattern in KINDS if pattern.search(_spaced(f"{facts.title} {facts.name}"))}
    return 1.0 if own & kinds else 0.0


def _spaced(text: str) -> str:
    return text.lower().replace("_", " ")


def _year(period: str) -> int:
    found = parse(period) if period else None
    digits = re.search(r"(?:19|20)\d{2}", period)
    return int(digits[0]) if found is not None and digits else 0


def _part(period: str) -> str:
    part = re.search(r"(?:Q[1-4]|H[12])$", period)
    return part[0] if part else ""
