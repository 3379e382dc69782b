"""What a reader does not see and a model does: invisible characters, tag characters, encoded blocks, hidden markup.

Pure. `visible` is the text without them; `messages` are the words that were hidden, to be judged as any others.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

TAGS = re.compile("[\U000e0000-\U000e007f]+")
"""Unicode's tag characters: a shadow of ASCII that no font shows. A flag emoji ends in some and is left alone."""
FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u180e\u2061-\u2064\ufff9-\ufffb\u202a-\u202e\u2066-\u2069]")
"""Characters without width or that turn the reading direction; joiners stay, some scripts need them."""
BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/=])")
HEXADECIMAL = re.compile(r"(?<![\w])(?:[0-9a-fA-F]{2}\s?){16,}(?![\w])")
DRAWN_APART = re.compile(r"(?<!\w)[A-Za-z](?:[ ._-]{1,3}[A-Za-z]){5,}(?!\w)")
"""Single letters with space between them: one between letters, more between words."""
LEET = re.compile(r"(?<!\w)(?=\w*[a-z])(?=\w*[013457])[a-z013457]{3,}(?!\w)", re.IGNORECASE)
LETTERS = str.maketrans("013457", "oleast")
CUT = re.compile(r"""(?<=\w)\s?["“”'「」]+\s*(?:\+|&|and|と)\s*["“”'「」]+(?=[\w ])""")
UNSEEN_STYLE = re.compile(
    r"<(?P<tag>\w+)[^>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?!\.)"
    r"|color\s*:\s*(?:white|#fff(?:fff)?)\b|\bhidden\b)[^>]*>(?P<words>.*?)</(?P=tag)\s*>",
    re.IGNORECASE | re.DOTALL,
)
COMMENT = re.compile(r"<!--(?P<words>.*?)-->", re.DOTALL)


def visible(text: str) -> str:
    """Without what has no width. Lengths change: spans of the one are none of the other."""
    kept = FLAG.sub(lambda flag: flag[0][0], text)
    return INVISIBLE.sub("", TAGS.sub("", kept))


def is_clean(text: str) -> bool:
    return not (INVISIBLE.search(text) or TAGS.search(text))


def splits_words(text: str) -> int:
    """How many invisible characters stand between two letters, where they serve to hide a word from a filter."""
    return len(re.findall("(?<=[A-Za-z])[\u200b\u2060\ufeff\u2061-\u2064](?=[A-Za-z])", text))


def tagged(text: str) -> str:
    """What is written in tag characters, as ASCII."""
    return "".join(chr(ord(c) - 0xE0000) for run in TAGS.findall(FLAG.sub("", text)) for c in run).strip("\x00\x01\x7f")


def unseen(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, words) of markup that shows nothing."""
    for pattern in (UNSEEN_STYLE, COMMENT):
        for found in pattern.finditer(text):
            yield found.start(), found.end(), found["words"]


def encoded(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, words) of each block that is text once it is decoded."""
    for pattern, decode in ((BASE64, _base64), (HEXADECIMAL, _hexadecimal)):
        for found in pattern.finditer(text):
            words = decode(found[0])
            if _is_prose(words):
                yield found.start(), found.end(), words


def undisguised(text: str) -> Iterator[str]:
    """The text as it reads once letters are drawn together, digits are letters again and cut strings are joined."""
    joined = CUT.sub("", text)
    drawn = DRAWN_APART.sub(lambda run: re.sub(r"(?<=\w)[ ._-](?=\w)", "", run[0]), joined)
    if len(LEET.findall(drawn)) > 2:
        drawn = LEET.sub(lambda word: word[0].translate(LETTERS), drawn)
    if drawn != text:
        yield drawn


def turned(text: str) -> Iterator[str]:
    """The text read backwards, and with each letter moved by thirteen: nonsense for any but a disguised one."""
    yield text[::-1]
    yield codecs.encode(text, "rot13")


def _base64(block: str) -> str:
    body = block.rstrip("=")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _hexadecimal(block: str) -> str:
    try:
        return bytes.fromhex(block).decode()
    except ValueError:
        return ""


def _is_prose(words: str) -> bool:
    """Printable, with words in it: a digest or a picture that happens to decode is none."""
    if len(words) < 8 or any(unicodedata.category(c) == "Cc" and c not in "\n\t\r" for c in words):
        return False
    return len(re.findall(r"[a-z]{2,}|[ぁ-んァ-ヶ一-鿿]{2,6}", words)) >= 2
