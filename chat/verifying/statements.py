"""Is each sentence carried by its sources? By figures, names, periods, words that stand against each other, negation.

No model: a sentence is held against the passages word by word. It finds what contradicts (an opposite word about the
same matter, another period, a negation more or less, a name or a figure that the sources do not have) and what stands
nowhere; it does not understand what is paraphrased, and lets that pass.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from chat.verify import UNSUPPORTED, Checked, Source, verify
from chat.verifying.axes import MODIFIERS, REQUIRED, Pole, measure_classes
from chat.verifying.objections import Objection
from chat.verifying.periods import Named, at_odds, named
from chat.verifying.sentences import sentences
from chat.verifying.tokens import Line, Token, line, names, spelled
from chat.verifying.words import is_japanese, stem

_COMPARED = re.compile(
    r"\b(?:compared|versus|vs\.?|against|relative to|comparison)\b[^,;]{0,60}$|\b(?:from|over"
    r"|than)\b[^,;.\d]{0,30}$"
    r"|(?:比べ|比較|から|対し)[^。]{0,6}$",
    re.IGNORECASE,
)


@dataclass(slots=True, frozen=True)
class Statement:
    text: str
    why: Objection | None = None
    """What speaks against it."""
    start: int = 0
    end: int = 0

    @property
    def supported(self) -> bool:
        return self.why is None


@dataclass(slots=True)
class Ground:
    """The lines of the sources, and how much a word that two texts share says."""

    lines: list[Line]
    counts: Counter[str]
    text: str
    periods: list[Named]
    spelled: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    poles: set[Pole] = field(default_factory=set)

    def weight(self, key: str) -> float:
        return math.log(1 + len(self.lines) / (self.counts[key] or 1)) + 0.3


def check_statements(text: str, sources: Sequence[Source], figures: Sequence[Checked] | None = None) -> list[Statement]:
    """Each sentence of the text with its verdict; against what it cites, or all sources where it cites none."""
    if figures is None:
        figures = verify(text, sources)
    everything = ground(sources)
    found = []
    for sentence in sentences(text):
        inside = [f for f in figures if sentence.start <= f.start < sentence.end]
        why = _objection(sentence.text, inside, everything)
        found.append(Statement(sentence.text, why, sentence.start, sentence.end))
    return found


def ground(sources: Sequence[Source]) -> Ground:
    texts = [s.text for source in sources for s in sentences(source.text)]
    texts += [" ".join(path) for source in sources for c in source.cells for path in (c.rows, c.columns) if path]
    lines = [line(t) for t in dict.fromkeys(texts)]
    whole = "\n".join([*texts, *(s.company for s in sources)])
    known = [p for entry in lines for p in entry.periods]
    known += [p for source in sources for p in [named(source.period)] if p]
    known += [p for source in sources for c in source.cells for p in [named(c.period)] if p]
    counts = Counter(key for entry in lines for key in entry.keys)
    poles = {pole for entry in lines for token in entry.tokens for pole in token.poles}
    plain = {spelled(w) for w in whole.replace("'s", "").replace("-", " ").split()}
    return Ground(lines, counts, whole, known, plain, [n for t in texts for n in names(t)], poles)


def _objection(text: str, figures: Sequence[Checked], base: Ground) -> Objection | None:
    """The first thing that speaks against the sentence."""
    if wrong := [f.text for f in figures if f.verdict == UNSUPPORTED]:
        return Objection("figure", ", ".join(wrong))
    said = line(text)
    return (
        _names(said, base)
        or _periods(said, base)
        or _measures(said, base)
        or _prefixes(said, base)
        or _poles(said, base)
        or _negation(said, base)
    )


def _names(said: Line, base: Ground) -> Objection | None:
    """A name that no source has, where they have another one. One that only the sentence has is let pass:
    passages seldom repeat whose report they are from."""
    lower = base.text.lower()
    for name in names(said.text):
        bare = spelled(name).rstrip(".,;:")
        there = bare in base.spelled or bare in lower or bare in lower.replace(".", "")
        if not there and not (name.isupper() and _initials(bare, lower)) and (other := _instead(said, name, base)):
            return Objection("name", name, other)
    return None


def _instead(said: Line, name: str, base: Ground) -> str:
    """The name that the sources have in the same words."""
    if is_japanese(name):
        return next((n for n in base.names if is_japanese(n)), "")
    mine = next((t for t in said.tokens if t.text.replace("'s", "") == name or name.endswith(t.text)), None)
    if mine is None:
        return ""
    best, found, beside = 0.9, "", _beside(said, mine)
    for entry in base.lines:
        for token in entry.tokens:
            if token.text in base.names and token.key not in said.keys and beside & _beside(entry, token):
                score = _nearness(said, mine, entry, token, base)
                best, found = (score, token.text) if score > best else (best, found)
    return found


def _initials(short: str, text: str) -> bool:
    """Whether words that stand together begin with these letters: EPS for "earnings per share"."""
    words = r"[a-z]*[\s-]+(?:(?:and|of|the|for)\s+)?".join(re.escape(c) for c in short if c.isalpha())
    return bool(re.search(rf"\b{words}", text))


def _periods(said: Line, base: Ground) -> Objection | None:
    """A period that no source speaks of, or only to compare with it."""
    for period in said.periods:
        printed = said.text[period.start : period.end]
        if _unknown(period, base.periods):
            return Objection("period", printed)
        if not _is_base(said.text, period) and _only_compared_with(period, base):
            return Objection("compared", printed)
    return None


def _unknown(period: Named, known: Sequence[Named]) -> bool:
    dated = [k for k in known if k.canonical]
    if period.canonical and dated and all(at_odds(period, k, loose=True) for k in dated):
        return True
    parts = {k.part for k in known}
    return bool(period.part and parts - {""} and period.part not in parts)


def _only_compared_with(period: Named, base: Ground) -> bool:
    found = [
        _is_base(entry.text, there)
        for entry in base.lines
        for there in entry.periods
        if there.canonical == period.canonical and there.canonical
    ]
    main = any(k.start < 0 and not at_odds(period, k) for k in base.periods)
    return bool(found) and all(found) and not main


def _is_base(text: str, period: Named) -> bool:
    return bool(_COMPARED.search(text[: period.start]))


def _measures(said: Line, base: Ground) -> Objection | None:
    """What the sentence says was measured, and no source speaks of in any word for it."""
    if said.japanese or all(entry.japanese for entry in base.lines):
        return None
    known = measure_classes()
    there = {c for key in base.counts for c in known.get(key, ())}
    for token in said.tokens:
        if (classes := known.get(token.key)) and not there & set(classes) and token.key not in base.counts:
            return Objection("measure", token.text)
    return None


def _prefixes(said: Line, base: Ground) -> Objection | None:
    """ "non-taxable" where the sources have only "taxable", and the other way round."""
    for token in said.tokens:
        if token.key.startswith("non-"):
            other = stem(token.key[4:])
            if token.key not in base.counts and (other in base.counts or token.key[4:] in base.counts):
                return Objection("opposite", token.text, token.text[4:])
        elif f"non-{token.text.lower()}" in base.counts and token.key not in base.counts:
            return Objection("opposite", token.text, f"non-{token.text}")
    return None


def _poles(said: Line, base: Ground) -> Objection | None:
    """An opposite word where the sources speak of the same matter."""
    for token in said.tokens:
        for pole in token.poles:
            if _lacks(pole, base):
                return Objection("nowhere", token.text)
            same, other, word = _nearest(said, token, pole, base)
            if other > 0.9 and other > same * 1.15:
                return Objection("opposite", token.text, word)
    return None


def _lacks(pole: Pole, base: Ground) -> bool:
    """A word that must stand in the sources does not; for a place, where they name another."""
    if (pole.axis, pole.pole) not in REQUIRED and (pole.axis, -1) not in REQUIRED:
        return False
    if not base.lines or any(entry.japanese for entry in base.lines):
        return False
    return pole not in base.poles and (pole.axis != "place" or any(p.axis == "place" for p in base.poles))


def _nearest(said: Line, token: Token, pole: Pole, base: Ground) -> tuple[float, float, str]:
    """How near the sources come to the word with the same pole, and with another; and that other word."""
    same = other = 0.0
    word = ""
    for entry in base.lines:
        if entry.japanese != said.japanese:
            continue
        for candidate in entry.tokens:
            for there in candidate.poles:
                if there.axis != pole.axis:
                    continue
                score = _nearness(said, token, entry, candidate, base)
                if there.axis in MODIFIERS and not _beside(said, token) & _beside(entry, candidate):
                    score = 0.0
                if there.pole == pole.pole:
                    same = max(same, score + (0.3 if candidate.key == token.key else 0.15))
                elif score > other:
                    other, word = score, candidate.text
    return same, other, word


def _beside(entry: Line, token: Token) -> set[str]:
    """The words next to a token."""
    at = entry.tokens.index(token)
    return {t.key for t in entry.tokens[max(0, at - 1) : at + 2] if t is not token and abs(t.at - token.at) <= 2}


def _nearness(said: Line, a: Token, entry: Line, b: Token, base: Ground) -> float:
    """What the words around two tokens share, the nearer the more."""
    around_a, around_b = _around(said, a), _around(entry, b)
    return sum(base.weight(k) * min(w, around_b[k]) for k, w in around_a.items() if k in around_b)


def _around(said: Line, token: Token) -> dict[str, float]:
    near: dict[str, float] = {}
    for other in said.tokens:
        if other is token or other.at == token.at:
            continue
        weight = 1 / (1 + abs(other.at - token.at) / 3)
        near[other.key] = max(near.get(other.key, 0.0), weight)
    return near


def _negation(said: Line, base: Ground) -> Objection | None:
    """A "not" where the sources speak of the same without one."""
    for token in said.tokens:
        if not token.negation:
            continue
        near, plain = 0.0, 0.0
        for entry in base.lines:
            if entry.japanese != said.japanese:
                continue
            for candidate in entry.tokens:
                score = _nearness(said, token, entry, candidate, base)
                if any(t.negation and abs(t.at - candidate.at) <= 3 for t in entry.tokens):
                    near = max(near, score)
                else:
                    plain = max(plain, score)
        if plain > 0.9 and plain > near * 1.15:
            return Objection("without", token.text)
    return None
