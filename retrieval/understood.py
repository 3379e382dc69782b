"""What was understood of a question, as chips that its asker may take off one by one. Pure.

A chip shows the question's own words, or what every reader may know (a year, a term): a company's full name may stand
in documents alone that a later reader of the same chip must not see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from library import period_words
from retrieval import glossary
from retrieval.question import Measure, Question
from retrieval.question_companies import CompanyFound
from retrieval.question_words import narrow

BASES = {"consolidated": ("consolidated", "連結"), "separate": ("non-consolidated", "個別")}


@dataclass(frozen=True, slots=True)
class Chip:
    id: str
    """Kind and value, "period:FY2018": the same in every question that is read in the same way."""
    said: str
    """The question's words; "" where the reading is worked out, as the year before is."""
    off: bool = False


def chips(asked: Question, ignoring: Collection[str] = ()) -> tuple[Chip, ...]:
    """The readings in the order company, period, measure, statement, basis, each once."""
    found: dict[str, str] = {}
    for key, said in _readings(asked):
        found.setdefault(key, said)
    return tuple(Chip(key, said, key in ignoring) for key, said in found.items())


def without(asked: Question, ignoring: Collection[str]) -> Question:
    """The question as it reads once some readings are taken off.

    Their words go on being words of it, but those of a period, which can mean nothing else.
    """
    if not ignoring:
        return asked
    dated = [found for found in asked.period_spans if f"period:{found.period}" in ignoring]
    spans = [found for found in asked.company_spans if _company_id(found) not in ignoring]
    measures = [measure for measure in asked.measures if _measure_id(measure) not in ignoring]
    unmeant = asked.statement if f"statement:{asked.statement}" in ignoring else ""
    implied = bool(asked.measures) and not measures and not asked.sections
    less = replace(
        asked,
        text=_blanked(asked.text, [(found.start, found.end) for found in dated]),
        company_spans=spans,
        companies=[found.company for found in spans],
        periods=[period for period in asked.periods if f"period:{period}" not in ignoring],
        period_spans=[found for found in asked.period_spans if found not in dated],
        measures=measures,
        sections=[] if unmeant else asked.sections,
        statement="" if unmeant or implied else asked.statement,
        unmeant=unmeant,
        basis="" if f"basis:{asked.basis}" in ignoring else asked.basis,
    )
    return replace(less, comparison=_comparison(less), expansions=_expansions(asked, less))


def words(key: str, said: str, language: str) -> str:
    """A chip in the reader's language, by its id and its words. A measure keeps the name that it was given in it."""
    kind, _, value = key.partition(":")
    which = int(language == "ja")
    if kind == "period":
        return period_words.written(value, language) or said
    if kind == "basis" and value in BASES:
        return BASES[value][which]
    if kind == "statement":
        return _usual(_section(value), which) or said
    if kind == "measure":
        names = _names(glossary.terms().get(value), which)
        return said if said.casefold() in (name.casefold() for name in names) else next(iter(names), said)
    return said


def _readings(asked: Question) -> Iterator[tuple[str, str]]:
    for found in asked.company_spans:
        yield _company_id(found), found.text
    said = {found.period: found.text for found in reversed(asked.period_spans)}
    for period in asked.periods:
        yield f"period:{period}", said.get(period, "")
    for measure in asked.measures:
        yield _measure_id(measure), measure.text
    if asked.sections and asked.statement:
        yield f"statement:{asked.statement}", ""
    if asked.basis:
        yield f"basis:{asked.basis}", ""


def _company_id(found: CompanyFound) -> str:
    return f"company:{narrow(found.text)}"


def _measure_id(measure: Measure) -> str:
    return f"measure:{measure.key or narrow(measure.text)}"


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Of the same length, so that every other place in it stays where it is."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _comparison(asked: Question) -> str:
    if asked.comparison == "companies" and len(asked.companies) > 1:
        return "companies"
    return "periods" if asked.comparison and len(asked.periods) > 1 else ""


def _expansions(asked: Question, less: Question) -> list[str]:
    """Without the wordings of what was taken off, unless something that stays has them too."""
    kept = _wordings(less)
    gone = _wordings(asked) - kept
    return [wording for wording in asked.expansions if wording not in gone]


def _wordings(asked: Question) -> frozenset[str]:
    terms = [term for measure in asked.measures if (term := measure.term)]
    needed = [part for term in terms for part in (term, *glossary.operands(term))]
    return frozenset([*asked.sections, *(wording for term in needed for wording in term.wordings)])


def _section(kind: str) -> glossary.Term | None:
    """The usual name of a statement or section of that kind."""
    return next((t for t in glossary.terms().values() if t.statement == "section" and t.kind == kind), None)


def _usual(term: glossary.Term | None, which: int) -> str:
    return next(iter(_names(term, which)), "")


def _names(term: glossary.Term | None, which: int) -> Sequence[str]:
    """In English or Japanese, the usual one first."""
    return (term.english, term.japanese)[which] if term else ()
