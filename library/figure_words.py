"""The words that figures are written with, in English and Japanese: numerals, scales, currencies, counters."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

CURRENCIES = {
    "US$": "USD",
    "HK$": "HKD",
    "NT$": "TWD",
    "A$": "AUD",
    "C$": "CAD",
    "S$": "SGD",
    "R$": "BRL",
    "$": "USD",
    "¥": "JPY",
    "€": "EUR",
    "£": "GBP",
    "₩": "KRW",
    "₹": "INR",
    "USD": "USD",
    "JPY": "JPY",
    "EUR": "EUR",
    "GBP": "GBP",
    "CNY": "CNY",
    "RMB": "CNY",
    "CHF": "CHF",
    "AUD": "AUD",
    "CAD": "CAD",
    "HKD": "HKD",
    "SGD": "SGD",
    "KRW": "KRW",
    "INR": "INR",
    "u.s. dollars": "USD",
    "us dollars": "USD",
    "dollars": "USD",
    "dollar": "USD",
    "japanese yen": "JPY",
    "yen": "JPY",
    "euros": "EUR",
    "euro": "EUR",
    "pounds sterling": "GBP",
    "pounds": "GBP",
    "swiss francs": "CHF",
    "yuan": "CNY",
    "renminbi": "CNY",
    "won": "KRW",
    "rupees": "INR",
    "米ドル": "USD",
    "豪ドル": "AUD",
    "ドル": "USD",
    "円": "JPY",
    "ユーロ": "EUR",
    "ポンド": "GBP",
    "人民元": "CNY",
    "ウォン": "KRW",
}
"""Printed form -> ISO code. A bare "dollar" is taken for the American one."""

SCALES = {
    "hundred": "100",
    "thousand": "1000",
    "million": "1000000",
    "mln": "1000000",
    "mn": "1000000",
    "mm": "1000000",
    "billion": "1000000000",
    "bln": "1000000000",
    "bn": "1000000000",
    "trillion": "1000000000000",
    "trn": "1000000000000",
    "tn": "1000000000000",
    "k": "1000",
    "m": "1000000",
    "b": "1000000000",
    "t": "1000000000000",
}

UNITS = {
    "%": "%",
    "percent": "%",
    "per cent": "%",
    "pct": "%",
    "パーセント": "%",
    "percentage points": "pt",
    "percentage point": "pt",
    "%ポイント": "pt",
    "ポイント": "pt",
    "%pt": "pt",
    "ppts": "pt",
    "ppt": "pt",
    "pts": "pt",
    "pt": "pt",
    "pp": "pt",
    "points": "pt",
    "basis points": "bp",
    "basis point": "bp",
    "bps": "bp",
    "bp": "bp",
    "ベーシスポイント": "bp",
    "倍": "x",
    "times": "x",
    "fold": "x",
    "-fold": "x",
    "x": "x",
    "株": "shares",
    "shares": "shares",
    "人": "people",
    "名": "people",
    "employees": "people",
    "people": "people",
    "社": "社",
    "店舗": "店舗",
    "店": "店舗",
    "件": "件",
    "台": "台",
    "個": "個",
    "棟": "棟",
    "戸": "戸",
    "拠点": "拠点",
    "カ国": "か国",
    "か国": "か国",
    "ヶ国": "か国",
    "歳": "歳",
    "トン": "t",
    "銭": "銭",
    "セント": "cents",
    "cents": "cents",
}
"""Printed form -> unit. "cents" and "銭" become hundredths of their currency when a figure is made."""

FRACTIONS = {"%": Decimal("0.01"), "pt": Decimal("0.01"), "bp": Decimal("0.0001")}
"""Units whose base is one: 13.2% is 0.132."""

KANJI_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
KANJI_TENS = {"十": 10, "百": 100, "千": 1000}
KANJI_SCALES = {"万": 10**4, "億": 10**8, "兆": 10**12}


DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
SYMBOLS = {k: v for k, v in CURRENCIES.items() if not k[0].islower()}
"""What may stand before a number."""


def word_list(text: str) -> list[str]:
    return text.split()


_SMALL = word_list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen "
    "eighteen nineteen"
)
_TENS = word_list("twenty thirty forty fifty sixty seventy eighty ninety")
ENGLISH_NUMBERS = {w: n for n, w in enumerate(_SMALL)} | {w: 10 * n for n, w in enumerate(_TENS, start=2)}

WIDE = str.maketrans(
    "０１２３４５６７８９，．％（）＋－−‐‑–￥＄：／▲▴　 ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［］",
    "0123456789,.%()+-----¥$:/△△  ABCDEFGHIJKLMNOPQRSTUVWXYZ[]",
)
WIDE |= {n: unicodedata.decimal(chr(n)) + 48 for n in range(128, 0x10000) if chr(n).isdecimal()}
"""One character for one, so that places in the text stay the same."""


def narrow(text: str) -> str:
    """Digits of other scripts, full-width signs and brackets as ASCII; the length stays."""
    return text.translate(WIDE)


def alternatives(words: dict[str, str]) -> str:
    """A pattern that matches any of the words, the longest first; Latin words end at a word's end."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(w) + (r"(?![A-Za-z])" if w.isascii() and w[-1].isalpha() else "") for w in ordered)


def kanji_number(text: str) -> Decimal | None:
    """Kanji numerals under ten thousand: 三百二十 -> 320, 二〇二五 -> 2025."""
    if text and all(c in KANJI_DIGITS for c in text):
        return Decimal("".join(str(KANJI_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in KANJI_DIGITS:
            digit = KANJI_DIGITS[c]
        elif c in KANJI_TENS:
            total += (digit or 1) * KANJI_TENS[c]
            digit = 0
        else:
            return None
    return Decimal(total + digit) if text else None


def english_number(text: str) -> Decimal | None:
    """Number words under a thousand: "twenty-five" -> 25, "a" -> 1, "half a" -> 0.5, "two hundred" -> 200."""
    words = re.split(r"[\s-]+", text.strip().lower())
    if words == ["half", "a"]:
        return Decimal("0.5")
    total = 0
    for word in words:
        if word in ENGLISH_NUMBERS:
            total += ENGLISH_NUMBERS[word]
        elif word == "a":
            total += 1
        elif word == "hundred":
            total = (total or 1) * 100
        elif word != "and":
            return None
    return Decimal(total)


def plain(value: Decimal) -> str:
    """Without exponent and without zeros at the end: "885400000000", "0.132", "0"."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def currency_of(word: str | None) -> str:
    if not word:
        return ""
    return CURRENCIES.get(word) or CURRENCIES.get(word.upper()) or CURRENCIES.get(word.lower(), "")


def unit_of(word: str | None) -> str:
    return UNITS.get(word.lower(), "") if word else ""


def scale_of(word: str) -> Decimal:
    """The factor of "million", "億", "十億", "千"."""
    if word.lower() in SCALES:
        return Decimal(SCALES[word.lower()])
    factor = Decimal(1)
    for c in word:
        factor *= KANJI_TENS.get(c) or KANJI_SCALES.get(c, 1)
    return factor
