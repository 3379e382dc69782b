"""Figures worked out of cells, in words: the result, how it comes about, and each cell that went into it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chat import phrases, wording
from chat.composing import Composition, Paragraph, scale_of
from chat.events import Figure
from library import period_words
from library.periods import parse
from retrieval import glossary
from retrieval.question import Question
from retrieval.tables import CellAnswer
from retrieval.tables_compute import Comparison, Computed, worked_out
from retrieval.tables_formula import formula_of

NUMBER = re.compile(r"\d+(?:\.\d+)?")
SIGNS = {"**": "^", "*": "×", "/": "÷", "-": "−", "+": "+", "(": "(", ")": ")"}
PLACES = re.compile(r"\b(one|two|three|four|[1-4])\s+decimal|小数点?以?下?第?([1-4１-４一二三四])", re.IGNORECASE)
OUTFLOW = re.compile(
    r"expens|cost|charge|purchase|payment|paid|repay|acquisition|outlay|expenditure|provision|dividend|tax|loss"
    r"|費用|支出|原価|経費|支払|取得|返済|損失|税",
    re.IGNORECASE,
)
INFLOW = re.compile(r"\b(?:income|profit|earnings)\b(?! tax)|利益|収益|収入", re.IGNORECASE)
COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "一": 1, "二": 2, "三": 3, "四": 4}


def compose(page: Composition, comparison: Comparison, question: Question) -> None:
    """One paragraph that answers, and a list of the cells where the first does not say what they are."""
    comparison = replace(
        comparison,
        parts=[with_unit(part) for part in comparison.parts],
        result=comparison.result and with_unit(comparison.result),
    )
    words = _Words(page, question, comparison)
    text = words.sentence()
    page.paragraphs.append(Paragraph(phrases.tidy(text), words.figures))
    if any(is_worked_out(part) for part in comparison.parts):
        page.paragraphs.append(_inputs(page, comparison, question))


def own_period(part: Computed) -> str:
    """The period of the figure; that of its cell where the question says only "latest" or "the year before"."""
    read, cell = parse(part.period), part.cells[0]
    if read is not None and read.relative is None:
        return part.period
    return (cell.column.period if cell.column else "") or (cell.row.period if cell.row else "") or part.period


def is_worked_out(part: Computed) -> bool:
    """More than one printed figure went into it."""
    return " " in part.formula


def are_outflows(first: Computed, last: Computed) -> bool:
    """Costs and payments that a statement prints as negative: they grow as they lie further from nil."""
    label = last.cells[0].row.path[-1] if last.cells[0].row.path else ""
    negative = first.value < 0 and last.value < 0
    return negative and bool(OUTFLOW.search(label)) and not INFLOW.search(label)


class _Words:
    """Says a comparison; notes its figures in the order in which they are said."""

    def __init__(self, page: Composition, question: Question, comparison: Comparison) -> None:
        self.page, self.question, self.all = page, question, comparison
        self.figures: list[Figure] = []

    def sentence(self) -> str:
        parts, result = self.all.parts, self.all.result
        if len(parts) == 1:
            return self._alone(parts[0]) + self._stop
        if result is None or self.all.operation in ("maximum", "minimum"):
            return self._each(parts, result) + self._stop
        if self.all.operation in ("change", "percent"):
            return self._change()
        return self._over(result) + self._stop

    @property
    def _stop(self) -> str:
        return "。" if self.page.language == "ja" else "."

    def _alone(self, part: Computed) -> str:
        said = phrases.said(self._subject(part), self._result(part), self._when(part))
        return said + self._shown_formula(part)

    def _over(self, result: Computed) -> str:
        """An average, a sum or a yearly growth rate over several periods."""
        patterns = {
            "average": pgettext("figure", "the average of %(subject)s over %(periods)s"),
            "cagr": pgettext("figure", "the compound annual growth rate of %(subject)s over %(periods)s"),
        }
        pattern = patterns.get(self.all.operation, pgettext("figure", "the sum of %(subject)s over %(periods)s"))
        subject = pattern % {"subject": self._subject(self.all.parts[-1]), "periods": self._periods()}
        return phrases.capital(
            _("%(subject)s was %(amount)s") % {"subject": subject, "amount": self._result(result)}
        ) + (self._shown_formula(result))

    def _change(self) -> str:
        """From the earliest to the latest: by how much, by how many per cent, from what to what."""
        first, last = self._first_and_last()
        rises = (last.value > first.value) != are_outflows(first, last)
        same = last.value == first.value
        subject = self._subject(last)
        share = self._share(first, last)
        amounts = [self._difference(first, last), *([share] if share is not None else [])]
        if self.all.operation == "percent" and not re.search(r"いくら|how much", self.question.text, re.IGNORECASE):
            amounts.reverse()
        if same:
            pattern = pgettext("figure", "%(subject)s stayed the same: %(from)s %(before)s and %(to)s %(after)s")
        elif rises:
            pattern = pgettext("figure", "%(subject)s rose by %(amount)s, from %(from)s %(before)s to %(to)s %(after)s")
        else:
            pattern = pgettext("figure", "%(subject)s fell by %(amount)s, from %(from)s %(before)s to %(to)s %(after)s")
        slots: dict[str, Callable[[], str]] = {
            "subject": lambda: subject,
            "amount": lambda: self._sizes(amounts),
            "from": lambda: self._part(first),
            "to": lambda: self._part(last),
            "before": lambda: self._when(first),
            "after": lambda: self._when(last),
        }
        return phrases.capital(self._filled(pattern, slots)) + self._stop

    def _filled(self, pattern: str, slots: dict[str, Callable[[], str]]) -> str:
        """Fill in the order of the pattern, so that the figures are noted in the order of the text."""
        return re.sub(r"%\((\w+)\)s", lambda match: slots[match[1]](), pattern)

    def _each(self, parts: Sequence[Computed], chosen: Computed | None) -> str:
        """The figure of each period or company, the one that was asked for first."""
        ordered = sorted(
            parts, key=lambda p: chosen is None or (p.period, p.company) != (chosen.period, chosen.company)
        )
        said = []
        for number, part in enumerate(ordered):
            subject = self._subject(part) if number == 0 or part.company else ""
            amount, when = self._part(part), self._when(part)
            if subject and (number == 0 or part.company):
                said.append(self._said(subject, amount, when, chosen=number == 0 and chosen is not None))
            else:
                said.append(phrases.tidy(_("%(amount)s %(period)s") % {"amount": amount, "period": when}))
        comma = "、" if self.page.language == "ja" else ", "
        if chosen is not None:
            return f"{said[0]}{'；' if self.page.language == 'ja' else '; '}{comma.join(said[1:])}"
        return (comma if len(said) > 2 else pgettext("between two figures", " and ")).join(said)

    def _said(self, subject: str, amount: str, when: str, *, chosen: bool) -> str:
        if not chosen:
            return phrases.said(subject, amount, when)
        pattern = (
            pgettext("figure", "%(subject)s was the highest %(period)s, at %(amount)s")
            if self.all.operation == "maximum"
            else pgettext("figure", "%(subject)s was the lowest %(period)s, at %(amount)s")
        )
        return phrases.capital(phrases.tidy(pattern % {"subject": subject, "period": when, "amount": amount}))

    # --- pieces ----------------------------------------------------------------------------------------------------

    def _subject(self, part: Computed) -> str:
        language, first = self.page.language, part.cells[0]
        if not is_worked_out(part):
            what = phrases.measure(first, self.question, language)
        else:
            measure = self.question.measures[0]
            name = _name(measure.key, language) if self.question.wants == "yes_no" and measure.key else measure.text
            what = _composed(self.question, language) or phrases.named(name, [], language)
        return phrases.whose(phrases.company(first, self.question, language), wording.quoted(what), language)

    def _part(self, part: Computed) -> str:
        """A period's own figure: the printed cell with its marker, or what its formula gives."""
        if is_worked_out(part):
            return self._result(part)
        text, figure = self.page.cell(part.cells[0])
        self.figures.append(figure)
        return text

    def _result(self, computed: Computed, *, size: bool = False) -> str:
        if not is_worked_out(computed) and len(computed.cells) == 1:
            return self._part(computed)
        text, figure = self.page.worked_out(computed, places_asked(self.question), size=size)
        self.figures.append(figure)
        return text

    def _sizes(self, amounts: Sequence[Computed]) -> str:
        first, *more = [self._result(amount, size=True) for amount in amounts]
        return (
            f"{first}（{more[0]}）"
            if more and self.page.language == "ja"
            else f"{first} ({more[0]})"
            if more
            else first
        )

    def _shown_formula(self, part: Computed) -> str:
        if not is_worked_out(part):
            return ""
        colon = "：" if self.page.language == "ja" else ": "
        return f"{colon}{self._formula(part)}"

    def _formula(self, part: Computed) -> str:
        """The formula as people write it, each figure that a cell prints with its marker."""
        cells = {abs(Decimal(c.cell.value)): c for c in part.cells if c.cell.value is not None}
        power, places = scale_of(part.cells)

        def number(found: str) -> str:
            cell = cells.get(abs(Decimal(found)))
            if cell is None or cell.cell.value is None:
                return found
            marker = self.page.mark(cell)
            shown = wording.worked_out(Decimal(found), cell.unit, power, places, self.page.language)
            where = self.page.sources[marker - 1].locator
            self.figures.append(Figure(shown, found, cell.unit, "verified", marker, where))
            return f"{wording.quoted(shown)} [{marker}]"

        pieces = re.findall(r"\(-\d+(?:\.\d+)?\)|\d+(?:\.\d+)?|\*\*|[-+*/()]", _plain(part.formula))
        spaced = [number(p.strip("()")) if NUMBER.search(p) else p if p in "()" else f" {SIGNS[p]} " for p in pieces]
        return "".join(spaced).strip()

    def _when(self, part: Computed) -> str:
        instant = not is_worked_out(part) and phrases.is_instant(part.cells[0], self.question)
        return phrases.when(own_period(part), self.page.language, instant=instant)

    def _periods(self) -> str:
        shown = [period_words.written(own_period(p), self.page.language) for p in self.all.parts]
        if self.all.operation == "cagr":
            return ("〜" if self.page.language == "ja" else "–").join(shown)
        return "、".join(shown) if self.page.language == "ja" else ", ".join(shown)

    def _first_and_last(self) -> tuple[Computed, Computed]:
        ordered = sorted(self.all.parts, key=lambda part: part.period)
        return ordered[0], ordered[-1]

    def _difference(self, first: Computed, last: Computed) -> Computed:
        less, more = (last, first) if are_outflows(first, last) else (first, last)
        return self._of(first, last, f"{more.formula} - {less.formula}", "pt" if last.unit == "%" else last.unit)

    def _share(self, first: Computed, last: Computed) -> Computed | None:
        """How many per cent the change is of the first figure; of a loss or of a ratio nobody says that."""
        if first.value <= 0 or last.unit in ("%", "pt"):
            return None
        return self._of(first, last, f"({last.formula} - {first.formula}) / {first.formula}", "%")

    def _of(self, first: Computed, last: Computed, formula: str, unit: str) -> Computed:
        value = worked_out(formula) or Decimal(0)
        return Computed(value, unit, formula, [*first.cells, *last.cells], min(first.confidence, last.confidence))


