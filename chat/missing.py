"""What a refusal tells: names and words of the question that nothing found knows, figures and years not there. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat import relevance
from chat.relevance import Candidate, terms_of
from library.periods import matches, parse
from retrieval import glossary, lexical
from retrieval.question import Question, main_clause
from retrieval.question_words import STOP_WORDS, is_japanese

NAME = re.compile(
    r"(?<![.?!:。？！]\s)(?<=\s)[A-Z][a-z]{2,}(?![\w-])"  # within a sentence
    r"|(?:^|(?<=[.?!]\s))[A-Z][a-z]{2,}(?='s\s|’s\s)"  # at its start, with an apostrophe
    r"|(?<![ァ-ヶー])[ァ-ヶー]{3,}(?![ァ-ヶー])"
)
JAPANESE_NAME = re.compile(
    r"(?:株式会社)?([一-龠々ぁ-んァ-ヶーA-Za-z0-9&＆]{1,12}?(?:銀行|信用金庫|信託|証券|生命|損保|ホールディングス|フィナンシャルグループ|製薬|自動車|電機|商事))"
)
NO_NAME = re.compile(
    r"^(?:この|その|当|同|各|本|地方|中央|都市|他|自|の|銀行|証券)|[一-龠々ァ-ヶーA-Za-z0-9](?:の|は|が|を|に|で|と|や|から|も)"
)
_ASKED_WITH = (
    "what who which when where why how did does much many there here that it let this he she please highest lowest"
)
ASKED_WITH = frozenset(_ASKED_WITH.split())
_COMMON = (
    "page slide sheet figure table chart graph image picture section chapter appendix note source total street road "
    "avenue square station airport question answer january february march april may june july august september october "
    "november december monday tuesday wednesday thursday friday saturday sunday quarter million billion "
    "パーセント ポイント プラス マイナス ベース トータル ページ スライド グラフ データ ランキング トップ シェア カバー"
)
COMMON = frozenset(_COMMON.split())
"""Words that are written with a capital and name nothing by themselves."""
NUMBERED = re.compile(r"(?<![\w-])([A-Za-z]*[A-Z][A-Za-z]*)[ -]?(\d{1,3}|[IVX]{1,4})(?![\w.,%-]*\d|\w|%)")
"""iOS 9, Wave III, Windows 10: a name with its number."""
MARKED = re.compile(r"`([^`]{2,40})`")
AT_HOME = frozenset({"domestic", "国内"})
"""Japan to a Japanese company, and no name of it to others."""
TITLED = 0.4
"""Where more of the words are written with a capital, capitals tell no names."""
ENDS = re.compile(r"['’]s?$")
ANSWERED = 6


def names(text: str, candidates: Sequence[Candidate]) -> list[str]:
    """Names in the question that nothing that was found knows.

    What was found is about somebody else then, and answers nothing, however well its words fit.
    """
    japanese = [m[1] for m in JAPANESE_NAME.finditer(text) if not NO_NAME.search(m[1])] if is_japanese(text) else []
    whole = " ".join(f"{c.about} {c.text}" for c in candidates)
    unknown = [name for name in japanese if name not in whole]
    own = text
    for term in glossary.find(text):
        # A country, a region: known by any of its names, or not at all.
        named = not term.term.is_measure and term.text[:1].isupper()
        if named and all(_absent([wording], candidates) for wording in term.term.wordings if wording not in AT_HOME):
            unknown.append(term.text)
        own = own[: term.start] + "_" * (term.end - term.start) + own[term.end :]
    absent = [name for name in _absent(proper(own), candidates) if not _goes_on(name, text, candidates)]
    return list(dict.fromkeys([*unknown, *absent, *_numbered(own, candidates), *_marked(text, whole)]))


def proper(text: str) -> list[str]:
    """The names in a text, word by word."""
    words = [ENDS.sub("", name) for name in NAME.findall(text)]
    if not is_japanese(text) and len(words) > max(TITLED * len(text.split()), 3):
        return []
    return [word for word in words if word.lower() not in ASKED_WITH | COMMON]


def _marked(text: str, whole: str) -> list[str]:
    """Words in backticks that nothing found has as they are."""
    known = terms_of(whole)
    return [one for one in MARKED.findall(text) if terms_of(one) and not terms_of(one) <= known]


def _numbered(text: str, candidates: Sequence[Candidate]) -> list[str]:
    """Wave IV, where what was found knows other waves only."""
    found = []
    for one in NUMBERED.finditer(text):
        name, number = one[1], one[2]
        if name.lower() in COMMON | ASKED_WITH or re.fullmatch(r"FY|CY|Q|H|[QH]\d", name):
            continue
        others = re.compile(rf"(?<!\w){re.escape(name)}[ -]?(\d+|[IVX]+)(?!\w)", re.IGNORECASE)
        known = {m[1].upper() for c in candidates for m in others.finditer(f"{c.about} {c.text}")}
        if known and number.upper() not in known:
            found.append(f"{name} {number}")
    return found


def _goes_on(name: str, text: str, candidates: Sequence[Candidate]) -> bool:
    """Street after a Market that is known: the end of a name that the sources write in another way."""
    before = re.search(rf"([A-Z][a-z]+)[\s/]+{re.escape(name)}\b", text)
    return before is not None and not _absent([before[1]], candidates)


def words(question: Question, candidates: Sequence[Candidate]) -> list[str]:
    """Content words of the question that stand nowhere in what was found."""
    start, end = main_clause(question.text)
    pieces = [] if question.language == "ja" else lexical.PIECE.findall(question.text[start:end])
    content = [w for w in pieces if w.lower() not in STOP_WORDS | ASKED_WITH | relevance.ASKING and len(w) > 1]
    return _absent(content, candidates)[:ANSWERED]


def measures(question: Question, candidates: Sequence[Candidate]) -> list[str]:
    """Measures of the question that nothing found names, in any wording."""
    everything = [terms_of(f"{c.about} {c.text}") for c in candidates if relevance.is_about(question, c)]
    named = zip([m for m in question.measures if m.key], relevance.asked(question).measures, strict=True)
    return [m.text for m, concept in named if not any(concept.within(terms, terms) for terms in everything)]


def periods(question: Question, candidates: Sequence[Candidate]) -> list[str]:
    """The periods asked for that no table and no document found is of, canonical."""
    known = [c.period for candidate in candidates if candidate.table for c in candidate.table.columns if c.period]
    known += [candidate.period for candidate in candidates if candidate.period]
    asked = [p for p in question.periods if (read := parse(p)) and read.relative is None]
    return [p for p in asked if all(matches(p, own) < relevance.SAME_PERIOD for own in known)]


def _absent(asked: Sequence[str], candidates: Sequence[Candidate]) -> list[str]:
    found = frozenset[str]().union(*(terms_of(f"{c.about} {c.text}") for c in candidates))
    return list(dict.fromkeys(word for word in asked if terms_of(word) and not terms_of(word) & found))
