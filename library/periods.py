"""Periods as tables and questions name them, read into one canonical form, and compared.

The canonical form keeps the document's own naming, since only the document knows its calendar:

- "FY2018"        the year that the document calls 2018 ("fiscal 2018", "Year ended May 31, 2018", 2018年度)
- "FY2025-03"     the year that ended in March 2025 (2025年3月期, FY3/2025); Japan also calls it 2024年度
- "FY2018Q2", "FY2018H1", "FY2025-03Q3"   a quarter or a half of such a year
- "FY2018M9"      the first nine months of such a year; the first six are "H1", the first three "Q1"
- "2018-12-31"    a day (balance sheets); "2018-12" where only the month is known
- "2023-06-30/3M" so many months up to a day, where the fiscal calendar is not known
- "FY0", "FY-1"   the document's own year and the one before (当期, 前連結会計年度) when nothing says which
- ""              names no period, or several
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

NUMBERS = {"three": 3, "six": 6, "nine": 9, "ten": 10, "twelve": 12, "thirteen": 13, "fourteen": 14}
NUMBERS |= {"twenty-six": 26, "thirty-nine": 39, "fifty-two": 52, "fifty-three": 53}
NUMBERS |= {"first": 1, "second": 2, "third": 3, "fourth": 4}
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "R": 2018, "H": 1988, "S": 1925}
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_YEAR = r"(?<![\d.,/])(?:19|20)\d{2}(?![\d%]|[.,]\d)"


@dataclass(slots=True, frozen=True)
class Period:
    """A period taken apart; what is 0 or "" is not said. `relative` counts from the document's own year."""

    year: int = 0
    month: int = 0
    day: int = 0
    months: int = 0
    """Length of a span that ends on year-month-day; 0 for a day, or where `part` says it."""
    part: str = ""
    """"Q1"…"Q4", "H1", "H2", "M9" of a fiscal year."""
    fiscal: bool = False
    """The year is a fiscal year's name (with `month`: the year and month in which it ended)."""
    relative: int | None = None


def read_period(text: str, *, above: str = "", year_end: int = 0, current: str = "") -> str:
    """The period that a header names, canonical, or "".

    `above` holds the header levels over it ("Years ended May 31", under it "2018") or the table's title: it
    gives what `text` leaves open, and never overrides it. `year_end` is the month in which the document's
    fiscal year ends, which turns "three months ended June 30" into a quarter. `current` is the document's own
    fiscal year, which turns 前連結会計年度 into a year.
    """
    own, over = _normal(text), _normal(above)
    found = _read(own, over)
    if found is None and not _years(own):
        found = _read_above(own, over)
    if found is None:
        return ""
    return write(_in_calendar(_resolved(found, parse(current)), year_end))


