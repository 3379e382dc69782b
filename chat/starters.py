"""Questions to begin with, each about something that stands in a document this user may see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language, pgettext

from chat import phrases
from library import access, models, period_words, table_rows
from library.models import Document, User
from library.tables import Row, Table
from retrieval import glossary
from retrieval.question_words import is_japanese

OTHER = re.compile(r"^(?:other|total|sub-?total|その他|合計|計|小計)", re.IGNORECASE)
BOTH = re.compile(r"\s*[／|/]\s*(?=[ぁ-んァ-ヶ一-龠])")
"""Between the English and the Japanese half of a label that says both."""
ALIKE = {"net_income_parent": "net_income"}
COUNT, DOCUMENTS, TABLES = 3, 12, 12
"""How many questions, from how many of the latest documents, looking into how many tables of each."""
HEADLINES = (
    "net_income",
    "net_income_parent",
    "revenue",
    "ordinary_income",
    "operating_income",
    "gross_profit",
    "net_interest_income",
    "free_cash_flow",
    "operating_cash_flow",
    "total_assets",
    "cet1_ratio",
    "roe",
    "eps",
    "dividend_per_share",
)
"""What people ask for first, the most usual before the others."""


LAST = 1000
"""The rank of rows that no glossary knows: better than nothing."""


@dataclass(slots=True, frozen=True)
class Starter:
    rank: int
    measure: str
    question: str


def starters(user: User) -> list[str]:
    """Three questions that the library answers, in the user's language where a document speaks it.

    Fewer, or none, where it holds no fitting table.
    """
    own = "ja" if (get_language() or "").startswith("ja") else "en"
    documents = access.documents(user).filter(current__isnull=False).order_by("-current__finished", "-pk")
    found = [one for document in documents[:DOCUMENTS] for one in _questions(document, own)]
    chosen: dict[str, str] = {}
    for one in sorted(found, key=lambda one: one.rank):
        chosen.setdefault(one.measure, one.question)
    return list(chosen.values())[:COUNT]


def _questions(document: Document, language: str) -> Iterator[Starter]:
    """For headline rows that have a value in a named period; those in the user's language come first."""
    rows = models.Table.objects.filter(version=document.current_id).order_by("page", "number")
    for row in rows[:TABLES]:
        table = table_rows.load(row)
        for line in table.rows:
            key = _measure(line)
            if key and (period := _latest(line, table)):
                foreign = is_japanese(line.path[-1]) != (language == "ja")
                named = not (document.company or document.title)
                headline = HEADLINES.index(key) if key in HEADLINES else len(HEADLINES)
                rank = headline + (len(HEADLINES) + 1) * (2 * foreign + named)
                question = _question(document, _said(key, line, language), period, language)
                yield Starter(rank, ALIKE.get(key, key), question)
            elif not key and (label := _own_label(line, table, language)):
                yield Starter(LAST, label, _plain_question(document, label))


def _own_label(row: Row, table: Table, language: str) -> str:
    """The row's label in the user's language, where the row has figures and is no total; "" elsewhere."""
    halves = BOTH.split(row.path[-1].strip()) if row.path else []
    label = next((half for half in halves if is_japanese(half) == (language == "ja")), "")
    filled = any(cell.row == row.index and cell.value is not None for cell in table.cells)
    return label if filled and len(label) > 3 and not OTHER.match(label) else ""


def _plain_question(document: Document, label: str) -> str:
    parts = {"document": document.title or document.name, "label": label}
    return pgettext("starter question", "What does “%(document)s” say about %(label)s?") % parts


def _measure(row: Row) -> str:
    """The measure that a row's label names, "" for none."""
    keys = glossary.keys_of(row.path[-1]) if row.path else frozenset()
    own = [key for key in sorted(keys) if glossary.terms()[key].is_measure]
    return next((key for key in HEADLINES if key in own), next(iter(own), ""))


def _said(key: str, row: Row, language: str) -> str:
    """The measure in the user's language: as the row says it, else as the glossary does."""
    label = row.path[-1].strip()
    if is_japanese(label) != (language == "ja"):
        term = glossary.terms()[key]
        label = next(iter(term.japanese if language == "ja" else term.english), label)
    return phrases.named("", [label], language)


def _latest(row: Row, table: Table) -> str:
    """The newest year that the row has a number for."""
    periods = {column.index: column.period for column in table.columns if column.period.startswith("FY2")}
    return max(
        (periods[c.under] for c in table.cells if c.row == row.index and c.value and c.under in periods), default=""
    )


def _question(document: Document, measure: str, period: str, language: str) -> str:
    whose = phrases.LEGAL.sub("", document.company).strip(" 　") or document.title or document.name
    when = period_words.written(period, language)
    parts = {"subject": phrases.whose(whose, measure, language), "period": when}
    if phrases.is_plural(measure):
        return pgettext("starter question", "What were %(subject)s in %(period)s?") % parts
    return pgettext("starter question", "What was %(subject)s in %(period)s?") % parts
