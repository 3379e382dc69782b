"""Does one number in the sources carry one figure of the answer? Value, unit, period, sign, measure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from chat.verifying.evidence import Evidence
from chat.verifying.periods import Named, at_odds
from chat.verifying.sentences import clause
from chat.verifying.signs import DOWN, names_outflow
from chat.verifying.words import is_japanese, words
from library.figures import Figure, close, tolerance, units_agree

_ANY_FALL = re.compile(rf"\b(?:{DOWN}|loss(?:es)?)\b|減|低下|縮小|悪化|下落|損失|赤字|下回|マイナス", re.IGNORECASE)


@dataclass(slots=True, frozen=True)
class Claim:
    """A figure of the answer with what its sentence says of it."""

    figure: Figure
    text: str
    """The sentence."""
    cited: frozenset[int]
    period: Named | None
    sign: int
    level: bool = False


class Held:
    """What the sources hold, in order of size, so that a figure is held against its neighbours alone."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self.all = list(evidence)
        self.labels = [words(e.cell.rows[-1]) if e.cell and e.cell.rows else e.words for e in self.all]
        self._by_value = sorted((abs(float(e.value)), i) for i, e in enumerate(self.all))
        self._by_print = sorted((abs(float(e.printed)), i) for i, e in enumerate(self.all) if e.printed is not None)

    def near(self, figure: Figure) -> list[Evidence]:
        """In the order of the sources, all whose value can round to the figure, and what is printed like it."""
        size, room = abs(float(figure.value)), float(tolerance(figure)) * 1.01
        found = _between(self._by_value, size - room, size + room)
        if not figure.unit:
            found |= _between(self._by_print, size * (1 - 1e-9), size * (1 + 1e-9))
        return [self.all[i] for i in sorted(found)]


def _between(ordered: list[tuple[float, int]], low: float, high: float) -> set[int]:
    return {i for _, i in ordered[bisect_left(ordered, (low, -1)) : bisect_right(ordered, (high, len(ordered) + 1))]}


def best(claim: Claim, held: Held) -> Evidence | None:
    """The number that carries the figure, the best one where several do."""
    carrying = [(score, -i, e) for i, e in enumerate(held.near(claim.figure)) if (score := fit(claim, e)) > 0]
    return max(carrying, key=lambda c: c[:2])[2] if carrying else None


def fit(claim: Claim, evidence: Evidence) -> float:
    """0 where the number does not carry the figure; else the higher the nearer it stands."""
    if not _same_value(claim.figure, evidence) or not _signs_fit(claim, evidence):
        return 0.0
    if at_odds(claim.period, evidence.period, loose=evidence.loose):
        return 0.0
    cited = evidence.source.marker in claim.cited
    shared = words(claim.text) & evidence.words
    if not shared and not cited and _is_weak(claim.figure) and _comparable(claim, evidence):
        return 0.0
    if evidence.cell and not shared and _another_row_is_meant(claim, evidence):
        return 0.0
    exact = Decimal(claim.figure.value) == evidence.value
    told = claim.period is not None and evidence.period is not None and not evidence.loose
    return 1.0 + 4.0 * cited + min(len(shared), 8) * 0.5 + 1.0 * bool(evidence.cell) + 0.5 * exact + 1.0 * told


def _same_value(figure: Figure, evidence: Evidence) -> bool:
    """The source's number, or that number rounded: a source that shows fewer digits carries no finer figure."""
    if not units_agree(figure.unit, evidence.figure.unit):
        return False
    x, y = abs(Decimal(figure.value)), abs(evidence.value)
    cut = "JPY" in (figure.unit, evidence.figure.unit)
    shown, held = tolerance(figure), Decimal(evidence.figure.precision)
    if x == y or (shown >= held and close(x, y, shown, held, cut=cut)):
        return True
    if figure.unit or evidence.printed is None or not re.fullmatch(r"[\d.,()（）△▲\-−]+", figure.text):
        return False
    return x == abs(evidence.printed)


def _signs_fit(claim: Claim, evidence: Evidence) -> bool:
    if (claim.sign and evidence.level and not evidence.sign) or (
        claim.level and not claim.sign and evidence.sign > 0 and not evidence.cell
    ):
        return Decimal(claim.figure.value) < 0 or claim.figure.unit not in ("%", "pt", "bp", "x")
    if claim.sign == evidence.sign or (evidence.aside and not evidence.sign):
        return True
    if claim.sign * evidence.sign < 0:
        return _free(claim, evidence) and Decimal(claim.figure.value) < 0 < evidence.value
    if claim.sign < 0:
        return _free(claim, evidence) or _falls(evidence.text, evidence.figure)
    if evidence.sign < 0:
        return _free(claim, evidence) or _falls(claim.text, claim.figure)
    return True


def _falls(text: str, figure: Figure) -> bool:
    """Whether the clause of a figure speaks of a fall or a loss in any way."""
    return bool(_ANY_FALL.search(clause(text, figure.start, figure.end)))


def _free(claim: Claim, evidence: Evidence) -> bool:
    """Outflows are printed with and without a sign."""
    if claim.figure.unit in ("%", "pt", "bp", "x"):
        return False
    return names_outflow(evidence.text if evidence.cell is None else " ".join(evidence.cell.rows))


def _is_weak(figure: Figure) -> bool:
    """Few digits: such a number stands in many places."""
    return len(re.sub(r"\D", "", figure.text).strip("0")) <= 2


def _comparable(claim: Claim, evidence: Evidence) -> bool:
    return is_japanese(claim.text) == is_japanese(evidence.text) and bool(evidence.words)


def _another_row_is_meant(claim: Claim, evidence: Evidence) -> bool:
    """The sentence names another row of the same table in full."""
    own = evidence.cell.rows if evidence.cell else ()
    said = words(claim.text)
    for other in evidence.source.cells:
        if other.rows and other.rows != own and (label := words(other.rows[-1])) and label <= said:
            return is_japanese(claim.text) == is_japanese(other.rows[-1])
    return False
