"""The assistant's pages: each person's own, and a source only as long as it is open."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import Citation, Conversation, Turn
from library.models import AuditEntry, Collection, Document, Grant, User
from tests.library.conftest import Shelved, shelve


@pytest.fixture
def results(markets: Collection, analyst: User) -> Shelved:
    return shelve(markets, "results.pdf", analyst)


@pytest.fixture
def answered(results: Shelved, analyst: User) -> Turn:
    """The analyst's question, answered from one cell of a document in markets."""
    conversation = Conversation.objects.create(user=analyst, title="Operating profit")
    turn = Turn.objects.create(
        conversation=conversation,
        question="What was the operating profit?",
        answer="It was ¥88,540 million [1].",
        state=Turn.State.DONE,
        mode="cell",
        trace=uuid.uuid4().hex,
        figures=[{"text": "¥88,540 million", "verdict": "verified", "formula": None}],
        provenance={"documents": [results.document.pk]},
    )
    Citation.objects.create(
        turn=turn,
        marker=1,
        passage=results.passage.pk,
        document=results.document.pk,
        version=results.version.pk,
        locator={"page": 2, "table": 1, "row": 2, "column": 2, "boxes": [[0.6, 0.3, 0.7, 0.32]]},
    )
    return turn


def ask(user: User, path: str) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    return answer.status_code, answer.content.decode()


def talk(turn: Turn) -> str:
    return f"/c/{turn.conversation_id}/"


def source(turn: Turn, marker: int = 1) -> str:
    return f"/turns/{turn.pk}/citations/{marker}/"


@pytest.mark.parametrize("path", ["/c/{c}/", "/turns/{t}/citations/1/", "/turns/{t}/why/"])
def test_it_hides_from_outsiders(path: str, answered: Turn, outsider: User, compliance: User) -> None:
    real = path.format(c=answered.conversation_id, t=answered.pk)
    never = path.format(c=uuid.uuid4(), t=uuid.uuid4())
    for user in (outsider, compliance):
        assert ask(user, real)[0] == 404
        assert ask(user, real) == ask(user, never)


def test_deleting_hides_from_outsiders(answered: Turn, outsider: User) -> None:
    client = Client()
    client.force_login(outsider)
    real = client.post(f"/c/{answered.conversation_id}/delete")
    never = client.post(f"/c/{uuid.uuid4()}/delete")
    assert real.status_code == never.status_code == 404
    assert real.content == never.content
    assert Conversation.objects.filter(pk=answered.conversation_id).exists()


def test_it_asks_strangers_to_sign_in(answered: Turn, client: Client) -> None:
    for path in ("/", talk(answered), source(answered)):
        assert client.get(path).headers["Location"].startswith("/sign-in?next=")


def test_a_conversation_shows_its_answers(answered: Turn, analyst: User) -> None:
    status, content = ask(analyst, talk(answered))
    assert status == 200
    assert "What was the operating profit?" in content
    assert '<span class="figure verified" title="Found in the source">¥88,540 million</span>' in content
    assert f'hx-get="{source(answered)}"' in content
    assert re.search(r'class="verdict verified"><b>1</b> checked<', content)
    assert "Read from a table cell" in content


def test_the_assistant_greets_with_what_is_open(answered: Turn, analyst: User, outsider: User) -> None:
    status, content = ask(analyst, "/")
    assert status == 200
    assert "What would you like to know?" in content
    assert 'data-name="Markets"' in content
    status, content = ask(outsider, "/")
    assert "No collection is open to you yet" in content
    assert "Markets" not in content


def test_conversations_are_listed_by_day(analyst: User, outsider: User) -> None:
    for title, days in (("now", 0), ("before", 1), ("this week", 5), ("long ago", 300)):
        made = Conversation.objects.create(user=analyst, title=title)
        Conversation.objects.filter(pk=made.pk).update(updated=timezone.now() - timedelta(days=days))
    Conversation.objects.create(user=outsider, title="somebody else's")
    content = ask(analyst, "/")[1]
    side = content[content.index('id="conversations"') : content.index("</nav>")]
    words = re.findall(r'<h2 class="side-group">(.*?)</h2>|<span class="one-line">(.*?)</span>', side)
    found = [day or title for day, title in words]
    assert found[:6] == ["Today", "now", "Yesterday", "before", "Last 7 days", "this week"]
    assert found[7:] == ["long ago"]


