"""Reading the number of a table's cell, and the unit that a header names."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from library.figure_words import (
    CURRENCIES,
    DIGITS,
    FRACTIONS,
    SCALES,
    SYMBOLS,
    UNITS,
    alternatives,
    currency_of,
    narrow,
    plain,
    scale_of,
    unit_of,
)

# --- cells ---------------------------------------------------------------------------------------------------------

_CELL_NOTES = re.compile(
    r"[*†‡§¶#]+\d*$|[¹²³⁴-⁹⁰ᵃ-ᶻ]+$|(?:\s|(?<=[\d)%]))\((?:[a-z]|[1-9]|[ivx]+|注\d*|※\d*)\)$"
    r"|\s?[※注]\s?\d*$|\s[a-z]$"
)
_CELL = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+\-△])?\s*(?P<currency>{alternatives(SYMBOLS)})?\s*(?P<inner>[(+\-△])?\s*"
    rf"(?P<number>{DIGITS})\s*(?P<close>\))?\s*(?P<scale>[十百千]?[兆億万]|千|{alternatives(SCALES)})?\s*"
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
    if sen := re.fullmatch(r"([-△]?)\s?(\d[\d,]*)円(\d{1,2}(?:\.\d+)?)銭", clean):
        yen = Decimal(sen[2].replace(",", "")) + Decimal(sen[3]) / 100
        return plain(-yen if sen[1] else yen), unit or "JPY"
    match = _CELL.fullmatch(clean)
    if match is None or not _brackets_fit(match):
        return None
    number = Decimal(match["number"].replace(",", ""))
    if match["sign"] in ("-", "△") or match["inner"] in ("-", "△") or match["open"] or match["inner"] == "(":
        number = -number
    own_currency = currency_of(match["currency"]) or currency_of(match["unit"])
    printed = own_currency or unit_of(match["unit"]) or unit
    if printed in ("銭", "cents"):
        return plain(number / 100), "JPY" if printed == "銭" else "USD"
    if printed in FRACTIONS:
        return plain(number * FRACTIONS[printed]), printed
    if own_currency and unit.endswith("/share"):
        printed = unit
    if match["scale"]:
        return plain(number * scale_of(match["scale"])), printed
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


# --- headers -------------------------------------------------------------------------------------------------------

_HEADER_SCALES = {"thousand": "1000", "million": "1000000", "billion": "1000000000", "trillion": "1000000000000"}
_EN_SCALE = re.compile(
    r"\b(?:in|of|amounts? in|expressed in|stated in)\s(?:[A-Z]{3}\s|[\w.]+\s(?:dollars"
    r"|yen)\s(?:in\s)?)?(thousand|million|billion|trillion)s?\b"
    r"|\b(thousand|million|billion|trillion)s\b|(?:\$|¥|€|£|USD|JPY|EUR|GBP|dollars?|yen"
    r"|euros?)\s?(?:in\s)?(thousand|million|billion|trillion)s?\b",
    re.IGNORECASE,
)
_SHORT_SCALE = re.compile(r"(?:US\$|[$¥€£]|\b(?:USD|JPY|EUR|GBP)\b)\s?'?(000|k|mm|mn|m|bn|b|tn)\b", re.IGNORECASE)
_JA_UNIT = re.compile(
    r"(?P<scale>[十百千]?[兆億万]|[百千](?=円|株|米?ドル|ユーロ|人|トン|台))?"
    r"(?P<unit>円|米ドル|ドル|ユーロ|ポンド|人民元|株|人|名|%|倍|ポイント|社|店舗|件|台|トン)?"
)
_EN_CURRENCY = re.compile(
    r"US\$|[$¥€£₩₹]|\b(?:USD|JPY|EUR|GBP|CNY|RMB|CHF|AUD|CAD|HKD|SGD|KRW|INR)\b|dollars?|\byen\b"
    r"|euros?\b|pounds?\b",
    re.IGNORECASE,
)


def read_unit(text: str) -> tuple[str, str, str]:
    """(the unit as printed, scale, ISO currency or other unit) of a header line; ("", "1", "") where it names none.

    "(Millions)" -> ("Millions", "1000000", ""); "単位：百万円" -> ("百万円", "1000000", "JPY"); "
    ""(%)" -> ("%", "1", "%").
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
        unit = currency_of(match["unit"]) or unit_of(match["unit"])
        return candidate.strip(), plain(scale_of(match["scale"] or "")), unit
    return None


def _english_unit(line: str) -> tuple[str, str, str] | None:
    printed = line.strip("() ").rstrip(":").strip()
    if len(line) > 160 or (re.search(r"\d{2}", line.replace("000", "")) and len(line) > 60):
        return None
    currency = _EN_CURRENCY.search(line)
    unit = currency_of(currency.group()) if currency else ""
    if match := _EN_SCALE.search(line):
        word = next(g for g in match.groups() if g).lower()
        if match[2] and not unit and "(" not in line and not line.lower().startswith(word):
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
