"""Which cell, or which figures worked out of cells, answers a question; how sure that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chat import missing, relevance
from library.periods import parse, shift
from retrieval import glossary
from retrieval.question import Question, main_clause
from retrieval.question_words import STOP_WORDS, is_japanese, words
from retrieval.tables import CellAnswer, FoundTable, find_cells
from retrieval.tables_compute import Comparison, compute
from retrieval.tables_formula import formula_of
from retrieval.tables_operands import Operands

SURE, SURE_WORKED_OUT = 0.7, 0.5
"""From this confidence on a cell, or a figure worked out of cells, is the answer: one cell in ten is wrong there."""
CLOSEST = 0.4
"""From here on a cell is shown as the closest that was found, below it is not worth showing."""
NEARLY = 0.15
"""A cell with the same value is taken instead where it is less sure by no more than this."""
ADJUSTED = re.compile(
    r"(?<!un)\b(?:adjusted|non-?\s?gaap|organic|underlying|pro forma|like-for-like|normali[sz]ed)\b"
    r"|調整後|修正後?|実質ベース|既存店",
    re.IGNORECASE,
)
RIVAL = 0.1
"""Within this, two rows of the same name in tables of the same title are told apart by which comes first."""
HOW_MUCH = re.compile(
    r"^\W*(?:how (?:much|many|did|does|do|has|have)"
    r"|which (?:fiscal )?(?:year|quarter|period|company|bank|one|of|was|had))\b"
    r"|いくら|どれ(?:だけ|くらい)|どの(?:くらい|年|期|会社|銀行)|どちら",
    re.IGNORECASE,
)
MOVES = re.compile(
    r"増え|減っ|減り|伸び|上が|下が|上昇|低下|改善|悪化|落ち込|\b(?:rise|risen|rose|fall|fell|fallen|grow|grown|grew)\b",
    re.I,
)
YEARS = re.compile(r"\b(\d{1,2})[- ]years?\b|(\d{1,2})年間")
LEFT_OVER = re.compile(
    r"(?:は|が|を|から|より|に比べ(?:て)?|と比べ(?:て)?)?(?:増え|減っ|減り|伸び|上が|下が|上昇|低下|改善|悪化|増加|減少|落ち込)[ぁ-ん]*"
    r"|(?:前期|前年度?)(?:比|から|より)?|どれ(?:だけ|くらい)?|いくら|何[%％割]|(?:は|から|より|が|を|に)+$"
)
_MOVING = (
    "highest lowest higher lower largest smallest most least which rise rose risen fall fell fallen grow grew grown "
    "drop dropped decline declined average mean growth rate over cagr compound annual point"
)
MOVING = frozenset(_MOVING.split())
_HAVING = (
    "pay paid payout out spend spent generate generated report reported record recorded incur incurred earn earned"
)
HAVING = frozenset(_HAVING.split())
"""What companies do with amounts, and no row is called by: how much did it pay out in dividends."""


@dataclass(slots=True)
class Choice:
    cell: CellAnswer | None = None
    comparison: Comparison | None = None
    closest: CellAnswer | None = None

    @property
    def is_made(self) -> bool:
        return self.cell is not None or self.comparison is not None


def choose(question: Question, tables: Sequence[FoundTable], language: str) -> Choice:
    """A comparison or a derived figure where one is asked for, else the cell that the question names."""
    question = settled(question)
    if not tables or not asks_figure(question):
        return Choice()
    if question.operation in ("maximum", "minimum") and len(question.periods) == 1 and not question.comparison:
        return Choice()  # The largest of what a table lists, which is no measure's figure.
    if asks_to_work_out(question):
        comparison = _worked_out(question, tables, language)
        cells = [cell for part in comparison.parts for cell in part.cells] if comparison else []
        fits = all(_as_adjusted(question, cell) for cell in cells) and _is_of_what_is_named(question, cells)
        return Choice(comparison=comparison if fits else None)
    if question.wants != "figure":
        return Choice()
    best = _same_in(language, find_cells(question, tables, limit=10))
    if best is None or best.confidence < SURE:
        own = _in_its_statement(question, tables)
        if own is not None and own.confidence >= SURE_WORKED_OUT:
            return Choice(cell=own)
    if best is None:
        return Choice()
    if best.confidence >= SURE and _as_adjusted(question, best):
        return Choice(cell=best)
    return Choice(closest=best if best.confidence >= CLOSEST and best.cell.value is not None else None)


def _in_its_statement(question: Question, tables: Sequence[FoundTable]) -> CellAnswer | None:
    """Where a line of a statement is asked for and nothing else: what the group's own statement prints of it."""
    measure = question.measures[0] if len(question.measures) == 1 and not question.members else None
    term = measure.term if measure else None
    if (
        measure is None
        or term is None
        or measure.quoted
        or term.statement not in STATEMENTS
        or len(question.periods) != 1
    ):
        return None
    more = set(words(question.subject)) - set(words(measure.text)) - STOP_WORDS
    if more or ADJUSTED.search(question.text):
        return None
    operands = Operands(question, tables)
    operands.settle(question, [(measure.key, question.periods[0])])
    return operands.own(question, measure.key, question.periods[0])


