"""How a period, an amount and a label are written in an answer, in the asker's language."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from library.tables import Cell

ENGLISH_SCALES = {0: "", 3: "thousand", 6: "million", 8: "hundred million", 9: "billion", 12: "trillion"}
JAPANESE_SCALES = {0: "", 3: "千", 4: "万", 6: "百万", 8: "億", 9: "十億", 12: "兆"}
SYMBOLS = {"USD": "$", "JPY": "¥", "EUR": "€", "GBP": "£"}
JAPANESE_UNITS = {
    "JPY": "円",
    "USD": "ドル",
    "EUR": "ユーロ",
    "GBP": "ポンド",
    "shares": "株",
    "people": "人",
    "x": "倍",
}
JAPANESE_UNITS |= {"CNY": "元", "pt": "ポイント", "bp": "bp", "%": "%"}


def amount(cell: Cell, language: str) -> str:
    """A cell as printed, completed with the currency, scale and unit that its table says: "$(1,577) million"."""
    text = " ".join(cell.text.split())
    if cell.value is None:
        return text
    unit, _, each = cell.unit.partition("/")
    power = power_of(text, cell.value, unit)
    if power not in (JAPANESE_SCALES if language == "ja" else ENGLISH_SCALES):
        text, power = f"{Decimal(cell.value):,f}", 0
    if language == "ja":
        return _japanese_amount(text, power, unit, each)
    symbol, scale = SYMBOLS.get(unit, ""), ENGLISH_SCALES.get(power or 0, "")
    has_unit = any(s in text for s in SYMBOLS.values()) or unit.lower() in text.lower()
    front = symbol if symbol and not has_unit else f"{unit} " if unit.isupper() and not (symbol or has_unit) else ""
    after = "" if unit.isupper() or has_unit else {"%": "%", "x": "x"}.get(unit, f" {unit}" if unit else "")
    return f"{front}{text}{' ' + scale if scale else ''}{after}{' per ' + each if each else ''}"


def _japanese_amount(text: str, power: int | None, unit: str, each: str) -> str:
    text = re.sub(r"^(?:US)?[$¥€£]\s?", "", text) if unit in SYMBOLS else text
    text = re.sub(r"^\((?:US)?[$¥€£]?\s?([\d,.]+)\)$", r"△\1", text)
    word = JAPANESE_UNITS.get(unit, unit)
    ends = word and text.endswith(word)
    front = {"share": "1株当たり"}.get(each, "")
    return f"{front}{text}" if ends else f"{front}{text}{JAPANESE_SCALES.get(power or 0, '')}{word}"


def power_of(text: str, value: str, unit: str) -> int | None:
    """What power of ten the printed number was multiplied with; 0 for percentages and where the text says it.

    None where the text alone does not lead to the value.
    """
    digits = re.sub(r"[^\d.]", "", text).strip(".")
    if unit in ("%", "pt", "bp", "x") or re.search(r"[兆億万千]|[a-z]{4}", text.lower()):
        return 0
    try:
        printed, meant = Decimal(digits), abs(Decimal(value))
    except InvalidOperation:
        return None
    if not printed or not meant:
        return 0 if printed == meant else None
    ratio = (meant / printed).normalize()
    return ratio.adjusted() if ratio == Decimal(1).scaleb(ratio.adjusted()) else None


def label(path: list[str]) -> str:
    """A row's or column's own label; one that says little alone ("Total", 合計, "Basic") with the one above it."""
    clean = [c for part in path if (c := _clean(part))]
    if not clean:
        return ""
    if len(clean) > 1 and len(clean[-1]) <= 12:
        return f"{clean[-2]} › {clean[-1]}"
    return clean[-1]


def _clean(text: str) -> str:
    return re.sub(r"\s*[*†‡※]+\d*$|\s*\(注\d*\)$|[:：]$", "", " ".join(text.split())).strip()


def quoted(text: str) -> str:
    """Words of a document inside Markdown, so that no character of theirs is markup."""
    text = re.sub(r"([\\`*_\[\]<>|~#])", r"\\\1", text)
    return re.sub(r"^(\s*)(?:([-+])|(\d+)([.)]))(?=\s)", r"\1\3\\\2\4", text)


def worked_out(value: Decimal, unit: str, power: int, places: int, language: str) -> str:
    """A figure that no cell prints: "¥145,791 million", 145,791百万円, "18.7%", "4.2 points", "0.68"."""
    if unit in ("%", "pt"):
        number = _grouped(value * 100, places)
        ends = {"%": "%", "pt": "ポイント" if language == "ja" else " points"}
        return number + ends[unit]
    base, _, each = unit.partition("/")
    number = _grouped(value if base in ("x", "days") else value.scaleb(-power), places)
    if base in ("x", "days", ""):
        word = {"days": "日" if language == "ja" else " days", "x": "倍" if language == "ja" else ""}.get(base, "")
        return number + word
    if language == "ja":
        front = "1株当たり" if each == "share" else ""
        return f"{front}{number.replace('-', '△')}{JAPANESE_SCALES.get(power, '')}{JAPANESE_UNITS.get(base, base)}"
    scale = ENGLISH_SCALES.get(power, "")
    sign, number = ("-", number[1:]) if number.startswith("-") else ("", number)
    front = SYMBOLS.get(base) or (f"{base} " if base.isupper() else "")
    after = "" if base.isupper() else f" {base}"
    return f"{sign}{front}{number}{' ' + scale if scale else ''}{after}{' per ' + each if each else ''}"


def _grouped(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):,f}"
