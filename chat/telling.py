"""Cells, table rows and sentences in the asker's language, each with its bookmark."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from chat import cells, extracts, phrases, wording
from chat.composing import Composition, Paragraph, scale_of
from chat.events import Figure
from chat.extracts import Piece
from chat.figuring import Choice
from chat.found import Found
from library.tables import Cell, Column
from retrieval.question import Question
from retrieval.tables import CellAnswer

ROW_CELLS = 4
NIL = "－"


def cell(page: Composition, answer: CellAnswer, question: Question) -> Paragraph:
    """ "Hoshino Bank's net income was ¥107,706 million in FY2025 [1]." """
    language = page.language
    subject = phrases.whose(
        phrases.company(answer, question, language),
        wording.quoted(phrases.measure(answer, question, language)),
        language,
    )
    own = (answer.column.period if answer.column else "") or (answer.row.period if answer.row else "") or answer.period
    when = phrases.when(own, language, instant=phrases.is_instant(answer, question))
    stop = "。" if language == "ja" else "."
    if answer.cell.value is None:
        return Paragraph(phrases.tidy(_text(page, answer, subject, when)) + stop, [_text_figure(page, answer)])
    shown, figure = page.cell(answer)
    amount, marker = shown.rsplit(" ", 1)
    also = _in_asked_scale(page, answer, question)
    said = phrases.said(subject, amount + (f" ({also.text})" if also else ""), when)
    return Paragraph(f"{said} {marker}{stop}", [figure, *([also] if also else [])])


def _text(page: Composition, answer: CellAnswer, subject: str, when: str) -> str:
    """A cell that holds no number: a name, a day, a dash."""
    marker = f"[{page.mark(answer)}]"
    if answer.value == NIL:
        pattern = _("No amount is given for %(subject)s %(period)s; the table shows a dash %(marker)s")
    else:
        pattern = _("For %(subject)s %(period)s the table says: %(text)s %(marker)s")
    text = wording.quoted(" ".join(answer.cell.text.split()))
    return pattern % {"subject": subject, "period": when, "text": text, "marker": marker}


def _text_figure(page: Composition, answer: CellAnswer) -> Figure:
    """The text as the figure of the answer, so that programs find its cell as they find a number's."""
    marker = page.mark(answer)
    where = page.sources[marker - 1].locator
    return Figure(" ".join(answer.cell.text.split()), answer.value, "", "verified", marker, where)


def _in_asked_scale(page: Composition, answer: CellAnswer, question: Question) -> Figure | None:
    """The same amount in billions where it is asked for in billions and printed in millions."""
    value, unit = answer.cell.value, answer.cell.unit
    asked = len(question.scale) - 1
    power, _places = scale_of([answer])
    if value is None or not unit[:3].isupper() or "/" in unit or asked <= power or asked not in wording.ENGLISH_SCALES:
        return None
    shown = wording.worked_out(Decimal(value), unit, asked, 2, page.language)
    return Figure(shown, value, unit, "verified", page.mark(answer), page.sources[page.mark(answer) - 1].locator)


def closest(page: Composition, answer: CellAnswer, question: Question) -> Paragraph:
    """The best cell where it is not sure that it is meant."""
    told = cell(page, answer, question)
    return Paragraph(
        _("This may not be exactly what you asked for: %(sentence)s") % {"sentence": told.text}, told.figures
    )


def extracts_of(page: Composition, found: Found) -> None:
    if found.choice.closest is not None:
        page.paragraphs.append(closest(page, found.choice.closest, found.question))
        return
    for piece in extracts.choose(found.question, found.candidates(), page.language):
        add(page, found, piece)


def add(page: Composition, found: Found, piece: Piece) -> None:
    hit = found.hits[piece.candidate]
    table = found.tables.get(hit.passage.pk)
    key = str(hit.passage.pk)
    if piece.row is None or table is None:
        marker = page.cited((key, 0, 0), None)
        page.paragraphs.append(Paragraph(f"{wording.quoted(piece.text)} [{marker}]"))
        return
    shown = extracts.row_cells(piece.row, table, found.question.periods, ROW_CELLS)
    if shown:
        marker = page.cited((key, piece.row.index, 0), cells.row_locator(hit.passage.locator, table, piece.row))
        page.paragraphs.append(_row(page, wording.label(piece.row.path), shown, marker))


def _row(page: Composition, label: str, shown: list[tuple[Cell, Column]], marker: int) -> Paragraph:
    """ "Net sales — FY2018: $32,765 million; FY2017: $31,657 million [1]"."""
    pieces, figures = [], []
    where = page.sources[marker - 1].locator
    for one, column in shown:
        head = extracts.head(column, page.language)
        amount = wording.amount(one, page.language)
        pieces.append(wording.quoted(f"{head}: {amount}" if head else amount))
        if one.value is not None:
            figures.append(Figure(amount, one.value, one.unit, "verified", marker, where))
    return Paragraph(f"{wording.quoted(label)} — {'; '.join(pieces)} [{marker}]", figures)


def provenance(choice: Choice) -> dict[str, object]:
    """How sure the figures are, and what else each cell could have been."""
    if choice.cell is not None:
        return {"confidence": choice.cell.confidence, "runners_up": [r.value for r in choice.cell.runners_up]}
    parts = choice.comparison.parts if choice.comparison else []
    return {"confidence": min((p.confidence for p in parts), default=0.0), "formulas": [p.formula for p in parts]}