def _composed(question: Question, language: str) -> str:
    """What a formula that the question puts together itself gives: "capex relative to revenue"; "" for a term's own."""
    formula, term = formula_of(question)[0], question.measures[0].term
    keys = list(dict.fromkeys(re.findall(r"[a-z_]{4,}", formula)))
    signs = re.findall(r"[-+*/]", formula)
    if not term or term.formula or len(keys) != 2 or len(signs) != 1 or signs[0] == "*":
        return ""
    asked = {m.key: m.text for m in question.measures}
    names = [asked.get(key) or _name(key, language) for key in keys]
    first, second = (phrases.named(name, [], language) for name in names)
    patterns = {
        "/": pgettext("figure", "%(first)s relative to %(second)s"),
        "-": pgettext("figure", "%(first)s less %(second)s"),
        "+": pgettext("figure", "%(first)s plus %(second)s"),
    }
    return patterns[signs[0]] % {"first": first, "second": second}


def _name(key: str, language: str) -> str:
    term = glossary.terms()[key]
    return next(iter(term.japanese if language == "ja" else term.english), key)


def with_unit(part: Computed) -> Computed:
    """What is an amount divided by an amount is no amount any more."""
    if (
        part.unit[:3].isupper()
        and is_worked_out(part)
        and _dimension(ast.parse(part.formula, mode="eval").body, part) < 1
    ):
        return replace(part, unit="x")
    return part


