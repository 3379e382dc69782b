"""A user's own conversations, citations looked up anew, and questions to begin with."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from chat import asking, citations, conversations, saving
from chat.drafts import Draft
from chat.events import Source
from chat.models import Turn
from chat.starters import starters
from library.access import Hidden
from library.models import AuditEntry, Grant, Passage, User, Version
from library.tables import Cell, Column, Row, Table
from tests.chat.conftest import add_table, add_version, draft_of, searchable

pytestmark = pytest.mark.django_db(transaction=True)
CELL = {"page": 60, "boxes": [[0.4, 0.3, 0.5, 0.35]], "table": 1, "row": 3, "column": 2}


def answered(user: User, version: Version) -> Draft:
    """A turn that cites one cell of the version's table."""
    draft = draft_of(user, "What were capital expenditures?")
    passage = Passage.objects.filter(version=version).order_by("-position")[0]
    document = version.document
    source = Source(1, str(passage.pk), document.name, document.pk, 1, "Retail", "table", CELL, "p. 60", passage.text)
    saving.present(draft, [source])
    draft.text = "Capital expenditures: $(1,577) million [1]"
    saving.finish(draft, Turn.State.DONE)
    return draft


def test_a_citation_leads_to_its_cell_and_the_look_is_recorded(teller: User, report: Version) -> None:
    draft = answered(teller, report)
    look = citations.look(teller, draft.turn, 1)
    assert look.citation.locator == CELL
    assert look.passage is not None
    assert look.passage.version.document.name == "aozora_2024.pdf"
    assert [entry.action for entry in AuditEntry.objects.order_by("id")] == ["shown", "looked"]


def test_a_citation_is_withheld_once_its_document_is(teller: User, report: Version) -> None:
    draft = answered(teller, report)
    turn = conversations.turn_for(teller, draft.turn)
    assert not conversations.withheld(teller, turn)
    Grant.objects.all().delete()
    assert citations.look(teller, draft.turn, 1).withheld
    assert conversations.withheld(teller, turn)
    assert AuditEntry.objects.filter(action="looked").count() == 0


@pytest.mark.parametrize("pk", ["own", uuid4(), "no uuid", None, 7])
def test_it_hides_from_outsiders(teller: User, analyst: User, report: Version, pk: Any) -> None:
    draft = answered(teller, report)
    turn = conversations.turn_for(teller, draft.turn)
    asked, where = (turn.pk, turn.conversation_id) if pk == "own" else (pk, pk)
    for look in (
        lambda: conversations.conversation(analyst, where),
        lambda: conversations.delete(analyst, where),
        lambda: conversations.turn_for(analyst, asked),
        lambda: citations.look(analyst, asked, 1),
    ):
        with pytest.raises(Hidden):
            look()
    assert list(conversations.conversations(analyst)) == []
    assert conversations.conversations(teller).count() == 1


def test_an_unknown_marker_is_hidden(teller: User, report: Version) -> None:
    draft = answered(teller, report)
    with pytest.raises(Hidden):
        citations.look(teller, draft.turn, 2)


def test_what_is_withheld_is_no_context_of_the_next_question(teller: User, report: Version) -> None:
    first = answered(teller, report)
    where = conversations.turn_for(teller, first.turn).conversation
    again = asking.draft_for(teller, where, "And the year before?", parent=first.turn)
    assert again.history == [("What were capital expenditures?", first.text)]
    Grant.objects.all().delete()
    assert asking.draft_for(teller, where, "And the year before?", parent=first.turn).history == []


def test_nothing_is_shown_that_cannot_be_recorded(
    teller: User, report: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(AuditEntry, "save", full)
    with pytest.raises(OSError, match="full"):
        answered(teller, report)
    assert Turn.objects.get().citations.count() == 0


def test_starters_come_from_documents_that_the_user_sees(teller: User, outsider: User, report: Version) -> None:
    assert starters(outsider) == []
    assert starters(teller) == [
        "What was Aozora Holdings' cash from operating activities in FY2024?",
        "What were Aozora Holdings' capital expenditures in FY2024?",
    ]


def test_starters_ask_for_headlines_in_the_users_language(teller: User, report: Version) -> None:
    version = add_version(report.document.collection, "minato.pdf", company="みなと信託株式会社", period="FY2024-03")
    lines = [("その他", "7"), ("経常利益", "1,200"), ("当期純利益", "800"), ("総資産", "90,000")]
    cells = [
        Cell(n, c, text, text.replace(",", "") + "000000" if c == 2 else None, "JPY")
        for n, row in enumerate(lines, 2)
        for c, text in enumerate(row, 1)
    ]
    rows = [Row(n, [label]) for n, (label, _) in enumerate(lines, 2)]
    columns = [Column(2, ["2024年3月期"], "FY2024-03")]
    add_table(version, 0, Table(number=1, title="連結業績", columns=columns, rows=rows, cells=cells), {"page": 1})
    searchable(version)
    with translation.override("ja"):
        assert starters(teller) == [
            "みなと信託の当期純利益（2024年3月期）はいくらですか？",
            "みなと信託の経常利益（2024年3月期）はいくらですか？",
            "みなと信託の総資産（2024年3月期）はいくらですか？",
        ]
