"""How a question wants its answer: kind, operation, unit, consolidated or not."""

from __future__ import annotations

import re

from retrieval.question_words import narrow

_UNITS = {
    "usd": "USD",
    "us$": "USD",
    "$": "USD",
    "dollar": "USD",
    "jpy": "JPY",
    "yen": "JPY",
    "円": "JPY",
    "eur": "EUR",
}
_UNITS |= {"€": "EUR", "euro": "EUR", "gbp": "GBP", "£": "GBP", "pound": "GBP", "ドル": "USD", "ユーロ": "EUR"}
_SCALES = {"thousand": "1000", "million": "1000000", "billion": "1000000000", "trillion": "1000000000000"}
_SCALES |= {
    "千": "1000",
    "万": "10000",
    "百万": "1000000",
    "億": "100000000",
    "十億": "1000000000",
    "兆": "1000000000000",
}
_CURRENCY = "|".join(re.escape(u) for u in _UNITS if u.isascii() or u in "€£")
_UNIT_EN = re.compile(
    rf"\b(?:in|of|to)\s+(?:units of\s+)?(?P<currency>{_CURRENCY})?s?\s?"
    r"(?P<scale>thousand|million|billion|trillion)?s?\b"
    r"(?:\s+(?:of\s+)?(?P<after>u\.?s\.? dollar|dollar|yen|euro|usd|jpy|eur|gbp)s?)?"
)
_UNIT_JA = re.compile(r"(?P<scale>十億|百万|[千万億兆])?(?P<currency>円|ドル|ユーロ)(?:単位|で(?:答|示|表|教)|換算)")
_CHANGE = re.compile(
    r"\bchang(?:e|ed|es)\b|\bincreas|\bdecreas|\bgrow|\bgrew\b|\bimprov|\bdeclin|\bdrop|\brise|\brose\b|\bfell?\b"
    r"|\bdifference\b|compared? (?:to|with)|year[- ]over[- ]year|\byoy\b"
    r"|増減|増加|減少|変化|伸び|差額|増収|減収|増益|減益"
    r"|前期比|前年比|前年同期比|改善|悪化|成長率"
)
_PERCENT = re.compile(
    r"percentage change|% change|percent change|growth rate|percent(?:age)? (?:increase|decrease)"
    r"|% (?:increase|decrease)"
    r"|(?:何|どの程度)[%割].{0,6}(?:変化|増|減|伸)|前期比|前年比|前年同期比|成長率|増減率|増加率|伸び率"
)
_CAGR = re.compile(r"\bcagr\b|compound(?:ed)? (?:annual )?growth|年平均成長率|年複利成長率")
_YES_NO = re.compile(
    r"^(?:[\w\s,.'’\"()&-]{0,60}[,:]\s+)?(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should)\b"
)
_TEXT = re.compile(
    r"\b(?:why|explain|describe|who|whom|reasons?|what drove|which"
    r"|what (?:are|were|is|was) (?:the )?(?:key|main|major|primary|nature|purpose|risks?)"
    r"|how (?:does|do|did|will|is|are|has)(?! .{0,60}\bcompare))\b"
    r"|なぜ|理由|要因|背景|説明して|どのような|どのように|誰が|概要|とは何"
)
_TABLE = re.compile(
    r"\b(?:table|breakdown|break down|by segment|by region|by quarter|list (?:all|the))\b"
    r"|一覧|内訳|推移|表(?:を|で)|セグメント別|地域別|四半期ごと"
)
_AVERAGE = re.compile(r"\baverage (?:of|between|for|over)\b|\byear average\b|\bthe average\b|平均(?!臨|年|実|株|勤)")


def answer_kind(question: str, has_measure: bool, language: str) -> str:
    """ "figure", "table", "text" or "yes_no"."""
    plain = narrow(question)
    quoted = re.search(r"「[^」]+」(?:は|について|を)", question)
    if quoted:
        return "figure"
    if _TABLE.search(plain):
        return "table"
    if _TEXT.search(plain):
        return "text"
    if _YES_NO.match(plain) or (language == "ja" and _asks_whether(plain)):
        return "yes_no"
    return "figure" if has_measure or re.search(r"\bhow (?:much|many)\b|いくら|何[%円人株倍件社]", plain) else "text"


def _asks_whether(plain: str) -> bool:
    return bool(re.search(r"か[?。]?$", plain)) and not re.search(
        r"何|いくら|どの|どれ|誰|いつ|どこ|どう|いくつ", plain
    )


def change_asked(plain: str) -> bool:
    return bool(_CHANGE.search(plain))


def operation(question: str, periods: int) -> str:
    """What is to be computed from the cells; "" where a cell is the answer."""
    plain = narrow(re.sub(r"「[^」]*」", "", question))
    if _CAGR.search(plain):
        return "cagr"
    if _AVERAGE.search(plain) and periods != 1:
        return "average"
    if _PERCENT.search(plain):
        return "percent"
    if _CHANGE.search(plain):
        return "change"
    if periods > 1 and re.search(r"\b(?:total|sum|combined)\b|合計|累計", plain):
        return "sum"
    if re.search(r"\bhighest|\blargest|\bmost\b|\bhigher|\blarger|最大|最も(?:多|大|高)", plain):
        return "maximum"
    if re.search(r"\blowest|\bsmallest|\bleast\b|\blower|\bsmaller|最小|最も(?:少|小|低)", plain):
        return "minimum"
    return "average" if periods != 1 and re.search(r"\baverage\b", plain) else ""


def unit_of(question: str) -> tuple[str, str]:
    """The unit that the answer shall be given in, and its scale: ("USD", "1000000") for "in USD millions"."""
    plain = narrow(question)
    for m in [*_UNIT_EN.finditer(plain), *_UNIT_JA.finditer(plain)]:
        groups = m.groupdict()
        currency = groups.get("currency") or groups.get("after") or ""
        if currency or groups.get("scale"):
            unit = next((code for word, code in _UNITS.items() if word in currency), "") if currency else ""
            return unit, _SCALES.get(groups.get("scale") or "", "1")
    if re.search(r"\b(?:in|as a?)\s*(?:units of )?(?:%|percent)|何%|\(as a %\)|\bpercentage of\b|\(%\)", plain):
        return "%", "1"
    return "", "1"


def basis_of(question: str) -> str:
    """ "consolidated", "separate" or "" where the question leaves it open."""
    plain = narrow(re.sub(r"「[^」]*」", "", question))
    if re.search(
        r"非連結|単体|個別|単独|\bnon-?consolidated|unconsolidated|parent[- ](?:company )?only|stand-?alone", plain
    ):
        return "separate"
    return "consolidated" if re.search(r"連結|\bconsolidated\b", plain) else ""
