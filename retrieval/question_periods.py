"""Periods in a question, canonical as `library/periods.py` writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from library.periods import parse, read_period, shift
from retrieval.question_words import with_origin

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_FISCAL = r"(?:fy\s?'?|fiscal (?:years? )?)"
_YEAR = r"(?:19|20)\d{2}"
_ERA = r"(?:令和|平成|昭和)\s?(?:元|\d{1,2})"
_PART_EN = r"(?:q[1-4]|[1-4]q|h[12]|[12]h|(?:first|second|third|fourth|1st|2nd|3rd|4th)[ -](?:quarter|half))"
_PART_JA = r"(?:第\s?[1-4一二三四]四半期(?:累計)?(?:期間)?|上半?期|下半?期|中間(?:連結会計)?期)"
_PATTERNS = (
    rf"(?P<part>{_PART_EN})(?:\s|'|,|of|the|in|fiscal|year|fy|-){{0,14}}(?P<partyear>{_YEAR}|(?<=['y])\d{{2}}(?!\d))",
    rf"(?P<yearpart>{_FISCAL}?{_YEAR}[\s-]?{_PART_EN})(?![a-z0-9])",
    r"(?P<shortpart>(?<![a-z0-9])(?:[1-4]q|q[1-4]|[12]h|h[12])\s?'?(?:fy)?'?\d{2}(?![\d%]))",
    rf"(?P<day>{_MONTH}\s+\d{{1,2}},?\s+{_YEAR}|\d{{1,2}}\s+{_MONTH},?\s+{_YEAR}|{_YEAR}-\d{{2}}-\d{{2}})",
    rf"(?P<jaday>(?:{_YEAR}|{_ERA})年\d{{1,2}}月\d{{1,2}}日)",
    rf"(?P<closing>(?:{_YEAR}|{_ERA}|(?<!\d)\d{{2}})年\d{{1,2}}月期(?:{_PART_JA})?)",
    rf"(?P<fyslash>fy\s?(?:\d{{1,2}}/{_YEAR}|{_YEAR}/\d{{1,2}}))",
    rf"(?P<jayear>(?:{_YEAR}|{_ERA})年度?(?:{_PART_JA})?)",
    rf"(?P<fiscal>{_FISCAL}(?:{_YEAR}|\d{{2}}(?![\d%])))",
    rf"(?P<year>(?<![\d.,$/%a-z-]){_YEAR}(?![\d%年]|[.,]\d|/\d))",
    rf"(?P<rangeyear>(?<=(?:19|20)\d{{2}}-){_YEAR}(?![\d%年]|[.,]\d))",
)
_PERIOD = re.compile("|".join(_PATTERNS))
_RELATIVE = re.compile(
    r"(?P<latest>\blatest\b|\bmost recent\b|最新|直近|足元)"
    r"|(?P<before>\b(?:prior|previous|last|preceding) (?:fiscal )?year\b|前期(?!比|末比)|前年度(?!比)"
    r"|前年(?!比|同期比|度)|前連結会計年度|前事業年度|昨年|昨期)"
    r"|(?P<now>\b(?:this|current) (?:fiscal )?year\b|当期(?!純|利|包|末|首|変)|今期|当年度|当連結会計年度|当事業年度"
    r"|今年度?)"
    r"|(?P<next>\bnext (?:fiscal )?year\b|来期|次期(?!繰)|翌期|来年度)"
)
_BETWEEN = re.compile(r"^\s*(?:-|~|〜|to|through|thru|until|から|より|年?-)\s*(?:the )?(?:fiscal )?(?:year )?$")


@dataclass(slots=True)
class PeriodFound:
    period: str
    text: str
    start: int
    end: int
    by_end: bool = False
    """Named by a plain year in Japanese (2020年), which is mostly the year that the period ended in."""


@dataclass(slots=True)
class Periods:
    """What a question says of time. `found` are the places, `asked` the periods with ranges written out."""

    found: list[PeriodFound] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    by_end: bool = False
    instant: bool = False
    """A day is meant (as of, 時点, year end), not a span."""


def find_periods(text: str, today: date | None = None) -> Periods:
    plain, origin = with_origin(text, spaces=True)
    places = [*_absolute(plain), *_relative(plain, today)]
    places.sort(key=lambda f: f.start)
    asked = _written_out(places, plain)
    for one in places:
        one.start, one.end = origin[one.start], origin[one.end - 1] + 1
        one.text = text[one.start : one.end]
    return Periods(places, asked, any(f.by_end for f in places), _is_instant(plain))


def _absolute(plain: str) -> list[PeriodFound]:
    found = []
    for m in _PERIOD.finditer(plain):
        period = _canonical(m)
        if period:
            by_end = m.lastgroup == "jayear" and "年度" not in m[0] and not re.search(_PART_JA, m[0])
            found.append(PeriodFound(period, m[0], m.start(), m.end(), by_end))
    return found


def _canonical(m: re.Match[str]) -> str:
    if m["part"]:
        year = m["partyear"]
        return read_period(f"{m['part']} {year if len(year) == 4 else '20' + year}")
    if m["fiscal"] or m["year"] or m["rangeyear"]:
        digits = re.findall(r"\d+", m[0])[-1]
        year = int(digits) if len(digits) == 4 else 2000 + int(digits)
        return f"FY{year}"
    if m["yearpart"]:
        return read_period(re.sub(r"(\d{4})[\s-]?", r"\1 ", m["yearpart"]))
    return read_period(m[0])


def _relative(plain: str, today: date | None) -> list[PeriodFound]:
    """ "FY0" for the latest year, "FY-1" for the one before; "last year" by the calendar where today is known."""
    years = {"latest": 0, "now": 0, "before": -1, "next": 1}
    found = []
    for m in _RELATIVE.finditer(plain):
        offset = years[m.lastgroup or "now"]
        by_calendar = today is not None and re.fullmatch(r"last year|昨年|this year|今年|next year", m[0])
        period = f"FY{today.year + offset}" if today and by_calendar else f"FY{offset}"
        found.append(PeriodFound(period, m[0], m.start(), m.end()))
    return found


def _written_out(places: list[PeriodFound], plain: str) -> list[str]:
    """Each period once, in order; "FY2015 - FY2017" as its three years."""
    asked: list[str] = []
    for before, one in zip([None, *places], places, strict=False):
        if before is not None and _BETWEEN.match(plain[before.end : one.start]):
            asked.extend(_years_between(before.period, one.period))
        asked.append(one.period)
    return list(dict.fromkeys(asked))


def _years_between(first: str, last: str) -> list[str]:
    a, b = parse(first), parse(last)
    if a is None or b is None or not (a.fiscal and b.fiscal) or not 1 < b.year - a.year < 12 or a.part or b.part:
        return []
    return [shift(first, n) for n in range(1, b.year - a.year)]


_INSTANT = re.compile(
    r"時点|末現在|期末|年度末|年末|残高|\bas (?:of|at)\b|year[- ]end|\bat (?:the )?end of\b"
    r"|\bat (?:december|march|june|september)"
)


def _is_instant(plain: str) -> bool:
    return bool(_INSTANT.search(plain))
