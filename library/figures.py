"""Reading numbers: from a table's cell, from a header that names the unit, from running prose.

A value is a plain decimal string in the base unit: 8,854億円 is "885400000000", 13.2% is "0.132", 25bp is "0.0025",
△516百万円 is "-516000000".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from library.figure_cells import read_cell, read_unit
from library.figure_noise import mask
from library.figure_words import (
    CURRENCIES,
    DIGITS,
    ENGLISH_NUMBERS,
    FRACTIONS,
    KANJI_DIGITS,
    KANJI_SCALES,
    KANJI_TENS,
    SCALES,
    SYMBOLS,
    UNITS,
    alternatives,
    currency_of,
    english_number,
    kanji_number,
    narrow,
    plain,
    scale_of,
    unit_of,
)

__all__ = ["Figure", "close", "read_cell", "read_figures", "read_unit", "same", "tolerance", "units_agree"]


@dataclass(slots=True, frozen=True)
class Figure:
    """A number as it stands in a text."""

    text: str
    start: int
    end: int
    value: str
    """In the base unit."""
    unit: str
    """"JPY", "USD", "%", "pt", "bp", "x", "shares", "people", "USD/share", a counter, or ""."""
    precision: str
    """What the last digit shown counts, in the base unit: "100000000" for 8,854億円, "0.001" for 13.2%."""
    approximate: bool = False
    """About, nearly, over; 約, 弱, 超."""


# --- prose ---------------------------------------------------------------------------------------------------------

_KANJI = "".join(KANJI_DIGITS) + "十百千"
_EN_WORD = "|".join(ENGLISH_NUMBERS)
_JA_SCALE = r"[十百千]?[兆億万]|十億|百万|千"
_AFTER = {k: v for k, v in CURRENCIES.items() if k[-1] not in "$¥€£₩₹"}
_PROSE = re.compile(
    rf"(?P<open>\()?(?P<sign>(?<![\w%)\].])(?<![\d%)]\s)[+\-](?=[\d$¥€£.(A-Z])|△|マイナス|プラス|\bminus\s|\bnegative\s)?\s?"
    rf"(?P<currency>(?<![A-Za-z])(?:{alternatives(SYMBOLS)}))?\s?(?P<inner>(?:(?<=[$¥€£])|(?<=[$¥€£]\s))[+\-△(](?=\s?\d))?\s?"
    rf"(?:(?P<sen>(?<![\d,])\d[\d,]*円\d{{1,2}}(?:\.\d+)?(?=銭))|(?P<parts>(?<![\d,])(?:(?:\d[\d,]*(?:\.\d+)?"
    rf"|\.\d+)\s?(?:{_JA_SCALE})\s?)+(?:\d[\d,]*(?:\.\d+)?(?=\s?(?:円|ドル|株|人|名)))?)"
    rf"|(?P<ratio>(?:(?<!\d)\d+(?:\.\d+)?|[{_KANJI}])割(?:(?:\d|[一二三四五六七八九])分)?(?![合安高引り]))"
    rf"|(?P<number>(?<![\d.])(?:{DIGITS}))"
    rf"|(?P<kanji>(?<![{_KANJI}])[{_KANJI}]{{1,12}})(?P<kanji_scale>[兆億万]?)(?=倍|パーセント|%|ポイント|円|ドル|人|名|株|社|件|台|店)"
    rf"|\b(?P<words>half a|(?:an?(?=\s\w+(?:red|sand|lion))|{_EN_WORD})(?:(?:\s|-)(?:hundred|and"
    rf"|{_EN_WORD}))*)(?=[\s-](?:hundred|thousand|million|billion|trillion|percent|per\scent"
    rf"|percentage|basis|pct|times\b|fold|%)))"
    rf"(?P<close>\))?(?:[\s-]?(?P<scale>{alternatives(SCALES)}))?(?P<late>\))?"
    rf"(?:[\s-]?(?P<unit>{alternatives(_AFTER)}|{alternatives(UNITS)}))?(?P<last>\))?"
    r"(?P<share>\s?(?:per|a)\s(?:(?:diluted|basic|common|ordinary)\s)*share)?",
    re.IGNORECASE | re.ASCII,
)
_ABOUT_BEFORE = re.compile(
    r"(?:約|およそ|おおよそ|ほぼ|概ね|about|around|approximately|approx\.|roughly|nearly|almost"
    r"|some|over|more than|less than"
    r"|at least|up to|under|below|above|exceeding|(?<!\d)[~〜]|circa|ca\.)[\s(]*$",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(
    r"\s?(?:円|ドル|人|株|社|件)?(?:弱|強|超|余り|前後|程度|ほど|近く|以上|以下|未満|or so|or more)"
)
_RANGE = re.compile(r"\s?(?:-|~|〜|～|to|から|ないし|and)\s?")


def read_figures(text: str) -> list[Figure]:
    """The figures of running prose, in order. Dates, years, durations, labels and names with digits are none."""
    masked = mask(narrow(text))
    found = [f for m in _PROSE.finditer(masked) if (f := _figure(text, masked, m))]
    for at, (first, second) in enumerate(pairwise(found)):
        if first.end < second.start and _RANGE.fullmatch(masked[first.end : second.start]):
            found[at], found[at + 1] = _range(first, second, masked)
    return found


def _figure(text: str, masked: str, match: re.Match[str]) -> Figure | None:
    number, quantum = _quantity(match)
    if number is None or not _plausible(match):
        return None
    start, end = _extent(match)
    negative = match["sign"] and match["sign"].strip().lower() in ("-", "△", "マイナス", "minus", "negative")
    if negative or match["inner"] in ("-", "△") or _bracketed(match):
        number = -number
    unit = currency_of(match["currency"]) or currency_of(match["unit"]) or unit_of(match["unit"])
    if match["sen"]:
        unit = "JPY"
    elif match["ratio"]:
        unit = "%"
    elif unit in FRACTIONS:
        number, quantum = number * FRACTIONS[unit], quantum * FRACTIONS[unit]
    elif unit in ("銭", "cents"):
        number, quantum, unit = number / 100, quantum / 100, "JPY" if unit == "銭" else "USD"
    if match["share"]:
        unit = f"{unit}/share" if unit else unit
    about = _ABOUT_BEFORE.search(masked[max(0, start - 16) : start]) or _ABOUT_AFTER.match(masked, end)
    return Figure(text[start:end], start, end, plain(number), unit, plain(quantum), bool(about))


def _extent(match: re.Match[str]) -> tuple[int, int]:
    """Where the figure stands: brackets count only where they close around the number."""
    start, end = match.span()
    if match["open"] and not (match["close"] or match["late"] or match["last"]):
        start = match.start() + 1
    if not match["open"] and match["inner"] != "(":
        for group in ("close", "late", "last"):
            if match[group]:
                end = min(end, match.start(group))
    if match["share"]:
        end = min(end, match.start("share"))
    while end > start and match.string[end - 1].isspace():
        end -= 1
    while start < end and match.string[start].isspace():
        start += 1
    return start, end


def _bracketed(match: re.Match[str]) -> bool:
    """(516) and ($516) are negative; (16.4%) in prose is an aside. "(3.2)%" is negative again."""
    if match["inner"] == "(":
        return bool(match["close"] or (match["last"] and match["currency"]))
    return bool(match["open"]) and bool(match["close"]) and not match["sign"]


def _plausible(match: re.Match[str]) -> bool:
    """One-letter scales need a currency or a decimal point; "B" and "T" are not read into words."""
    scale = match["scale"]
    if scale and len(scale) == 1:
        return (
            bool(match["currency"])
            or bool(match["number"] and "." in match["number"])
            or bool(currency_of(match["unit"]))
        )
    return True


def _quantity(match: re.Match[str]) -> tuple[Decimal | None, Decimal]:
    """(magnitude, what its last digit counts), scales applied, percent and points not yet."""
    if match["sen"]:
        yen, _, sen = match["sen"].replace(",", "").partition("円")
        return Decimal(yen) + Decimal(sen) / 100, _quantum(sen) / 100
    if match["parts"]:
        return _parts(match["parts"])
    if match["ratio"]:
        return _ratio(match["ratio"])
    scale = scale_of(match["scale"]) if match["scale"] else Decimal(1)
    if match["number"]:
        number = Decimal(match["number"].replace(",", ""))
        return number * scale, _quantum(match["number"]) * scale
    if match["kanji"]:
        if match["kanji"] in KANJI_TENS:
            return None, scale
        number_or_none = kanji_number(match["kanji"])
        scale = Decimal(KANJI_SCALES.get(match["kanji_scale"], 1))
        return (None if number_or_none is None else number_or_none * scale), scale
    words = english_number(match["words"])
    return (None if words is None else words * scale), (
        Decimal("0.1") if match["words"].lower() == "half a" else 1
    ) * scale


def _quantum(digits: str) -> Decimal:
    _, _, decimals = digits.partition(".")
    return Decimal(1).scaleb(-len(decimals))


def _parts(text: str) -> tuple[Decimal, Decimal]:
    """1兆2,345億 -> the sum, and what the last digit of the last part counts."""
    total, quantum = Decimal(0), Decimal(1)
    for digits, scale in re.findall(rf"(\d[\d,]*(?:\.\d+)?|\.\d+)\s?({_JA_SCALE})?", text):
        factor = scale_of(scale) if scale else Decimal(1)
        total += Decimal(digits.replace(",", "")) * factor
        quantum = _quantum(digits) * factor
    return total, quantum


def _ratio(text: str) -> tuple[Decimal | None, Decimal]:
    """三割五分 -> 0.35."""
    tenths, _, hundredths = text.rstrip("分").partition("割")
    whole = Decimal(tenths) if tenths[0].isdigit() else kanji_number(tenths)
    if whole is None:
        return None, Decimal("0.1")
    if not hundredths:
        return whole / 10, _quantum(tenths) / 10
    rest = Decimal(hundredths) if hundredths.isdigit() else kanji_number(hundredths) or Decimal(0)
    return whole / 10 + rest / 100, Decimal("0.01")


def _range(first: Figure, second: Figure, masked: str) -> tuple[Figure, Figure]:
    """The ends of a range share unit and scale: "10-12%", "$1.2 to $1.4 billion", "$425-475 million"."""
    joint = masked[first.end : second.start].strip()
    bare = first.text[-1].isdigit()
    if joint == "and" and not re.search(r"\bbetween\s?$", masked[max(0, first.start - 9) : first.start], re.I):
        return first, second
    if first.unit and second.unit and first.unit.split("/")[0] != second.unit.split("/")[0]:
        return first, second
    factor = Decimal(second.precision) / _quantum(re.sub(r"[^\d.]", "", narrow(second.text)).strip(".") or "1")
    if bare and factor > 0:
        value, precision = Decimal(first.value) * factor, Decimal(first.precision) * factor
        first = replace(first, value=plain(value), precision=plain(precision), unit=second.unit or first.unit)
    return first, second if second.unit else replace(second, unit=first.unit)


# --- comparing -----------------------------------------------------------------------------------------------------


def same(a: Figure, b: Figure) -> bool:
    """Equal within the rounding of the digits shown, in units that can be the same.

    Japanese statements cut digits off where English ones round: an amount in yen may also be the other, cut off.
    """
    if not units_agree(a.unit, b.unit):
        return False
    x, y = Decimal(a.value), Decimal(b.value)
    return close(x, y, tolerance(a), tolerance(b), cut="JPY" in (a.unit, b.unit))


def close(x: Decimal, y: Decimal, quantum_x: Decimal, quantum_y: Decimal, *, cut: bool = False) -> bool:
    """Whether the coarser of two numbers is the other one, rounded (or, with `cut`, cut off) to its last digit."""
    if x == y:
        return True
    if quantum_x < quantum_y:
        x, y, quantum_x, quantum_y = y, x, quantum_y, quantum_x
    off = abs(x - y) * 2
    if quantum_x > quantum_y and (off < quantum_x or (off == quantum_x and abs(x) > abs(y))):
        return True
    return cut and quantum_x > quantum_y and x * y > 0 and Decimal(0) < abs(y) - abs(x) < quantum_x


def tolerance(figure: Figure) -> Decimal:
    """What the last digit shown counts; for an approximate figure, its last digit that is not zero."""
    quantum = Decimal(figure.precision)
    if not figure.approximate or figure.value == "0":
        return quantum
    value = abs(Decimal(figure.value))
    while value % (quantum * 10) == 0 and quantum * 10 <= value:
        quantum *= 10
    return quantum


def units_agree(a: str, b: str) -> bool:
    """Equal, or one of them not told; points and basis points measure the same, so do an amount and one a share."""
    if not a or not b or a == b or {a, b} == {"pt", "bp"}:
        return True
    return a.split("/")[0] == b.split("/")[0]
