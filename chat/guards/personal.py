"""Personal data in text, in Japanese and English: found by form, check digit and the words beside it. Pure.

Names in Japanese are read with the dictionary that the search uses; it is loaded at the first Japanese text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chat.guards import people as guard_people
from chat.guards import places as guard_places

_I = re.IGNORECASE
DIGITS = str.maketrans("０１２３４５６７８９－―‐−ー＋（）　＠．", "0123456789-----+() @.")
"""Full width to plain, one character for one, so that places stay."""

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![\w-])")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,4})?(?![A-Za-z0-9])")
CARD = re.compile(r"(?<![\d.,])\d(?:[ -]?\d){11,18}(?![\d]|[.,]\d)")
CARD_START = re.compile(
    r"4(?:.{12}|.{15}|.{18})|5[1-5].{14}|2(?:22[1-9]|2[3-9].|[3-6]..|7[01].|720).{12}|3[47].{13}|3"
    r"(?:0[0-5]|[68].).{11}"
    r"|35.{14}|(?:1800|2131).{11}|6(?:011|4[4-9].|5..|2..).{12,15}|(?:50|5[6-9]|6[0-9]).{10,17}"
)
TWELVE = re.compile(r"(?<![\d.,-])(?:\d{4}[ -]\d{4}[ -]\d{4}|\d{12})(?![\d-]|[.,]\d)")
MY_NUMBER_WORD = re.compile(r"マイ\s*ナンバー|個人番号|my\s*number|individual number", _I)
SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
LICENCE = re.compile(
    r"(?:driver'?s?(?:'s)?|driving)[ -]?(?:licen[cs]e|permit)\b[^\d\n]{0,24}?(?P<value>[A-Z]{0,3}\d[A-Z\d-]{4,16})"
    r"|(?:運転)?免許証?(?:の)?(?:番号)?[^\d\n]{0,8}(?P<other>\d{4}[ -]?\d{4}[ -]?\d{4})",
    _I,
)
PASSPORT = re.compile(
    r"(?:passport|旅券|パスポート)[^\n\d]{0,16}?(?P<value>[A-Z]{1,2}\d{6,8}|(?<![A-Z\d])\d{8,9}(?!\d))"
    r"|(?<![A-Za-z\d])(?P<other>[MT][A-Z]\d{7})(?![A-Za-z\d])",
    _I,
)
ACCOUNT = re.compile(
    r"(?:普通|当座|貯蓄|定期)(?:預金|口座)?(?:番号)?[^\d\n]{0,6}(?P<a>\d{6,8})(?!\d|,\d)"
    r"|口座(?:番号)?(?:は|が|：|:|\s|の)*(?P<b>\d(?:-?\d){5,10})(?!\d|,\d)"
    r"|記号[^\d\n]{0,4}(?P<c>\d{5}(?:-\d)?)[^\d\n]{0,8}番号[^\d\n]{0,4}(?P<d>\d{1,8})"
    r"|\b(?:account|acct|a/c)\b\.?\s*(?:number|num|no\.?|#)?(?:\s*(?:is|was|of|:|#|ending in))*\s*(?P<e>\d"
    r"(?:[ -]?\d){6,16})(?!\d|[.,]\d)"
    r"|\brouting (?:number|no\.?)(?:\s*(?:is|:))*\s*(?P<f>\d{9})\b",
    _I,
)
PHONE = re.compile(
    r"(?<![\d.,/-])(?:"
    r"\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){6,12}"
    r"|0\d{1,4}-\d{1,4}-\d{3,4}|\(0\d{1,4}\) ?\d{1,4}[ -]\d{3,4}|0\d{1,3}\(\d{2,4}\)\d{4}|0[789]0\d{8}"
    r"|(?:\+?1[ .-])?\(\d{3}\) ?\d{3}[ .-]\d{4}|(?:\+?1[ .-])?\d{3}[.-]\d{3}[.-]\d{4}(?:x\d{1,5})?|00\d"
    r"(?:[ -]?\d){9,13}"
    r"|0\d{3,4} \d{2,3} ?\d{2,4}(?: \d{2,3})?"
    r")(?![\d]|[.,-]\d)"
)
PHONE_SAID = re.compile(
    r"(?:\b(?:tel|phone|telephone|mobile|cell|fax|call(?:ing|ed)?|reach(?:ed)?(?: \w+){0,2}|text|dial"
    r"|contact(?: \w+)? (?:at|on)|number is|answering(?: \w+)? at)\b|電話|携帯|ＴＥＬ|ＦＡＸ|連絡先)"
    r"(?:番号)?[^\d+(]{0,20}(?P<value>[+(]?\d(?:[ .()-]{0,2}\d){6,14}(?:x\d{1,5})?)(?!\d|[.,]\d|%)",
    _I,
)


@dataclass(slots=True, frozen=True)
class Personal:
    kind: str
    start: int
    end: int


def find(text: str, *, names: bool = True) -> list[Personal]:
    """Personal data in the order of the text, none within another; names and addresses cost the most."""
    plain = text.translate(DIGITS)
    found: list[Personal] = []
    for kind, read in READERS.items():
        found += [Personal(kind, start, end) for start, end in read(plain)]
    found += [Personal("ADDRESS", start, end) for start, end in guard_places.addresses(plain)]
    if names:
        found += [Personal("PERSON", start, end) for start, end in guard_people.people(text)]
    return _apart(found)


def is_card(digits: str) -> bool:
    return bool(CARD_START.fullmatch(digits)) and luhn(digits)


def luhn(digits: str) -> bool:
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def is_my_number(digits: str) -> bool:
    """The check digit of a Japanese individual number, as the ordinance of 2014 sets it."""
    if len(digits) != 12 or len(set(digits)) == 1:
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(d) * w for d, w in zip(digits[:11], weights, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_iban(value: str) -> bool:
    packed = value.replace(" ", "").upper()
    if not 15 <= len(packed) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in packed[4:] + packed[:4])) % 97 == 1


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    """The spans of a pattern: of its named groups where it has any."""

    def read(text: str) -> Iterator[tuple[int, int]]:
        for found in pattern.finditer(text):
            groups = [name for name in pattern.groupindex if found[name]]
            yield from (found.span(name) for name in groups)
            if not pattern.groupindex:
                yield found.span()

    return read


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for found in CARD.finditer(text):
        if is_card(re.sub(r"\D", "", found[0])):
            yield found.span()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for found in IBAN.finditer(text):
        if is_iban(found[0]):
            yield found.span()


def _my_numbers(text: str) -> Iterator[tuple[int, int]]:
    """With the words beside it, or with its groups; a bare number of twelve digits is an amount."""
    for found in TWELVE.finditer(text):
        named = MY_NUMBER_WORD.search(text, max(found.start() - 30, 0), found.start())
        if is_my_number(re.sub(r"\D", "", found[0])) and (named or len(found[0]) == 14):
            yield found.span()


READERS: dict[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "EMAIL": _matches(EMAIL),
    "CARD": _cards,
    "IBAN": _ibans,
    "MY_NUMBER": _my_numbers,
    "LICENCE": _matches(LICENCE),
    "SSN": _matches(SSN),
    "PASSPORT": _matches(PASSPORT),
    "ACCOUNT": _matches(ACCOUNT),
    "PHONE": _matches(PHONE),
    "PHONE_SAID": _matches(PHONE_SAID),
}


def _apart(found: list[Personal]) -> list[Personal]:
    """Where two overlap the one that comes first in the order of the readers stays; phones said are phones."""
    kept: list[Personal] = []
    for one in found:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(Personal(one.kind.removesuffix("_SAID"), one.start, one.end))
    return sorted(kept, key=lambda one: one.start)
