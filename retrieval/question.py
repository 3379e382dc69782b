"""What a question asks: companies, periods, measures, statement, unit, basis, comparison, and the kind of answer.

`understand` is pure and needs no index. Nothing it finds may exclude a document by itself: it is a guess, shown to the
user as chips, and search only boosts by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from library.periods import shift
from retrieval import glossary
from retrieval.question_companies import Company, CompanyFound, find_companies, short_forms
from retrieval.question_intent import answer_kind, basis_of, change_asked, operation, unit_of
from retrieval.question_periods import PeriodFound, find_periods
from retrieval.question_words import STOP_WORDS, is_japanese, narrow, words

__all__ = ["Company", "Measure", "Member", "Question", "short_forms", "understand"]

_QUOTED = re.compile(r"「([^」]+)」|『([^』]+)』|\"([^\"]{3,80})\"|“([^”]{3,80})”")
_MEMBER = re.compile(r"(?<![A-Za-z])(?:[A-Z][a-zA-Z]*?)?[A-Z][a-z]+[A-Za-z]*Member(?![a-z])")
_IDIOM = re.compile(r"equit(?:y|ies) (?:research|analyst|securit)|debt securities|production rate", re.I)
_STATEMENTS = ("balance", "income", "cash_flow", "equity", "segment")
_ASKED_WITH = (
    "compare compared answer question give response relying detail shown show using primarily information "
    "provided within statement based calculate calculated define defined metric financial unit usd million "
    "billion thousand percent round decimal place respectively amount value figure number please change "
    "increase decrease difference between average percentage many sum ratio both period fiscal higher larger "
    "respective one two three list name tell me quarter fy q1 q2 q3 q4 versus vs"
)
_ASKING = frozenset(_ASKED_WITH.split())
_ASKING_JA = re.compile(
    r"は?いくら(?:です)?か?|は?何[%％円人株倍割](?:です)?か?|で?何%|を?教えて(?:ください)?|とは|ですか|ますか|でしたか|における"
    r"|について|に関する|時点|(?:の|ベースで)?(?:連結|個別|単体)(?:決算)?(?:の|ベースで)?|ベースで|前期比で?|前年(?:度|同期)?比で?"
    r"|どれ(?:だけ|くらい|ほど)|どの(?:程度|くらい)|増減|増加|減少|変化|改善|悪化|(?:増|減)(?:収|益)|推移|にかけて|と比べて|比較して"
    r"|しましたか?|したか|するか|(?<=[^一-龠])か(?=[?？。、]|$)|ありますか|[?？。、]"
)


@dataclass(slots=True)
class Measure:
    """A measure as asked. `key` is its glossary term, "" where the glossary has none."""

    text: str
    start: int
    end: int
    key: str = ""
    context: tuple[str, ...] = ()
    """What the question says the measure stands under, innermost first (営業費用, 経営指標等)."""
    quoted: bool = False

    @property
    def term(self) -> glossary.Term | None:
        return glossary.terms().get(self.key)

    @property
    def formula(self) -> str:
        return self.term.formula if self.term else ""


@dataclass(slots=True)
class Member:
    """A part of an axis: a segment, a class of shares, a group of officers, a part of equity."""

    text: str
    wordings: tuple[str, ...]
    named: bool = False
    """Given as a taxonomy's name ("OutsideDirectorsMember"), so surely meant; else found among the words."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Where no term says it whole: the Japanese wordings of each word in it ("real estate", "selling")."""


@dataclass(slots=True)
class Question:
    text: str
    language: str
    companies: list[Company] = field(default_factory=list)
    company_spans: list[CompanyFound] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    """Canonical, in the order asked; "FY0" is the latest year, "FY-1" the one before."""
    period_spans: list[PeriodFound] = field(default_factory=list)
    by_end: bool = False
    """A Japanese 2019年 without 度: rather the year that ended in 2019 than the one that began."""
    instant: bool = False
    measures: list[Measure] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    statement: str = ""
    """"balance", "income", "cash_flow", "equity", "segment", "notes", "mda", "summary", …; "" if not said."""
    sections: list[str] = field(default_factory=list)
    """Wordings of the statement or section asked for."""
    unmeant: str = ""
    """The statement that the asker has said is not meant."""
    unit: str = ""
    scale: str = "1"
    basis: str = ""
    comparison: str = ""
    """"periods", "companies" or ""."""
    operation: str = ""
    """"change", "percent", "cagr", "average", "sum", "ratio", "maximum", "minimum" or ""."""
    wants: str = "figure"
    """"figure", "table", "text" or "yes_no"."""
    subject: str = ""
    """What is left of the question without company, period and the words of asking."""
    expansions: list[str] = field(default_factory=list)
    """Terms to add to a lexical query: other wordings, the other language."""


