"""The sources as they are given, and one number that they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chat.verifying.periods import Named
from chat.verifying.signs import names_outflow
from chat.verifying.words import words
from library.figures import Figure


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


@dataclass(slots=True, frozen=True)
class Source:
    """A passage that an answer may cite by its marker."""

    marker: int
    text: str
    cells: tuple[SourceCell, ...] = ()
    locator: dict[str, Any] = field(default_factory=dict)
    period: str = ""
    """Canonical, as `library/periods.py` has it; the document's own where the passage names none."""
    company: str = ""


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
    level: bool = False
    """What something came to ("to 12%"), in so many words."""
    aside: bool = False
    """In brackets without a word: a table's negative or a remark, which is not to be told."""
    printed: Decimal | None = None
    """The number without the table's scale, for an answer that leaves the unit out."""

    @property
    def value(self) -> Decimal:
        return Decimal(self.figure.value)

    @property
    def amount(self) -> Decimal:
        """To work with: outflows without the sign that their statement prints."""
        outflow = self.value < 0 and self.cell and self.cell.rows and names_outflow(self.cell.rows[-1])
        return abs(self.value) if outflow else self.value

    @property
    def words(self) -> frozenset[str]:
        return words(self.text)
