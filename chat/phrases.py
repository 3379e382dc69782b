"""How a figure is said: what it is of, when, and whose, in a sentence of the active language."""

from __future__ import annotations

import re
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chat import wording
from library import period_words, periods
from retrieval import glossary
from retrieval.question import Question
from retrieval.question_companies import short_forms
from retrieval.question_words import fold, is_japanese
from retrieval.tables import CellAnswer
from retrieval.tables_fit import company_fit

LEGAL = re.compile(
    r"[\s,]+(?:inc|incorporated|corp|corporation|co|ltd|limited|llc|plc|n\.v|s\.a|k\.k)\.?$|^株式会社|株式会社$",
    re.IGNORECASE,
)
HEAD_END = re.compile(
    r"\s(?:of|from|to|for|in|by|per|on|attributable|provided|used|relative|less|plus|at)\b", re.IGNORECASE
)


def measure(answer: CellAnswer, question: Question, language: str) -> str:
    """The measure in the table's words; where it was asked for in others, in those, with the table's in brackets."""
    row, column = answer.row, answer.column
    printed = [wording.label(row.path) if row else ""]
    if column and not column.period and not (row and row.period):
        printed.append(wording.label(column.path))
    asked = answer.asked if any(m.text == answer.asked for m in question.measures) else ""
    return named(asked, [part for part in printed if part], language)


def named(asked: str, printed: list[str], language: str) -> str:
    if not printed:
        return asked
    own = is_japanese(printed[0]) == (language == "ja")
    if own and (not asked or _alike(asked, printed[0])):
        asked, printed = printed[0], printed[1:]
    if not asked or is_japanese(asked) != (language == "ja"):
        asked, printed = printed[0], printed[1:]
    asked = _inside(asked)
    return _bracketed(asked, [part for part in printed if not _alike(part, asked)], language)


def _alike(one: str, other: str) -> bool:
    a, b = fold(one), fold(other)
    return bool(a and b) and (a in b or b in a)


def _bracketed(text: str, asides: list[str], language: str) -> str:
    if not asides:
        return text
    return f"{text}（{'、'.join(asides)}）" if language == "ja" else f"{text} ({', '.join(asides)})"


def _inside(text: str) -> str:
    """A label within a sentence: "net income" for "Net income" and for "TOTAL ASSETS"; initials stay."""
    words = text.split(" ")
    if len(words) > 1 and text.isupper():
        return text.lower()
    first = words[0]
    return " ".join([first.lower() if re.fullmatch(r"[A-Z][a-z]+[,;-]?[a-z]*", first) else first, *words[1:]])


def company(answer: CellAnswer, question: Question, language: str) -> str:
    """Whose figure it is: as asked, else the document's company without its legal form; "" where that is not known."""
    own = answer.found.company
    if not own:
        return ""
    if question.companies and company_fit(question, answer.found) == 1:
        forms = short_forms(own)
        for span in question.company_spans:
            if forms & short_forms(span.company.name) and is_japanese(span.text) == (language == "ja"):
                return span.text
    return LEGAL.sub("", own).strip(" 　") or own


def when(canonical: str, language: str, *, instant: bool = False) -> str:
    """ "in FY2018", "at the end of FY2018", "on March 31, 2018"; （2018年度）; "" where the period is not known."""
    read = periods.parse(canonical) if canonical else None
    if read is None or read.relative is not None:
        return ""
    if not read.fiscal and not read.months and read.month and read.day:
        day = date_format(date(read.year, read.month, read.day), "F j, Y")
        return _("on %(day)s") % {"day": period_words.written(canonical, language) if language == "ja" else day}
    if read.fiscal and read.month and not read.part and language != "ja":
        shown = _("the year ended %(month)s %(year)s") % {
            "month": date_format(date(read.year, read.month, 1), "F"),
            "year": read.year,
        }
    else:
        shown = period_words.written(canonical, language)
    if instant and read.fiscal:
        return _("at the end of %(period)s") % {"period": shown}
    return _("in %(period)s") % {"period": shown}


def is_instant(answer: CellAnswer, question: Question) -> bool:
    """Whether the figure is as of a day: by its own row's name where the glossary knows that."""
    keys = glossary.keys_of(answer.row.path[-1]) if answer.row and answer.row.path else frozenset()
    kinds = {glossary.terms()[key].kind for key in keys}
    return question.instant and not (kinds and "stock" not in kinds)


def whose(name: str, what: str, language: str) -> str:
    """ "Hoshino Bank's net income", 「ほしの銀行の当期純利益」; the first letter as it stands within a sentence."""
    if not name:
        return what
    if language == "ja":
        return f"{name}の{what}"
    return f"{name}'{'' if name.endswith('s') else 's'} {what}"


def said(subject: str, amount: str, period: str) -> str:
    """ "Net income was ¥107,706 million in FY2025": the statement without marker and full stop."""
    many = is_plural(subject)
    pattern = (
        pgettext("figure, plural", "%(subject)s were %(amount)s %(period)s")
        if many
        else pgettext("figure", "%(subject)s was %(amount)s %(period)s")
    )
    return capital(tidy(pattern % {"subject": subject, "amount": amount, "period": period}))


def is_plural(subject: str) -> bool:
    """Whether the words call for "were": capital expenditures, net sales; not cost of sales, gross loss, EPS."""
    inner = re.sub(r"\s*\([^)]*\)", "", subject)
    head = HEAD_END.split(inner.split("' ", 1)[-1].split("'s ", 1)[-1])[0].split(",")[0].strip()
    last = head.split(" ")[-1]
    return bool(re.search(r"[a-z]{2}(?<!s)(?<!u)(?<!i)s$", last))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def tidy(text: str) -> str:
    """One space between words, none before a mark or before Japanese brackets."""
    return re.sub(r"\s+(?=[.,;:。、（])", "", " ".join(text.split()))
