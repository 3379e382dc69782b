"""How well a label in a table names what was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval import glossary
from retrieval.question import Measure, Question
from retrieval.question_words import bare, features, fold, is_japanese, overlap

WHOLE = 0.99
"""Weight of a wording that holds commas: it counts only where a label has them too."""
_QUALIFIERS = (
    "total|net|gross|non-?current|current|deferred|accrued|other|adjusted|basic|diluted|consolidated|average|long-term"
)
EXACT, SAME_CORE, SAME_TERM, SAME_HEAD = 1.0, 0.94, 0.88, 0.8


@dataclass(slots=True, frozen=True, eq=False)
class Wording:
    """One way in which the question may be naming a row, with what the row must then stand under."""

    text: str
    folded: str
    core: str
    keys: frozenset[str]
    features: frozenset[str]
    core_features: frozenset[str]
    context: tuple[str, ...] = ()
    weight: float = 1.0
    across: tuple[str, ...] = ()
    """What must stand on the other axis."""


@dataclass(slots=True, frozen=True)
class Target:
    """What a row or column shall be about."""

    asked: str
    key: str
    wordings: tuple[Wording, ...]
    subject: frozenset[str] = frozenset()
    """The features of the whole question, where it quotes no label."""
    named: frozenset[str] = frozenset()
    """Those that belong to the measure itself."""


@lru_cache(maxsize=50_000)
def wording(text: str, context: tuple[str, ...] = (), weight: float = 1.0, across: tuple[str, ...] = ()) -> Wording:
    own = label_of(text)
    return Wording(text, own.folded, own.core, own.keys, own.features, own.core_features, context, weight, across)


def target_of(measure: Measure, question: Question) -> Target:
    """A quoted "label、parent、section" may have commas of its own, so each cut of it is tried."""
    if measure.quoted:
        parts = measure.text.split("、")
        cuts = [
            wording("、".join(parts[:n]), tuple(parts[n:]), 1.0 if n == 1 else WHOLE) for n in range(1, len(parts) + 1)
        ]
        first, *across = parts[0].split("－")
        axes = [wording(first, tuple(parts[1:]), 1.0, tuple(across))] if across and first else []
        return Target(measure.text, measure.key, (*axes, *cuts, *_implied(parts, cuts[0], question)))
    longer = _with_qualifiers(measure, question.text)
    texts = dict.fromkeys(t for t in (longer, measure.text, question.subject) if t)
    named = features(measure.text)
    return Target(measure.text, measure.key, tuple(map(wording, texts)), features(question.subject) | named, named)


def _with_qualifiers(measure: Measure, text: str) -> str:
    """ "Total other operating expenses" where the glossary's term is "other operating expenses"."""
    before = re.search(rf"((?:\b(?:{_QUALIFIERS})\b[\s-]*)+)$", text[: measure.start], re.I)
    return before[1] + measure.text if before else measure.text


def _implied(parts: list[str], first: Wording, question: Question) -> list[Wording]:
    """What else may be printed: その他の固定負債 for その他 under 固定負債, a closing balance for a part of equity."""
    out = []
    if first.core == "その他" and len(parts) > 1:
        out.append(wording(f"その他の{parts[1]}", tuple(parts[1:]), WHOLE))
    if first.keys & _BALANCES and question.instant and any(m.named for m in question.members):
        out.append(wording("当期末残高", tuple(parts[1:]), WHOLE))
    return out


_BALANCES = frozenset({"net_assets", "equity", "equity_parent"})


def target_of_term(term: glossary.Term, said: str = "") -> Target:
    """A glossary term by its usual names, and as the question says it; "net" in the first of them is meant."""
    names = dict.fromkeys(name for name in (*term.english[:1], *term.japanese[:1], said) if name)
    first = next(iter(names))
    return Target(term.key, term.key, tuple(map(wording, names)), frozenset({"net"} if first.endswith(", net") else ()))


def target_of_subject(question: Question) -> Target:
    """For a question whose measure no glossary holds."""
    return Target(question.subject, "", (wording(question.subject),), features(question.subject))