def _is_of_what_is_named(question: Question, cells: Sequence[CellAnswer]) -> bool:
    """A name in the question stands by the cells too: the growth of one product is not that of all."""
    start, end = main_clause(question.text)
    text = list(question.text)
    taken = [(span.start, span.end) for span in question.company_spans]
    for a, b in [*taken, *((found.start, found.end) for found in glossary.find(question.text))]:
        text[a:b] = "_" * (b - a)
    around = [
        " ".join([c.label, c.column_label, c.found.table.title, c.found.heading, c.found.company, c.found.document])
        for c in cells
    ]
    near = relevance.terms_of(" ".join(around).replace("_", " "))
    return all(relevance.terms_of(name) & near for name in missing.proper("".join(text[start:end])))


def _as_adjusted(question: Question, cell: CellAnswer) -> bool:
    """What is asked for adjusted is answered by what the table calls so, and by nothing worked out of plain figures."""
    asked = ADJUSTED.search(question.text)
    around = " ".join([cell.label, cell.column_label, cell.found.table.title])
    return asked is None or bool(ADJUSTED.search(around))


def settled(question: Question) -> Question:
    """The question with what its words leave to be worked out: "grew" a change, 前期から from the year before."""
    periods, operation = list(question.periods), question.operation
    if not operation and question.measures and MOVES.search(question.text):
        operation = "change"
    if operation in ("change", "percent") and periods == ["FY-1"]:
        periods = ["FY0", "FY-1"]
    absolute = [p for p in periods if (read := parse(p)) and read.relative is None]
    if len(absolute) == 1:
        periods = [shift(absolute[0], -1) if p == "FY-1" else p for p in periods]
    if operation in ("change", "percent") and len(periods) == 1 and not periods[0].startswith("FY-"):
        periods.append(shift(periods[0], -1))
    if operation == "cagr":
        periods = _first_and_last(absolute, question.text)
    question = _one_company_a_name(question)
    comparison = question.comparison or ("periods" if len(periods) > 1 else "")
    moves, known = bool(comparison or operation), any(m.key for m in question.measures)
    subject = _without_asking(question.subject, question.language, moves=moves) if moves or known else question.subject
    return replace(question, periods=periods, operation=operation, comparison=comparison, subject=subject)


def _first_and_last(periods: Sequence[str], text: str) -> list[str]:
    """A growth rate over years needs those two alone; "3 year CAGR to FY2022" names one of them."""
    ordered = sorted(periods)
    years = YEARS.search(text)
    if len(ordered) == 1 and years:
        return [shift(ordered[0], -int(years[1] or years[2])), ordered[0]]
    return [ordered[0], ordered[-1]] if len(ordered) > 1 else list(ordered)


def _one_company_a_name(question: Question) -> Question:
    """Documents spell one company in several ways: what the question names once is one company."""
    if question.comparison != "companies":
        return question
    by_place = {span.start: span.company for span in reversed(question.company_spans)}
    if len(by_place) > 1:
        return replace(question, companies=[by_place[start] for start in sorted(by_place)])
    return replace(question, comparison="")


