"""Transcripts that lie beside a recording: WebVTT, SubRip, and plain text with speakers and times."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ingest.parsers.cells import clean
from ingest.parsers.decoding import decode
from ingest.parsers.facts import FactFinder
from ingest.segments import Block, Progress, Segment, Unreadable

MAX_BYTES = 30_000_000
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_CUE = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
_TAG = re.compile(r"<[^>]*>")
_SPEAKER = re.compile(r"(?P<name>[^\s:：<>][^:：<>]{0,58}[^\s:：<>]?)\s*[:：]\s+(?P<words>\S.*)")
_STAMP = re.compile(rf"[\[(（]?\s*{_TIME}\s*[\])）]?")
_NAME = re.compile(
    r"[A-Z][\w.'’\-]*(?:\s+[A-Z][\w.'’\-]*){0,4}(?:\s*[-–—,(].{0,60})?|Operator|[^\s。、.!?]{1,20}(?:\s[^\s。、.!?]{1,20})?"
)

PERSON = re.compile(
    r"[A-Z][\w.'’\-]*(?:\s+[A-Z][\w.'’\-]*){0,4}(?:\s*[-–—,(].{0,60})?"
    r"|[^\s。、.!?a-zA-Z]{2,12}(?:\s[^\s。、.!?a-zA-Z]{1,12})?[A-Z]?(?:[（(].{1,30}[)）])?"
)
"""A line that can be nothing but who speaks."""


@dataclass(slots=True)
class Said:
    start: float
    end: float
    speaker: str
    text: str


def parse(path: Path, name: str) -> Iterator[Segment]:
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        raise Unreadable("too_large", limit=MAX_BYTES // 1_000_000)
    text = decode(data)
    if not text.strip():
        raise Unreadable("empty")
    yield from segments(text, name)


def segments(text: str, name: str) -> Iterator[Segment]:
    said = read_transcript(text)
    if not said:
        raise Unreadable("not_what_it_says")
    found = FactFinder(name, kind="call")
    for block in blocks(said):
        found.see(block)
        yield block
    yield Progress(round(said[-1].end), round(said[-1].end), "second")
    yield found.facts()


def blocks(said: list[Said]) -> list[Block]:
    """A block for each turn, or each cue of a long one."""
    return [
        Block(s.text, {"start": s.start, "end": s.end} | ({"speaker": s.speaker} if s.speaker else {}), "speech")
        for s in said
    ]


def read_transcript(text: str) -> list[Said]:
    """What is said, in order; [] where the text holds no times."""
    said = read_cues(text) if "-->" in text else read_stamped(text)
    return [s for s in said if s.text]


def is_transcript(text: str) -> bool:
    """Whether a plain text is a transcript: three times or more, in order, at the head of its paragraphs."""
    said = read_transcript(text[:200_000])
    starts = [s.start for s in said]
    return len(said) >= 3 and starts == sorted(starts) and starts[-1] > 0


# --- WebVTT and SubRip ---------------------------------------------------------------------------------------------


def read_cues(text: str) -> list[Said]:
    """Cues. A speaker is named by <v Name> for one cue, or before a colon until another is."""
    found: list[Said] = []
    speaker = ""
    tagged = bool(_VOICE.search(text))
    for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = part.strip().split("\n")
        at = next((n for n, line in enumerate(lines[:3]) if _CUE.match(line)), None)
        if at is None:
            continue
        cue = _CUE.match(lines[at])
        if cue is None:
            continue
        numbers = cue.groups()
        start, end = seconds(*numbers[:4]), seconds(*numbers[4:])
        named, words = _cue_words("\n".join(lines[at + 1 :]))
        speaker = named or ("" if tagged else speaker)
        found.append(Said(start, max(end, start), speaker, words))
    return sorted(found, key=lambda s: s.start)


def _cue_words(text: str) -> tuple[str, str]:
    """(speaker or "", words)."""
    voice = _VOICE.search(text)
    plain = clean(html.unescape(_TAG.sub("", text)))
    if voice:
        return clean(voice[1]), plain
    named = _SPEAKER.fullmatch(plain.removeprefix("- ").removeprefix(">> "))
    if named and _NAME.fullmatch(named["name"]):
        return named["name"], named["words"]
    return "", plain


def seconds(hours: str | None, minutes: str, second: str, fraction: str | None) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(second)
    return round(whole + int((fraction or "0").ljust(3, "0")[:3]) / 1000, 3)


# --- plain text ----------------------------------------------------------------------------------------------------


def read_stamped(text: str) -> list[Said]:
    """Lines that begin with a time, a speaker, or both, in either order; what follows is theirs until the next."""
    found: list[Said] = []
    lines = [plain for line in text.splitlines() if (plain := clean(line))]
    named = _names_follow(lines)
    for at, plain in enumerate(lines):
        if named and at and _is_stamp(lines[at - 1]):
            found[-1].speaker = plain
            continue
        start, speaker, words = _stamped_line(plain)
        if start is not None:
            found.append(Said(start, start, speaker or (found[-1].speaker if found else ""), words))
        elif found and speaker and not found[-1].text:
            found[-1].speaker, found[-1].text = speaker, words
        elif found:
            found[-1].text = f"{found[-1].text} {plain}".strip()
    for said, following in pairwise(found):
        said.end = max(following.start, said.start)
    return found


def _names_follow(lines: list[str]) -> bool:
    """Whether each time that has a line to itself is followed by one with a speaker's name, and then by words."""
    after = [lines[at + 1 : at + 3] for at, line in enumerate(lines) if _is_stamp(line)]
    names = [pair[0] for pair in after if len(pair) == 2 and PERSON.fullmatch(pair[0]) and not _is_stamp(pair[1])]
    return len(names) >= 2 and len(names) == len(after) and len({*names}) > 1


def _is_stamp(line: str) -> bool:
    return _STAMP.fullmatch(line) is not None


def _stamped_line(line: str) -> tuple[float | None, str, str]:
    """(seconds or None, speaker, words) of "[00:01:12] Jane Doe: Good morning", "Jane Doe 00:01:12" and the like."""
    stamp = _STAMP.match(line) or _STAMP.search(line[:80])
    start = None
    if stamp and (stamp.start() == 0 or _NAME.fullmatch(line[: stamp.start()].strip(" :-–—|(["))):
        start = seconds(*stamp.groups())
        before, line = line[: stamp.start()].strip(" :-–—|(["), line[stamp.end() :].strip(" -–—|:")
        if before:
            return start, before, line
    named = _SPEAKER.fullmatch(line)
    if named and _NAME.fullmatch(named["name"]):
        return start, named["name"], named["words"]
    if (
        start is not None
        and line
        and len(line) <= 60
        and not line.endswith((".", "。", "?", "!"))
        and _NAME.fullmatch(line)
    ):
        return start, line, ""
    return start, "", line
