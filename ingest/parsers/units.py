"""What headers and labels say of the numbers under them: unit and scale, consolidated or not, forecast or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from library.figure_words import narrow
from library.figures import read_cell
from library.figures import read_unit as read_header


@dataclass(slots=True, frozen=True)
class Unit:
    """`unit` is "" where the text gives only a scale ("Millions")."""

    printed: str
    scale: str = "1"
    unit: str = ""


_UNIT_WORDS = """
in of and or the all are is amounts amount figures stated expressed except as for where otherwise noted indicated per
share shares data unaudited dollars dollar us u s yen japanese euro euros pounds sterling million millions thousand
thousands billion billions trillion trillions usd jpy eur gbp cny rmb chf aud cad hkd sgd krw inr m mn mm bn b k tn
percent percentage percentages ratios ratio number
"""
_WORDS = frozenset(_UNIT_WORDS.split())
_MARKS = re.compile(r"^(?:[※＊*]\s?[0-9]{1,2}(?:\s?[,、]\s?|\s+)|[※＊*]\s?[０-９]{1,2}\s*[,、]?\s*)+(?=[\d△▲(（−-])")
_LABEL_MARKS = re.compile(
    r"^(?:[※＊*†]\s?[\d,、※]*|[0-9０-９]{1,2}[\s.．]\s*(?=\D))\s*|\s*(?:[※＊†]\s?[\d,、※]*|\*+|[(（]注[)）]?\s?[\d,、]*[)）]?"
    r"|[(（](?:[a-z]|\d{1,2}|※\d*)[)）]|[¹²³⁴-⁹]+)$"
)
_ASIDE = re.compile(r"([^\s()\[\]（）［］]+)\s*[\[(（［][\d.,%\s]+[)\]）］]")


_CODE_AND_SCALE = re.compile(r"(RMB|CNY|[A-Z]{3}|[A-Z]{0,2}\$|[¥€£])\s?'?\s?(thousand|million|billion|000)s?", re.I)
_SIGN_AT_END = re.compile(
    r"\s((?:[A-Z]{0,2}\$|[¥€£]|[A-Z]{3})\s?['’‘]?(?:m|mn|bn|k|000|million|billion)s?|%|[$€£])\s*$", re.I
)
_ASIDES = re.compile(r"[(（]([^()（）]*(?:単位|\bin\b|thousand|million|billion|百万円|千円|億円)[^()（）]*)[)）]", re.I)


@lru_cache(maxsize=20_000)
def unit_line(text: str) -> Unit | None:
    """The unit, where the text says nothing else: "(単位：百万円)", "£m", "(in millions, except per share)"."""
    text = re.sub(r"\bin(?=thousand|million|billion)", "in ", text.replace("’", "'").replace("‘", "'"), flags=re.I)
    plain = narrow(text).strip().lower()
    if not plain or len(plain) > 120:
        return None
    if coded := _CODE_AND_SCALE.fullmatch(plain.strip("() ").upper()):
        word = {"000": "thousand"}.get(coded[2].lower(), coded[2].lower())
        _, scale, unit = read_header(f"in {word}s of {coded[1]}")
        return Unit(text.strip("() "), scale, unit)
    body = re.sub(r"^単位\s*[:;]?\s*|,?\s+(?:except|unless|other than)\b.*", "", plain.strip("()[] "))
    shown = re.sub(r"^単位\s*[:：;]?\s*", "", text.strip("()（）[]［］ "))
    printed, scale, unit = read_header(text)
    if not printed:
        return None
    if body.isascii() or re.search(r"[$¥€£]", body):
        bare = set(re.findall(r"[a-z]+", body)) <= _WORDS and not re.search(r"\d", body.replace("000", ""))
        return Unit(shown, scale, unit) if bare else None
    listed = re.split(r"[、,・/]", body)
    return Unit(shown, scale, unit) if printed.strip() in (body, listed[0].strip()) else None


@lru_cache(maxsize=20_000)
def unit_in(text: str) -> Unit | None:
    """The unit that ends a label, in brackets or as a sign: "資本金(百万円)", "Margin (%)", "2019 €m"."""
    bracketed = re.search(r"[(（\[［]([^()（）\[\]［］]{1,60})[)）\]］]\s*$", text)
    if bracketed:
        return unit_line(f"({bracketed[1]})")
    sign = _SIGN_AT_END.search(text)
    return unit_line(sign[1]) if sign else None


@lru_cache(maxsize=5_000)
def title_unit(text: str) -> Unit | None:
    """The unit in a title, wherever it stands: "Fees in yen", "Sales ($m) by region", "Loans, in millions of euros"."""
    if found := unit_line(text) or unit_in(text):
        return found
    bracketed = re.findall(r"[(（\[［]([^()（）\[\]［］]{1,60})[)）\]］]", text)
    tail = re.search(r"\b(in\s+\S.{1,40})$", text, re.I)
    said = [f"({inner})" for inner in reversed(bracketed)] + ([tail[1]] if tail else [])
    return next((u for one in said if (u := unit_line(one))), None)


def unit_said(text: str) -> Unit | None:
    """The unit that a sentence before a table gives in brackets: "… is as follows (in thousands, unaudited):"."""
    return next((u for aside in reversed(_ASIDES.findall(text[-400:])) if (u := unit_line(f"({aside})"))), None)


def label_text(text: str) -> str:
    """A row's label without its footnote marks and its number in a list; never empty where the label is not."""
    bare = text
    while (shorter := _LABEL_MARKS.sub("", bare).strip()) != bare and shorter:
        bare = shorter
    return bare