def _normal(text: str) -> str:
    """Lower case, half width, era years as western ones, one space between words."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'")
    text = re.sub(r"(\d)\s+(?=[年月日期])|([年月])\s+(?=\d)", lambda m: m.group(1) or m.group(2), text)
    text = re.sub(
        r"(令和|平成|昭和|大正|\b[RHS])\s*(元|\d{1,2})(?=年|\.\d)",
        lambda m: str(ERAS[m[1]] + (1 if m[2] == "元" else int(m[2]))),
        text,
    )
    text = re.sub(r"\s+", " ", text).strip().lower()
    return re.sub(r"(?<=\d)\s*\((?:\d|[a-z])\)", "", text)


def _month(name: str) -> int:
    return "janfebmaraprmayjunjulaugsepoctnovdec".index(name[:3]) // 3 + 1


def _years(text: str) -> list[int]:
    return list(dict.fromkeys(int(y) for y in re.findall(_YEAR, text)))


def _read(own: str, over: str) -> Period | None:
    """What the header itself says, with its span (or month and day) taken from above where it has none."""
    if spanned := _range(own):
        return spanned
    part = _part(own)
    if ended := _closing(own):
        return replace(ended, part=part) if part else ended
    years = _years(own) or _short_years(own)
    if len(years) > 1 and not re.search(r"ended", own):
        return None
    if not years:
        return None
    year = years[0]
    months = _length(own) or _length(over)
    part = part or _part(over)
    month_day = _month_day(own) or (None if _fiscal_name(own) else _month_day(over))
    if part and not _is_dated(own):
        return Period(year, part=_with_total(part, own + over), fiscal=True)
    if months >= 12 or (_fiscal_name(own) and not month_day):
        return Period(year, fiscal=True)
    if month_day and months:
        return Period(year, *month_day, months=months)
    if month_day:
        return Period(year, *month_day)
    if len(years) > 1:
        return None
    return Period(year, part=part, fiscal=True)


def _read_above(own: str, over: str) -> Period | None:
    """A header without a year: "September 30" or 第2四半期 under "2023", or 当期."""
    relative = _relative(own)
    upper = _read(over, "")
    if relative is not None:
        return Period(relative=relative, part=_part(own), fiscal=True)
    if upper is None or not upper.year:
        return None
    if part := _part(own):
        return Period(upper.year, upper.month if upper.fiscal else 0, part=part, fiscal=True)
    if month_day := _month_day(own):
        return Period(upper.year, *month_day, months=_length(own + " " + over) % 12)
    if not own or _NEUTRAL.fullmatch(own):
        return upper
    return None


_NEUTRAL = re.compile(
    r"[\W\d]*(?:amount|actual|total|consolidated|as reported|as restated|restated|\(?unaudited\)?"
    r"|金額|実績|連結|単体|個別|予想|計画|合計|計)?[\W]*"
)


def _range(text: str) -> Period | None:
    """自2019年4月1日 至2020年3月31日, or "January 1, 2018 to December 31, 2018"."""
    days = _dates(text)
    if len(days) != 2 or not re.search(r"自.*至|から.*まで|[~〜–-]|\bto\b|\bthrough\b", text):
        return None
    (y0, m0, d0), (y1, m1, d1) = days
    months = (y1 - y0) * 12 + m1 - m0 + (1 if (d1 or 31) - (d0 or 1) >= 15 else 0)
    if months < 1:
        return None
    if months == 12:
        return Period(y1, m1, fiscal=True) if "月" in text or "/" in text else Period(y1, fiscal=True)
    return Period(y1, m1, d1, months=months)


def _dates(text: str) -> list[tuple[int, int, int]]:
    found: list[tuple[int, tuple[int, int, int]]] = []
    for m in re.finditer(r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*(?:[月/.-]\s*(\d{1,2})日?|月)", text):
        found.append((m.start(), (int(m[1]), int(m[2]), int(m[3] or 0))))
    for m in re.finditer(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*((?:19|20)\d{{2}})", text):
        found.append((m.start(), (int(m[3]), _month(m[1]), int(m[2]))))
    for m in re.finditer(rf"\b(\d{{1,2}})\s+({_MONTH})\.?,?\s+((?:19|20)\d{{2}})", text):
        found.append((m.start(), (int(m[3]), _month(m[2]), int(m[1]))))
    days = [day for _, day in sorted(found) if 1 <= day[1] <= 12 and 0 <= day[2] <= 31]
    return days


_CLOSING = re.compile(
    r"(?P<a>(?:19|20)?\d{2})年(?P<am>\d{1,2})月(?:期|決算)|(?P<b>(?:19|20)?\d{2})[/.](?P<bm>\d{1,2})月?期"
    r"|\bfye?\s*(?P<c>(?:19|20)\d{2})[/.](?P<cm>\d{1,2})(?!\d)|\bfye?\s*(?P<dm>\d{1,2})[/.](?P<d>(?:19|20)?\d{2})(?!\d)"
    r"|\b(?P<em>" + _MONTH + r")[/. ]+(?P<e>(?:19|20)\d{2}) (?:term|fiscal)"
)


def _closing(text: str) -> Period | None:
    """A year named by the month it ends in: 2025年3月期, 25/3期, FY3/2025, FY2025/3."""
    found = {(m.lastgroup, m.group()): m for m in _CLOSING.finditer(text)}
    if len(found) != 1:
        return None
    (m,) = found.values()
    year, month = next((m[k], m[k + "m"]) for k in "abcde" if m[k])
    number = int(month) if month.isdigit() else _month(month)
    return Period(_four_digits(int(year)), number, fiscal=True) if 1 <= number <= 12 else None


def _four_digits(year: int) -> int:
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def _short_years(text: str) -> list[int]:
    """FY18, FY'18, Q2'18, 2Q18."""
    found = re.findall(r"(?:\bfye?\s?'?|\b(?:q[1-4]|[1-4]q|h[12]|[12]h)[\s']*(?:fy)?'?|')(\d{2})(?!\d|/)", text)
    return list(dict.fromkeys(_four_digits(int(y)) for y in found))


def _part(text: str) -> str:
    """The quarter, half or running months of a year that a text names, "" if none."""
    if m := re.search(r"第\s*([1-4一二三四])\s*(?:・)?四半期|\bq([1-4])(?!\d)|(?<![\d.,])([1-4])q(?![a-z])", text):
        quarter = m[1] or m[2] or m[3]
        return "Q" + str("一二三四".find(quarter) + 1 or quarter)
    if m := re.search(r"\b(first|second|third|fourth|1st|2nd|3rd|4th)[\s-](quarter|half)", text):
        return ("Q" if m[2] == "quarter" else "H") + str(NUMBERS.get(m[1]) or m[1][0])
    if m := re.search(r"\bh([12])(?!\d)|(?<![\d.,])([12])h(?![a-z])", text):
        return "H" + (m[1] or m[2])
    if re.search(r"上半?期|中間(?:連結)?(?:会計)?期|中間期", text):
        return "H1"
    return "H2" if re.search(r"下半?期", text) else ""


def _with_total(part: str, text: str) -> str:
    """Quarters that count from the year's start: 第2四半期累計, "second quarter year to date"."""
    if part[0] == "Q" and re.search(r"累計|year[\s-]to[\s-]date|cumulative", text):
        return {"Q1": "Q1", "Q2": "H1", "Q3": "M9", "Q4": ""}[part]
    return part


