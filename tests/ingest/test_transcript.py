from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parsers.transcript import is_transcript, parse, read_transcript
from ingest.segments import Block, Unreadable


def said(text: str) -> list[tuple[float, float, str, str]]:
    return [(s.start, s.end, s.speaker, s.text) for s in read_transcript(text)]


def test_webvtt_names_speakers_in_tags() -> None:
    text = """WEBVTT

NOTE made by hand

1
00:01.000 --> 00:04.500 align:start
<v Jane Doe>Good <i>morning</i> &amp; welcome

01:00:05.000 --> 01:00:06.500
Nobody is named here
"""
    assert said(text) == [
        (1.0, 4.5, "Jane Doe", "Good morning & welcome"),
        (3605.0, 3606.5, "", "Nobody is named here"),
    ]


def test_subrip_names_speakers_before_a_colon() -> None:
    text = """1
00:00:01,000 --> 00:00:04,000
Operator: Good
morning.

2
00:00:05,250 --> 00:00:06,000
Go on.
"""
    assert said(text.replace("\n", "\r\n")) == [
        (1.0, 4.0, "Operator", "Good morning."),
        (5.25, 6.0, "Operator", "Go on."),
    ]


def test_a_ratio_is_no_speaker() -> None:
    text = "1\n00:00:01,000 --> 00:00:04,000\nthe ratio was about: two to one\n"
    assert said(text)[0][2:] == ("", "the ratio was about: two to one")


@pytest.mark.parametrize(
    "text",
    [
        "[00:00:05] Jane Doe: Good morning.\n[00:01:10] Operator: Thank you.\n",
        "00:05 Jane Doe: Good morning.\n01:10 Operator: Thank you.\n",
        "Jane Doe 00:00:05\nGood morning.\n\nOperator 00:01:10\nThank you.\n",
        "(00:00:05) Jane Doe\nGood morning.\n(00:01:10) Operator\nThank you.\n",
        "[00:00:05]\nJane Doe: Good morning.\n[00:01:10]\nOperator: Thank you.\n",
    ],
)
def test_plain_text_with_times_in_its_usual_forms(text: str) -> None:
    assert said(text) == [(5.0, 70.0, "Jane Doe", "Good morning."), (70.0, 70.0, "Operator", "Thank you.")]


def test_japanese_speakers() -> None:
    assert said("[00:00:05] 社長：増収です。\n[00:00:09] 司会： 次へ。\n")[0] == (5.0, 9.0, "", "社長：増収です。")


def test_prose_with_times_is_no_transcript() -> None:
    assert not is_transcript("The branch opens at 9:00 and closes at 17:00.\nOn Fridays at 16:30.\n")


def test_blocks_cite_seconds_and_speaker(tmp_path: Path) -> None:
    path = tmp_path / "call.vtt"
    path.write_text("WEBVTT\n\n00:01.000 --> 00:04.500\n<v Jane>Hello\n")
    (block,) = (s for s in parse(path, "call.vtt") if isinstance(s, Block))
    assert (block.kind, block.locator) == ("speech", {"start": 1.0, "end": 4.5, "speaker": "Jane"})


def test_a_file_without_times_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "call.vtt"
    path.write_text("WEBVTT\n\nnothing here\n")
    with pytest.raises(Unreadable) as refused:
        list(parse(path, "call.vtt"))
    assert refused.value.code == "not_what_it_says"


@pytest.mark.parametrize("names", [("Monish Patolawala", "Operator"), ("山田太郎（CFO）", "質問者A")])
def test_a_speakers_name_on_a_line_of_its_own(names: tuple[str, str]) -> None:
    lines = [f"00:00:0{n}\n{name}\nSales grew a lot.\nReally." for n, name in enumerate([*names, names[0]])]
    said = read_transcript("\n\n".join(lines))
    assert [s.speaker for s in said] == [*names, names[0]]
    assert {s.text for s in said} == {"Sales grew a lot. Really."}


def test_first_lines_of_what_is_said_are_no_names() -> None:
    lines = [
        f"00:00:0{n}\n{first}\nSales grew." for n, first in enumerate(["Good morning", "Now to sales", "Thanks all"])
    ]
    assert {s.speaker for s in read_transcript("\n".join(lines))} == {""}
