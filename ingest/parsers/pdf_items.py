"""What stands in a row of a table: labels and numbers, with "$", ")" and "%" put back to their number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.parsers.pdf_chars import Word
from ingest.parsers.pdf_lines import Chunk, Row, chunk

_DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.．]\d+)?|\.\d+"
_MONEY = r"(?:US|A|C|HK|NT|S|R)?[$€£¥￥]|Rs\.?|EUR|USD|JPY"
NUMBER = re.compile(
    rf"[(（\[]?\s?[-−–—△▲▼+±]?\s?(?:{_MONEY})?\s?[(（]?[-−–△▲+]?\s?(?:{_DIGITS})"
    r"\s?[)）\]]?\s?(?:%|％|x|倍|pts?|bps?|pp|円|銭|人|名|株|件|社|台|ポイント)?[)）]?"
    r"(?:\s?[*†‡]+|[¹²³⁴⁵⁶⁷⁸⁹]+|\s?\([a-z1-9]\))*",
    re.IGNORECASE,
)
LEAD = re.compile(rf"(?:{_MONEY}|[(（]|△|▲|[-−])+")
TAIL = re.compile(r"[)）\]]?\s?(?:%|％|pts?|bps?|pp|倍|[*†‡]+|\([a-z1-9]\))?[)）]?", re.IGNORECASE)
DASH = re.compile(rf"(?:{_MONEY})?\s?[-−–—―－─ー‐‑]{{1,3}}")
ABSENT = re.compile(r"n/?a|n\.a\.|nm|n\.m\.|n/m|\*{1,2}|…|\.{3}|－|NMF|nil", re.IGNORECASE)
LEADER = re.compile(r"[.．…·・_‥]{2,}")
YEAR = re.compile(r"(?:FY|CY)?'?(?:19|20)\d{2}[AEF]?|(?:FY|CY)\s?'?\d{2}", re.IGNORECASE)


@dataclass(slots=True)
class Item:
    """A chunk of a row, as a table sees it."""

    text: str
    kind: str
    """"number", "dash", "absent" or "text"."""
    x0: float
    y0: float
    x1: float
    y1: float
    anchor: float
    """Where a number's digits end: columns of figures are set on it."""
    bold: bool = False
    size: float = 0.0

    @property
    def is_value(self) -> bool:
        return self.kind != "text"

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


def items_of(row: Row) -> list[Item]:
    """The row's chunks as items, numbers whole; a number that opens the row before a text is part of its label."""
    pieces = [piece for c in row.chunks for piece in _pieces(c)]
    items = _whole(pieces)
    if len(items) > 1 and items[0].kind == "number" and items[1].kind == "text" and items[1].x1 > items[0].x1:
        label = _joined(items[0], items[1]) if _near(items[0], items[1]) else items[0]
        label.kind = "text"
        items = [label, *items[2:]] if label is not items[0] or _near(items[0], items[1]) else items
    return items


def _near(a: Item, b: Item) -> bool:
    return b.x0 - a.x1 < 4 * max(a.size, b.size)


def _joined(a: Item, b: Item) -> Item:
    return Item(
        f"{a.text} {b.text}", b.kind, a.x0, min(a.y0, b.y0), b.x1, max(a.y1, b.y1), b.anchor, a.bold and b.bold, b.size
    )


def _pieces(c: Chunk) -> list[list[Word]]:
    """A chunk in one piece, or a piece a word where it is a run of numbers set close together."""
    words = [w for w in c.words if not LEADER.fullmatch(w.text)]
    if len(words) < len(c.words):
        return [p for run in _runs(c.words) for p in _pieces(chunk(run))] if words else []
    if len(words) == 1 or not all(_is_figure(w.text) for w in words):
        return _trailing_number(words)
    return [[w] for w in words]


def _runs(words: list[Word]) -> list[list[Word]]:
    """Words between leaders (the dots that lead from a label to its number)."""
    runs: list[list[Word]] = [[]]
    for word in words:
        if LEADER.fullmatch(word.text):
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if run]


def _trailing_number(words: list[Word]) -> list[list[Word]]:
    """A label and "$" set close to it, parted: "Net sales $" is the label of the number that follows."""
    if len(words) > 1 and re.fullmatch(_MONEY, words[-1].text) and words[-1].x0 - words[-2].x1 > 1.5:
        return [words[:-1], words[-1:]]
    return [words]


def _is_figure(text: str) -> bool:
    return bool(NUMBER.fullmatch(text) or LEAD.fullmatch(text) or TAIL.fullmatch(text) or DASH.fullmatch(text))


def _whole(pieces: list[list[Word]]) -> list[Item]:
    items: list[Item] = []
    lead: Item | None = None
    for words in pieces:
        item = _item(words)
        if lead is not None and LEAD.fullmatch(item.text):
            lead = _merged(lead, item)
            continue
        if lead is not None:
            if item.is_value or NUMBER.fullmatch(lead.text + item.text):
                item = _merged(lead, item)
            else:
                items.append(lead)
            lead = None
        if LEAD.fullmatch(item.text) and not DASH.fullmatch(item.text):
            lead = item
        elif items and items[-1].kind in ("number", "dash") and TAIL.fullmatch(item.text) and _is_tail(items[-1], item):
            items[-1] = _merged(items[-1], item)
        else:
            items.append(item)
    return [*items, lead] if lead is not None else items


def _is_tail(number: Item, tail: Item) -> bool:
    return tail.x0 - number.x1 < 2.5 * max(number.size, tail.size)


def _item(words: list[Word]) -> Item:
    c = chunk(words)
    last = max((w.digits_x1 for w in words if any(ch.isdigit() for ch in w.text)), default=c.x1)
    return Item(c.text, _kind(c.text), c.x0, c.y0, c.x1, c.y1, last, c.bold, c.size)


def _kind(text: str) -> str:
    if DASH.fullmatch(text):
        return "dash"
    if NUMBER.fullmatch(text) and not (text.endswith((")", "）")) and not re.search(r"[(（]", text)):
        return "number"
    return "absent" if ABSENT.fullmatch(text) else "text"


def _merged(a: Item, b: Item) -> Item:
    """Parts of one number: "$" and "5,363", "(370" and ")"."""
    text = a.text + b.text
    kind = _kind(text) if b.kind == "text" or a.kind == "text" else b.kind
    anchor = b.anchor if any(ch.isdigit() for ch in b.text) else a.anchor
    if not any(ch.isdigit() for ch in text):
        anchor = b.x1
    return Item(
        text,
        kind,
        min(a.x0, b.x0),
        min(a.y0, b.y0),
        max(a.x1, b.x1),
        max(a.y1, b.y1),
        anchor,
        b.bold,
        max(a.size, b.size),
    )


def is_year(item: Item) -> bool:
    bare = re.sub(r"\s*\([a-z1-9]\)$|[¹²³⁴⁵⁶⁷⁸⁹*†]+$", "", item.text)
    return bool(YEAR.fullmatch(bare.strip("()（） ")))