def _length(text: str) -> int:
    """Months that a text says were covered: "three months ended" 3, "52 weeks ended" 12, "years ended" 12."""
    if m := re.search(rf"\b({_NUMBER}|\d{{1,2}})[\s-](months?|weeks?)\b", text):
        count = NUMBERS.get(m[1]) or int(m[1])
        return count if m[2].startswith("month") else round(count * 12 / 52)
    if re.search(r"\bquarters?(?:ly)?(?: periods?)? end(?:ed|ing)", text):
        return 3
    if re.search(
        r"\byears?[ -](?:then )?end(?:ed|ing)|twelve-month|annual periods?|\bfor the (?:fiscal )?years?\b",
        text,
    ):
        return 12
    if m := re.search(r"(\d{1,2})\s*[かケヶカヵ]月(?:間|累計)?", text):
        return int(m[1])
    return 12 if re.search(r"通期", text) else 0


def _month_day(text: str) -> tuple[int, int] | None:
    """The month and the day (0 if not named) of the first date in the text."""
    if days := _dates(text):
        return days[0][1], days[0][2]
    if m := re.search(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?!\d)", text):
        return _month(m[1]), int(m[2])
    if m := re.search(rf"\b(\d{{1,2}})\s+({_MONTH})\b", text):
        return _month(m[2]), int(m[1])
    if m := re.search(r"(?<!\d)(\d{1,2})月(?:(\d{1,2})日|末)", text):
        return int(m[1]), int(m[2] or 0)
    if m := re.search(rf"\b({_MONTH})\.?,?\s+{_YEAR}", text):
        return _month(m[1]), 0
    return None


def _is_dated(text: str) -> bool:
    return bool(_dates(text))


def _fiscal_name(text: str) -> bool:
    return bool(re.search(r"\bfye?\s?'?\d|\bfiscal (?:year )?\d{4}|\d{4}年度|\d{4} fiscal", text))


def _relative(text: str) -> int | None:
    for pattern, years in ((r"前々|前前", -2), (r"前|prior year|previous year|last year|preceding", -1)):
        if re.search(pattern + r"(?:$|.{0,4}(?:期|年度|年|会計|事業))" if pattern[0] == "前" else pattern, text):
            return years
    if re.search(r"当.{0,4}(?:期|年度|会計|事業)|current (?:fiscal )?(?:year|period)|今期", text):
        return 0
    return 1 if re.search(r"次期|来期|翌期|next (?:fiscal )?year", text) else None


def _resolved(period: Period, current: Period | None) -> Period:
    """A relative year, counted from the document's own year where that is known."""
    if period.relative is None or current is None or not current.year:
        return period
    return Period(current.year + period.relative, current.month if current.fiscal else 0, part=period.part, fiscal=True)


def _in_calendar(period: Period, year_end: int) -> Period:
    """Months up to a day, as the part of the fiscal year that ends in `year_end` (a month)."""
    if not (period.months and period.month and year_end):
        return period
    done = (period.month - year_end) % 12 or 12
    if period.day and period.day <= 7:
        done = (period.month - 1 - year_end) % 12 or 12
    year = period.year + (1 if period.month > year_end + (1 if year_end == 12 else 0) else 0)
    part = {
        (3, 3): "Q1",
        (3, 6): "Q2",
        (3, 9): "Q3",
        (3, 12): "Q4",
        (6, 6): "H1",
        (6, 12): "H2",
        (9, 9): "M9",
    }.get((period.months, done))
    return Period(year, part=part, fiscal=True) if part else period


