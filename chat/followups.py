"""A question that leans on the one before it, made whole: "and the year before?", "what about Retail?", 前期は？

Pure: what comes out is a question that can be asked alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from library import period_words
from library.periods import parse, shift
from retrieval.question import Company, Question, understand
from retrieval.question_words import is_japanese

LEADS = re.compile(
    r"^\W*(?:and|or|but|so|then|also|ok(?:ay)?|now)?\W*(?:(?:what|how) about|and|then|for|in|the same (?:for|in|of)"
    r"|th(?:at|ose) (?:for|in|of)|(?:as )?compared (?:with|to)|versus|vs\.?)?\W*(?=\S)",
    re.IGNORECASE,
)
JAPANESE_LEADS = re.compile(r"^\W*(?:それでは|では|じゃあ|それなら|ちなみに|また|そして|で、|あと)?[、\s]*")
JAPANESE_ENDS = re.compile(
    r"(?:について)?(?:は|では|なら|だと|の場合は?|はどう(?:です|でし)?(?:た)?か?|も)?\s*[?？。]*$"
)
LEANS = re.compile(
    r"^\W*(?:and|or|but|so|then)\b|\b(?:what|how) about\b|^\W*(?:the )?(?:year|quarter|one) (?:before|after)\b"
    r"|^\W*why\b|\b(?:it|its|that|this|they|them|those|the same)\b"
    r"|^\W*(?:では|じゃあ|それ|その|で、|なぜ|ちなみに)|^.{1,14}(?:は|では|も)[?？]?$",
    re.IGNORECASE,
)
SAYS = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|it|its|that|this|they|them|their|those"
    r"|these|same|one|ones|which|me)\b",
    re.IGNORECASE,
)
POINTS_JA = re.compile(r"それ|その|この|これ|同じ|どの|どれ|です|ます|ください")
"""Words of a sentence that says something or points back, and so names nothing that could stand in a question."""
SAYS_JA = re.compile(r"[をがに]|した|して|する|のか")
"""The same, but these stand in the names of measures too."""
WHY = re.compile(
    r"\b(?:why|explain|reasons?|caused?|drove|driven|drivers?)\b|なぜ|どうして|理由|要因|背景", re.IGNORECASE
)
"""Asks what no other figure answers."""
CHANGE = re.compile(r"\bchange\b|\bdifference\b|\bgrowth\b|増減|変化|伸び|差", re.IGNORECASE)
BEFORE = re.compile(
    r"\b(?:the )?(?:year|period) before(?: that)?\b|\b(?:prior|previous|preceding|last) (?:fiscal )?year\b",
    re.IGNORECASE,
)
AFTER = re.compile(
    r"\b(?:the )?(?:year|period) after(?: that)?\b|\b(?:following|next) (?:fiscal )?year\b", re.IGNORECASE
)
BEFORE_JA = re.compile(r"前期(?!比)|前年度?(?!比)|前の年度?|その前")
AFTER_JA = re.compile(r"翌期|翌年度?|次の年度?|来期")
SHORT, BARE = 60, 24


@dataclass(slots=True, frozen=True)
class Whole:
    """A question as it would be asked alone."""

    text: str
    sure: bool = True
    """False: no rule knew how, and it is joined to the question that it leans on."""


def whole(question: str, history: Sequence[tuple[str, str]], companies: Sequence[Company] = ()) -> Whole:
    """Unchanged where it stands alone or where nothing went before."""
    if not history or not leans(question):
        return Whole(question)
    before = whole(history[-1][0], history[:-1], companies)
    for way in () if WHY.search(question) else (_change, _other_period, _other_subject):
        if made := way(question, before.text, companies):
            return Whole(made, before.sure)
    return Whole(f"{before.text.rstrip()} {question}", sure=False)


def leans(question: str) -> bool:
    """Short, and saying by its words or by what it leaves out that it goes on from something."""
    text = question.strip()
    if len(text) > SHORT:
        return False
    alone = understand(text)
    if LEANS.search(text):
        return not (alone.measures and alone.periods and re.search(r"[A-Z]\w+'s|の", text))
    return len(text) < BARE and not alone.measures


def _other_period(question: str, before: str, companies: Sequence[Company]) -> str:
    """Another year of the same figure."""
    rest, old, step = understand(question), understand(before, companies), _step(question)
    new = "" if step else next(iter(rest.periods), "")
    if not (step or new) or rest.measures or _says_more(rest):
        return ""
    if not old.period_spans:
        return _with_period(before, old, step, new)
    first = old.period_spans[0]
    period = new or shift(first.period, step)
    if not period or parse(period) is None:
        return ""
    return before[: first.start] + _written(period, first.text, old.language) + before[first.end :]


def _step(question: str) -> int:
    """-1 for the year before, +1 for the year after, 0 where it says neither."""
    if BEFORE.search(question) or BEFORE_JA.search(question):
        return -1
    return 1 if AFTER.search(question) or AFTER_JA.search(question) else 0


def _says_more(rest: Question) -> bool:
    return len(rest.subject.split()) > 2 if rest.language == "en" else len(rest.subject) > 4


def _written(period: str, like: str, language: str) -> str:
    """The period as the question before wrote its own: FY2024 after FY2025, 2024年3月期 after 2025年3月期."""
    year = re.search(r"(?:19|20)\d{2}", like)
    read = parse(period)
    if year and read and read.year and not read.part:
        return like.replace(year[0], str(read.year), 1)
    return period_words.written(period, "ja" if is_japanese(like) else language) or period


def _with_period(before: str, old: Question, step: int, period: str) -> str:
    """A question without a period gets one."""
    if old.language == "ja":
        words = {-1: "前期", 1: "翌期"}.get(step) or period_words.written(period, "ja")
        return f"{words}の{before}"
    words = {-1: "the previous year", 1: "the next year"}.get(step) or period_words.written(period, "en")
    return _added(before, f"in {words}")


def _added(before: str, words: str) -> str:
    """Words before the question mark."""
    end = re.search(r"\s*[?.]*\s*$", before)
    cut = end.start() if end else len(before)
    return f"{before[:cut]} {words}{before[cut:]}"


def _change(question: str, before: str, companies: Sequence[Company]) -> str:
    """ "And the change?" asks for the same figure against the year before."""
    if not CHANGE.search(question) or understand(question).measures:
        return ""
    old = understand(before, companies)
    if not old.measures or len(old.period_spans) != 1 or old.operation:
        return ""
    span = old.period_spans[0]
    earlier = _written(shift(span.period, -1), span.text, old.language)
    if old.language == "ja":
        return f"{JAPANESE_ASKED.sub('', before)}は{earlier}からいくら増減しましたか。"
    return _added(before, f"compared with {earlier}")


JAPANESE_ASKED = re.compile(r"は?(?:いくら|何[%％円人]|どれ(?:だけ|くらい)).*$|は?[?？。]*$")


def _other_subject(question: str, before: str, companies: Sequence[Company]) -> str:
    """Another company, part of the business or measure in the place of the old one."""
    new = _named(question)
    if not new or (POINTS_JA if is_japanese(new) else SAYS).search(new):
        return ""
    old, alone = understand(before, companies), understand(new, companies)
    if alone.measures and old.measures:
        return _put(before, old.measures[0].start, old.measures[0].end, new)
    if old.company_spans and (alone.companies or _is_name(new, alone)):
        return _put(before, old.company_spans[0].start, old.company_spans[0].end, new)
    if alone.members and old.members:
        start = before.find(old.members[0].text)
        end = before.find(old.members[-1].text, start) + len(old.members[-1].text)
        return _put(before, start, end, new)
    if old.language == "ja":
        return "" if SAYS_JA.search(new) else f"{new}の{before}"
    return _added(before, f"for {new}")


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _named(question: str) -> str:
    """What the follow-up names, without the words that lead to it; "" where it asks something else."""
    text = question.strip()
    if is_japanese(text):
        return JAPANESE_ENDS.sub("", JAPANESE_LEADS.sub("", text)).strip()
    if re.search(r"\b(?:who|when|where)\b|\bhow (?!about)|\bwhat (?!about)", text, re.IGNORECASE):
        return ""
    return LEADS.sub("", text).strip(" ?.!,")


def _is_name(text: str, alone: Question) -> bool:
    if alone.members and not re.search(r"\b(?:Bank|Group|Holdings)$|銀行$", text):
        return False
    return bool(re.match(r"[A-Z]", text) or re.search(r"(?:銀行|信託|証券|生命|保険|グループ|ホールディングス)$", text))
