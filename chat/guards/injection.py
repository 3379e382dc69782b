"""Orders to the reading machine inside a document, or inside a question: found, and taken out. Pure.

Two kinds are told apart. An order that names the prompt, the role, the answer or the assistant is one wherever it
stands. A plain task or question ("Write a poem about the sea.") is one where it is a guest: none of its words belong
to the text around it, which neither asks nor orders anything by habit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from chat.guards import hidden as guard_hidden
from chat.guards import likeness as guard_likeness
from chat.guards.directives import TASK, TO_ASKED, is_question, is_task, likely, order
from chat.guards.vocabulary import EMPTY, HEADS

LEFT_OUT = "[…]"
"""What stands in the place of a sentence that was taken out."""

BELONGS = 0.34
"""A sentence with this share of its words elsewhere in the passage is at home there."""

ATTACK = 0.3
"""From this likeness a question is against the rules without any rule; none of 2,200 on filings reaches it."""
ATTACK_WRITTEN = 0.5
"""The same for a sentence of a document, where it also speaks of its reader or of the answer."""
HARMLESS = -1.0
"""Below it no rule is believed of a sentence in a question: it and the whole read like what people ask assistants."""
HARMLESS_WRITTEN = -0.5
"""The same for a document, and only for the rules of `DOUBTED`."""
ATTACK_ASKED = 1.5
"""A sentence of a document that is this much like an attacker's question is none of a manual."""
DOUBTED = ("override", "reveal", "role", "assistant", "exfiltrate")
"""The rules that manuals and security trainings come near. The others rest on form, not on words of attackers."""

ADDRESSED = re.compile(
    r"\b(?:ai|assistants?|chatbots?|bots?|llms?|gpt|copilots?|models?|machines?|automated|users?|you|your|answers?"
    r"|repl(?:y|ies)|respon\w+|summar\w+|instructions?|prompts?|system|tool|output)\b"
    r"|AI|アシスタント|モデル|チャット|要約|回答|利用者|ユーザー|指示|命令|あなた|機械|システム|任務|出力|質問",
    re.IGNORECASE,
)
# What is long enough to give an order.
WHOLE = re.compile(r"(?:\w+\W+){3}\w|[ぁ-ヿ一-鿿]{8}|[ぁ-ん].{8}")
BREAK = re.compile(
    r"[|\t]|!\[[^\]\n]*\]\([^)\n]*\)|[.!?]+[\"'”’)\]]*(?=\s)|[。！？]+[」』）]*|\n|(?<=[.!?])(?=[A-Z][a-z]+ [a-z])"
)
HEAD = re.compile(
    r" (?<=[\w)%$\"'’”] )(?=[A-Z])(?=(?:Please|Now|Also|Then|Can you|Could you|Would you|I want you"
    r"|You must|In your|What|Who|Where|When|Why|How"
    rf"|{'|'.join(verb.capitalize() for verb in HEADS)})\s\w+\W+\w)"
)
FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
ROW = re.compile(r"^\s*\|.*\||\t.*\t|\|[^|\n]*\|")
LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’]*")
CJK = re.compile(r"[一-鿿々]+|[ァ-ヶー]{2,}")
# Letters of other alphabets that look Latin, as they are put into words to slip past a filter.
LOOKALIKES = str.maketrans("аеорсухіѕјԁһӏАВЕКМНОРСТХІαονερτικ", "aeopcyxisjdhlABEKMHOPCTXIaoveptik")
MIXED = re.compile(r"(?=\w*[A-Za-z])(?=\w*[Ͱ-ӿ])\w+")


@dataclass(slots=True, frozen=True)
class Finding:
    rule: str
    """A key of `ORDERS`, or "likeness", "task", "question", "hidden"."""
    start: int
    end: int
    """Its place in the text as `visible` gives it."""


@dataclass(slots=True, frozen=True)
class Judged:
    text: str
    """As it may be given to a model: without what was found, and without what nobody sees."""
    findings: tuple[Finding, ...]


@lru_cache(maxsize=512)
def judge(text: str, about: str = "", *, tasks: bool = True) -> Judged:
    """What a passage says to the machine that reads it; `about` is its title and heading, which belong to it.

    Without `tasks` plain tasks and questions stay: a model may take them up, and an extract only quotes them.
    """
    shown = guard_hidden.visible(text)
    hidden = list(_hidden(text, shown))
    read = shown
    for one in hidden:
        read = read[: one.start] + " " * (one.end - one.start) + read[one.end :]
    findings = [*hidden, *_sentences_found(read, about, tasks=tasks)]
    findings.sort(key=lambda f: (f.start, -f.end))
    return Judged(_without(shown, findings), tuple(findings))


def judge_question(text: str) -> tuple[str, ...]:
    """The rules that a question breaks: those that no honest question needs."""
    shown = guard_hidden.visible(text)
    rules = [rule for reading in (shown, *guard_hidden.undisguised(shown)) for rule in _of_reading(reading)]
    rules += ["hidden" for reading in guard_hidden.turned(shown) if order(_plain(reading), TO_ASKED)]
    rules += ["hidden"] if _says_something(guard_hidden.tagged(text)) or guard_hidden.splits_words(text) > 1 else []
    rules += ["hidden" for _a, _b, words in guard_hidden.encoded(shown) if any(_of_reading(words))]
    return tuple(dict.fromkeys(rules))