def understand(question: str, companies: Sequence[Company] = (), *, today: date | None = None) -> Question:
    asked = Question(text=question, language="ja" if is_japanese(question) else "en")
    start, end = main_clause(question)
    asked.company_spans = _companies(question, companies)
    asked.companies = [f.company for f in asked.company_spans]
    _read_periods(asked, today, start, end)
    terms = _terms_outside_names(asked)
    asked.measures = _measures(question, terms, start, end)
    asked.instant |= _is_stock(asked.measures)
    inside = [f for f in terms if start <= f.start and f.end <= end]
    asked.members = _members(question, inside, bool(asked.measures and asked.measures[0].quoted))
    asked.sections, asked.statement = _sections(terms, asked.measures)
    asked.unit, asked.scale = unit_of(question)
    asked.basis = basis_of(question)
    asked.operation = operation(question[start:end], len(asked.periods))
    asked.subject = _subject(asked, start, end)
    _compare(asked, question[start:end])
    asked.wants = answer_kind(question[start:end], bool(asked.measures), asked.language)
    asked.expansions = _expansions(asked, terms)
    return asked


_PREAMBLE = re.compile(r".{12,}?,\s+(?=(?:what|how|which|did|does|do|is|was|are|were|has|have)\b)", re.I | re.S)
"""According to the cash flow statement, what is …"""


def main_clause(text: str) -> tuple[int, int]:
    """Where the sentence that asks stands: without the instructions before it and the definitions after it."""
    if re.search(r"「[^」]+」", text):
        return 0, len(text)
    cuts = [
        0,
        *(m.end() for m in re.finditer(r"(?<=[.?!])(?=\s|$)\s*|(?<=[。？])\s*|:\s+", text) if m.end() < len(text)),
        len(text),
    ]
    clauses = [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()]
    start, end = next(((a, b) for a, b in clauses if re.search(r"[?？]\s*$", text[a:b])), (0, len(text)))
    if preamble := re.match(_PREAMBLE, text[start:end]):
        start += preamble.end()
    if inner := re.search(r"\s\((?:using|defined|from)\b|\bis defined as\b", text[start:end]):
        end = start + inner.start()
    return start, end


def _companies(text: str, companies: Sequence[Company]) -> list[CompanyFound]:
    """Companies named, without initials that are a term of finance (CCC, ROA) where another company is named."""
    found = find_companies(text, companies)
    sure = [f for f in found if not (f.text.isupper() and f.text.isalpha() and glossary.keys_of(f.text))]
    return sure or found


def _read_periods(asked: Question, today: date | None, start: int, end: int) -> None:
    periods = find_periods(asked.text[start:end], today)
    if not periods.asked:
        periods, start = find_periods(asked.text, today), 0
    for one in periods.found:
        one.start, one.end = one.start + start, one.end + start
    spans = [p for p in periods.found if not any(c.start <= p.start and p.end <= c.end for c in asked.company_spans)]
    lost = {p.period for p in periods.found} - {p.period for p in spans}
    asked.periods = [p for p in periods.asked if p not in lost]
    asked.period_spans, asked.by_end, asked.instant = spans, periods.by_end, periods.instant


def _terms_outside_names(asked: Question) -> list[glossary.Found]:
    """Glossary terms, without those that are part of a company's name (General Motors, 三井住友銀行)."""
    taken = [(c.start, c.end) for c in asked.company_spans]
    taken += [m.span() for m in _MEMBER.finditer(asked.text)]
    return [f for f in glossary.find(asked.text) if all(f.end <= a or b <= f.start for a, b in taken)]


def _measures(text: str, terms: Sequence[glossary.Found], start: int, end: int) -> list[Measure]:
    """The measures of the clause that asks, or of the whole text where that names none; each once."""
    quoted = [m for m in _QUOTED.finditer(text) if is_japanese(text) or m[3] or m[4]]
    if quoted:
        return [_quoted_measure(m) for m in quoted]
    found = [
        f for f in terms if f.term.is_measure and f.term.kind != "text" and not _IDIOM.search(text, f.start, f.end + 12)
    ]
    inside = [f for f in found if start <= f.start and f.end <= end and not _in_definition(text, f)]
    measures: list[Measure] = []
    for one in inside or found:
        if all(one.start != m.start and one.term.key != m.key for m in measures):
            measures.append(Measure(one.text, one.start, one.end, one.term.key))
    return measures


def _is_stock(measures: Sequence[Measure]) -> bool:
    """What stands in a balance sheet is asked as of a day, also where the question says only the year."""
    term = measures[0].term if measures and not measures[0].quoted else None
    return term is not None and term.kind == "stock"


