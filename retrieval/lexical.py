"""Text to sparse vectors, for the words themselves: numbers, names, terms, in English and Japanese.

Two words that stand side by side are a term of their own, and so is the whole label of a table's row: "share options
outstanding" is another thing than a passage on shares in which options are mentioned too. A passage's weights are
BM25's term frequency part, a question's are counts; the engine multiplies with the rarity of each term among the
passages that the asker may see. Pure, except for the dictionary that is loaded at the first Japanese text.
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
from itertools import groupby, pairwise
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
BREAK = re.compile(r"[|:;!?\n]+|\.(?=\s|$)")
"""Words on both sides of it do not stand side by side: a row's cells, two sentences."""
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
ASKING = frozenset(
    re.findall(
        r"[a-z]+",
        "amount answer between calculate chang company compar compris consist declin decreas defin detail differ "
        "exceed fiscal give higher highest how include increas know larger largest least less lower lowest main make "
        "mani much name number percent percentag pleas primarili provid question relat respect show smaller smallest "
        "state tabl tell total two three type use valu year",
    )
)
"""Stems that say what is done with a figure, not which figure it is."""
# SudachiPy's first part of speech: particles, auxiliaries, symbols and spaces say nothing of the content.
EMPTY_KINDS = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白", "感動詞", "接続詞", "連体詞"})
LONGEST_JAPANESE = 10_000
ASKED_WITH = 0.1
"""What a stem of asking weighs in a question."""
SINGLE = 0.4
"""What each word of a further wording weighs, where that is of several words, of the wording's weight."""
LABEL = re.compile(r"^([^|\n]{2,100}?)\s*\|", re.M)
"""The first cell of a row, as `ingest/table_text.py` writes rows."""
LONGEST_LABEL = 8
"""Words. A longer label is hardly asked for word for word."""
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
    singles, pairs, _ = _counted(text)
    labels = Counter(
        {_label(label): 1 for label in map(_words, LABEL.findall(text)) if 0 < len(label) <= LONGEST_LABEL}
    )
    scale = K1 * (1 - B + B * singles.total() / AVERAGE_TERMS)
    counted = (singles, pairs, labels)
    return _sparse((term, n * (K1 + 1) / (n + scale)) for counts in counted for term, n in counts.items())


def question(text: str, extra: Iterable[tuple[str, float]] = ()) -> Sparse:
    """Weights of a question; `extra` holds further wordings, each with the weight of its terms."""
    singles, pairs, runs = _counted(text)
    labels = {part for run in runs for part in _parts(run)}
    weights = {term: (1 + math.log(n)) * (ASKED_WITH if term in ASKING else 1.0) for term, n in singles.items()}
    weights |= {pair: ASKED_WITH if ASKING.issuperset(pair.split()) else 1.0 for pair in pairs}
    weights |= {_label(label): 1.0 for label in labels if not ASKING.issuperset(label)}
    for wording, weight in extra:
        singles, pairs, _ = _counted(wording)
        further = dict.fromkeys(singles, weight * (SINGLE if pairs else 1.0)) | dict.fromkeys(pairs, weight)
        if label := _words(wording):
            further[_label(label)] = weight
        for term, own in further.items():
            weights[term] = max(weights.get(term, 0.0), own)
    return _sparse(weights.items())


def _counted(text: str) -> tuple[Counter[str], Counter[str], set[tuple[str, ...]]]:
    """The terms of a text, the pairs of words that stand side by side, and the runs of words."""
    singles: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    runs: set[tuple[str, ...]] = set()
    for stretch in BREAK.split(text):
        own = list(terms(stretch))
        singles.update(own)
        for is_words, group in groupby(own, key=_is_word):
            if is_words:
                words = tuple(group)
                pairs.update(f"{one} {other}" for one, other in pairwise(words))
                runs.add(words)
    return singles, pairs, runs


def _parts(run: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Runs of words in it that may be a row's label."""
    for start in range(len(run)):
        for end in range(start + 1, min(len(run), start + LONGEST_LABEL) + 1):
            yield run[start:end]


def _words(text: str) -> tuple[str, ...]:
    return tuple(term for term in terms(text) if _is_word(term))


def _label(words: tuple[str, ...]) -> str:
    return "= " + " ".join(words)


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


def _is_word(term: str) -> bool:
    return term.isascii() and term.isalpha()


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