@dataclass(slots=True, frozen=True)
class Label:
    """What a label in a table is compared by; made once for each text."""

    folded: str
    core: str
    keys: frozenset[str]
    features: frozenset[str]
    core_features: frozenset[str]
    japanese: bool
    head_keys: frozenset[str]


_DEDUCTED = re.compile(
    r"(?<=[a-z)])[\s,;:–—-]*\(?\b(?:net of|less:?) (?:related |the |an? )*"
    r"(?:accumulated|allowances?|reserves?|provisions?)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
""" "Accounts receivable, net of allowances of $95 and $103" is accounts receivable, net."""


@lru_cache(maxsize=200_000)
def label_of(text: str) -> Label:
    text = _DEDUCTED.sub(", net", text)
    core = bare(text)
    japanese = is_japanese(core)
    head = frozenset() if japanese else glossary.keys_of_head(text)
    return Label(fold(text), core, glossary.keys_of(text), features(text), features(core), japanese, head)


@lru_cache(maxsize=200_000)
def similarity(asked: Wording, text: str) -> float:
    """0–1: the same label, the same but for brackets, another wording of the same term, or shared words."""
    if not text:
        return 0.0
    label = label_of(text)
    if label.folded == asked.folded:
        return EXACT
    shared = overlap(asked.features, label.features)
    if label.core == asked.core:
        return SAME_CORE + 0.05 * shared
    if asked.keys and not asked.keys.isdisjoint(label.keys):
        return SAME_TERM + 0.05 * shared
    if asked.keys and not asked.keys.isdisjoint(label.head_keys):
        return SAME_HEAD + 0.05 * shared
    score = 0.8 * max(shared, overlap(asked.core_features, label.core_features))
    return max(score, _ends_alike(asked.core, label.core)) if label.japanese else score


def _ends_alike(a: str, b: str) -> float:
    """The head of a Japanese compound stands last: セグメント資産 are 資産 of a kind."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) < 2 or not long.endswith(short):
        return 0.0
    return 0.45 + 0.4 * len(short) / len(long)


def best_wording(target: Target, path: Sequence[str]) -> tuple[float, Wording, bool]:
    """How well a path fits, by which wording, and whether it names the measure itself.

    The last label counts, with those above it a little; where a question quotes no label, so does any that it says.
    """
    best, chosen = 0.0, target.wordings[0]
    for one in target.wordings:
        score = similarity(one, path[-1])
        if one.weight == WHOLE and score < SAME_TERM:
            continue
        if len(path) > 1 and score < SAME_TERM:
            score = max(score, 0.93 * similarity(one, _joined(tuple(path[-2:]))))
        if score > best + 1e-9:
            best, chosen = score, one
    names_it = best >= SAME_TERM
    if target.subject and not names_it:
        best = max(best, 0.9 * said(target.subject, path[-1]))
    return best, chosen, names_it


@lru_cache(maxsize=100_000)
def _joined(path: tuple[str, ...]) -> str:
    return "".join(path) if is_japanese(path[0]) else " ".join(path)


def said(subject: frozenset[str], label: str) -> float:
    """How much of a label the question says."""
    own = features(label)
    return len(own & subject) / len(own) if own else 0.0


def explained(target: Target, label_fits: bool, around: Sequence[str]) -> float:
    """How much of what the question says is found in the cell's labels, title and headings: nothing is left over."""
    if not target.subject:
        return 1.0
    near = frozenset().union(*map(features, around))
    if label_fits:
        near |= target.named
    return len(target.subject & near) / len(target.subject)


def contains(context: str, places: Sequence[str]) -> float:
    """How well one of the places names a context: 1 the same or holding it whole, less where words are shared."""
    asked = wording(context)
    best = 0.0
    for place in places:
        if not place:
            continue
        if asked.core and asked.core in fold(place):
            return 1.0
        best = max(best, similarity(asked, place), _any_wording_in(asked, place))
    return best


@lru_cache(maxsize=50_000)
def _any_wording_in(asked: Wording, place: str) -> float:
    folded = fold(place)
    for key in asked.keys:
        if any(len(w) > 2 and fold(w) in folded for w in glossary.terms()[key].wordings):
            return 0.95
    return 0.0
