"""Reading the sources: every cell, and every figure in their sentences, with period, direction and words around."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from chat.verifying.evidence import Evidence, Source, SourceCell
from chat.verifying.periods import Named, named, period_of, periods
from chat.verifying.sentences import Sentence, sentences
from chat.verifying.signs import direction, is_level, is_loss, names_both, names_loss
from library.figure_words import narrow
from library.figures import Figure, read_cell, read_figures, read_unit

_NOT_SCALED = re.compile(
    r"per\s(?:\w+\s)?share|employees|headcount|number of|ratio|1株当たり|一株当たり|%|％|倍|人|従業員|株|率",
    re.IGNORECASE,
)

_NUMBER_LINE = re.compile(
    r"[ \t]*\n\s*(?=(?:[$¥€£]\s*|[(△▲+\-−]?[$¥€£]?\d[\d,]*(?:\.\d+)?\)?%?[ \t]*|%\s*|\)\s*)(?:\n|$))"
)
"""Before a line that holds a number and nothing else: a cell of a table whose lines were cut."""


KEPT = 400
_read: OrderedDict[int, tuple[Source, list[Evidence]]] = OrderedDict()
"""What was read of the sources last asked for, by their identity: many answers stand on the same few."""


def gather(sources: Sequence[Source]) -> list[Evidence]:
    return [evidence for source in sources for evidence in _evidence(source)]


def _evidence(source: Source) -> list[Evidence]:
    known = _read.get(id(source))
    if known is None or known[0] is not source:
        known = _read[id(source)] = source, [*_from_cells(source), *_from_text(source)]
    while len(_read) > KEPT:
        _read.popitem(last=False)
    return known[1]


def _from_cells(source: Source) -> Iterator[Evidence]:
    for cell in source.cells:
        try:
            value = Decimal(cell.value)
        except InvalidOperation:
            continue
        label = " ".join([*cell.rows, *cell.columns])
        printed, quantum = _printed(cell, value)
        figure = Figure(cell.text or cell.value, 0, 0, cell.value, cell.unit, format(quantum, "f"))
        sign = _cell_sign(value, cell.rows[-1] if cell.rows else "")
        own = named(cell.period)
        period = own or named(source.period)
        yield Evidence(
            source, figure, label, cell.locator or source.locator, period, own is None, sign, cell, printed=printed
        )


def _cell_sign(value: Decimal, label: str) -> int:
    if value < 0 or (value > 0 and names_loss(label)):
        return -1
    return 1 if value > 0 and names_both(label) else 0


def _printed(cell: SourceCell, value: Decimal) -> tuple[Decimal | None, Decimal]:
    """The number as printed, and what its last digit counts in the base unit."""
    read = read_cell(cell.text) if cell.text else None
    if read is None or Decimal(read[0]) == 0 or value == 0:
        digits = value.as_tuple()
        return None, Decimal(1).scaleb(min(int(digits.exponent), 0) + _zeros(value))
    number = Decimal(read[0])
    decimals = re.search(r"\.(\d+)", cell.text.translate(str.maketrans("０１２３４５６７８９．", "0123456789.")))
    shown = abs(value / number)
    if read[1] in ("%", "pt"):
        shown *= Decimal("0.01")
    return number, shown.scaleb(-len(decimals[1])) if decimals else shown


def _zeros(value: Decimal) -> int:
    text = format(value, "f")
    return 0 if "." in text else len(text) - len(text.rstrip("0"))


def _from_text(source: Source) -> Iterator[Evidence]:
    """The figures of the passage's sentences; not the rows of a table whose cells are given.

    A line of a table as text takes the scale named above it, and its numbers the periods of the header line.
    """
    scale, unit = Decimal(1), ""
    header: tuple[Named, ...] = ()
    last: Named | None = None
    for sentence in sentences(_NUMBER_LINE.sub(" ", source.text)):
        if source.cells and " | " in sentence.text:
            continue
        printed_unit, own_scale, own_unit = read_unit(sentence.text) if len(sentence.text) < 120 else ("", "1", "")
        if printed_unit:
            scale, unit = Decimal(own_scale), own_unit
        figures = read_figures(sentence.text)
        tabular = _is_tabular(sentence, figures)
        if not figures and (there := periods(sentence.text)):
            header, last = there, there[0]
        for index, figure in enumerate(figures):
            own = period_of(sentence.text, figures, index)
            if own is None and tabular and 1 < len(header) <= len(figures):
                own = header[index] if index < len(header) else None
            last = own if own and not tabular else last
            scaled = _scaled(figure, scale, unit, sentence.text, tabular=tabular)
            yield _in_sentence(source, sentence, figure, scaled, own or last or named(source.period), own is None)


def _in_sentence(
    source: Source, sentence: Sentence, figure: Figure, scaled: Figure, period: Named | None, loose: bool
) -> Evidence:
    return Evidence(
        source,
        scaled,
        sentence.text,
        source.locator,
        period,
        loose,
        sign_of(sentence.text, figure),
        level=is_level(sentence.text, figure.start, figure.end),
        aside=_is_aside(sentence.text, figure),
        printed=Decimal(figure.value) if scaled is not figure else None,
    )


def _is_tabular(sentence: Sentence, figures: Sequence[Figure]) -> bool:
    """A label and numbers, and nothing that ends as a sentence does."""
    if not figures or sentence.text.rstrip("|").rstrip()[-1] in ".。":
        return False
    label = sentence.text[: figures[0].start]
    between = [sentence.text[a.end : b.start] for a, b in pairwise(figures)]
    return len(label.split()) <= 14 and all(re.fullmatch(r"[\s|$¥€£,()（）\t*%—\-]*", narrow(gap)) for gap in between)


def _is_aside(text: str, figure: Figure) -> bool:
    around = text[max(0, figure.start - 1) : figure.start] + text[figure.end : figure.end + 1]
    return around in ("()", "（）") or (figure.text[0] in "(（" and figure.text[-1] in ")）" and "%" in figure.text)


def _scaled(figure: Figure, scale: Decimal, unit: str, text: str, *, tabular: bool) -> Figure:
    """A number without its own scale, in what the header above it counts."""
    bare = re.fullmatch(r"[\d.,()△\-+ ]+", narrow(figure.text)) and not figure.unit
    priced = tabular and re.fullmatch(r"[$¥€£][\d.,()△\-+ ]+", narrow(figure.text))
    if scale == 1 or not (bare or priced) or _NOT_SCALED.search(text):
        return figure
    value = format(Decimal(figure.value) * scale, "f")
    precision = format(Decimal(figure.precision) * scale, "f")
    return Figure(figure.text, figure.start, figure.end, value, figure.unit or unit, precision)


def sign_of(text: str, figure: Figure) -> int:
    """What the figure itself, the words of rise and fall at it, or the word loss say."""
    if Decimal(figure.value) < 0:
        return -1
    if figure.text.lstrip("(（ ").startswith(("+", "＋", "プラス")):
        return 1
    told = direction(text, figure.start, figure.end)
    if told or figure.unit in ("%", "pt", "bp", "x"):
        return told
    return -1 if is_loss(text, figure.start, figure.end) else 0
