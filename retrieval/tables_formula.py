"""The formula that a question's measure is worked out by: its own definition, its wording, or the glossary's."""

from __future__ import annotations

import ast
import re

from retrieval import glossary
from retrieval.question import Question
from retrieval.question_words import narrow

_COMBINATIONS: tuple[tuple[str, str], ...] = (
    (r"as an? (?:%|percent|percentage|share|proportion) of|percentage of|divided by|を.{0,12}で(?:割|除)", "{0} / {1}"),
    (r"\bratio of\b.+\bto\b|は.{0,30}の何[%％割倍]", "{0} / {1}"),
    (r"に占める|に対する", "{1} / {0}"),
    (r"から.{0,12}(?:差し引|控除|引い)|\bminus\b|\bless\b|net of", "{0} - {1}"),
    (r"\bplus\b|\bsum of\b|\bcombined\b|と.{0,20}(?:の合計|の和|を合わせ|を足し)", "{0} + {1}"),
)
_OUTFLOWS = frozenset(
    {"capex", "dividends_paid", "cost_of_sales", "interest_expense", "income_tax", "share_repurchases"}
)
_DEFINED = re.compile(r"[(（]([^()（）]*[×÷*/+＋－=-][^()（）]*)[)）]|\bdefined as:?\s*(.+?)(?:[.?]\s|[.?]$|$)")
_YEARS = re.compile(r"\b(?:FY\s?|fiscal (?:year )?)'?(?:\d{4}|\d{2})(?:'s)?\s+(?=[A-Za-z&(])")
_AVERAGES = re.compile(r"\baverage (?:of )?([^()+*/=]+?) (?:between|from|over)\b[^()+*/=-]*", re.IGNORECASE)
_CHANGES = re.compile(r"\bchange in ([^()+*/=]+?) (?:between|from|over)\b[^()+*/=-]*", re.IGNORECASE)
_SAID = {"divided by": "/", "less": "-", "minus": "-", "plus": "+"}
_SIGNS = str.maketrans("×÷＋－／＊", "*/+-/*")


def formula_of(question: Question) -> tuple[str, str]:
    """(formula over glossary keys or "", unit of its result or "" for that of its cells)."""
    keys = list(dict.fromkeys(m.key for m in question.measures if m.key))
    if not keys:
        return "", ""
    term = glossary.terms()[keys[0]]
    if term.formula or len(keys) == 1:
        defined = defined_formula(question.text)
        if defined and _names(defined) != _names(term.formula):
            return defined, _unit_of(term) if term.formula else ""
    text = narrow(question.text)
    if len(keys) == 2:
        for pattern, shape in _COMBINATIONS:
            if re.search(pattern, text):
                return _with_outflows(shape.format(*keys)), "%" if "/" in shape else ""
    if not term.formula and re.search(r"% margin|% of (?:net )?(?:sales|revenue)|対売上高|売上高比率", text):
        return f"{term.key} / revenue", "%"
    return _as_named(term.formula, question.text), _unit_of(term) if term.formula else ""


def _as_named(formula: str, text: str) -> str:
    """With net income attributable to shareholders where the question says so."""
    said = {found.term.key for found in glossary.find(text)}
    if "net_income_parent" in said and "net_income" not in said:
        return re.sub(r"\bnet_income\b", "net_income_parent", formula)
    return formula


def defined_formula(text: str) -> str:
    """ "負債比率(負債/総資産)" defines total_liabilities / total_assets; "" where the question holds no such thing."""
    for m in _DEFINED.finditer(text):
        formula = _in_keys(m[1] or m[2])
        if formula and len(_names(formula)) > 1:
            return _with_outflows(formula)
    return ""


def _in_keys(definition: str) -> str:
    """The definition with keys for its terms, or "" if anything but arithmetic is left."""
    definition = _CHANGES.sub(r"change(\1)", _AVERAGES.sub(r"avg(\1)", _YEARS.sub("", definition)))
    out, at, seen = "", 0, -1
    for found in glossary.find(definition):
        if found.start == seen or not found.term.is_measure:
            continue
        out += definition[at : found.start] + found.term.key
        at, seen = found.end, found.start
    out = (out + definition[at:]).translate(_SIGNS)
    for word, sign in _SAID.items():
        out = re.sub(rf"\b{word}\b", sign, out)
    out = re.sub(r"\b(?:the|total|of)\b\s*", "", out.strip(" :：."))
    out = re.sub(r"\s*([+*/-])\s*", r" \1 ", out)
    return out if re.fullmatch(r"[a-z0-9_ .+*/()-]+", out) and re.search(r"[+*/-]", out) and _parses(out) else ""


def _parses(formula: str) -> bool:
    try:
        return _is_plain(ast.parse(formula, mode="eval").body)
    except SyntaxError:
        return False


def _is_plain(node: ast.expr) -> bool:
    """Figures can be put in: names, numbers, the four operations, and what may be said of one name."""
    match node:
        case ast.Name(id=key):
            return key in glossary.terms()
        case ast.Constant(value=int() | float()):
            return True
        case ast.Call(func=ast.Name(id="abs" | "avg" | "change"), args=[ast.Name() as name]):
            return _is_plain(name)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            return _is_plain(left) and _is_plain(right)
    return False


def _with_outflows(formula: str) -> str:
    """What is subtracted or put in relation is meant by its size: a statement may print it as negative."""
    return re.sub(
        r"(?<!avg\()(?<!change\()\b[a-z_]{4,}", lambda m: f"abs({m[0]})" if m[0] in _OUTFLOWS else m[0], formula
    )


def _names(formula: str) -> set[str]:
    return set(re.findall(r"[a-z_]{4,}", formula)) - {"change"}


def _unit_of(term: glossary.Term) -> str:
    if term.kind != "ratio":
        return ""
    name = " ".join(term.english)
    if term.key.startswith("days_") or "cycle" in name:
        return "days"
    return (
        "%"
        if re.search(r"margin|rate|return|payout|retention|%|equity ratio|to (?:sales|assets|revenue)", name)
        else "x"
    )
