"""Every formula over some operands that the unit of a figure and the words of its sentence allow.

Working out is done in floats first: only what comes near the figure is written down and worked out again, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, permutations

from chat.verifying.evidence import Evidence
from chat.verifying.match import Claim
from chat.verifying.periods import at_odds
from library.figure_words import plain
from library.figures import tolerance

_GROWTH = re.compile(
    r"grow|grew|more than|less than|increas|decreas|declin|rose|fell|\bup\b|\bdown\b|chang|higher|lower"
    r"|year[\s-]o(?:ver|n)[\s-]year|yoy|cagr|improv|drop"
    r"|増|減|伸|成長|前年|前期|上昇|低下|変化|変動",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"margin|ratio|share|percent(?:age)? of|% of|rate|portion|proportion|account|represent|relative"
    r"|of (?:total|net )?(?:sales|revenue)|yield"
    r"|率|割合|比率|構成比|占め|に対する|シェア|比",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"total|sum\b|together|combined|altogether|aggregate|plus|合計|合わせ|総額|総計|累計|通算|足し", re.IGNORECASE
)
_DIFFERENCE = re.compile(
    r"differ|chang|increas|decreas|declin|rose|fell|grew|\bup\b|\bdown\b|higher|lower|more than"
    r"|less than|gap|net of|minus|excess|improv|drop"
    r"|差|増|減|上回|下回|伸び|変化|控除",
    re.IGNORECASE,
)
_MEAN = re.compile(r"average|mean\b|平均", re.IGNORECASE)
_PER_SHARE = re.compile(r"(?:per|a) (?:\w+ )?share|EPS|1株当たり|一株当たり|1株あたり", re.IGNORECASE)
_EQUATION = re.compile(r"[=＝≈]|[÷×/]\s*[\d(]")
_RATES = frozenset(["%", "pt", "bp", "x"])


_CAGR = re.compile(r"CAGR|compound|年平均|年率", re.IGNORECASE)


@dataclass(slots=True, frozen=True)
class Operand:
    """A figure that is carried by a source, ready to be worked with."""

    value: Decimal
    unit: str
    evidence: Evidence
    said: str = ""
    """As the answer prints it, "" for one that it does not."""

    @property
    def size(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return f"({plain(self.value)})" if self.value < 0 else plain(self.value)


@dataclass(slots=True, frozen=True)
class Target:
    """The figure to be reached."""

    claim: Claim
    size: float
    room: float
    near: str
    """The words around it, which say how it was worked out."""
    free: bool
    """The sentence writes an equation."""

    def hit(self, value: float) -> bool:
        return abs(abs(value) - self.size) <= self.room


def target(claim: Claim) -> Target:
    figure = claim.figure
    reach = 160 if figure.unit in ("%", "pt", "bp") else 80
    around = claim.text[max(0, figure.start - reach) : figure.end + 32]
    room = float(tolerance(figure)) * 1.001
    return Target(claim, abs(float(figure.value)), room, around, bool(_EQUATION.search(claim.text)))


def formulas(aim: Target, operands: Sequence[Operand], *, nearby: bool) -> Iterator[tuple[str, Evidence]]:
    """Formulas that come near the figure. `nearby`: the operands are figures of the answer itself."""
    unit = aim.claim.figure.unit
    if unit in ("pt", "bp"):
        yield from _points(aim, operands, nearby=nearby)
    elif unit in _RATES or (not unit and aim.size < 100):
        yield from _growth(aim, operands, nearby=nearby)
        yield from _shares(aim, operands)
    if unit not in _RATES:
        yield from _differences(aim, operands)
        yield from _sums(aim, operands, most=5 if nearby else 3)
        yield from _per_share(aim, operands)
    if _MEAN.search(aim.claim.text):
        yield from _means(aim, operands, nearby=nearby)


def _points(aim: Target, operands: Sequence[Operand], *, nearby: bool) -> Iterator[tuple[str, Evidence]]:
    rates = [o for o in operands if o.unit in ("%", "")]
    for a, b in permutations(rates, 2):
        if aim.hit(a.size - b.size) and (nearby or _same_row(a, b)) and _in_order(aim.claim, a, b):
            yield f"{a} - {b}", a.evidence


def _growth(aim: Target, operands: Sequence[Operand], *, nearby: bool) -> Iterator[tuple[str, Evidence]]:
    if aim.claim.figure.unit == "x" or not (aim.free or _GROWTH.search(aim.near)):
        return
    compound = bool(_CAGR.search(aim.claim.text))
    for a, b in permutations(_amounts(operands), 2):
        if not b.value or not _alike(a, b):
            continue
        rises = aim.hit((a.size - b.size) / abs(b.size))
        if not (rises or compound) or not (nearby or _same_row(a, b)) or not _in_order(aim.claim, a, b):
            continue
        if rises:
            yield f"({plain(a.value)} - {b}) / {plain(abs(b.value))}", a.evidence
        elif (years := _years_between(a, b)) > 1 and a.size > 0 < b.size:
            yield f"({a} / {b}) ** (1 / {years}) - 1", a.evidence


def _shares(aim: Target, operands: Sequence[Operand]) -> Iterator[tuple[str, Evidence]]:
    """Ratios within one period; a multiple may also stand between periods."""
    times = aim.claim.figure.unit == "x"
    if not (times or not aim.claim.figure.unit or aim.free or _SHARE.search(aim.near)):
        return
    for a, b in permutations(_amounts(operands), 2):
        if b.value and _alike(a, b) and aim.hit(a.size / b.size) and (times or not _periods_apart(aim.claim, a, b)):
            yield f"{a} / {b}", a.evidence


def _differences(aim: Target, operands: Sequence[Operand]) -> Iterator[tuple[str, Evidence]]:
    if not (aim.free or _DIFFERENCE.search(aim.near)):
        return
    for a, b in permutations(_kin(aim, operands), 2):
        if aim.hit(a.size - b.size) and (_same_row(a, b) or _both_said(aim.claim, a, b)) and _in_order(aim.claim, a, b):
            yield f"{a} - {b}", a.evidence


def _sums(aim: Target, operands: Sequence[Operand], *, most: int) -> Iterator[tuple[str, Evidence]]:
    if not (aim.free or _SUM.search(aim.near)):
        return
    for chosen in _choices(_kin(aim, operands), most):
        if aim.hit(sum(o.size for o in chosen)):
            yield " + ".join(map(str, chosen)), chosen[0].evidence


def _means(aim: Target, operands: Sequence[Operand], *, nearby: bool) -> Iterator[tuple[str, Evidence]]:
    """Of figures of the answer, or of one row: of as many columns as the sentence names periods, else of all."""
    kin = [o for o in operands if _units_fit(aim.claim.figure.unit, o.unit)]
    named = _periods_meant(aim.claim.text)
    for chosen in _choices(kin, 5):
        if not aim.hit(sum(o.size for o in chosen) / len(chosen)):
            continue
        row = [o for o in kin if _same_row(chosen[0], o)]
        if nearby or (all(o in row for o in chosen) and len(chosen) == (named or len(row))):
            yield f"({' + '.join(map(str, chosen))}) / {len(chosen)}", chosen[0].evidence


def _periods_meant(text: str) -> int:
    """How many years a sentence speaks of: 3 for "2017 to 2019", 2 for "2018 and 2019", else 0."""
    years = [int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)]
    if len(years) == 2 and re.search(rf"{years[0]}\D{{0,12}}(?:to|-|–|through|から|〜|～)\D{{0,12}}{years[1]}", text):
        return abs(years[1] - years[0]) + 1
    return len(set(years)) if len(set(years)) > 1 else 0


def _per_share(aim: Target, operands: Sequence[Operand]) -> Iterator[tuple[str, Evidence]]:
    if not (aim.claim.figure.unit.endswith("/share") or _PER_SHARE.search(aim.near)):
        return
    for a, b in permutations(operands, 2):
        amount = a.unit not in _RATES and a.unit != "shares"
        if b.unit == "shares" and amount and b.value and aim.hit(a.size / b.size):
            yield f"{a} / {b}", a.evidence


def _choices(operands: Sequence[Operand], most: int) -> Iterator[tuple[Operand, ...]]:
    for size in range(2, min(len(operands), most) + 1):
        yield from combinations(operands, size)


def _amounts(operands: Sequence[Operand]) -> list[Operand]:
    return [o for o in operands if o.unit not in ("%", "pt", "bp")]


def _kin(aim: Target, operands: Sequence[Operand]) -> list[Operand]:
    return [o for o in operands if o.unit not in _RATES and _units_fit(aim.claim.figure.unit, o.unit)]


def _both_said(claim: Claim, a: Operand, b: Operand) -> bool:
    """Both figures stand in the sentence itself."""
    return a.said in claim.text and b.said in claim.text and bool(a.said and b.said)


def _units_fit(a: str, b: str) -> bool:
    return not a or not b or a.split("/")[0] == b.split("/")[0]


def _alike(a: Operand, b: Operand) -> bool:
    return _units_fit(a.unit, b.unit)


def _same_row(a: Operand, b: Operand) -> bool:
    """Two columns of one row, or two figures of one sentence."""
    if a.evidence.cell and b.evidence.cell:
        return a.evidence.cell.rows == b.evidence.cell.rows
    return a.evidence.text == b.evidence.text


def _in_order(claim: Claim, a: Operand, b: Operand) -> bool:
    """The later period comes first, and is the one that the sentence speaks of, where periods are known."""
    if at_odds(claim.period, a.evidence.period, loose=a.evidence.loose):
        return False
    x, y = a.evidence.period, b.evidence.period
    return not (x and y and x.canonical and y.canonical and x.canonical < y.canonical)


def _periods_apart(claim: Claim, a: Operand, b: Operand) -> bool:
    return any(at_odds(claim.period, o.evidence.period, loose=o.evidence.loose) for o in (a, b)) or at_odds(
        a.evidence.period, b.evidence.period, loose=a.evidence.loose or b.evidence.loose
    )


def _years_between(a: Operand, b: Operand) -> int:
    x, y = a.evidence.period, b.evidence.period
    if not (x and y):
        return 0
    first, last = re.search(r"\d{4}", y.canonical), re.search(r"\d{4}", x.canonical)
    return int(last.group()) - int(first.group()) if first and last else 0
