"""Companies in a question: the names that people use for a company, and which known company a text names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.question_words import is_japanese, narrow, with_origin

_LEGAL = (
    r"株式会社|有限会社|合同会社|合資会社|合名会社|\(株\)|\(有\)|相互会社"
    r"|一般社団法人|公益財団法人|独立行政法人|投資法人"
)
_GROUP = r"(?:グループ|ホールディングス?|ホールディング|ホールディングカンパニー|フィナンシャルグループ|hd)$"
_TRADE = r"(?:工業|製作所|産業|製薬|製菓|製鉄|電機|電気|精機|商事|鉄道|製紙|食品|酒造|化学工業|重工業)$"
_SUFFIX = re.compile(
    r"[\s,]+(?:inc|incorporated|corp|corporation|co|company|companies|ltd|limited|llc|llp|lp|plc|sa|ag|nv|se|ab|asa|oyj|"
    r"spa|kk|gmbh|pty|bhd|n\.v|s\.a|k\.k|holdings?|group|international|intl|enterprises|and co|& co|"
    r"and company|& company|and subsidiaries)\.?$"
)
_PLAIN = (
    "advanced american apple applied atlantic bank best block capital central china consolidated "
    "constellation delta digital eastern energy federal first general global great group home international "
    "japan johnson morgan national northern pacific public royal shell southern square standard state target "
    "texas ultra union united universal western world"
)
_PLAIN_WORDS = frozenset(_PLAIN.split())


@dataclass(slots=True, frozen=True)
class Company:
    """A company known from documents that the asker may see; `documents` are their names or ids."""

    name: str
    aliases: tuple[str, ...] = ()
    """Tickers, securities codes, other names, in any script."""
    documents: tuple[str, ...] = ()


def short_forms(name: str) -> set[str]:
    """Narrowed names under which a company may be asked for, its own included.

    "American Express Company" is also "american express", "americanexpress" and "amex"; "株式会社　東芝" is "東芝".
    """
    plain = narrow(name).strip(" .,")
    forms = {plain, *_japanese_forms(plain)} if is_japanese(plain) else {plain, *_english_forms(plain)}
    return {f for f in forms if len(f) > 1}


def _japanese_forms(plain: str) -> set[str]:
    solid = re.sub(r"\s+", "", plain)
    core = re.sub(_LEGAL, "", solid) or solid
    forms = {solid, core}
    group = core
    for pattern in (r"本社$|本店$", _GROUP):
        group = re.sub(pattern, "", group)
        if len(group) > 1:
            forms.add(group)
    trade = re.sub(_TRADE, "", group)
    if len(trade) > 2:
        forms.add(trade)
    return forms


def _english_forms(plain: str) -> set[str]:
    core = re.sub(r"^the\s+", "", plain)
    core = re.sub(r"\([^)]*\)|/[a-z]{2,3}/?$", "", core).strip(" .,")
    forms = {core}
    while (shorter := _SUFFIX.sub("", core).strip(" .,")) != core and shorter:
        core = shorter
        forms.add(core)
    spoken = re.sub(r"[^\w&]+", " ", core).strip()
    names = re.sub(r"'s\b|[^\w& ]", "", core.replace("-", " ")).split()
    forms |= {spoken, "".join(names)}
    first = names[0] if names else ""
    if len(names) > 1 and (re.search(r"\d", first) or (len(first) > 4 and first not in _PLAIN_WORDS)):
        forms.add(first)
    return forms


def acronyms(name: str) -> set[str]:
    """Capitals that may stand for a company: initials ("AMD"), two letters a word ("AMEX"), a capital first word."""
    shown = re.sub(r"^the\s+", "", name.strip(), flags=re.I)
    if is_japanese(shown):
        return set()
    core = shown
    while (shorter := re.sub(_SUFFIX.pattern, "", core, flags=re.I).strip(" .,")) != core and shorter:
        core = shorter
    out: set[str] = set()
    for base in {core, shown}:
        parts = [p for p in re.findall(r"[A-Za-z0-9]+", base) if p.lower() not in ("and", "of", "the", "de")]
        if len(parts) > 2 or (len(parts) == 2 and base == core):
            out.add("".join(p[0] for p in parts).upper())
        if len(parts) == 2:
            out.add("".join(p[:2] for p in parts).upper())
        if parts and len(parts[0]) > 1 and parts[0].isupper():
            out.add(parts[0])
    return {a for a in out if len(a) > 2 or any(c.isdigit() for c in a)}


@dataclass(slots=True, frozen=True)
class CompanyFound:
    company: Company
    text: str
    start: int
    end: int


@dataclass(slots=True, frozen=True)
class _Forms:
    loose: tuple[tuple[str, str], ...]
    """(name in any case, the same without spaces and signs)."""
    exact: tuple[str, ...]
    """Codes and acronyms, as written."""


@lru_cache(maxsize=50_000)
def _forms_of(company: Company) -> _Forms:
    loose: set[str] = set()
    exact: set[str] = set()
    for name in (company.name, *company.aliases):
        if re.fullmatch(r"\d{4}[0A-Z]?|\d{3}[A-Z]|[A-Z]{1,5}(?:[.-][A-Z])?", name.strip()):
            code = name.strip()
            exact.add(code)
            if re.fullmatch(r"\d{4}0", code):
                exact.add(code[:4])
        else:
            loose |= short_forms(name)
            exact |= acronyms(name)
    return _Forms(tuple((f, _solid(f)) for f in sorted(loose)), tuple(sorted(e for e in exact if not _is_year(e))))


@lru_cache(maxsize=64)
def _all_forms(
    companies: tuple[Company, ...],
) -> tuple[list[tuple[Company, str, str]], list[tuple[Company, str]]]:
    """The forms of all companies that a user may know, as lists that one question runs through."""
    forms = [(company, _forms_of(company)) for company in companies]
    return (
        [(company, form, squeezed) for company, own in forms for form, squeezed in own.loose],
        [(company, code) for company, own in forms for code in own.exact],
    )


def _solid(text: str) -> str:
    return re.sub(r"[\s.,-]+", "", text)


def find_companies(text: str, companies: Sequence[Company]) -> list[CompanyFound]:
    """The known companies that a text names, in order; where two names overlap, the longer one."""
    plain, origin = with_origin(text, spaces=True)
    solid = _solid(plain)
    loose, exact = _all_forms(tuple(companies))
    found = [f for c, form, squeezed in loose if squeezed in solid for f in _named(c, form, text, plain, origin)]
    found += [f for company, code in exact if code in text for f in _coded(company, code, text)]
    found.sort(key=lambda f: (f.start - f.end, f.start))
    kept: list[CompanyFound] = []
    for one in found:
        if all(_apart_or_same(one, k) for k in kept):
            kept.append(one)
    once: dict[str, CompanyFound] = {}
    for one in sorted(kept, key=lambda f: f.start):
        once.setdefault(one.company.name, one)
    return list(once.values())


def _apart_or_same(a: CompanyFound, b: CompanyFound) -> bool:
    return a.end <= b.start or b.end <= a.start or (a.start, a.end) == (b.start, b.end)


def _named(company: Company, form: str, text: str, plain: str, origin: list[int]) -> list[CompanyFound]:
    if m := re.search(_pattern(form), plain):
        start, end = origin[m.start()], origin[m.end() - 1] + 1
        return [CompanyFound(company, text[start:end], start, end)]
    return []


def _coded(company: Company, code: str, text: str) -> list[CompanyFound]:
    m = re.search(_code_pattern(code), text)
    return [CompanyFound(company, m[0], m.start(), m.end())] if m else []


def _code_pattern(code: str) -> str:
    return rf"(?<![A-Za-z0-9.$%]){re.escape(code)}(?![A-Za-z0-9%年月円億万千株]|\.\d)"


def _is_year(code: str) -> bool:
    return code.isdigit() and 1950 <= int(code) <= 2050


@lru_cache(maxsize=20_000)
def _pattern(form: str) -> str:
    if is_japanese(form):
        return r"\s*".join(map(re.escape, form))
    middle = r"[\s.,-]*".join(re.escape(p) for p in re.findall(r"[^\s.,-]+", form))
    return rf"(?<![a-z0-9]){middle}(?![a-z0-9])"
