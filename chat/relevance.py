"""What a question asks, as words and concepts; whether a passage is about the company and the period it names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from library.periods import matches, parse
from library.tables import Table
from retrieval import glossary, lexical
from retrieval.question import Company, Question, main_clause
from retrieval.question_companies import find_companies, short_forms
from retrieval.question_words import STOP_WORDS

SAME_PERIOD = 0.5
_ASKING = (
    "compare show tell give list explain describe please amount value number figure total latest recent according "
    "slide slides deck presentation document documents report chart table page pages picture section mentioned shown "
    "following example examples directly question compared included appear appeared provided whose between through "
    "image images photo diagram graph flowchart drawing illustrate illustrated represent introduce introduced "
    "come comes go goes use used uses make made lead led name named called like most least why whom say says said "
    "tells drove drive drives cause caused causes happen happened reach reached achieve achieved attribute attributed "
    "percentage percent pie color colors colour map type types kind kinds instance instances presented approximate "
    "approximately range both all only source million millions billion billions dollar dollars usd yen "
    "one two three four five six seven eight nine ten"
)
ASKING = frozenset(_ASKING.split())
_NOT_MEANT = frozenset(lexical.terms(_ASKING)) | frozenset(lexical.terms(" ".join(STOP_WORDS))) | STOP_WORDS
MIXED = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]+")
YEAR = re.compile(r"(?<![\d.,$])(?:19|20)\d{2}(?![\d%]|[.,]\d)")
QUOTED = re.compile(r"[\"“「『]([^\"”」』]{4,100})[\"”」』]")
PAGE = re.compile(
    r"\b(?:page|slide|sheet|p\.)\s?(?P<en>\d{1,4})\b(?!\s?(?:-|–|to|and)\s?\d)"
    r"|(?P<ja>\d{1,4})\s?(?:ページ目?|頁|枚目)|スライド\s?(?P<slide>\d{1,4})",
    re.IGNORECASE,
)
_RISING = (
    "rise rose risen increase increased grow grew growth higher up gain improve improved 増加 増える 伸び 伸びる 増"
)
_FALLING = (
    "fall fell fallen decrease decreased decline declined drop dropped lower down reduce reduced 減少 減る 低下 減"
)
DIRECTIONS = tuple(tuple(words.split()) for words in (_RISING, _FALLING))
JAPANESE_ASKING = re.compile(
    r"は?いくら(?:です)?か?|どのくらい|どれくらい|教えて(?:ください)?|何(?:です)?か?|とは|ですか|でしたか|しましたか|ますか|なぜ|[?？。、]"
)


@dataclass(slots=True, frozen=True)
class Candidate:
    """A passage that the search found."""

    text: str
    about: str
    """What it stands under: company, title, period, heading."""
    table: Table | None = None
    company: str = ""
    period: str = ""


@dataclass(slots=True, frozen=True)
class Concept:
    """Something that has several wordings, each as a set of terms."""

    wordings: frozenset[frozenset[str]]

    def within(self, own: frozenset[str], everything: frozenset[str]) -> bool:
        """One of the wordings stands in `everything`, and part of it in `own`."""
        return any(w <= everything and w & own for w in self.wordings)


@dataclass(slots=True, frozen=True)
class Asked:
    terms: frozenset[str]
    concepts: tuple[Concept, ...]
    measures: tuple[Concept, ...]
    """Those of the concepts of which one has to be named."""


def asked(question: Question) -> Asked:
    """The question without its company, its periods and the words of asking."""
    start, end = main_clause(question.text)
    found = _asked(question, start, end)
    return found if found.terms or found.concepts else _asked(question, 0, len(question.text))


def _asked(question: Question, start: int, end: int) -> Asked:
    text = list(question.text)
    spans = [(f.start, f.end) for f in question.company_spans] + [(f.start, f.end) for f in question.period_spans]
    measures = [m for m in question.measures if m.key]
    for a, b in spans + [(m.start, m.end) for m in measures]:
        text[a:b] = " " * (b - a)
    rest = JAPANESE_ASKING.sub(" ", PAGE.sub(" ", "".join(text[start:end])))
    concepts = [concept([m.text, *_wordings(m.key)]) for m in measures]
    for member in question.members:
        if member.text in rest:
            rest = rest.replace(member.text, " ")
            concepts.append(concept([member.text, *member.wordings]))
    plain = terms_of(rest)
    directions = [c for words in DIRECTIONS for c in [concept(words)] if any(w <= plain for w in c.wordings)]
    said = frozenset[str]().union(*(w for c in directions for w in c.wordings))
    concepts += directions
    terms = frozenset(t for t in plain - said if t not in _NOT_MEANT and (len(t) > 1 or not t.isascii()))
    return Asked(_whole(terms), tuple(concepts), tuple(concepts[: len(measures)]))


def _whole(terms: frozenset[str]) -> frozenset[str]:
    """Without the pieces of what is written together: 75 and k of 75k, 380 of A380."""
    mixed = [term for term in terms if MIXED.fullmatch(term)]
    return frozenset(t for t in terms if not any(t != one and t in one for one in mixed))


def page(text: str) -> int | None:
    """The page or slide that a question names: "on slide 14", 25ページ."""
    found = PAGE.search(text)
    return int(found["en"] or found["ja"] or found["slide"]) if found else None


def quoted(text: str) -> frozenset[str]:
    """The words of a title that the question quotes; none where it quotes no more than a word."""
    title = QUOTED.search(text)
    terms = terms_of(title[1]) if title else frozenset[str]()
    return terms if len(terms) > 1 else frozenset()


def concept(wordings: Iterable[str]) -> Concept:
    return Concept(frozenset(terms for wording in wordings if (terms := terms_of(wording))))


def _wordings(key: str) -> list[str]:
    """A term's wordings; of a derived one also those that it is worked out of."""
    term = glossary.terms()[key]
    return [w for part in (term, *glossary.operands(term)) for w in part.wordings]


def is_about(question: Question, candidate: Candidate) -> bool:
    """Not about another company than the ones asked for."""
    if not question.companies or not candidate.company:
        return True
    own = short_forms(candidate.company)
    if any(own & short_forms(company.name) for company in question.companies):
        return True
    known = [Company(company.name, company.aliases) for company in question.companies]
    return bool(find_companies(f"{candidate.about} {candidate.text}", known))


def has_period(question: Question, text: str, candidate: Candidate) -> bool:
    """A sentence of the period asked for: it names the year, or its document is of that year.

    Where the document is of no year, its passage must not name other years only.
    """
    years = [str(read.year) for p in question.periods if (read := parse(p)) and read.relative is None]
    if not years or any(year in text for year in years):
        return True
    said = set(YEAR.findall(candidate.text))
    if not candidate.period and said and not said & set(years):
        return False
    return any_period(question, [candidate.period] if candidate.period else [], candidate)


def any_period(question: Question, periods: Sequence[str], candidate: Candidate) -> bool:
    """Whether one of the periods is one that was asked for; where none is known, it may be."""
    absolute = [p for p in question.periods if (read := parse(p)) and read.relative is None]
    if not absolute or not periods:
        return True
    return any(matches(one, own) >= SAME_PERIOD for one in absolute for own in periods)


@lru_cache(maxsize=20_000)
def terms_of(text: str) -> frozenset[str]:
    return frozenset(lexical.terms(text))