def _of_reading(text: str) -> Iterator[str]:
    """The rules that sentences fall under, unless they read like harmless questions; or the likeness of the whole."""
    whole = guard_likeness.of_question(_plain(text))
    for sentence in (_plain(text[a:b]) for a, b in sentences(text)):
        rule = order(sentence, TO_ASKED)
        if rule and max(whole, guard_likeness.of_question(sentence)) > HARMLESS:
            yield rule
    if whole > ATTACK:
        yield "likeness"


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of sentences, lines and cells without the space around; a fenced block belongs to what leads to it."""
    fences = [(m.start(), m.end()) for m in FENCE.finditer(text)]
    at = 0
    for cut in _cuts(text, fences):
        start, end = _trimmed(text, at, cut)
        if start < end:
            fence = next((f for f in fences if end <= f[0] and not text[end : f[0]].strip()), None)
            yield (start, fence[1] if fence else end)
        at = cut
    start, end = _trimmed(text, at, len(text))
    if start < end:
        yield start, end


def _heads(text: str) -> Iterator[tuple[int, int]]:
    """The sentences, and from where in one another seems to begin without a full stop before it."""
    for start, end in sentences(text):
        yield start, end
        for found in HEAD.finditer(text, start + 1, end):
            yield found.end(), end


def _cuts(text: str, fences: list[tuple[int, int]]) -> Iterator[int]:
    offset = 0
    for line in text.splitlines(keepends=True):
        for mark in sorted({*(m.end() for m in BREAK.finditer(line)), len(line)}):
            if not any(a <= offset + mark < b for a, b in fences):
                yield offset + mark
        offset += len(line)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in "|"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "|"):
        end -= 1
    return start, end


def _hidden(text: str, shown: str) -> Iterator[Finding]:
    """Hidden words are out of the shown text already, or lie in markup and blocks of it."""
    if _says_something(guard_hidden.tagged(text)) or guard_hidden.splits_words(text) > 1:
        yield Finding("hidden", 0, 0)
    for start, end, words in (*guard_hidden.unseen(shown), *guard_hidden.encoded(shown)):
        if any(_speaks(_plain(words[a:b])) for a, b in sentences(words)):
            yield Finding("hidden", start, end)


def _speaks(sentence: str) -> bool:
    return bool(order(sentence)) or is_task(sentence)


def _says_something(words: str) -> bool:
    return len(re.findall(r"[A-Za-z]{2,}", words)) >= 2


def _sentences_found(text: str, about: str, *, tasks: bool) -> Iterator[Finding]:
    home: dict[str, int] | None = None
    rules = likely(_plain(text))
    found_to = 0
    for start, end in _heads(text):
        if start < found_to:
            continue
        sentence = _plain(text[start:end])
        if rule := _of_sentence(sentence, rules):
            found_to = end
            yield Finding(rule, start, end)
        elif tasks and (form := _form(sentence, in_row=_in_row(text, start))):
            if not start and sentence[:1].islower() and form == "task":
                continue  # the rest of a sentence that the passage was cut from
            home = _counts(f"{about}\n{text}") if home is None else home
            if _is_guest(sentence, home):
                found_to = end
                yield Finding(form, start, end)


def _of_sentence(sentence: str, rules: tuple[str, ...]) -> str:
    """A rule, or likeness where the sentence is one and speaks of who may read it."""
    rule = order(sentence, rules)
    if rule and not (rule in DOUBTED and _is_harmless(sentence)):
        return rule
    if not (ADDRESSED.search(sentence) and WHOLE.search(sentence)):
        return ""
    return "likeness" if guard_likeness.of_sentence(sentence) > ATTACK_WRITTEN else ""


def _is_harmless(sentence: str) -> bool:
    """Whether it reads like documents, and not strongly like what attackers ask an assistant."""
    return (
        guard_likeness.of_sentence(sentence) < HARMLESS_WRITTEN and guard_likeness.of_question(sentence) < ATTACK_ASKED
    )


def _form(sentence: str, *, in_row: bool) -> str:
    """ "task" or "question" where the sentence has that form; a cell's title has to look like a sentence for that."""
    if in_row and not re.search(r"\w+\W+\w+\W+\w+.*[.?!。？！][\"'”)]*$", sentence):
        return ""
    if sentence[:1] in "\"“'「『":
        return ""  # speech, or a title
    if is_task(sentence):
        return "task"
    return "question" if is_question(sentence) else ""


def _in_row(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return bool(ROW.search(text[start : end if end >= 0 else len(text)]))


def _is_guest(sentence: str, home: dict[str, int]) -> bool:
    """Whether the words of the sentence stand nowhere else in what it stands in."""
    own = _counts(sentence)
    for word in [_stem(found["verb"]) for found in [TASK.search(sentence)] if found]:
        own.pop(word, None)
    if not own:
        return False
    shared = sum(1 for word, times in own.items() if home.get(word, 0) > times)
    return shared / len(own) < BELONGS


def _counts(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in _words(text):
        counts[word] = counts.get(word, 0) + 1
    return counts


def _words(text: str) -> Iterator[str]:
    for found in LATIN.finditer(text.lower()):
        if found[0] not in EMPTY:
            yield _stem(found[0])
    for found in CJK.finditer(text):
        run = found[0]
        yield from (run[i : i + 2] for i in range(max(len(run) - 1, 1)))


def _stem(word: str) -> str:
    """Enough to find a word again in another form."""
    short = re.sub(r"(?:['’]s?|ings?|ed|es|s|ly|ions?)$", "", word.lower())
    return short[:6] if len(short) > 2 else word.lower()


def _plain(sentence: str) -> str:
    if sentence.isascii():
        return sentence
    folded = unicodedata.normalize("NFKC", sentence).strip()
    return MIXED.sub(lambda word: word[0].translate(LOOKALIKES), folded)


def _without(text: str, findings: list[Finding]) -> str:
    parts, at = [], 0
    for finding in findings:
        if finding.end > at and finding.end > finding.start:
            parts += [text[at : max(finding.start, at)], LEFT_OUT]
            at = finding.end
    return "".join([*parts, text[at:]])
