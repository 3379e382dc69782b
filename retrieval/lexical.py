"""Text to sparse vectors, for the words themselves: numbers, names, terms, in English and Japanese.

A passage's weights are BM25's term frequency part, a question's are counts; the engine multiplies with the rarity of
each term among the passages that the asker may see. Pure, except for the dictionary that is loaded at the first
Japanese text.
"""

from __future__ import annotations

import math
import re
import threading
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

# BM25's saturation and length correction, and the terms of a middling passage.
K1, B, AVERAGE_TERMS = 1.2, 0.6, 150
PIECE = re.compile(
    r"(?:\d+[A-Za-z]+|[A-Za-z]+\d+)[A-Za-z\d]*"  # 3M, FY2018, Q2
    r"|\d+(?:[.,]\d+)*"  # a number, kept whole
    r"|[A-Za-zÀ-ɏ]+(?:['’][a-z]+)?"
    r"|[㐀-鿿豈-﫿ぁ-ヿー々〆]+"
    r"|[^\W\d_]+"
)
MIXED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z\d]+")
MIXED_PART = re.compile(r"\d+|[A-Za-z]+")
JAPANESE = re.compile(r"[㐀-鿿豈-﫿ぁ-ヿー々〆]")
STOPWORDS = frozenset(
    re.findall(
        r"[a-z]+",
        "a about also an and any are as at be been but by can did do does for from had has have how i if in into is it "
        "its may more no not of on or our shall she should so such than that the their them then there these they this "
        "those to was we were what when where which who will with would you your",
    )
)
# SudachiPy's first part of speech: particles, auxiliaries, symbols and spaces say nothing of the content.
EMPTY_KINDS = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白", "感動詞", "接続詞", "連体詞"})
LONGEST_JAPANESE = 10_000
_sudachi = threading.local()
_stemmers = threading.local()


@dataclass(frozen=True, slots=True)
class Sparse:
    """Term ids and their weights, ids ascending and each once."""

    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]

    def __bool__(self) -> bool:
        return len(self.ids) > 0


def passage(text: str) -> Sparse:
    """Weights of a passage: how often a term stands in it, saturating, less in a long passage."""
    counts = Counter(terms(text))
    length = sum(counts.values())
    scale = K1 * (1 - B + B * length / AVERAGE_TERMS)
    return _sparse((term, n * (K1 + 1) / (n + scale)) for term, n in counts.items())


def question(text: str, extra: Iterable[tuple[str, float]] = ()) -> Sparse:
    """Weights of a question; `extra` holds further wordings, each with the weight of its terms."""
    weights: dict[str, float] = {term: 1 + math.log(n) for term, n in Counter(terms(text)).items()}
    for wording, weight in extra:
        for term in terms(wording):
            weights[term] = max(weights.get(term, 0.0), weight)
    return _sparse(weights.items())


def terms(text: str) -> Iterator[str]:
    """The terms of a text in order: stems, numbers without separators, dictionary forms of Japanese words."""
    for piece in PIECE.findall(unicodedata.normalize("NFKC", text)):
        first = piece[0]
        if MIXED.fullmatch(piece):
            yield piece.lower()
            for part in MIXED_PART.findall(piece):
                yield part.lower()
        elif first.isdecimal():
            yield _number(piece)
        elif JAPANESE.match(first):
            yield from _japanese(piece)
        else:
            word = piece.lower().replace("’", "'").removesuffix("'s")
            if word not in STOPWORDS:
                yield _stem(word)


def japanese_words(run: str) -> list[tuple[int, int, str]]:
    """(start, end, dictionary form) of each word that says something in a run of Japanese script."""
    words = _tokenizer().tokenize(run[:LONGEST_JAPANESE])
    return [(word.begin(), word.end(), forms[0]) for word in words if (forms := _forms(word))]


def term_id(term: str) -> int:
    return zlib.crc32(term.encode())


def pack(sparse: Sparse) -> bytes:
    """Little-endian: the ids as uint32, then the weights as float16."""
    return sparse.ids.astype("<u4").tobytes() + sparse.weights.astype("<f2").tobytes()


def unpack(data: bytes | memoryview) -> Sparse:
    raw = bytes(data)
    count = len(raw) // 6
    return Sparse(
        np.frombuffer(raw, "<u4", count).astype(np.uint32),
        np.frombuffer(raw, "<f2", count, offset=4 * count).astype(np.float32),
    )


def _sparse(weights: Iterable[tuple[str, float]]) -> Sparse:
    by_id: dict[int, float] = {}
    for term, weight in weights:
        key = term_id(term)
        by_id[key] = by_id.get(key, 0.0) + weight
    ids = sorted(by_id)
    return Sparse(np.array(ids, np.uint32), np.array([by_id[key] for key in ids], np.float32))


def _number(piece: str) -> str:
    """1,577 is 1577 and 1,577.0 is 1577; a comma that groups no thousands stays a point between two numbers."""
    plain = piece.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", piece) else piece
    whole, point, fraction = plain.partition(".")
    if point and fraction.isdecimal() and not fraction.strip("0"):
        return whole
    return plain


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    stemmer = getattr(_stemmers, "english", None)
    if stemmer is None:
        from Stemmer import Stemmer

        stemmer = _stemmers.english = Stemmer("english")
    return str(stemmer.stemWord(word))


@lru_cache(maxsize=20_000)
def _japanese(run: str) -> tuple[str, ...]:
    """Words of a run of Japanese script by their normalised form, long ones with their parts as well."""
    found: list[str] = []
    for at in range(0, len(run), LONGEST_JAPANESE):
        for word in _tokenizer().tokenize(run[at : at + LONGEST_JAPANESE]):
            found += _forms(word)
    return tuple(found)


def _forms(word: Any) -> list[str]:
    if word.part_of_speech()[0] in EMPTY_KINDS:
        return []
    form = str(word.normalized_form()).lower()
    parts = word.split(_split_mode())
    if len(parts) < 2:
        return [form]
    return [
        form,
        *(str(part.normalized_form()).lower() for part in parts if part.part_of_speech()[0] not in EMPTY_KINDS),
    ]


def _tokenizer() -> Any:
    """One a thread: a SudachiPy tokenizer may not be used by two threads at once."""
    found = getattr(_sudachi, "tokenizer", None)
    if found is None:
        from sudachipy import SplitMode

        found = _sudachi.tokenizer = dictionary().tokenizer(mode=SplitMode.C)
    return found


def _split_mode() -> Any:
    from sudachipy import SplitMode

    return SplitMode.A


@lru_cache(maxsize=1)
def dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="core")