def test_a_citation_opens_its_page_with_the_cell_marked(answered: Turn, analyst: User, results: Shelved) -> None:
    status, content = ask(analyst, source(answered))
    assert status == 200
    assert f'src="/versions/{results.version.pk}/pages/2"' in content
    assert re.search(r'<rect class="cell" x="0.598\d+" y="0.298\d+" width="0.104\d+" height="0.024\d+"/>', content)
    assert "Profit › Operating profit" in content
    assert re.search(r'class="number cited"[^>]*>88,540<', content)
    assert "style=" not in content


def test_looking_at_a_citation_stands_on_the_audit(answered: Turn, analyst: User, results: Shelved) -> None:
    ask(analyst, source(answered))
    entry = AuditEntry.objects.get(actor="analyst", action="looked")
    assert entry.subject["passages"] == [str(results.passage.pk)]


def test_a_citation_of_a_replaced_version_says_so(answered: Turn, analyst: User, results: Shelved) -> None:
    newer = results.document.versions.create(number=2, sha256="1" * 64, file="x", size=1)
    Document.objects.filter(pk=results.document.pk).update(current=newer)
    assert "version 1, replaced since" in ask(analyst, source(answered))[1]


def test_a_marker_that_the_answer_has_not_is_not_found(answered: Turn, analyst: User) -> None:
    assert ask(analyst, source(answered, 2)) == ask(analyst, f"/turns/{uuid.uuid4()}/citations/2/")


def test_an_answer_is_withheld_once_its_source_is_closed(answered: Turn, analyst: User, markets: Collection) -> None:
    Grant.objects.filter(collection=markets).delete()
    status, content = ask(analyst, talk(answered))
    assert status == 200
    assert "withheld" in content
    shown = content[content.index('id="turns"') : content.index('id="live"')]
    for secret in ("88,540", "results.pdf", "Markets"):
        assert secret not in shown
    status, content = ask(analyst, source(answered))
    assert "Source withheld" in content
    for secret in ("88,540", "results.pdf", "Aozora"):
        assert secret not in content


def test_a_failed_answer_says_why_and_how_to_find_it(answered: Turn, analyst: User) -> None:
    answered.state, answered.error = Turn.State.FAILED, {"code": "cut_off", "partial": True}
    answered.save()
    content = ask(analyst, talk(answered))[1]
    assert "The answer was cut off here." in content
    assert answered.trace in content


def test_a_running_answer_is_left_to_the_socket(answered: Turn, analyst: User) -> None:
    answered.state, answered.answer = Turn.State.RUNNING, ""
    answered.save()
    content = ask(analyst, talk(answered))[1]
    assert f'data-turn="{answered.pk}" data-state="running"' in content


def test_deleting_a_conversation_removes_it(answered: Turn, analyst: User) -> None:
    client = Client()
    client.force_login(analyst)
    assert client.post(f"/c/{answered.conversation_id}/delete").headers["Location"] == "/"
    assert not Turn.objects.filter(pk=answered.pk).exists()


def test_questions_are_shown_as_text(answered: Turn, analyst: User) -> None:
    answered.question = "<img src=x onerror=alert(1)>"
    answered.conversation.title = "</title><script>alert(1)</script>"
    answered.save()
    answered.conversation.save()
    content = ask(analyst, talk(answered))[1]
    assert "<img src=x" not in content
    assert "<script>alert" not in content


def test_no_page_runs_what_stands_in_it(answered: Turn, analyst: User) -> None:
    for path in ("/", talk(answered), source(answered)):
        content = ask(analyst, path)[1]
        assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", content) == []


def test_why_lists_what_was_considered(answered: Turn, analyst: User, results: Shelved) -> None:
    answered.provenance = {
        "documents": [results.document.pk],
        "passages": [
            {"marker": 1, "passage": str(results.passage.pk), "version": results.version.pk, "score": 0.9312},
            {"marker": 2, "passage": str(uuid.uuid4()), "version": results.version.pk, "score": 0.5},
        ],
        "ms": {"search": 12.0, "total": 1234.0},
        "generation": 3,
    }
    answered.save()
    status, content = ask(analyst, f"/turns/{answered.pk}/why/")
    assert status == 200
    assert "results.pdf" in content
    assert "0.931" in content
    assert "1 more is not open to you any more." in content
    assert "1.23 s" in content


def test_why_is_withheld_with_its_answer(answered: Turn, analyst: User, markets: Collection) -> None:
    Grant.objects.filter(collection=markets).delete()
    assert ask(analyst, f"/turns/{answered.pk}/why/") == ask(analyst, f"/turns/{uuid.uuid4()}/why/")
