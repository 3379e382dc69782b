"""What the sources hold: every cell and every figure in their sentences, with period, direction and words around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from chat.verify_periods import Named, named, period_of
from chat.verify_sentences import sentences
from chat.verify_signs import direction, is_loss, names_loss
from chat.verify_words import words
from library.figures import Figure, read_cell, read_figures, read_unit


@dataclass(slots=True, frozen=True)
class SourceCell:
    """A table's cell that holds a number, with what its headers say of it."""

    value: str
    unit: str = ""
    rows: tuple[str, ...] = ()
    """Row labels, from the section down to the row's own."""
    columns: tuple[str, ...] = ()
    period: str = ""
    text: str = ""
    """As printed."""
    locator: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A passage that an answer may cite by its marker."""

    marker: int
    text: str
    cells: tuple[SourceCell, ...] = ()
    locator: dict[str, Any] = field(default_factory=dict)
    period: str = ""
    """Canonical, as `library/periods.py` has it; the document's own where the passage names none."""
    company: str = ""

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        return (*_from_cells(self), *_from_text(self))


@dataclass(slots=True, frozen=True)
class Evidence:
    """One number that a source holds."""

    source: Source
    figure: Figure
    text: str
    """The sentence it stands in, or the cell's labels."""
    locator: dict[str, Any]
    period: Named | None
    loose: bool
    """The period is only the document's."""
    sign: int
    """-1 a fall or a loss, +1 a rise; 0 where nothing says so."""
    cell: SourceCell | None = None
    printed: Decimal | None = None
    """The number without the table's scale, for an answer that leaves the unit out."""

    @property
    def value(self) -> Decimal:
        return Decimal(self.figure.value)

    @property
    def words(self) -> frozenset[str]:
        return words(self.text)


def _from_cells(source: Source) -> Iterator[Evidence]:
    for cell in source.cells:
        try:
            value = Decimal(cell.value)
        except InvalidOperation:
            continue
        label = " ".join([*cell.rows, *cell.columns])
        printed, quantum = _printed(cell, value)
        figure = Figure(cell.text or cell.value, 0, 0, cell.value, cell.unit, format(quantum, "f"))
        sign = -1 if value < 0 or (value > 0 and names_loss(cell.rows[-1] if cell.rows else "")) else 0
        own = named(cell.period)
        period = own or named(source.period)
        yield Evidence(source, figure, label, cell.locator or source.locator, period, own is None, sign, cell, printed)


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
    """The figures of the passage's sentences; a line of a table as text takes the scale named above it."""
    scale, unit = Decimal(1), ""
    last: Named | None = None
    for sentence in sentences(source.text):
        printed_unit, own_scale, own_unit = read_unit(sentence.text) if len(sentence.text) < 120 else ("", "1", "")
        if printed_unit:
            scale, unit = Decimal(own_scale), own_unit
        figures = read_figures(sentence.text)
        for index, figure in enumerate(figures):
            own = period_of(sentence.text, figures, index)
            last = own or last
            period = own or last or named(source.period)
            for scaled in _scaled(figure, scale, unit):
                yield Evidence(
                    source,
                    scaled,
                    sentence.text,
                    source.locator,
                    period,
                    own is None,
                    sign_of(sentence.text, figure),
                    printed=Decimal(figure.value) if scaled is not figure else None,
                )


def _scaled(figure: Figure, scale: Decimal, unit: str) -> list[Figure]:
    bare = not figure.unit and re.fullmatch(r"[\d.,()△\-+ ]+", figure.text)
    if scale == 1 or not bare:
        return [figure]
    value = format(Decimal(figure.value) * scale, "f")
    precision = format(Decimal(figure.precision) * scale, "f")
    return [figure, Figure(figure.text, figure.start, figure.end, value, unit, precision)]


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


def gather(sources: Sequence[Source]) -> list[Evidence]:
    return [e for source in sources for e in source.evidence]
