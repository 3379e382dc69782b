"""How well a label in a table names what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from retrieval import glossary
from retrieval.question import Measure, Question
from retrieval.question_words import bare, features, fold, is_japanese, overlap

EXACT, SAME_CORE, SAME_TERM = 1.0, 0.94, 0.88


@dataclass(slots=True, frozen=True)
class Wording:
    """One way in which the question may be naming a row, with what the row must then stand under."""

    text: str
    folded: str
    core: str
    keys: frozenset[str]
    features: frozenset[str]
    context: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(slots=True, frozen=True)
class Target:
    """What a row or column shall be about."""

    asked: str
    key: str
    wordings: tuple[Wording, ...]
    subject: frozenset[str] = field(default_factory=frozenset)
    """The features of the whole question, where it quotes no label."""


def wording(text: str, context: tuple[str, ...] = (), weight: float = 1.0) -> Wording:
    return Wording(text, fold(text), bare(text), glossary.keys_of(text), features(text), context, weight)


def target_of(measure: Measure, question: Question) -> Target:
    """A quoted "label、parent、section" may have commas of its own, so each cut of it is tried."""
    if measure.quoted:
        parts = measure.text.split("、")
        cuts = [wording("、".join(parts[:n]), tuple(parts[n:])) for n in range(1, len(parts) + 1)]
        inner = [wording(p, tuple(q for q in parts if q != p), 0.97) for p in parts[0].split("－") if p != parts[0]]
        return Target(measure.text, measure.key, (*cuts, *inner[:1]))
    return Target(measure.text, measure.key, (wording(measure.text),), features(question.subject))


def target_of_term(term: glossary.Term) -> Target:
    return Target(term.key, term.key, (wording(term.wordings[0]),))


def target_of_subject(question: Question) -> Target:
    """For a question whose measure no glossary holds."""
    return Target(question.subject, "", (wording(question.subject),), features(question.subject))


@lru_cache(maxsize=200_000)
def similarity(asked: Wording, label: str) -> float:
    """0–1: the same label, the same but for brackets, another wording of the same term, or shared words."""
    if not label:
        return 0.0
    if fold(label) == asked.folded:
        return EXACT
    core = bare(label)
    shared = overlap(asked.features, features(label))
    if core == asked.core:
        return SAME_CORE + 0.05 * shared
    if asked.keys and not asked.keys.isdisjoint(glossary.keys_of(label)):
        return SAME_TERM + 0.05 * shared
    return 0.8 * max(shared, overlap(features(asked.core), features(core)))


def best_wording(target: Target, path: Sequence[str]) -> tuple[float, Wording]:
    """The wording that fits the last label of a path best; the labels above it count a little."""
    best, chosen = 0.0, target.wordings[0]
    for one in target.wordings:
        score = similarity(one, path[-1]) * one.weight
        if len(path) > 1 and score < SAME_TERM:
            score = max(score, 0.93 * similarity(one, _joined(tuple(path[-2:]))) * one.weight)
        if score > best + 1e-9:
            best, chosen = score, one
    if target.subject:
        best = max(best, 0.55 * best + 0.45 * covered(target.subject, path[-1:], path))
    return best, chosen


@lru_cache(maxsize=100_000)
def _joined(path: tuple[str, ...]) -> str:
    return "".join(path) if is_japanese(path[0]) else " ".join(path)


def covered(subject: frozenset[str], label: Iterable[str], around: Iterable[str]) -> float:
    """How much of a label the question says, and how much of the question the label and its surroundings say."""
    own = frozenset().union(*map(features, label))
    near = frozenset().union(own, *map(features, around))
    if not own or not subject:
        return 0.0
    precision = len(own & subject) / len(own)
    return precision * (0.5 + 0.5 * len(near & subject) / len(subject))


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
