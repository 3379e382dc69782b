"""Numbers as a spreadsheet shows them: enough of its format codes to print what the reader of the sheet saw."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from library.figure_words import CURRENCIES

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|_.|\*.|\[[^\]]*\]')
_DATE = re.compile(r"[ymdhs]", re.I)
_PLACES = re.compile(r"[#0?,.]+")
EPOCH = datetime.datetime(1899, 12, 30)


@lru_cache(maxsize=2_000)
def _sections(code: str) -> tuple[str, ...]:
    """The parts for positive, negative, zero and text, split at semicolons outside quotes."""
    return tuple(re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code or "General"))


@lru_cache(maxsize=2_000)
def _literals(section: str) -> str:
    """The section with quoted text as it prints."""
    return _QUOTED.sub(lambda m: next((g for g in m.groups() if g is not None), ""), section)


@lru_cache(maxsize=2_000)
def is_date(code: str) -> bool:
    bare = _QUOTED.sub("", _sections(code)[0])
    return code.lower() != "general" and bool(_DATE.search(bare)) and not re.search(r"[#0]", bare)


@lru_cache(maxsize=2_000)
def unit_of(code: str) -> str:
    """ "%" or an ISO currency that the format prints, "" if neither."""
    shown = _literals(_sections(code)[0])
    if "%" in _QUOTED.sub("", _sections(code)[0]):
        return "%"
    symbol = next((s for s in CURRENCIES if not s.islower() and re.search(rf"(?<!\w){re.escape(s)}(?!\w)", shown)), "")
    return CURRENCIES.get(symbol, "")


def write_number(number: str, code: str) -> str:
    """A number in its format: "0.132" and "0.0%" give "13.2%"; "-516" and "#,##0;(#,##0)" give "(516)"."""
    try:
        value = Decimal(number)
    except InvalidOperation:
        return number
    if not code or code.lower() in ("general", "@"):
        return number
    if is_date(code):
        return write_date(value)
    sections = _sections(code)
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    if value == 0 and len(sections) > 2:
        section = sections[2]
    negative = value < 0 and len(sections) < 2
    shown = _literals(section)
    places = _PLACES.search(shown)
    if places is None or re.search(r"[#0?]\s*/|E[+-]", shown):
        return shown.strip() if places is None and shown.strip() else number
    digits = _digits(abs(value), places.group(), percent="%" in _QUOTED.sub("", section))
    return ("-" if negative else "") + (shown[: places.start()] + digits + shown[places.end() :]).strip()


def _digits(value: Decimal, places: str, *, percent: bool) -> str:
    """The digits in their places: decimals, thousands, and the commas at the end that divide by 1,000."""
    bare = places.rstrip(",")
    value = value.scaleb(-3 * (len(places) - len(bare)))
    if percent:
        value *= 100
    whole, _, decimals = bare.partition(".")
    step = Decimal(1).scaleb(-min(len(decimals), 30))
    rounded = value.quantize(step, rounding=ROUND_HALF_UP) if value.adjusted() < 25 else value
    text = format(rounded, ",f" if "," in whole else "f")
    if decimals and "#" in decimals:
        text = text.rstrip("0").rstrip(".") if "0" not in decimals else text
    return text


def write_date(serial: Decimal) -> str:
    """The day of a serial number, counted as spreadsheets do."""
    try:
        moment = EPOCH + datetime.timedelta(days=float(serial))
    except (OverflowError, ValueError):
        return str(serial)
    return moment.date().isoformat()
