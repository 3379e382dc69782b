"""Words that stand against each other: rise and fall, profit and loss, before and after, including and excluding.

An axis has poles; two words on one axis with different poles say different things of the same matter. Words of one
pole are as good as synonyms here. English words are matched by their stem, Japanese ones as they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from chat.verifying.words import stem
from library.figure_words import word_list

AXES: dict[str, tuple[str, ...]] = {
    "direction": (
        "increase increased rise rose risen grow grew growth up upped higher gain expand climb "
        "surge jump advance boost elevate lift raise "
        "upswing uptick enhance escalate enlarge augment heighten swell soar upward "
        "improve improvement better strengthen",
        "decrease decline fall fell fallen drop reduce reduction lower down downward shrink shrank "
        "shrunk contract cut lessen diminish "
        "slump plunge slip dip dwindle curtail plummet tumble "
        "worsen deteriorate weaken",
        "flat unchanged stable steady stagnant constant",
    ),
    "quality": (
        "improve improvement better enhance ameliorate strengthen upgrade favorable positive strong "
        "robust solid excellent good well healthy "
        "excel outperform success successful optimistic encouraging bullish constructive",
        "worsen worse deteriorate weaken downgrade unfavorable negative weak poor poorly bad soft "
        "softness adverse underperform fail failure "
        "unsuccessful pessimistic disappointing bearish challenging",
    ),
    "speed": (
        "accelerate quicken expedite hasten speed faster rapid rapidly quick quickly swift swiftly sharply abruptly",
        "decelerate slow slower slowly delay postpone defer gradual gradually",
    ),
    "result": (
        "profit profitable profitability gain surplus",
        "loss losses lose lost lossmaking deficit",
    ),
    "inclusion": (
        "including include includes included inclusive incorporating",
        "excluding exclude excludes excluded except ex barring",
    ),
    "bound": (
        "above over exceed exceeding exceeded surpass surpassing more beyond upwards outpace beat",
        "below under less fewer miss missed short beneath trail",
        "in-line",
    ),
    "exactness": (
        "approximately about around roughly nearly almost circa approximate virtually close",
        "exactly precisely accurately definitely",
    ),
    "order": (
        "prior previous last ago before earlier preceding former past",
        "later next subsequent following after future upcoming",
        "current present",
    ),
    "era": ("pre-pandemic pre-covid pre-crisis", "post-pandemic post-covid post-crisis", "pandemic"),
    "height": ("high highest", "low lowest", "mid medium middle moderate"),
    "continuation": (
        "persist continue remain maintain sustain keep ongoing",
        "subside cease stop discontinue ease abate halt vanish disappear terminate suspend abandon",
    ),
    "trade": ("buy purchase acquire acquisition repurchase buyback", "sell sold divest divestiture dispose disposal"),
    "size": (
        "significant significantly substantial substantially considerable considerably major large remarkable "
        "dramatic massive strong strongly notable sizable huge",
        "minor slight slightly small insignificant minimal marginal marginally modest modestly "
        "negligible trivial little",
    ),
    "likelihood": (
        "expect anticipate likely probable forecast project predict foresee confident",
        "unlikely improbable doubt doubtful",
    ),
    "condition": ("new brand-new", "used pre-owned secondhand old preowned"),
    "market": ("domestic domestically national", "overseas international foreign abroad"),
    "digits": ("single-digit", "double-digit", "triple-digit"),
    "term": ("long-term longterm", "short-term near-term"),
    "measure": ("gross", "net"),
    "dilution": ("diluted", "basic"),
    "standard": ("gaap", "non-gaap"),
    "adjustment": ("adjusted", "unadjusted"),
    "price": ("fixed", "variable floating"),
    "state": ("open opened opening launch launched", "close closed closing closure shut"),
    "restraint": (
        "restrict constrain limit restrain hinder hamper impede curb",
        "relax facilitate loosen enable liberalize unconstrained",
    ),
    "weather": ("tailwind", "headwind"),
    "flow": ("inflow", "outflow"),
    "consent": (
        "agree agreed approve approved accept accepted assent",
        "disagree refuse refused reject rejected decline deny denied",
    ),
    "multiple": (
        "twice double doubled doubling two-fold twofold",
        "half halve halved halving",
        "triple tripled tripling three-fold threefold thrice",
        "quadruple quadrupled four-fold fourfold",
    ),
    "extent": ("fully entirely completely wholly full", "partially partly partial"),
    "quantity": ("all every each", "some several certain"),
    "edge": ("beginning begin start starting commence onset", "end ending conclusion finish close"),
    "class": ("residential", "commercial"),
    "rate": ("per-year yearly annual annually", "per-quarter quarterly", "per-month monthly", "per-week weekly"),
    "stage": ("reactivate resume restart reinstate", "suspend pause"),
    "credit": ("asset", "liability"),
    "side": ("senior", "subordinated junior"),
    "gathering": ("consolidated group-wide", "separate standalone parent-only nonconsolidated"),
    "supply": ("supply", "demand"),
    "presence": ("with", "without"),
}

REQUIRED = frozenset([("inclusion", 1), ("place", -1)])
"""(axis, pole, or -1 for each of its poles) of words that change what is measured: the sources must have them too."""

MODIFIERS = frozenset(
    word_list("measure dilution standard gathering adjustment class supply term presence place condition state")
)
"""Axes of words that say which one is meant ("net sales"): they stand against each other only beside the same word."""

PLACES = (
    "us usa united-states",
    "uk united-kingdom britain british",
    "north-america",
    "south-america latin-america",
    "europe european eu emea",
    "asia asian asia-pacific apac",
    "africa african",
    "japan japanese",
    "china chinese",
    "india indian",
    "canada canadian",
    "mexico mexican",
    "brazil brazilian",
    "germany german",
    "france french",
    "italy italian",
    "spain spanish",
    "korea korean",
    "australia australian",
    "singapore",
    "taiwan",
)
"""One axis: what happened in one of them did not happen in another."""

MEASURES = (
    "revenue sale turnover",
    "earnings income profit eps ebitda ebit loss earn",
    "expense cost overhead outlay sg&a expenditure",
    "dividend payout",
    "debt borrowing indebtedness",
    "tax",
    "headcount employee workforce staff",
    "deposit",
    "backlog",
    "impairment",
)
"""What is measured: one that no source speaks of is not carried. A line holds what may stand for each other."""

JAPANESE: dict[str, tuple[str, ...]] = {
    "direction": (
        "増加 増収 増益 増配 増額 上昇 拡大 伸長 伸び 上振れ 引き上げ 上方修正 増 続伸 高まっ 高まり 強含み",
        "減少 減収 減益 減配 減額 低下 縮小 下落 落ち込 下振れ 引き下げ 下方修正 減 続落 弱含み",
        "横ばい 横這い 不変 据え置き 据え置い 同水準 変わら",
    ),
    "quality": (
        "改善 好転 好調 堅調 良好 順調 強い 強く 強固 強化 回復",
        "悪化 不調 低調 軟調 不振 弱い 弱く 弱化 低迷",
    ),
    "result": ("黒字 利益 純利益", "赤字 損失 純損失"),
    "inclusion": ("含む 含み 含め 含んだ", "除く 除き 除い 除外"),
    "bound": ("上回 超え 以上 超過", "下回 未満 以下 満たな"),
    "order": ("前期 前年 昨年 前年度 前連結", "来期 翌期 次期 来年 翌年 今後", "当期 当年度 今期 当連結"),
    "speed": ("加速 急速 急激 早期 前倒し", "減速 緩やか 徐々 遅延 延期 先送り"),
    "continuation": ("継続 維持 続け 続く 持続", "中止 停止 終了 撤退 取りやめ 廃止 打ち切り"),
    "trade": ("買収 取得 購入 買い付け", "売却 譲渡 処分"),
    "size": ("大幅 著し 顕著 重要 多額", "小幅 わずか 僅か 軽微 若干"),
    "market": ("国内", "海外 国外"),
    "term": ("長期", "短期"),
    "exactness": ("約 およそ おおよそ 概ね ほぼ", "ちょうど 正確に"),
    "gathering": ("連結", "単体 個別"),
    "achievement": ("達成 実現", "未達 達成でき"),
    "state": ("開設 開店 新設 開業 開始 着手", "閉鎖 閉店 廃業 休止"),
    "height": ("最高 高水準", "最低 低水準"),
    "consent": ("承認 可決 合意 同意", "否決 却下 拒否 否認"),
    "flow": ("収入 流入", "支出 流出"),
    "extent": ("全部 すべて 全て", "一部"),
    "multiple": ("2倍 二倍 倍増", "半減 半分", "3倍 三倍"),
    "credit": ("資産", "負債"),
    "multi": ("増資", "減資"),
}

COMMON_CAPITALS = frozenset(
    word_list(
        "january february march april may june july august september october november december "
        "monday tuesday wednesday "
        "thursday friday company group board corporation management chairman president director executive officer "
        "eps dps ebit ebitda capex opex r&d sg&a pp&e m&a q&a roe roa roi roic cagr yoy qoq ytd ceo "
        "cfo coo kpi it ai fx "
        "usd jpy eur gbp cny chf note table figure page section item fy q1 q2 q3 q4 h1 h2 i mr mrs ms dr"
    )
)
"""Capitalised without being the name of anybody."""

NEGATIONS = frozenset(
    word_list(
        "not no never neither nor none cannot without lack lacks lacking fail failed fails unable hardly barely n't"
    )
)
JAPANESE_NEGATION = re.compile(
    r"(?:[^少危な][かくえらけせれべきじみび]|い|で|は|も)な(?:い|かっ|く)|ません|ではな|予定はな|行わない"
    r"|していない|(?<=[かさたなまらわえけせれべめげ])ず(?:、|に|$)"
    r"|(?<=[かさたなまらわえけせれべめげ])ず(?:、|に|$)|ではな|予定はな|行わない|していない"
)


@dataclass(slots=True, frozen=True)
class Pole:
    axis: str
    pole: int


@lru_cache(maxsize=1)
def english_poles() -> dict[str, tuple[Pole, ...]]:
    """Stem (or hyphenated word) -> where it stands."""
    found: dict[str, list[Pole]] = {}
    for axis, poles in (*AXES.items(), ("place", PLACES)):
        for number, listed in enumerate(poles):
            for word in word_list(listed):
                key = word if "-" in word or axis == "rate" else stem(word)
                if Pole(axis, number) not in found.setdefault(key, []):
                    found[key].append(Pole(axis, number))
    return {key: tuple(poles) for key, poles in found.items()}


@lru_cache(maxsize=1)
def japanese_poles() -> tuple[re.Pattern[str], dict[str, tuple[Pole, ...]]]:
    """A pattern over all the words, the longest first, and where each stands."""
    found: dict[str, list[Pole]] = {}
    for axis, poles in JAPANESE.items():
        for number, listed in enumerate(poles):
            for word in word_list(listed):
                found.setdefault(word, []).append(Pole(axis, number))
    pattern = re.compile("|".join(sorted(map(re.escape, found), key=len, reverse=True)))
    return pattern, {word: tuple(poles) for word, poles in found.items()}


@lru_cache(maxsize=1)
def measure_classes() -> dict[str, tuple[int, ...]]:
    """Stem -> the lines of MEASURES that it stands in."""
    found: dict[str, tuple[int, ...]] = {}
    for number, listed in enumerate(MEASURES):
        for word in word_list(listed):
            found[stem(word)] = (*found.get(stem(word), ()), number)
    return found
