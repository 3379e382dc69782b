"""Words as questions and tables write them, brought to one form so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

JAPANESE = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_WORD = re.compile(r"[a-z0-9]+(?:\.\d+)?")
_NOTE = re.compile(
    r"[※＊*†‡]+\s?\d*(?:[,、]\s?[※＊*]?\d+)*|\(注\s?\d*(?:[,、・]\d+)*\)|\[注\s?\d*\]|注\d+|\((?:[a-z]|[1-9]|i{1,3}|iv|vi?)\)"
)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|〔[^〕]*〕|<[^<>]*>|【[^】]*】")
_OR_LOSS = re.compile(r"又は[^、]{0,16}(?:損失|損|赤字|減少|支出|支払)|(?<=利益)又は損失|・?△[^、)]{0,6}")
_EDGES = " :;.,、。…-【】"
_AFFIX = re.compile(r"^(?:うち|外|その他の?内訳|差引|以上)[、,:]?|(?:の部)?(?:合計|総計|(?<![会統設推時])計)$|の部$")
_STOP = (
    "a an and are as at be by did does do for from had has have how in is it its of on or our that the their "
    "this to was were what which with we much many year ended end during per company companys"
)
STOP_WORDS = frozenset(_STOP.split())


@lru_cache(maxsize=20_000)
def narrow(text: str) -> str:
    """Half width, lower case, one kind of quote and of dash; one space between words."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = plain.translate(_ALIKE)
    return re.sub(r"\s+", " ", plain).strip()


_ALIKE = str.maketrans("’‘“”–—‐−▲﹣", "''\"\"----△-")


def is_japanese(text: str) -> bool:
    return bool(JAPANESE.search(text))


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """A label without its footnote marks, spaces and case; "" if nothing is left."""
    plain = _NOTE.sub("", narrow(text)).strip(_EDGES)
    return re.sub(r"\s+", "", plain) if is_japanese(plain) else " ".join(words(plain))


@lru_cache(maxsize=50_000)
def bare(text: str) -> str:
    """`fold` without brackets, "or loss" and the word for a total: what two namings of one item share."""
    plain = _NOTE.sub("", narrow(text))
    if not is_japanese(plain):
        outside = _ASIDE.sub(" ", plain)
        kept = [w for w in words(outside if re.search(r"[a-z]", outside) else plain) if w not in ("total", "net")]
        return " ".join(kept)
    plain = _unwrapped(re.sub(r"\s+", "", plain))
    without = _OR_LOSS.sub("", _ASIDE.sub("", plain)).strip(_EDGES)
    while (cut := _AFFIX.sub("", without)) != without and cut:
        without = cut
    return without or plain


def _unwrapped(plain: str) -> str:
    """（うち１株当たり中間配当額） without the brackets around it all."""
    inner = plain[1:-1]
    if plain[:1] in "([【" and plain[-1:] in ")]】" and not re.search(r"[()\[\]]", inner):
        return inner
    return plain


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """English words without inflection: "Purchases of PP&E (net)" is purchase of ppe net."""
    plain = narrow(text)
    plain = re.sub(r"(?<=\w)&(?=\w)", "", plain).replace("&", " and ")
    plain = re.sub(r"\b(non|pre)[- ](?=[a-z])", r"\1", plain)
    plain = re.sub(r"(?<=[a-z])'s?(?![a-z])", "", plain)
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    return tuple(singular(w) for w in _WORD.findall(plain))


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=50_000)
def features(text: str) -> frozenset[str]:
    """What two labels are compared by: words for English, pairs of characters for Japanese."""
    plain = narrow(text)
    if not is_japanese(plain):
        return frozenset(w for w in words(plain) if w not in STOP_WORDS)
    solid = re.sub(r"[\s、,・()\[\]「」『』:／/.-]+", "", plain)
    pairs = {solid[i : i + 2] for i in range(len(solid) - 1)} or {solid}
    return frozenset(pairs)


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Dice's coefficient."""
    if a.isdisjoint(b):
        return 0.0
    return 2 * len(a & b) / (len(a) + len(b))


def with_origin(text: str, *, spaces: bool = False) -> tuple[str, list[int]]:
    """The text narrowed character by character, and for each of its characters the place it came from."""
    out: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        narrowed = " " if character.isspace() else narrow(character)
        for one in narrowed if spaces else narrowed.strip():
            out.append(one)
            origin.append(place)
    return "".join(out), origin