def is_per_share(label: str) -> bool:
    """Rows that a table's scale leaves out: amounts for one share."""
    plain = narrow(label).lower()
    return bool(re.search(r"1株(?:当|あ)たり|per (?:common |ordinary |diluted |basic )?(?:share|ads|unit)", plain))


def is_aside(label: str) -> bool:
    """A row that stands in brackets ("（うち中間配当額）"): its numbers do too, and are not negative for it."""
    return label[:1] in "(（[［〔" and label[-1:] in ")）]］〕"


def read_figure(text: str, scale: str, unit: str, *, brackets_are_negative: bool = True) -> tuple[str, str] | None:
    """(value, unit) as `read_cell` reads it, where footnote marks or a second number in brackets surround it."""
    bare = _MARKS.sub("", text.strip())
    square = re.fullmatch(r"[\[［〔]\s*(.*?)\s*[\]］〕]", bare)
    if square:
        bare = square[1]
    elif not brackets_are_negative and (around := re.fullmatch(r"[(（]\s*(.*?)\s*[)）]", bare)):
        bare = around[1]
    if found := read_cell(bare, scale=scale, unit=unit):
        return found
    aside = _ASIDE.fullmatch(bare)
    return read_cell(aside[1], scale=scale, unit=unit) if aside else None


_SEPARATE_STATEMENTS = re.compile(
    r"(?<!連結)(?:財務諸表|貸借対照表|損益計算書|株主資本等変動計算書|製造原価明細書|キャッシュ・フロー計算書)"
)


def basis_of(text: str) -> str:
    """ "consolidated" or "separate" where a heading or a header says so, else "".

    Japanese filings call the group's statements 連結…; the same name without it is the company's own.
    """
    plain = text.lower()
    if re.search(r"非連結|単体|個別|事業年度|提出会社の|non-consolidated|unconsolidated|parent company only", plain):
        return "separate"
    if re.search(r"連結|consolidated", plain):
        return "consolidated"
    return "separate" if _SEPARATE_STATEMENTS.search(plain) else ""


def column_basis(text: str) -> str:
    """As `basis_of`, and whether the column forecasts."""
    plain = text.lower()
    if re.search(r"予想|見通し|計画|予測|forecast|guidance|outlook|budget|\bplan\b", plain):
        return "forecast"
    return basis_of(text) or ("actual" if re.search(r"実績|\bactual\b", plain) else "")
