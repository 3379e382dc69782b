"""The direction that words give to a figure: "fell by 3%", "loss of", 12.3%減, and which labels name outflows."""

from __future__ import annotations

import re

UP = (
    r"increas\w*|rose|ris(?:e|es|ing|en)|gr(?:ew|ow|ows|owing|own|owth)|up|higher|improv\w*|gain\w*"
    r"|expan\w*|climb\w*|surg\w*"
    r"|jump\w*|advanc\w*|strengthen\w*|accelerat\w*|rais(?:e|ed|es|ing)|upward|widen\w*"
)
DOWN = (
    r"decreas\w*|fell|fall(?:s|ing|en)?|declin\w*|down|lower(?:ed|ing|s)?|drop(?:s|ped|ping)?"
    r"|reduc\w*|shr(?:ank|unk|ink\w*)|contract(?:ed|ion|s|ing)"
    r"|decelerat\w*|weaken\w*|slid\w*|plung\w*|slump\w*|deteriorat\w*|worsen\w*|cut|downward|narrow\w*|slipp\w*"
)
_UP_JA = r"増加|増収|増益|増配|増|上昇|拡大|伸長|伸び|改善|プラス|上回|上振れ|成長|高い|高く|引き上げ"
_DOWN_JA = r"減少|減収|減益|減配|減|低下|縮小|悪化|マイナス|下落|下回|下振れ|落ち込|低い|低く|引き下げ|後退"
_LOSS = re.compile(r"\b(?:net |operating |pre-?tax )?(?:loss(?:es)?|deficit|outflows?)\b|損失|赤字|欠損", re.IGNORECASE)
_PROFIT_OR_LOSS = re.compile(
    r"\(loss\)|\(losses\)|又は.{0,14}損失|\(△|(?:or|and) loss|損益|増減|\(used|\(decrease|\(increase", re.IGNORECASE
)

_BY_BEFORE = (
    r"(?:\s(?:by|of|at))?"
    r"(?:\s(?:about|around|approximately|roughly|nearly|almost|some|over|more than|an?|another|a further))?"
    r"\s?[\"(:]?$"
)
_EN_BEFORE = re.compile(
    rf"(?:\b(?P<up>{UP})|\b(?P<down>{DOWN}))(?:\s(?:sharply|slightly|significantly|strongly|further"
    rf"|organically|again))?{_BY_BEFORE}",
    re.IGNORECASE,
)
_EN_OF = re.compile(
    rf"(?:\b(?P<up>{UP})|\b(?P<down>{DOWN}))(?:\s(?:in|of|on)\s[^,;.]{{0,40}}?)?\s(?:rate\s)?(?:by"
    rf"|of|was|were)(?:\s(?:about|around|approximately|roughly|nearly))?\s$",
    re.IGNORECASE,
)
_SAME_CHANGE = re.compile(r"[$¥€£]?\d[\d.,]*%?(?:\s[A-Za-z]+){0,2},?\s(?:or|\()\s?$")
_TO_BEFORE = re.compile(r"\b(?:to|at)\s(?:about\s|around\s|approximately\s|nearly\s|a record\s)?$", re.IGNORECASE)
_TO_AFTER = re.compile(r"(?:に|へ|まで)(?:と?な|達|増|減|上昇|低下|改善|拡大|縮小|悪化|引)")
_EN_AFTER = re.compile(
    rf"^\)?\s?(?:(?:year[\s-](?:over|on)[\s-]year|sequential|organic|annual|quarterly|yoy|y/y|net"
    rf"|in)\s)*(?:(?P<up>{UP})|(?P<down>{DOWN}))\b",
    re.IGNORECASE,
)
_JA_AFTER = re.compile(
    rf"^(?:超|弱|強|程度|ほど|近く)?(?:の|と|、)?(?:大幅な?|小幅な?)?\s?(?:(?P<up>{_UP_JA})|(?P<down>{_DOWN_JA}))"
)
_JA_BEFORE = re.compile(
    rf"(?:(?P<up>{_UP_JA})|(?P<down>{_DOWN_JA}))(?:率|額|幅|分)?(?:は|が|:|：|で)?\s?(?:約|およそ"
    rf"|前年(?:同期)?比|前期比)*\s?$"
)
OUTFLOW = re.compile(
    r"purchas|payment|\bpaid|repay|repurchas|expenditure|capex|dividend|acquisition|\bcosts?\b"
    r"|expense|tax|\bused\b|outflow|decrease"
    r"|provision|depreciation|amortization|deduct|allowance|reduction|investment|write|impairment"
    r"|charge|treasury|lease|eliminat"
    r"|支出|支払|取得|返済|償還|費用|原価|税|減少|控除|減価償却|累計|引当|配当|償却|販売費|管理費"
    r"|消去|調整|自己株式|投資|リース|設備",
    re.IGNORECASE,
)


def direction(text: str, start: int, end: int) -> int:
    """+1 or -1 where words make the figure at start:end a rise or a fall; 0 for a level ("fell to 12%")."""
    before, after = text[max(0, start - 70) : start], text[end : end + 40]
    if other := _SAME_CHANGE.search(before):
        before = before[: other.start()]
    for pattern, part in (
        (_EN_BEFORE, before),
        (_JA_AFTER, after),
        (_EN_AFTER, after),
        (_JA_BEFORE, before),
        (_EN_OF, before),
    ):
        if match := pattern.search(part):
            return 1 if match["up"] else -1
    return 0


def is_level(text: str, start: int, end: int) -> bool:
    """Where the figure is what something came to, not by how much it changed: "to 12%", 12%に上昇."""
    return bool(_TO_BEFORE.search(text[max(0, start - 24) : start]) or _TO_AFTER.match(text, end))


def is_loss(text: str, start: int, end: int) -> bool:
    """Whether the words around an amount call it a loss."""
    before = re.sub(r",\s?(?=(?:19|20)\d\d)", " ", text[max(0, start - 80) : start])
    clause = re.split(r"[,;、。，]|\bcompared\b|\bversus\b", before)[-1]
    return bool(_LOSS.search(clause) or _LOSS.match(text[end : end + 12].lstrip(" の")))


def names_loss(label: str) -> bool:
    """A row of losses, where a positive number is a loss; not one of "income (loss)"."""
    return bool(_LOSS.search(label)) and not _PROFIT_OR_LOSS.search(label)


def names_both(label: str) -> bool:
    """A row whose sign says which of two it is: "Net income (loss)", "Net increase (decrease) in cash"."""
    return bool(_PROFIT_OR_LOSS.search(label))


def names_outflow(label: str) -> bool:
    """A row whose amounts are printed as negative or positive as the statement likes."""
    return bool(OUTFLOW.search(label)) and not names_both(label)
