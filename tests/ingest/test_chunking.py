from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.chunking import FULL, REMAINDER, Draft, Packer
from ingest.segments import Block, TableBlock
from ingest.sentence_ends import sentences, tokens
from library.tables import Box, Cell, Column, Row, Table

PROSE = "Operating income rose by 12 percent to 8,854 million yen. "
JAPANESE = "当期の営業利益は前年同期比12%増の8,854億円となりました。"


def block(text: str, *, page: int = 1, heading: str = "", lines: int = 0) -> Block:
    """A block of so many lines of equal length, one under the other."""
    size = -(-len(text) // lines) if lines else 0
    cut = [text[at * size : (at + 1) * size] for at in range(lines)]
    boxes: list[tuple[str, Box]] = [(line, [0.1, at / 100, 0.9, at / 100 + 0.01]) for at, line in enumerate(cut)]
    return Block(text, {"page": page, "boxes": []}, heading=heading, lines=boxes)


def packed(*segments: Block | TableBlock) -> list[Draft]:
    packer = Packer()
    drafts = [draft for segment in segments for draft in packer.add(segment)]
    return [*drafts, *packer.finish()]


def table(rows: int, *, notes: list[str] | None = None) -> Table:
    """Two years beside each other, a section title in the middle."""
    made = Table(
        1,
        title="Consolidated statement of income",
        page=3,
        unit="Millions",
        columns=[Column(2, ["Years ended", "2018"]), Column(3, ["Years ended", "2017"])],
        notes=notes or [],
    )
    made.cells = [Cell(1, 2, "2018", box=[0.5, 0.0, 0.6, 0.01]), Cell(1, 3, "2017", box=[0.7, 0.0, 0.8, 0.01])]
    for index in range(2, rows + 2):
        y = index / 100
        made.rows.append(Row(index, ["Expenses", f"Item {index}"]))
        made.cells += [
            Cell(index, 1, f"Item {index}", box=[0.1, y, 0.4, y + 0.01]),
            Cell(index, 2, f"{index},000", value=f"{index}000000000", box=[0.5, y, 0.6, y + 0.01]),
            Cell(index, 3, f"({index})", value=f"-{index}000000", box=[0.7, y, 0.8, y + 0.01]),
        ]
    return made


def test_paragraphs_under_a_heading_share_a_passage() -> None:
    (draft,) = packed(block(PROSE, heading="Results"), block(PROSE, heading="Results"))
    assert draft.heading == "Results"
    assert draft.text == f"{PROSE.strip()}\n{PROSE.strip()}"


def test_no_passage_crosses_a_page_or_a_heading() -> None:
    long = PROSE * 4
    drafts = packed(block(long, heading="A"), block(long, heading="B"), block(long, page=2, heading="B"))
    assert [(d.heading, d.locator["page"]) for d in drafts] == [("A", 1), ("B", 1), ("B", 2)]


def test_a_title_line_joins_what_it_is_the_title_of() -> None:
    drafts = packed(block("Liquidity", heading="MD&A"), block(PROSE * 4, heading="MD&A › Liquidity"))
    assert [(d.heading, d.text.splitlines()[0]) for d in drafts] == [("MD&A › Liquidity", "Liquidity")]


def test_a_stray_line_takes_the_heading_that_it_shares_with_what_follows() -> None:
    drafts = packed(block("See note 4.", heading="Notes › 1"), block(PROSE * 4, heading="Notes › 2"))
    assert [d.heading for d in drafts] == ["Notes"]


def test_long_prose_is_cut_between_sentences_with_the_boxes_of_its_own_lines() -> None:
    for sentence in (PROSE, JAPANESE):
        drafts = packed(block((sentence * 60).strip(), lines=60))
        assert len(drafts) >= 5
        for draft in drafts:
            assert draft.text.endswith(sentence.strip()[-1])
            assert tokens(draft.text) <= FULL + REMAINDER
        boxes = [box[1] for draft in drafts for box in draft.locator["boxes"]]
        assert boxes == sorted(boxes)
        assert len(set(boxes)) == 60
        assert len(boxes) < 60 + len(drafts)


def test_a_text_without_any_sentence_is_cut_too() -> None:
    for text in ("word " * 3000, "字" * 3000, "a1" * 3000):
        drafts = packed(block(text))
        assert "".join("".join(d.text.split()) for d in drafts) == "".join(text.split())
        assert all(tokens(d.text) <= FULL + REMAINDER for d in drafts)


def test_abbreviations_and_figures_end_no_sentence() -> None:
    text = "Sales of Acme Inc. were $1.5 billion, vs. 1.2 in the U.S. market. Costs fell."
    assert [text[a:b].strip() for a, b in sentences(text)] == [text[:-12].strip(), "Costs fell."]


def test_japanese_sentences_end_with_their_brackets() -> None:
    text = "利益は増加した（前年は減少。）。売上は「過去最高。」と発表した。"
    assert [text[a:b] for a, b in sentences(text)][-1].endswith("した。")
    assert "".join(text[a:b] for a, b in sentences(text)) == text


def test_a_table_is_split_between_rows_with_its_head_repeated() -> None:
    drafts = packed(TableBlock(table(40, notes=["* restated"]), {"page": 3, "boxes": []}, heading="Financials"))
    assert len(drafts) > 2
    rows = [line for draft in drafts for line in draft.text.splitlines() if line.startswith("Item")]
    assert rows == [f"Item {n} | 2018: {n},000 | 2017: ({n})" for n in range(2, 42)]
    for draft in drafts:
        assert draft.text.splitlines()[:2] == ["Years ended 2018 | 2017", "Expenses"]
        assert draft.heading == "Financials › Consolidated statement of income (Millions)"
        assert (draft.locator["page"], draft.locator["table"]) == (3, 1)
    assert drafts[-1].text.endswith("* restated")
    assert len({id(draft.table) for draft in drafts}) == 1


def test_no_part_of_a_table_ends_with_the_title_of_the_next() -> None:
    made = table(40)
    for index in range(60, 100):
        made.cells.append(Cell(index * 2, 1, f"Section {index}"))
        made.cells.append(Cell(index * 2 + 1, 1, f"Item {index}"))
        made.cells.append(Cell(index * 2 + 1, 2, "5"))
        made.rows.append(Row(index * 2 + 1, [f"Section {index}", f"Item {index}"]))
    drafts = packed(TableBlock(made, {"page": 3, "boxes": []}))
    ends = [draft.text.splitlines()[-1] for draft in drafts]
    assert len(ends) > 4
    assert all(end.startswith("Item") for end in ends)
    told = "\n".join(draft.text for draft in drafts)
    assert all(told.count(f"Section {index}\nItem {index} |") == 1 for index in range(60, 100))


def test_the_boxes_of_a_part_of_a_table_hold_its_rows_and_no_others() -> None:
    drafts = packed(TableBlock(table(40), {"page": 3, "boxes": []}))
    spans = [(box[1], box[3]) for draft in drafts for box in draft.locator["boxes"]]
    assert spans[0][0] == 0.02
    assert all(above[1] <= below[0] for above, below in pairwise(spans))


def test_a_line_before_a_table_leads_into_it() -> None:
    lead = Block("Capital spending was as follows:", {"page": 3, "boxes": [[0, 0, 1, 0.01]]})
    (draft,) = packed(lead, TableBlock(table(2), {"page": 3, "boxes": []}))
    assert draft.text.startswith("Capital spending was as follows:\nYears ended")
    assert [0, 0, 1, 0.01] in draft.locator["boxes"]


def test_a_short_slide_is_one_passage() -> None:
    parts = ("body", "chart", "notes")
    slide = [Block(f"The {part}", {"slide": 2, "part": part}, kind="slide", heading="Outlook") for part in parts]
    other = Block("The body", {"slide": 3, "part": "body"}, kind="slide", heading="Outlook")
    assert [d.text for d in packed(*slide, other)] == ["The body\nThe chart\nThe notes", "The body"]


def test_speech_runs_from_the_first_second_to_the_last_and_changes_with_the_speaker() -> None:
    said = [
        Block("Good morning.", {"start": 0.0, "end": 1.5, "speaker": "S1"}, kind="speech"),
        Block("We had a good year.", {"start": 1.5, "end": 4.0, "speaker": "S1"}, kind="speech"),
        Block("Thank you.", {"start": 4.0, "end": 5.0, "speaker": "S2"}, kind="speech"),
    ]
    drafts = packed(*said)
    assert [(d.locator["start"], d.locator["end"], d.locator["speaker"]) for d in drafts] == [
        (0.0, 4.0, "S1"),
        (4.0, 5.0, "S2"),
    ]


TEXT = st.text(alphabet="ab 12.,。\n営業利益（）-", max_size=900)


@given(st.lists(st.tuples(TEXT, st.sampled_from([1, 2]), st.sampled_from(["A", "A › B", ""])), max_size=8))
def test_nothing_is_lost_and_nothing_twice(blocks: list[tuple[str, int, str]]) -> None:
    drafts = packed(*(block(text, page=page, heading=heading) for text, page, heading in blocks))
    inked = "".join("".join(text.split()) for text, _, _ in blocks)
    assert "".join("".join(d.text.split()) for d in drafts) == inked
    assert all(d.text.strip() for d in drafts)


def test_what_was_said_is_cut_so_that_a_citation_is_soon_heard() -> None:
    said = [Block(f"Sentence {n}.", {"start": n * 10.0, "end": n * 10.0 + 9}, "speech") for n in range(9)]
    packer = Packer()
    drafts = [draft for block in said for draft in packer.add(block)] + list(packer.finish())
    assert [(d.locator["start"], d.locator["end"]) for d in drafts] == [(0.0, 29.0), (30.0, 59.0), (60.0, 89.0)]


def test_a_passage_keeps_how_surely_it_was_recognised() -> None:
    (mixed,) = packed(
        Block("Sales rose.", {"page": 1}, kind="image", confidence=0.9),
        Block("Costs fell.", {"page": 1}, kind="image", confidence=0.8),
    )
    assert mixed.locator["confidence"] == 0.85
    assert all("confidence" not in draft.locator for draft in packed(block("Sales rose.")))
    scanned = table(2)
    scanned.extra["confidence"] = 0.97
    (draft,) = packed(TableBlock(scanned, {"page": 3, "boxes": []}))
    assert draft.locator["confidence"] == 0.97
