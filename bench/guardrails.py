"""Injected orders found and taken out, false alarms, and personal data found, on the sets of a folder.

    python -m bench guardrails DATA [--half all|tuned|held]

DATA holds bipia_attacks.json, bipia_email.jsonl, bipia_table.jsonl, pi_valid.json and pii.jsonl. Each BIPIA attack is
put at the start, in the middle and at the end of each mail and of every tenth table; it counts as neutralised where
its words are not in what a model is given. `pi_valid` is read as what it is: chats and questions as questions,
documents as documents, BIPIA's tasks inside a mail. The rules were written with one half of the mails, tables and texts
in view (`tuned`); the other half (`held`, by default) was looked at only through this figure. So was that of `pi_valid`
at first, with 18 of 24 caught and 3 false alarms in 48; then its misses were read, and its figure is no forecast since.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from chat.guards.injection import judge, judge_question
from chat.guards.personal import find

DOCUMENTS = ("PINT_documents", "PINT_hard_negatives")
KINDS = {
    "PERSON": "PERSON",
    "STREET_ADDRESS": "ADDRESS",
    "CREDIT_CARD": "CARD",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "IBAN",
    "US_SSN": "SSN",
    "US_DRIVER_LICENSE": "LICENCE",
}
NOT_PERSONAL = ("ORGANIZATION", "DATE_TIME", "AGE", "NRP", "TITLE", "DOMAIN_NAME", "IP_ADDRESS")
Wanted = Callable[[str], bool]


def measure(data: Path, half: str) -> dict[str, Any]:
    wanted = _wanted(half)
    mails = [row["context"] for row in _lines(data / "bipia_email.jsonl") if wanted(row["context"])]
    tables = [row["context"] for row in _lines(data / "bipia_table.jsonl") if wanted(row["context"])]
    attacks = [a for group in json.loads((data / "bipia_attacks.json").read_text()).values() for a in group]
    texts = sorted(json.loads((data / "pi_valid.json").read_text()), key=lambda row: (row["label"], row["source"]))
    texts = texts[{"all": slice(None), "tuned": slice(0, None, 2), "held": slice(1, None, 2)}[half]]
    found = {
        "email": _contexts(mails, mails, attacks),
        "table": _contexts(tables, tables[::10], attacks),
        "pi_valid": _texts(texts, mails),
    }
    alarms = sum(part["alarms"] for part in found.values())
    benign = sum(part["benign"] for part in found.values())
    return {
        **found,
        "recall": _rate(sum(p["caught"] for p in found.values()), sum(p["attacks"] for p in found.values())),
        "false_alarms": _rate(alarms, benign),
        "ms_per_passage": _latency(mails + tables),
        "personal": _personal([row for row in _lines(data / "pii.jsonl") if wanted(row["full_text"])]),
    }


def _contexts(benign: list[str], hosts: list[str], attacks: list[str]) -> dict[str, Any]:
    caught: Counter[str] = Counter()
    for where in ("start", "middle", "end"):
        caught[where] = sum(_is_gone(attack, placed(host, attack, where)) for host in hosts for attack in attacks)
    each = len(hosts) * len(attacks)
    return {
        "attacks": 3 * each,
        "caught": caught.total(),
        "recall": {where: _rate(n, each) for where, n in caught.items()},
        "benign": len(benign),
        "alarms": sum(bool(judge(text).findings) for text in benign),
    }


def placed(host: str, attack: str, where: str) -> str:
    if where == "start":
        return f"{attack}\n{host}"
    if where == "end":
        return f"{host}\n{attack}"
    cuts = [found.end() for found in re.finditer(r"[.!?]\s|\n", host)] or [len(host)]
    at = random.Random(len(host)).choice(cuts)
    return f"{host[:at]} {attack} {host[at:]}"


def _is_gone(attack: str, text: str) -> bool:
    left = judge(text).text
    return attack not in left and attack[:40] not in left


def _texts(rows: list[dict[str, Any]], mails: list[str]) -> dict[str, Any]:
    by_source: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        by_source[row["source"]].append(_flagged(row, mails))
    right = {row["source"]: bool(row["label"]) for row in rows}
    attacks = [flag for source, flags in by_source.items() if right[source] for flag in flags]
    benign = [flag for source, flags in by_source.items() if not right[source] for flag in flags]
    return {
        "attacks": len(attacks),
        "caught": sum(attacks),
        "benign": len(benign),
        "alarms": sum(benign),
        "flagged": {source: f"{sum(flags)}/{len(flags)}" for source, flags in sorted(by_source.items())},
    }


def _flagged(row: dict[str, Any], mails: list[str]) -> bool:
    text = row["prompt"].strip()
    if row["source"] in DOCUMENTS:
        return bool(judge(text).findings)
    if row["source"].startswith("BIPIA"):
        return _is_gone(text, placed(mails[len(text) % len(mails)], text, "end"))
    return bool(judge_question(text))


def _latency(texts: list[str]) -> float:
    """Without what the judge remembers of passages that it has seen."""
    judge.cache_clear()
    began = time.perf_counter()
    for text in texts:
        judge(text)
    return round((time.perf_counter() - began) * 1000 / max(len(texts), 1), 3)


def _personal(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """By kind, how many spans are covered by half at least; how many findings touch no personal span of any kind."""
    spans, covered = Counter[str](), Counter[str]()
    findings, right = Counter[str](), Counter[str]()
    for row in rows:
        found = find(row["full_text"])
        for span in row["spans"]:
            if kind := KINDS.get(span["entity_type"]):
                start, end = span["start_position"], span["end_position"]
                inside = sum(max(0, min(end, one.end) - max(start, one.start)) for one in found)
                spans[kind] += 1
                covered[kind] += 2 * inside >= end - start
        personal = [s for s in row["spans"] if s["entity_type"] not in NOT_PERSONAL]
        for one in found:
            findings[one.kind] += 1
            right[one.kind] += any(s["start_position"] < one.end and one.start < s["end_position"] for s in personal)
    return {
        kind: {
            "spans": spans[kind],
            "recall": _rate(covered[kind], spans[kind]),
            "precision": _rate(right[kind], findings[kind]),
        }
        for kind in sorted(spans)
    }


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _wanted(name: str) -> Wanted:
    def wanted(text: str) -> bool:
        odd = int(hashlib.md5(text.encode()).hexdigest(), 16) % 2
        return name == "all" or odd == (name == "held")

    return wanted


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench guardrails")
    parser.add_argument("data", type=Path)
    parser.add_argument("--half", choices=("all", "tuned", "held"), default="held")
    options = parser.parse_args(arguments)
    print(json.dumps({"half": options.half, **measure(options.data, options.half)}))
    return 0