def _in_definition(text: str, found: glossary.Found) -> bool:
    """ROE(純利益率×総資産回転率): what stands in the brackets says how it is worked out."""
    opened = max(text.rfind("(", 0, found.start), text.rfind("（", 0, found.start))
    closed = re.search(r"[)）]", text[found.start :])
    if opened < 1 or closed is None or re.search(r"[)）]", text[opened : found.start]):
        return False
    return bool(re.search(r"[×÷*/+＋－=]", text[opened : found.start + closed.start()]))


def _quoted_measure(m: re.Match[str]) -> Measure:
    inner = next(g for g in m.groups() if g)
    start = m.start() + 1
    parts = [p.strip() for p in re.split(r"、(?![^（(]*[）)])", inner)] if is_japanese(inner) else [inner]
    key = next(iter(sorted(glossary.keys_of(parts[0]))), "")
    return Measure(inner, start, start + len(inner), key, tuple(parts[1:]), quoted=True)


def _members(text: str, terms: Sequence[glossary.Found], quoted: bool) -> list[Member]:
    members = [_named_member(m[0]) for m in _MEMBER.finditer(text)]
    if quoted:
        return members
    for one in terms:
        if one.term.statement in ("member", "word") and one.term.key not in ("w_total", "w_other", "w_usa"):
            members.append(Member(one.text, one.term.wordings))
    return members


def _named_member(name: str) -> Member:
    """ "OutsideDirectorsMember" in words and in Japanese."""
    english = glossary.split_name(name)
    out: dict[str, None] = {}
    for key in sorted(glossary.keys_of(english)):
        out.update(dict.fromkeys(glossary.terms()[key].wordings))
    core = re.sub(r"\b(?:reportable )?segments?$", "", english).strip()
    if not out:
        for key in sorted(glossary.keys_of(core)):
            out.update(dict.fromkeys(glossary.terms()[key].wordings))
        out.update(dict.fromkeys(glossary.translations(core)))
    groups = tuple(dict.fromkeys(f.term.japanese for f in glossary.find(core)))
    return Member(name, (english, core, *out), named=True, groups=groups)


def _sections(terms: Sequence[glossary.Found], measures: Sequence[Measure]) -> tuple[list[str], str]:
    wordings: dict[str, None] = {}
    statement = ""
    named = [f.term for f in terms if f.term.statement == "section"]
    for term in named:
        wordings.update(dict.fromkeys(term.wordings))
        statement = statement or term.kind
    usual = measures[0].term if measures else None
    if usual and not statement and not usual.formula and usual.statement in _STATEMENTS:
        statement = usual.statement
    return list(wordings), statement


def _name_end(text: str, end: int) -> int:
    """Capitalised words right after a company's short form belong to its name: MGM Resorts, Arctic Foods Group."""
    more = re.match(r"(?:\s+(?:&\s+)?[A-Z][a-z]+(?=[\s,.?!'’]|$))+", text[end:])
    return end + more.end() if more else end


def _subject(asked: Question, start: int, end: int) -> str:
    """The words that may name a row, for measures that no glossary holds."""
    text = list(asked.text)
    names = [(c.start, _name_end(asked.text, c.end)) for c in asked.company_spans]
    for a, b in names + [(p.start, p.end) for p in asked.period_spans]:
        text[a:b] = " " * (b - a)
    rest = _MEMBER.sub(" ", "".join(text[start:end]))
    rest = re.sub(r"\s['’]s\b|\btotal (?=amount|number|value)", " ", rest, flags=re.I)
    if asked.language == "ja":
        return re.sub(r"\s+|^の+", "", _ASKING_JA.sub(" ", rest)).strip("のはをがにで")
    return " ".join(w for w in words(rest) if w not in STOP_WORDS and w not in _ASKING and not w.isdigit())


def _compare(asked: Question, clause: str) -> None:
    """A change asked of one year is a comparison with the year before."""
    if len(asked.companies) > 1:
        asked.comparison = "companies"
    elif len(asked.periods) > 1:
        asked.comparison = "periods"
    elif asked.operation in ("change", "percent") and asked.periods and change_asked(narrow(clause)):
        asked.periods.extend(p for p in [shift(asked.periods[0], -1)] if p)
        asked.comparison = "periods" if len(asked.periods) > 1 else ""


def _expansions(asked: Question, terms: Sequence[glossary.Found]) -> list[str]:
    out: dict[str, None] = {}
    for measure in asked.measures:
        if measure.term:
            for needed in (measure.term, *glossary.operands(measure.term)):
                out.update(dict.fromkeys((*needed.english[:5], *needed.japanese[:4])))
    for member in asked.members:
        out.update(dict.fromkeys(member.wordings[:6]))
    for found in terms:
        if not found.term.is_measure:
            out.update(dict.fromkeys((*found.term.english[:3], *found.term.japanese[:3])))
    said = narrow(asked.text)
    return [w for w in out if narrow(w) not in said]
