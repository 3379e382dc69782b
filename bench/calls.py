"""`python -m bench calls DIR`: a recorded call with its transcript beside it, found by what was said in it.

DIR holds clips (`NAME_PART_NUMBER.mp3`) and `Text.txt` with a sentence a clip. They are joined to one recording and one
WebVTT file, both are ingested, and each sentence of six words or more is searched for. `right_seconds_first`
and `_10` are the shares for which the best passage of the recording, or one of its ten best, holds the middle of the
clip; `passage_s` is how long the best passage is, at the median.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any

from bench.index import manage

RATE = 16_000
FEWEST_WORDS = 6


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench calls")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="shiori-bench-") as data:
        print(json.dumps(measure(options.folder, Path(data))))
    return 0


def measure(folder: Path, data: Path) -> dict[str, Any]:
    told = data / "call"
    told.mkdir()
    said = join(folder, told)
    environment = {**os.environ, "DATA_DIR": str(data / "var"), "SECRET_KEY": "for the bench", "LOG_LEVEL": "WARNING"}
    (data / "var").mkdir()
    manage(environment, "migrate", "-v0")
    manage(environment, "reindex")
    manage(environment, "adduser", "asker")
    lines = manage(environment, "ingest", str(told), "--collection", "Calls", "--json", may_fail=True).splitlines()
    results = {result["document"]: result for result in map(json.loads, lines)}
    for result in results.values():
        print(json.dumps(result), file=sys.stderr)
    manage(environment, "grant", "Calls", "--user", "asker", "--role", "viewer")
    questions = [(start, end, text) for start, end, text in said if len(text.split()) >= FEWEST_WORDS]
    batch = data / "batch"
    batch.write_text("".join(json.dumps({"id": n, "question": q[2]}) + "\n" for n, q in enumerate(questions)))
    asked = ("search", "--batch", str(batch), "--as", "asker", "--limit", "20", "--json")
    found = [json.loads(line)["hits"] for line in manage(environment, *asked).splitlines()]
    places = [[hit["locator"] for hit in hits if hit["document"] == "call.wav"] for hits in found]
    middles = [(start + end) / 2 for start, end, _ in questions]
    lengths = sorted(place["end"] - place["start"] for each in places for place in each[:1])
    return {
        "clips": len(said),
        "seconds": round(said[-1][1]),
        "ready": results["call.wav"]["status"] == "ready",
        "passages": results["call.wav"]["passages"],
        "asked": len(questions),
        "right_seconds_first": share_right(places, middles, 1),
        "right_seconds_10": share_right(places, middles, 10),
        "passage_s": round(lengths[len(lengths) // 2]),
    }


def share_right(places: list[list[dict[str, Any]]], middles: list[float], most: int) -> float:
    """Of the questions, those for which one of the first so many places holds the second."""
    right = [
        any(place["start"] <= second <= place["end"] for place in each[:most])
        for each, second in zip(places, middles, strict=True)
    ]
    return round(sum(right) / len(right), 3)


def join(folder: Path, out: Path) -> list[tuple[float, float, str]]:
    """(start, end, sentence) of each clip in the joined recording."""
    from ingest.parsers.audio import samples

    sentences = (folder / "Text.txt").read_text().strip().splitlines()
    clips = sorted(folder.glob("*.mp3"), key=lambda path: [int(n) for n in re.findall(r"_(\d+)", path.stem)])
    said: list[tuple[float, float, str]] = []
    place = 0
    with wave.open(str(out / "call.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        for clip, sentence in zip(clips, sentences, strict=True):
            begin = place
            for chunk in samples(clip):
                file.writeframes((chunk * 32767).astype("<i2").tobytes())
                place += len(chunk)
            said.append((begin / RATE, place / RATE, sentence.strip()))
    speaker = clips[0].stem.split("_")[0]
    cues = (f"{stamp(start)} --> {stamp(end)}\n<v {speaker}>{text}\n" for start, end, text in said)
    (out / "call.vtt").write_text("WEBVTT\n\n" + "\n".join(cues))
    return said


def stamp(second: float) -> str:
    return f"{int(second) // 3600:02}:{int(second) // 60 % 60:02}:{second % 60:06.3f}"
