from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parsers.text import parse
from ingest.segments import Block, Segment, TableBlock, Unreadable

MARKDOWN = """# Quarterly note

Deposits **grew** again, see [the table](http://example.org/x).

## Figures
(in millions of euros)

| | 2023 | 2024 |
|---|---:|---:|
| Loans | 1,234 | (5) |
| Ratio | 13.2% | n/a |

- first
- second

```
# no heading
```
"""


def read(tmp_path: Path, text: str, name: str) -> list[Segment]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return list(parse(path, name))


def test_markdown_has_headings_tables_and_items(tmp_path: Path) -> None:
    segments = read(tmp_path, MARKDOWN, "note.md")
    blocks = [(s.heading, s.text) for s in segments if isinstance(s, Block)]
    assert blocks[1] == ("Quarterly note", "Deposits grew again, see the table.")
    assert ("Quarterly note › Figures", "- first\n- second") in blocks
    assert blocks[-1][1] == "# no heading"
    (table,) = (s.table for s in segments if isinstance(s, TableBlock))
    assert [c.period for c in table.columns] == ["FY2023", "FY2024"]
    values = {(c.row, c.column): (c.value, c.unit) for c in table.cells if c.value}
    assert values == {(2, 2): ("1234000000", "EUR"), (2, 3): ("-5000000", "EUR"), (3, 2): ("0.132", "%")}


def test_plain_text_is_cut_at_blank_lines(tmp_path: Path) -> None:
    segments = read(tmp_path, "第１章 総則\n\n本規程は、\n融資を定める。\n\nRISK FACTORS\n\nRates rise.\n", "rule.txt")
    assert [(s.heading, s.text) for s in segments if isinstance(s, Block)] == [
        ("第１章 総則", "第１章 総則"),
        ("第１章 総則", "本規程は、\n融資を定める。"),
        ("RISK FACTORS", "RISK FACTORS"),
        ("RISK FACTORS", "Rates rise."),
    ]


def test_a_transcript_in_plain_text_keeps_speakers_and_seconds(tmp_path: Path) -> None:
    text = (
        "[00:00:05] Operator: Welcome.\n[00:00:09] Jane Doe: Thank you.\nGood day.\n[00:01:00] Operator: Questions?\n"
    )
    blocks = [s for s in read(tmp_path, text, "call.txt") if isinstance(s, Block)]
    assert [(b.locator["start"], b.locator["speaker"], b.text) for b in blocks] == [
        (5.0, "Operator", "Welcome."),
        (9.0, "Jane Doe", "Thank you. Good day."),
        (60.0, "Operator", "Questions?"),
    ]


def test_empty_and_binary_files_are_refused(tmp_path: Path) -> None:
    for data, code in ((b" \n", "empty"), (bytes(range(256)) * 20, "damaged")):
        (tmp_path / "x.txt").write_bytes(data)
        with pytest.raises(Unreadable) as refused:
            list(parse(tmp_path / "x.txt", "x.txt"))
        assert refused.value.code == code