def _dimension(node: ast.expr, part: Computed) -> int:
    """How often an amount is multiplied into it: 1 for a sum of amounts, 0 for their ratio."""
    match node:
        case ast.Constant(value=number):
            return int(
                any(c.cell.value is not None and abs(Decimal(c.cell.value)) == Decimal(str(number)) for c in part.cells)
            )
        case ast.UnaryOp(operand=inner):
            return _dimension(inner, part)
        case ast.BinOp(left=left, op=op, right=right):
            if isinstance(op, ast.Pow):
                return 0
            a, b = _dimension(left, part), _dimension(right, part)
            return a + b if isinstance(op, ast.Mult) else a - b if isinstance(op, ast.Div) else max(a, b)
    return 1


def _plain(formula: str) -> str:
    """Without the brackets around the whole."""
    inner = formula
    while inner.startswith("(") and inner.endswith(")") and _balanced(inner[1:-1]):
        inner = inner[1:-1]
    return inner


def _balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return False
    return depth == 0


def _inputs(page: Composition, comparison: Comparison, question: Question) -> Paragraph:
    """What each cell is that went into the figures: a list, a cell a line."""
    figures, lines = [], []
    once: dict[int, CellAnswer] = {page.mark(c): c for part in comparison.parts for c in part.cells}
    for _marker, cell in sorted(once.items()):
        text, figure = page.cell(cell)
        label = wording.quoted(wording.label(cell.row.path) if cell.row else cell.asked)
        own = (cell.column.period if cell.column else "") or (cell.row.period if cell.row else "") or cell.period
        shown = period_words.written(own, page.language)
        comma, colon = ("、", "：") if page.language == "ja" else (", ", ": ")
        lines.append(f"- {label}{comma if shown else ''}{shown}{colon}{text}")
        figures.append(figure)
    return Paragraph("\n".join(lines), figures)


def places_asked(question: Question) -> int | None:
    """Decimals that the question wants its answer rounded to."""
    found = PLACES.search(question.text)
    if found is None:
        return None
    word = (found[1] or found[2]).lower()
    return COUNTS.get(word) or int(word)
