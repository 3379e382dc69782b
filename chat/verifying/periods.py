"""Which period a figure in a sentence is of, and whether two periods are at odds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from library.figure_words import narrow
from library.figures import Figure
from library.periods import matches, parse, read_period

_ORDINAL = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)[\s-](?:fiscal[\s-])?(?:quarter|half)"
_YEAR = r"(?<![\d.,$¥€£])(?:19|20)\d{2}(?![\d%]|[.,]\d|\s?(?:million|billion|百万|億|万|円|人|株))"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_SPAN = r"(?:(?:three|six|nine|twelve|\d+)\smonths?|(?:fiscal\s)?years?|quarters?)\sended\s"
_SHORT = r"(?:Q[1-4]|[1-4]Q|H[12]|[12]H)"
_JA_YEAR = r"(?:(?:令和|平成|昭和)\s?(?:\d{1,2}|元)|(?:19|20)\d{2})年"
_JA_PART = r"(?:第\s?[1-4一二三四]\s?四半期(?:累計期間|累計|連結会計期間|連結累計期間)?|上半?期|下半?期|中間期|通期)"
_PERIOD = re.compile(
    rf"{_JA_YEAR}(?:度|\d{{1,2}}月(?:期|末|\d{{1,2}}日)?)?(?:の|・)?{_JA_PART}?|{_JA_PART}"
    rf"|(?:{_SPAN})?{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{_YEAR}|{_MONTH},?\s{_YEAR}"
    rf"|(?:the\s)?{_ORDINAL}(?:\s(?:of|in)?\s?(?:the\s)?(?:(?:fiscal|FY|calendar)\s?(?:year\s)?)?{_YEAR})?"
    rf"|(?:fiscal\s(?:year\s)?|FY\s?'?)?{_YEAR}(?:'s)?(?:\s(?:fiscal\s)?{_ORDINAL}|\s?{_SHORT}\b)?"
    rf"|\b{_SHORT}(?:\s?(?:of\s)?(?:FY\s?|fiscal\s)?'?(?:{_YEAR}"
    rf"|\d{{2}}(?![\d%.,]\d?)))?(?![A-Za-z\d])|\bFY\s?'?\d{{2}}(?!\d)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^[^,;。、，]{0,24}?(?:\b(?:in|for|of|at|during|as of|ended)\s(?:the\s)?(?:end of\s)?"
    r"|\()\s*$",
    re.IGNORECASE,
)
_PRIOR = re.compile(
    r"(?:from|compared (?:with|to)|versus|vs\.?|against|up from|down from|prior[\s-]year|last year"
    r"|year[\s-]ago|previous year"
    r"|前期(?!比|末比)|前年(?!比|同期比|度比|同月比)|前連結会計年度(?!比)|昨年)[^.;。]{0,40}$",
    re.IGNORECASE,
)


_JOINT = re.compile(r"\s?(?:,|、|・|/|,?\s?and|および|及び|と)\s?")
_THAN = re.compile(r"\b(?:than|compared|versus|vs|from|over|against|relative)\b", re.IGNORECASE)
_BEFORE_BASE = re.compile(
    r"\b(?:from|than|over|versus|vs\.?|against|compared\s(?:to|with))\s(?:the\s)?$", re.IGNORECASE
)
_RANGE = re.compile(r"\s?(?:-|–|~|〜|～)\s?")
_BASE = re.compile(r"から|より|に比べ|と比べ|に対し")


@dataclass(slots=True, frozen=True)
class Named:
    """A period as a text names it: canonical where it has a year, else only its part ("Q3")."""

    start: int
    end: int
    canonical: str
    part: str


def named(canonical: str) -> Named | None:
    """A period that is already canonical (a column's, a document's)."""
    period = parse(canonical)
    return None if period is None or period.relative is not None else Named(-1, -1, canonical, period.part)


@lru_cache(maxsize=4096)
def periods(text: str) -> tuple[Named, ...]:
    found = []
    for match in _PERIOD.finditer(narrow(text)):
        canonical = _with_closing_month(match.group(), read_period(match.group()))
        period = parse(canonical)
        part = period.part if period else _bare_part(match.group())
        if canonical or part:
            found.append(Named(match.start(), match.end(), canonical, part))
    return tuple(found)


def _with_closing_month(text: str, canonical: str) -> str:
    """ "Year ended March 31, 2025" names the month that the year closes in; December needs no mention."""
    closing = re.search(rf"ended\s({_MONTH})", text, re.IGNORECASE)
    if closing is None or not re.fullmatch(r"FY\d{4}", canonical):
        return canonical
    month = "janfebmaraprmayjunjulaugsepoctnovdec".index(closing[1][:3].lower()) // 3 + 1
    return canonical if month == 12 else f"{canonical}-{month:02}"


def _bare_part(text: str) -> str:
    """The quarter or half of a period without a year."""
    period = parse(read_period(text, above="2000"))
    return period.part if period else ""


def period_of(text: str, figures: Sequence[Figure], index: int) -> Named | None:
    """The period of the index-th figure of a sentence, None where the sentence leaves it open.

    A period that follows with a preposition ("$90 million in 2017") comes first, then the nearest one before it.
    A figure that is compared against ("from $90 million") does not take the sentence's period.
    """
    there = periods(text)
    if not there:
        return None
    figure = figures[index]
    if len(there) == len(figures) and re.search(r"\brespectively\b|それぞれ", text):
        return there[index]
    if index + 1 < len(figures) and _RANGE.fullmatch(text[figure.end : figures[index + 1].start]):
        return period_of(text, figures, index + 1)
    limit = figures[index + 1].start if index + 1 < len(figures) else len(text)
    after = next((p for p in there if figure.end <= p.start < limit), None)
    between = text[figure.end : after.start] if after else ""
    if _AFTER.search(between) and not _THAN.search(between):
        return after
    before = [p for p in there if p.end <= figure.start]
    if not before:
        return after if after and len(there) == 1 and not _PRIOR.search(text[: figure.start]) else None
    listed = _run(text, before, len(before) - 1)
    if len(listed) > 1:
        return _in_step(text, figures, index, listed)
    gap_from = max(before[-1].end, *(f.end for f in figures[:index]), 0)
    if _PRIOR.search(text[gap_from : figure.start]):
        return None
    if _BEFORE_BASE.search(text[: before[-1].start]):
        return before[-2] if len(before) > 1 else None
    if _of_base(text, figures[:index], before[-1]):
        return before[-2] if len(before) > 1 else None
    if gap_from > before[-1].end and _BASE.search(text[before[-1].end : figure.start]):
        return before[-2] if len(before) > 1 else None
    return before[-1]


def _of_base(text: str, earlier: Sequence[Figure], period: Named) -> bool:
    """Whether the period is that of an earlier figure which is only compared with: "from $90 million in 2017, 14%"."""
    of = next((f for f in reversed(earlier) if f.end <= period.start), None)
    return of is not None and bool(_AFTER.search(text[of.end : period.start]) and _BEFORE_BASE.search(text[: of.start]))


def _run(text: str, spans: Sequence[Named | Figure], at: int) -> list[int]:
    """Which of the spans stand in one list with the one given: "2018, 2017 and 2016"."""
    first = last = at
    while first and _JOINT.fullmatch(text[spans[first - 1].end : spans[first].start]):
        first -= 1
    while last + 1 < len(spans) and _JOINT.fullmatch(text[spans[last].end : spans[last + 1].start]):
        last += 1
    return list(range(first, last + 1))


def _in_step(text: str, figures: Sequence[Figure], index: int, listed: list[int]) -> Named | None:
    """A list of figures after a list of periods, as long, goes with it in order; else the list leaves it open."""
    run = _run(text, figures, index)
    before = [p for p in periods(text) if p.end <= figures[index].start]
    return before[listed[run.index(index)]] if len(run) == len(listed) else None


def at_odds(claim: Named | None, evidence: Named | None, *, loose: bool = False) -> bool:
    """Whether two periods cannot be the same. What one of them leaves open is no conflict; `loose` looks at the
    years alone, for a document's period standing in for a sentence's own."""
    if claim is None or evidence is None:
        return False
    if not claim.canonical or not evidence.canonical:
        return bool(not loose and claim.part and evidence.part and claim.part != evidence.part)
    if matches(claim.canonical, evidence.canonical) > 0:
        return False
    a, b = parse(claim.canonical), parse(evidence.canonical)
    if a is None or b is None:
        return False
    years_apart = abs(a.year - b.year)
    if loose:
        return years_apart > 1 or (
            years_apart == 1 and not (a.month and b.month == 0) and not (b.month and a.month == 0)
        )
    return True
