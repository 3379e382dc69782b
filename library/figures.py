"""Reading numbers: from a table's cell, from a header that names the unit, from running prose.

A value is a plain decimal string in the base unit: 8,854億円 is "885400000000", 13.2% is "0.132", 25bp is "0.0025",
△516百万円 is "-516000000".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

from library.figure_noise import mask
from library.figure_words import (
    CURRENCIES,
    ENGLISH_NUMBERS,
    FRACTIONS,
    KANJI_DIGITS,
    KANJI_SCALES,
    KANJI_TENS,
    SCALES,
    UNITS,
    alternatives,
    english_number,
    kanji_number,
    narrow,
    plain,
)


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


# --- cells ---------------------------------------------------------------------------------------------------------

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_SYMBOLS = {k: v for k, v in CURRENCIES.items() if not k[0].islower()}
_CELL_NOTES = re.compile(
    r"[*†‡§¶#]+\d*$|[¹²³⁴-⁹⁰ᵃ-ᶻ]+$|(?:\s|(?<=[\d)%]))\((?:[a-z]|[1-9]|[ivx]+|注\d*|※\d*)\)$|\s?[※注]\s?\d*$|\s[a-z]$"
)
_CELL = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+\-△])?\s*(?P<currency>{alternatives(_SYMBOLS)})?\s*(?P<inner>[(+\-△])?\s*"
    rf"(?P<number>{_DIGITS})\s*(?P<close>\))?\s*(?P<scale>[十百千]?[兆億万]|千|{alternatives(SCALES)})?\s*"
    rf"(?P<unit>{alternatives(CURRENCIES)}|{alternatives(UNITS)})?\s*(?P<last>\))?",
    re.IGNORECASE,
)


def read_cell(text: str, *, scale: str = "1", unit: str = "") -> tuple[str, str] | None:
    """(value in the base unit, unit) of a table's cell, or None where the cell holds no single number.

    `scale` and `unit` are what the table or the column says; what stands in the cell itself wins. A dash ("—", "－")
    is nil, which a filing does not always mean as zero: None. Percentages, points, multiples and amounts a share are
    not multiplied with the scale. A year is a number like any other here: headers are the parser's business.
    """
    clean = _without_notes(text)
    match = _CELL.fullmatch(clean)
    if match is None or not _brackets_fit(match):
        return None
    number = Decimal(match["number"].replace(",", ""))
    if match["sign"] in ("-", "△") or match["inner"] in ("-", "△") or match["open"] or match["inner"] == "(":
        number = -number
    own_currency = _currency(match["currency"]) or _currency(match["unit"])
    printed = own_currency or _unit(match["unit"]) or unit
    if printed in ("銭", "cents"):
        return plain(number / 100), "JPY" if printed == "銭" else "USD"
    if printed in FRACTIONS:
        return plain(number * FRACTIONS[printed]), printed
    if own_currency and unit.endswith("/share"):
        printed = unit
    if match["scale"]:
        return plain(number * _scale(match["scale"])), printed
    unscaled = printed == "x" or printed.endswith("/share") or bool(match["unit"])
    return plain(number if unscaled else number * Decimal(scale)), printed


def _without_notes(text: str) -> str:
    """One line in ASCII digits and signs, footnote marks gone."""
    clean = narrow(re.sub(r"[—―ー─]", "-", text)).strip().rstrip("|").strip()
    while (shorter := _CELL_NOTES.sub("", clean).strip()) != clean and shorter:
        clean = shorter
    clean = re.sub(r"^[※*†]\d*\s*", "", clean)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", clean))


def _brackets_fit(match: re.Match[str]) -> bool:
    opened = bool(match["open"]) + (match["inner"] == "(")
    return opened == bool(match["close"]) + bool(match["last"])


def _currency(word: str | None) -> str:
    if not word:
        return ""
    return CURRENCIES.get(word) or CURRENCIES.get(word.upper()) or CURRENCIES.get(word.lower(), "")


def _unit(word: str | None) -> str:
    return UNITS.get(word.lower(), "") if word else ""


def _scale(word: str) -> Decimal:
    """The factor of "million", "億", "十億", "千"."""
    if word.lower() in SCALES:
        return Decimal(SCALES[word.lower()])
    factor = Decimal(1)
    for c in word:
        factor *= KANJI_TENS.get(c) or KANJI_SCALES.get(c, 1)
    return factor


# --- headers -------------------------------------------------------------------------------------------------------

_HEADER_SCALES = {"thousand": "1000", "million": "1000000", "billion": "1000000000", "trillion": "1000000000000"}
_EN_SCALE = re.compile(
    r"\b(?:in|of|amounts? in|expressed in|stated in)\s(?:[A-Z]{3}\s|[\w.]+\s(?:dollars|yen)\s(?:in\s)?)?(thousand|million|billion|trillion)s?\b"
    r"|\b(thousand|million|billion|trillion)s\b|(?:\$|¥|€|£|USD|JPY|EUR|GBP|dollars?|yen|euros?)\s?(?:in\s)?(thousand|million|billion|trillion)s?\b",
    re.IGNORECASE,
)
_SHORT_SCALE = re.compile(r"(?:US\$|[$¥€£]|\b(?:USD|JPY|EUR|GBP)\b)\s?'?(000|k|mm|mn|m|bn|b|tn)\b", re.IGNORECASE)
_JA_UNIT = re.compile(
    r"(?P<scale>[十百千]?[兆億万]|[百千](?=円|株|米?ドル|ユーロ|人|トン|台))?"
    r"(?P<unit>円|米ドル|ドル|ユーロ|ポンド|人民元|株|人|名|%|倍|ポイント|社|店舗|件|台|トン)?"
)
_EN_CURRENCY = re.compile(
    r"US\$|[$¥€£₩₹]|\b(?:USD|JPY|EUR|GBP|CNY|RMB|CHF|AUD|CAD|HKD|SGD|KRW|INR)\b|dollars?|\byen\b|euros?\b|pounds?\b",
    re.IGNORECASE,
)


def read_unit(text: str) -> tuple[str, str, str]:
    """(the unit as printed, scale, ISO currency or other unit) of a header line; ("", "1", "") where it names none.

    "(Millions)" -> ("Millions", "1000000", ""); "単位：百万円" -> ("百万円", "1000000", "JPY"); "(%)" -> ("%", "1", "%").
    """
    line = re.sub(r"\s+", " ", narrow(text)).strip()
    return _japanese_unit(line) or _english_unit(line) or ("", "1", "")


def _japanese_unit(line: str) -> tuple[str, str, str] | None:
    """After 単位, or the whole line, or what stands in brackets at its end."""
    named = re.search(r"単位\s?[::]?\s?([^\s()、,]+)", line)
    bracketed = re.search(r"\(([^()]{1,8})\)\s*$", line)
    for candidate in (named and named[1], bracketed and bracketed[1], line if len(line) <= 8 else None):
        match = _JA_UNIT.fullmatch(candidate.strip()) if candidate else None
        if match is None or candidate is None or not (match["unit"] or match["scale"]):
            continue
        if not match["unit"] and not named:
            continue
        unit = _currency(match["unit"]) or _unit(match["unit"])
        return candidate.strip(), plain(_scale(match["scale"] or "")), unit
    return None


def _english_unit(line: str) -> tuple[str, str, str] | None:
    printed = line.strip("() ").rstrip(":").strip()
    if len(line) > 160 or re.search(r"\d{2}", line.replace("000", "")) and len(line) > 60:
        return None
    currency = _EN_CURRENCY.search(line)
    unit = _currency(currency.group()) if currency else ""
    if match := _EN_SCALE.search(line):
        word = next(g for g in match.groups() if g).lower()
        if match[2] and not unit and len(line.split()) > 6 and f"({match.group()}" not in line:
            return None
        bracket = next((b for b in re.findall(r"\(([^()]*)\)", line) if match.group() in b), None)
        if not unit and re.search(
            r"\bshares? in\b|\bin \w+ of shares\b|\b(?:thousand|million|billion)s of shares\b", line, re.I
        ):
            unit = "shares"
        return (bracket or printed).strip(), _HEADER_SCALES[word], unit
    if match := _SHORT_SCALE.search(line):
        short = match[1].lower()
        return printed, "1000" if short == "000" else SCALES[short], unit
    if re.fullmatch(r"\(?\s?(?:%|percent(?:age)?s?|in percent|in %)\s?\)?|.*\((?:%|in %|percent)\)", line, re.I):
        return "%", "1", "%"
    if re.fullmatch(r"\(?(?:in )?(?:US\$|\$|¥|€|£|USD|JPY|EUR|GBP|(?:U\.?S\.? )?dollars|yen|euros)\)?", line, re.I):
        return printed, "1", unit
    return None


# --- prose ---------------------------------------------------------------------------------------------------------

_KANJI = "".join(KANJI_DIGITS) + "十百千"
_EN_WORD = "|".join(ENGLISH_NUMBERS)
_JA_SCALE = r"[十百千]?[兆億万]|十億|百万|千"
_PROSE = re.compile(
    rf"(?P<open>\()?(?P<sign>(?<![\w%)\].])(?<![\w%)]\s)[+\-]|△|マイナス|プラス|\bminus\s|\bnegative\s)?\s?"
    rf"(?P<currency>(?<![A-Za-z])(?:{alternatives(_SYMBOLS)}))?\s?(?P<inner>(?<=[$¥€£DYRP\s])[+\-△(](?=\s?\d))?\s?"
    rf"(?:(?P<parts>(?:(?:\d[\d,]*(?:\.\d+)?|\.\d+)\s?(?:{_JA_SCALE})\s?)+(?:\d[\d,]*(?:\.\d+)?(?=\s?(?:円|ドル|株|人|名)))?)"
    rf"|(?P<ratio>(?:\d+(?:\.\d+)?|[{_KANJI}])割(?:(?:\d|[一二三四五六七八九])分)?(?![合安高引り]))"
    rf"|(?P<number>(?<![\d.])(?:{_DIGITS}))"
    rf"|(?P<kanji>[{_KANJI}]+)(?P<kanji_scale>[兆億万]?)(?=倍|パーセント|%|ポイント|円|ドル|人|名|株|社|件|台|店)"
    rf"|\b(?P<words>half a|(?:an?|{_EN_WORD})(?:(?:\s|-)(?:hundred|and|{_EN_WORD}))*)(?=[\s-](?:hundred|thousand|million|billion|trillion|percent|per\scent"
    rf"|percentage|basis|pct|times\b|fold|%)))"
    rf"(?P<close>\))?(?:[\s-]?(?P<scale>{alternatives(SCALES)}))?(?P<late>\))?"
    rf"(?:[\s-]?(?P<unit>{alternatives(CURRENCIES)}|{alternatives(UNITS)}))?(?P<last>\))?"
    r"(?P<share>\s?(?:per|a)\s(?:(?:diluted|basic|common|ordinary)\s)*share)?",
    re.IGNORECASE,
)
_ABOUT_BEFORE = re.compile(
    r"(?:約|およそ|おおよそ|ほぼ|概ね|about|around|approximately|approx\.|roughly|nearly|almost|some|over|more than|less than"
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
    return [_completed(f, after, masked) for f, after in zip(found, [*found[1:], None], strict=True)]


def _figure(text: str, masked: str, match: re.Match[str]) -> Figure | None:
    number, quantum = _quantity(match)
    if number is None or not _plausible(match):
        return None
    start, end = _extent(match)
    negative = match["sign"] and match["sign"].strip().lower() in ("-", "△", "マイナス", "minus", "negative")
    if negative or match["inner"] in ("-", "△") or _bracketed(match):
        number = -number
    unit = _currency(match["currency"]) or _currency(match["unit"]) or _unit(match["unit"])
    if match["ratio"]:
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
    if match["inner"] == "(" and (match["close"] or match["last"]):
        return True
    return bool(match["open"]) and bool(match["close"]) and not match["sign"]


def _plausible(match: re.Match[str]) -> bool:
    """One-letter scales need a currency or a decimal point; "B" and "T" are not read into words."""
    scale = match["scale"]
    if scale and len(scale) == 1:
        return (
            bool(match["currency"])
            or bool(match["number"] and "." in match["number"])
            or bool(_currency(match["unit"]))
        )
    return True


def _quantity(match: re.Match[str]) -> tuple[Decimal | None, Decimal]:
    """(magnitude, what its last digit counts), scales applied, percent and points not yet."""
    if match["parts"]:
        return _parts(match["parts"])
    if match["ratio"]:
        return _ratio(match["ratio"])
    scale = _scale(match["scale"]) if match["scale"] else Decimal(1)
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
        factor = _scale(scale) if scale else Decimal(1)
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


def _completed(figure: Figure, after: Figure | None, masked: str) -> Figure:
    """The first of a range takes unit and scale from the second: "10-12%", "$1.2 to $1.4 billion"."""
    if after is None or figure.end >= after.start or not _RANGE.fullmatch(masked[figure.end : after.start]):
        return figure
    own = Decimal(figure.value)
    ends_bare = figure.text[-1].isdigit()
    factor = Decimal(after.precision) / _quantum(re.sub(r"[^\d.]", "", narrow(after.text)) or "1")
    if not ends_bare or factor <= 0 or (figure.unit and figure.unit.split("/")[0] != after.unit.split("/")[0]):
        return figure
    if masked[figure.end : after.start].strip() == "and" and factor != 1 and not figure.unit:
        between = re.search(r"\bbetween\s?$", masked[max(0, figure.start - 9) : figure.start], re.IGNORECASE)
        if not between:
            return figure
    return replace(
        figure,
        value=plain(own * factor),
        unit=figure.unit if figure.unit and not after.unit else after.unit,
        precision=plain(Decimal(figure.precision) * factor),
    )


# --- comparing -----------------------------------------------------------------------------------------------------


def same(a: Figure, b: Figure) -> bool:
    """Equal within the rounding of the digits shown, in units that can be the same.

    Japanese statements cut digits off where English ones round: an amount in yen may also be the other, cut off.
    """
    if not units_agree(a.unit, b.unit):
        return False
    x, y = Decimal(a.value), Decimal(b.value)
    return close(x, y, _tolerance(a), _tolerance(b), cut="JPY" in (a.unit, b.unit))


def close(x: Decimal, y: Decimal, quantum_x: Decimal, quantum_y: Decimal, *, cut: bool = False) -> bool:
    """Whether the coarser of two numbers is the other one, rounded (or, with `cut`, cut off) to its last digit."""
    if x == y:
        return True
    if quantum_x < quantum_y:
        x, y, quantum_x, quantum_y = y, x, quantum_y, quantum_x
    if abs(x - y) <= quantum_x / 2 and quantum_x > quantum_y:
        return True
    return cut and quantum_x > quantum_y and x * y > 0 and Decimal(0) < abs(y) - abs(x) < quantum_x


def _tolerance(figure: Figure) -> Decimal:
    """What the last digit shown counts; for an approximate figure, the last digit that is not zero, to a tenth of it."""
    quantum = Decimal(figure.precision)
    if not figure.approximate or figure.value == "0":
        return quantum
    value = abs(Decimal(figure.value))
    while value % (quantum * 10) == 0 and quantum * 100 <= value:
        quantum *= 10
    return quantum


def units_agree(a: str, b: str) -> bool:
    """Equal, or one of them not told; points and basis points measure the same, so do an amount and one a share."""
    if not a or not b or a == b:
        return True
    if {a, b} <= {"pt", "bp"} or {a, b} <= {"%", "pt"}:
        return True
    return a.split("/")[0] == b.split("/")[0]