def _without_asking(subject: str, language: str, *, moves: bool) -> str:
    if language == "ja":
        return LEFT_OVER.sub("", subject).strip("のはをがに ") if moves else subject
    left_out = HAVING | MOVING if moves else HAVING
    return " ".join(word for word in subject.split() if word not in left_out)


def asks_figure(question: Question) -> bool:
    if question.wants == "figure":
        return True
    if question.wants == "yes_no":
        return bool(question.measures and (question.operation or _is_worked_out(question)))
    if question.wants == "table":
        return bool(question.measures and question.comparison)
    return bool(question.measures and question.operation and HOW_MUCH.match(question.text))


def _is_worked_out(question: Question) -> bool:
    """ "Is it capital-intensive?": the ratio is what tells."""
    term = question.measures[0].term
    return term is not None and term.kind == "ratio" and bool(term.formula)


def asks_to_work_out(question: Question) -> bool:
    several = question.comparison or question.operation or len(question.periods) > 1
    return bool(several or formula_of(question)[0])


def _worked_out(question: Question, tables: Sequence[FoundTable], language: str) -> Comparison | None:
    """From tables in the asker's language alone where these are enough."""
    own = [table for table in tables if _language(table) == language]
    for some in (own, tables) if 0 < len(own) < len(tables) else (tables,):
        found = compute(question, some)
        if found is not None and confidence(found) >= SURE_WORKED_OUT:
            return found
    return None


def confidence(comparison: Comparison) -> float:
    return min(part.confidence for part in comparison.parts)


def _same_in(language: str, found: Sequence[CellAnswer]) -> CellAnswer | None:
    """The best cell; one that says the same in the asker's language, and whose it is, before it."""
    if not found:
        return None
    best = _first_of_its_kind(found)
    equal = [c for c in found if c.value == best.value and c.confidence >= best.confidence - NEARLY]
    return max(equal, key=lambda c: (_language(c.found) == language, bool(c.found.company), c.confidence))


def _first_of_its_kind(found: Sequence[CellAnswer]) -> CellAnswer:
    """A filing gives its own statements first; those of its parts and partners, under the same titles, follow."""
    best = found[0]
    alike = [
        c
        for c in found
        if c.confidence >= best.confidence - RIVAL
        and (c.found.document, c.found.table.title, c.label)
        == (best.found.document, best.found.table.title, best.label)
        and (c.column.period if c.column else "") == (best.column.period if best.column else "")
    ]
    return min(alike, key=lambda c: c.found.table.page or 0)


def _language(found: FoundTable) -> str:
    labels = " ".join(row.path[-1] for row in found.table.rows[:8] if row.path)
    return "ja" if is_japanese(labels) else "en"


# --- a second look -------------------------------------------------------------------------------------------------


def second_looks(question: Question, document: Callable[[str], str]) -> list[tuple[str, str]]:
    """(words to search for, name of the document to search in or "") for the figures that a first search missed.

    `document` gives the name of the likeliest document of a company ("" for any).
    """
    question = settled(question)
    if not question.measures:
        return [(question.subject or question.text, document(""))]
    wanted = _wanted(question)
    when = " ".join(period[2:6] for period in question.periods if period.startswith("FY2"))
    names = [company.name for company in question.companies] or [""]
    looks = []
    for name in names if question.comparison == "companies" else names[:1]:
        where = document(name)
        looks += [(f"{'' if where else name} {one} {when}".strip(), where) for one in wanted]
    return looks


def _wanted(question: Question) -> list[str]:
    """Names of each figure that is needed, with the statement it stands in."""
    formula = formula_of(question)[0]
    keys = dict.fromkeys(re.findall(r"[a-z_]{4,}", formula)) if formula else {m.key: None for m in question.measures}
    known = [glossary.terms()[key] for key in keys if key in glossary.terms()]
    simple = {part.key: part for term in known for part in (glossary.operands(term) if term.formula else [term])}
    return [
        " ".join([*term.english[:2], *term.japanese[:1], STATEMENTS.get(term.statement, "")]).strip()
        for term in simple.values()
    ]


STATEMENTS = {
    "balance": "consolidated balance sheets statements of financial position 貸借対照表",
    "income": "consolidated statements of income operations 損益計算書",
    "cash_flow": "consolidated statements of cash flows キャッシュ・フロー計算書",
}
