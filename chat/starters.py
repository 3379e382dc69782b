"""Questions to begin with, each about something that stands in a document this user may see."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import get_language, pgettext

from chat import wording
from library import access, models, period_words, table_rows
from library.models import Document, User
from library.tables import Row, Table
from retrieval.glossary import keys_of

COUNT, DOCUMENTS, TABLES = 3, 12, 8
"""How many questions, from how many of the latest documents, looking into how many tables of each."""


def starters(user: User) -> list[str]:
    """Three questions that the library answers; fewer, or none, where it holds no fitting table."""
    found: dict[str, str] = {}
    documents = access.documents(user).filter(current__isnull=False).order_by("-current__finished", "-pk")
    for document in documents[:DOCUMENTS]:
        for measure, question in _questions(document):
            if measure not in found:
                found[measure] = question
                break
        if len(found) == COUNT:
            break
    return list(found.values())


def _questions(document: Document) -> Iterator[tuple[str, str]]:
    """(measure, question) for rows that a glossary knows and that have a value in a named period."""
    rows = models.Table.objects.filter(version=document.current_id).order_by("page", "number")
    for row in rows[:TABLES]:
        table = table_rows.load(row)
        for line in table.rows:
            keys = keys_of(line.path[-1]) if line.path else frozenset()
            if keys and (period := _latest(line, table)):
                yield min(keys), _question(document, wording.label(line.path[-1:]), period)


def _latest(row: Row, table: Table) -> str:
    """The newest year that the row has a number for."""
    periods = {column.index: column.period for column in table.columns if column.period.startswith("FY2")}
    return max(
        (periods[c.under] for c in table.cells if c.row == row.index and c.value and c.under in periods), default=""
    )


def _question(document: Document, measure: str, period: str) -> str:
    when = period_words.written(period, "ja" if (get_language() or "").startswith("ja") else "en")
    parts = {"company": document.company or document.title or document.name, "measure": measure, "period": when}
    return pgettext("starter question", "%(company)s: what was %(measure)s in %(period)s?") % parts
