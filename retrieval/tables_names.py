"""Japanese written in Latin letters: 浦野邦子 is Kuniko Urano, リテール is retail."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from retrieval.lexical import _tokenizer

_SPELLED = (
    "キャ kya キュ kyu キョ kyo シャ sha シュ shu ショ sho チャ cha チュ chu チョ cho ニャ nya "
    "ニュ nyu ニョ nyo ヒャ hya ヒュ hyu ヒョ hyo ミャ mya ミュ myu ミョ myo リャ rya リュ ryu "
    "リョ ryo ギャ gya ギュ gyu ギョ gyo ジャ ja ジュ ju ジョ jo ビャ bya ビュ byu ビョ byo ピャ "
    "pya ピュ pyu ピョ pyo ファ fa フィ fi フェ fe フォ fo ティ ti ディ di ウィ wi ウェ we ウォ "
    "wo ヴァ va ヴィ vi ヴェ ve ヴォ vo シェ she チェ che ジェ je デュ du トゥ tu ア a イ i ウ u "
    "エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so タ ta チ chi "
    "ツ tsu テ te ト to ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho マ ma "
    "ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヲ o ン "
    "n ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ ji ズ zu ゼ ze ゾ zo ダ da ヂ ji ヅ zu デ "
    "de ド do バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po ヴ vu ァ a ィ i "
    "ゥ u ェ e ォ o ャ ya ュ yu ョ yo"
)
_KANA = dict(zip(_SPELLED.split()[::2], _SPELLED.split()[1::2], strict=True))
_SYLLABLE = re.compile("|".join(sorted(_KANA, key=len, reverse=True)) + "|ッ|ー|.")


def romaji(kana: str) -> str:
    """Hepburn without long vowels, as names are mostly written: コウイチ is "koichi"."""
    out = ""
    doubled = False
    for syllable in _SYLLABLE.findall(kana):
        if syllable == "ッ":
            doubled = True
        elif syllable != "ー":
            latin = _KANA.get(syllable, syllable if syllable.isascii() else "")
            out += latin[:1] + latin if doubled else latin
            doubled = False
    return _short(out)


def _short(latin: str) -> str:
    return re.sub(r"ou|oo|oh(?![aiueo])", "o", re.sub(r"uu", "u", latin))


def skeleton(latin: str) -> str:
    """Consonants as Japanese hears them: retail and riteeru are both "rtr"."""
    plain = latin.lower().replace("th", "s").replace("ph", "f").replace("sh", "s").replace("ch", "t").replace("ts", "t")
    plain = plain.replace("c", "k").replace("l", "r").replace("v", "b").replace("x", "ks").replace("q", "k")
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^bdfghjkmnprstz]", "", plain))


@lru_cache(maxsize=20_000)
def same_name(english: str, label: str) -> float:
    """How surely a Japanese label is this English name, 0–1: a person by reading, a loan word by its consonants."""
    parts = [p for p in english.split() if len(p) > 1]
    text = re.sub(r"[\s　＊*※()（）・]", "", unicodedata.normalize("NFKC", label))
    if not parts or not 1 < len(text) <= 24:
        return 0.0
    if re.fullmatch(r"[\u30a0-\u30ff]+", text):
        heard = skeleton(romaji(text))
        hits = [len(p) for p in parts if skeleton(p) and skeleton(p) in heard]
        return 0.85 * sum(hits) / sum(map(len, parts)) if len(heard) > 2 else 0.0
    if len(parts) > 3 or len(text) > 10 or not re.fullmatch(r"[\u3005\u3040-\u30ff\u3400-\u9fff]+", text):
        return 0.0
    return _read_alike([_short(p) for p in parts], text)


def _read_alike(parts: list[str], text: str) -> float:
    """Family and given name, in either order; a reading may miss one of them."""
    read = romaji(reading(text))
    hits = [p for p in parts if p in read]
    if len(hits) == len(parts):
        return 1.0
    return 0.75 * len("".join(hits)) / len("".join(parts)) if hits and max(map(len, hits)) > 3 else 0.0


@lru_cache(maxsize=20_000)
def reading(text: str) -> str:
    """In katakana, by the dictionary."""
    return "".join(m.reading_form() for m in _tokenizer().tokenize(text))