def write(period: Period) -> str:
    """The canonical string; `parse` reads it back."""
    if period.relative is not None:
        return f"FY{period.relative}{period.part}"
    if period.fiscal:
        return f"FY{period.year}" + (f"-{period.month:02}" if period.month else "") + period.part
    day = f"{period.year}-{period.month:02}" + (f"-{period.day:02}" if period.day else "")
    return day + (f"/{period.months}M" if period.months else "")


_CANONICAL = re.compile(
    r"FY(?P<fy>\d{4})(?:-(?P<fm>\d{2}))?(?P<part>[QHM]\d)?|FY(?P<rel>-?\d)(?P<rpart>[QHM]\d)?"
    r"|(?P<y>\d{4})-(?P<m>\d{2})(?:-(?P<d>\d{2}))?(?:/(?P<n>\d+)M)?"
)


@lru_cache(maxsize=4096)
def parse(canonical: str) -> Period | None:
    """A canonical string taken apart; None for "" and for anything else."""
    m = _CANONICAL.fullmatch(canonical)
    if m is None:
        return None
    if m["fy"]:
        return Period(int(m["fy"]), int(m["fm"] or 0), part=m["part"] or "", fiscal=True)
    if m["rel"]:
        return Period(part=m["rpart"] or "", fiscal=True, relative=int(m["rel"]))
    return Period(int(m["y"]), int(m["m"]), int(m["d"] or 0), months=int(m["n"] or 0))


def matches(asked: str, column: str) -> float:
    """How well a column's period answers the period asked for: 1 the same, 0 another one or not known.

    Between them: the closing day of the year asked for (0.9), a year whose naming may differ (0.5–0.8), a
    running total where a quarter was asked for (0.4).
    """
    if asked == column:
        return 1.0 if asked else 0.0
    a, c = parse(asked), parse(column)
    if a is None or c is None or a.relative is not None or c.relative is not None:
        return 0.0
    if a.fiscal and c.fiscal:
        return _same_year(a, c) if a.part == c.part else 0.0
    if a.fiscal:
        return _dated(a, c)
    if c.fiscal:
        return _dated(c, a) * 0.9
    same_day = (a.year, a.month) == (c.year, c.month) and (not a.day or not c.day or a.day == c.day)
    if not same_day:
        return 0.0
    return 0.95 if a.months == c.months else 0.5


def _same_year(a: Period, b: Period) -> float:
    """Two fiscal years: by number, or 2024年度 for the year that ended in March 2025."""
    if a.month and b.month:
        return 1.0 if (a.year, a.month) == (b.year, b.month) else 0.0
    if a.year == b.year:
        return 0.95 if (a.month or b.month or 12) > 6 else 0.7
    named, ended = (b, a) if a.month else (a, b)
    return 0.8 if ended.month and ended.month <= 6 and named.year == ended.year - 1 else 0.0


_ENDS = {"Q1": (3, 3), "Q2": (6, 3), "Q3": (9, 3), "Q4": (12, 3), "H1": (6, 6), "H2": (12, 6), "M9": (9, 9)}
"""part to (closing month, months) in a calendar year."""


def _dated(fiscal: Period, day: Period) -> float:
    """A fiscal period against a day or months up to a day; the calendar is guessed where not said."""
    end, length = _ENDS.get(fiscal.part, (12, 12))
    if day.months and day.months != length:
        return 0.4 if fiscal.part and day.months and day.month == end and day.year == fiscal.year else 0.0
    if fiscal.month:
        behind = (12 - end) % 12
        closes = fiscal.year * 12 + fiscal.month - 1 - behind
        return 0.9 if closes == day.year * 12 + day.month - 1 else 0.0
    months_off = (day.year * 12 + day.month) - (fiscal.year * 12 + end)
    if months_off == 0:
        return 0.9
    if fiscal.part:
        return 0.5 if months_off in (1, -1) else 0.0
    if -11 <= months_off <= 0:
        return 0.7
    return 0.5 if 0 < months_off <= 3 else 0.0


def shift(canonical: str, years: int) -> str:
    """The same period so many years later; "" stays ""."""
    period = parse(canonical)
    if period is None or period.relative is not None:
        return ""
    return write(replace(period, year=period.year + years))
