"""Is each figure of an answer carried by what it cites? Pure: a text and its sources in, a verdict a figure out.

- verified: a cell or a sentence of the sources holds it, of the same period, unit, scale, sign and rounding;
- computed: a sum, difference, ratio, growth, average or amount a share of figures that the sources hold;
- unsupported: neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chat.verifying.computed import compute
from chat.verifying.evidence import Evidence, Source, SourceCell
from chat.verifying.formulas import Operand
from chat.verifying.match import Claim, Held, best
from chat.verifying.odd import apart, odd_numbers, printing
from chat.verifying.periods import period_of
from chat.verifying.reading import gather, sign_of
from chat.verifying.sentences import finished, markers, sentences
from chat.verifying.signs import is_level
from library.figures import Figure, read_figures

__all__ = ["Checked", "Source", "SourceCell", "Verifier", "verify"]

VERIFIED, COMPUTED, UNSUPPORTED = "verified", "computed", "unsupported"


@dataclass(slots=True, frozen=True)
class Checked:
    """A figure of the answer and its verdict; `start` and `end` are places in the answer."""

    text: str
    start: int
    end: int
    value: str
    unit: str
    verdict: str
    marker: int | None = None
    locator: dict[str, Any] = field(default_factory=dict)
    formula: str = ""

    def as_json(self) -> dict[str, Any]:
        """The figure as the commands and the sockets give it."""
        return {
            "text": self.text,
            "value": self.value,
            "unit": self.unit,
            "verdict": self.verdict,
            "marker": self.marker,
            "locator": self.locator,
            "formula": self.formula,
        }


def verify(answer: str, sources: Sequence[Source]) -> list[Checked]:
    """Every figure of the answer with its verdict, in order."""
    return _check(answer, 0, Held(gather(sources)), [])


class Verifier:
    """The same while the answer streams: each figure as soon as its sentence is whole.

    A figure that is worked out of figures which come later is unsupported here; `verify` on the whole text, at the
    end, has the last word.
    """

    def __init__(self, sources: Sequence[Source], *, after: Verifier | None = None) -> None:
        """`after` checked what stands before; its figures may be worked with."""
        self._held = Held(gather(sources))
        self._known: list[Operand] = after._known if after else []
        self._text = ""
        self._done = 0

    def feed(self, delta: str) -> list[Checked]:
        self._text += delta
        whole = finished(self._text[self._done :])
        return self._until(self._done + whole)

    def whole(self, text: str) -> list[Checked]:
        """A text that is complete, by itself."""
        return _check(text, 0, self._held, self._known)

    def close(self) -> list[Checked]:
        return self._until(len(self._text))

    def _until(self, until: int) -> list[Checked]:
        if until <= self._done:
            return []
        text, at = self._text[self._done : until], self._done
        self._done = until
        return _check(text, at, self._held, self._known)


def _check(text: str, offset: int, held: Held, known: list[Operand]) -> list[Checked]:
    """What can be read and what cannot, in order; `known` grows."""
    claims, unread = _claims(text, offset)
    checked = [*_verdicts(claims, held, known), *(_as_printed(text, offset, span, held) for span in unread)]
    return sorted(checked, key=lambda one: one.start)


def _claims(text: str, offset: int) -> tuple[list[tuple[Claim, int]], list[tuple[int, int]]]:
    """(figure with its sentence, where the sentence starts) for each figure; where numbers stand that none can read."""
    claims, unread = [], []
    for sentence in sentences(text):
        figures = read_figures(sentence.text)
        odd = odd_numbers(sentence.text, figures)
        unread += [(sentence.start + start, sentence.start + end) for start, end in odd]
        figures = apart(figures, odd)
        cited = frozenset(markers(sentence.text))
        for index, figure in enumerate(figures):
            period = period_of(sentence.text, figures, index)
            claim = Claim(
                figure,
                sentence.text,
                cited,
                period,
                sign_of(sentence.text, figure),
                is_level(sentence.text, figure.start, figure.end),
            )
            claims.append((claim, offset + sentence.start))
    return claims, unread


def _as_printed(text: str, offset: int, span: tuple[int, int], held: Held) -> Checked:
    start, end = span
    source = next(printing(text[start:end], held.all), None)
    at, until = offset + start, offset + end
    if source is None:
        return Checked(text[start:end], at, until, "", "", UNSUPPORTED)
    return Checked(text[start:end], at, until, "", "", VERIFIED, source.marker, source.locator)


def _verdicts(claims: list[tuple[Claim, int]], held: Held, known: list[Operand]) -> list[Checked]:
    """First what the sources hold, then what can be worked out of that; `known` grows by both."""
    found = [best(claim, held) for claim, _ in claims]
    pairs = zip(claims, found, strict=True)
    known.extend(Operand(e.amount, e.figure.unit, e, claim.figure.text) for (claim, _), e in pairs if e)
    checked = []
    for (claim, at), e in zip(claims, found, strict=True):
        if e:
            checked.append(_checked(claim.figure, at, VERIFIED, e))
        elif made := compute(claim, known, held):
            known.append(Operand(made.value, claim.figure.unit, made.first, claim.figure.text))
            checked.append(_checked(claim.figure, at, COMPUTED, made.first, made.formula))
        else:
            checked.append(_checked(claim.figure, at, UNSUPPORTED, None))
    return checked


def _checked(figure: Figure, at: int, verdict: str, evidence: Evidence | None, formula: str = "") -> Checked:
    return Checked(
        figure.text,
        at + figure.start,
        at + figure.end,
        figure.value,
        figure.unit,
        verdict,
        evidence.source.marker if evidence else None,
        evidence.locator if evidence else {},
        formula,
    )
