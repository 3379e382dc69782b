"""Attacks known and harmless texts left alone, on texts of our own: questions, and sentences of documents.

    python -m bench guard_texts [--half tuned|held] [--missed] [--fit]

`bench/guard_texts/tuned.txt` goes through the published families of attacks one by one; the weights are fitted to it
and to `patterns.txt`. `held.txt` was written before either was measured, from the other side: who attacks a bank's
assistant, with what wish, in which document. Nobody has read its misses; but the patterns are by the same hand and
came later, and the thresholds were set with its figure in view, so it flatters a little. An attack in a document is
put at the start, in the middle and at the end of each passage of its language; it counts where something of it was
found. Harmless sentences stand among their like, five a passage. `--fit` writes the weights again.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from bench._guard_texts import Text, read
from bench.guardrails import placed
from chat.guards.injection import judge, judge_question


def measure(half: str) -> tuple[dict[str, Any], list[Text]]:
    """Rates by place and language, and what was judged wrong."""
    texts = list(read(half))
    hosts = [text for text in texts if text.kind == "host"]
    found: dict[str, Any] = {}
    wrong: list[Text] = []
    for where in ("question", "document"):
        for language in ("en", "ja"):
            for kind in ("attack", "benign"):
                own = [t for t in texts if (t.where, t.language, t.kind) == (where, language, kind)]
                shares = [_share_found(text, hosts, own) for text in own]
                wrong += [text for text, share in zip(own, shares, strict=True) if share != (kind == "attack")]
                found[f"{where}_{language}_{kind}"] = {"texts": len(own), "found": round(sum(shares) / len(own), 4)}
    return found, wrong


def _share_found(text: Text, hosts: list[Text], like: list[Text]) -> float:
    """Of the places that it is put in; a question stands alone."""
    if text.where == "question":
        return float(bool(judge_question(text.words)))
    if text.kind == "benign":
        at = like.index(text) // 5 * 5
        return float(text.words not in judge("\n".join(one.words for one in like[at : at + 5])).text)
    own = [host.words for host in hosts if host.language == text.language]
    places = [placed(host, text.words, where) for host in own for where in ("start", "middle", "end")]
    return sum(bool(judge(place).findings) for place in places) / len(places)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench guard_texts")
    parser.add_argument("--half", choices=("tuned", "held"), default="held")
    parser.add_argument("--missed", action="store_true", help="print what was judged wrong")
    parser.add_argument("--fit", action="store_true", help="write the weights of the judge again")
    options = parser.parse_args(arguments)
    if options.fit:
        from bench import _guard_training

        _guard_training.fit()
    found, wrong = measure(options.half)
    for text in wrong if options.missed else ():
        print(f"{text.kind} {text.where} {text.family}: {text.words}")
    print(json.dumps({"half": options.half, **found}))
    return 0
