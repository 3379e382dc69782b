"""The words of a text that carry meaning: English stems, Japanese pairs of characters."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from library.figure_words import word_list

_STOP = frozenset(
    word_list(
        "a an the and or but nor of in on at by for to from with without within as is are was were "
        "be been being it its "
        "this that these those which who whom whose there here their they them he she we our us you "
        "your i his her not no "
        "than then so such s t also both each per into over under about after before during between "
        "while where when if "
        "has have had do does did will would may might can could should must up down more less most "
        "least very other same "
        "own all any some u"
    )
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z&'’]*")
_JAPANESE = re.compile(r"[一-龯々]+|[ァ-ヴー]{2,}")
_stem = Stemmer.Stemmer("english").stemWord


@lru_cache(maxsize=20000)
def stem(word: str) -> str:
    return str(_stem(word.lower()))


@lru_cache(maxsize=4096)
def words(text: str) -> frozenset[str]:
    """Stems of English words without the empty ones, katakana words, pairs of neighbouring kanji."""
    found = {stem(re.sub(r"['’]s?$", "", w)) for w in _LATIN.findall(text) if w.lower() not in _STOP}
    for run in _JAPANESE.findall(text):
        if run[0] >= "一" and len(run) > 1:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
        else:
            found.add(run)
    return frozenset(found)


def is_japanese(text: str) -> bool:
    return bool(re.search(r"[ぁ-ゖァ-ヴ一-龯]", text))
