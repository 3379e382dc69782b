"""What askers say of their answers: kept, changed, taken back; read by administrators without question and answer."""

from __future__ import annotations

import re
import uuid

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from chat.models import Conversation, Feedback, Turn
from library.models import AuditEntry, Collection, Grant, User
from tests.chat.test_views import answered, results  # noqa: F401 - fixtures

SECRET = ("operating profit", "88,540", "results.pdf", "analyst")
"""Of the answered turn: its question, its answer, its source and its asker."""


@pytest.fixture
def client(analyst: User) -> Client:
    client = Client()
    client.force_login(analyst)
    return client


def rate(client: Client, turn: Turn, verdict: str, **more: str) -> str:
    answer = client.post(reverse("feedback", args=[turn.pk]), {"verdict": verdict, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def pressed(html: str) -> dict[str, bool]:
    found = re.findall(r'data-verdict="(\w+)" aria-pressed="(\w+)"', html)
    assert len(found) == 2
    return {verdict: on == "true" for verdict, on in found}


def page(client: Client, turn: Turn) -> str:
    return client.get(f"/c/{turn.conversation_id}/").content.decode().partition("<template")[0]


def recorded() -> list[tuple[str, dict[str, str]]]:
    return list(AuditEntry.objects.filter(action="rated").order_by("id").values_list("actor", "subject"))


def test_it_is_given_changed_and_taken_back(client: Client, answered: Turn) -> None:  # noqa: F811
    assert pressed(page(client, answered)) == {"helpful": False, "unhelpful": False}
    html = rate(client, answered, "helpful")
    assert pressed(html) == {"helpful": True, "unhelpful": False}
    assert "<details" not in html
    html = rate(client, answered, "unhelpful")
    assert pressed(html) == {"helpful": False, "unhelpful": True}
    assert re.search(r"<details[^>]* open>", html), "asks why"
    html = rate(client, answered, "unhelpful", reason="figure", remark=" The year before is meant. ")
    assert re.search(r"<details[^>]*-why\" >", html), "the reasons are closed"
    assert "Not helpful: Wrong figure" in html
    given = Feedback.objects.get()
    assert (given.helpful, given.reason, given.remark) == (False, "figure", "The year before is meant.")
    assert given.turn == answered
    shown = page(client, answered)
    assert pressed(shown) == {"helpful": False, "unhelpful": True}
    assert "The year before is meant." in shown
    assert pressed(rate(client, answered, "")) == {"helpful": False, "unhelpful": False}
    assert not Feedback.objects.exists()
    turn = str(answered.pk)
    assert recorded() == [
        ("analyst", {"turn": turn, "verdict": "helpful", "reason": ""}),
        ("analyst", {"turn": turn, "verdict": "unhelpful", "reason": ""}),
        ("analyst", {"turn": turn, "verdict": "unhelpful", "reason": "figure"}),
        ("analyst", {"turn": turn, "verdict": "taken back", "reason": ""}),
    ]


def test_what_helped_has_no_reason_left(client: Client, answered: Turn) -> None:  # noqa: F811
    rate(client, answered, "unhelpful", reason="source", remark="x" * 900)
    assert len(Feedback.objects.get().remark) == 500
    rate(client, answered, "helpful", reason="source", remark="left over")
    given = Feedback.objects.get()
    assert (given.helpful, given.reason, given.remark) == (True, "", "")


@pytest.mark.parametrize("sent", [{"verdict": "perfect"}, {"verdict": "unhelpful", "reason": "mood", "remark": ""}])
def test_what_is_no_feedback_is_refused(client: Client, answered: Turn, sent: dict[str, str]) -> None:  # noqa: F811
    assert client.post(reverse("feedback", args=[answered.pk]), sent).status_code == 400
    assert not Feedback.objects.exists()
    assert recorded() == []


def test_it_hides_from_outsiders(outsider: User, compliance: User, answered: Turn) -> None:  # noqa: F811
    """Compliance manages the collection that the answer is from, and the turn is still not theirs."""
    for user in (outsider, compliance):
        client = Client()
        client.force_login(user)
        real, unknown = (
            client.post(reverse("feedback", args=[pk]), {"verdict": "helpful"}) for pk in (answered.pk, uuid.uuid4())
        )
        assert (real.status_code, real.content) == (404, unknown.content)
    assert Client().post(reverse("feedback", args=[answered.pk]), {"verdict": "helpful"}).status_code == 302
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("state", [Turn.State.RUNNING, Turn.State.FAILED])
def test_there_is_nothing_to_say_of_an_answer_that_is_not_there(
    client: Client,
    answered: Turn,  # noqa: F811
    state: str,
) -> None:
    Turn.objects.update(state=state)
    assert client.post(reverse("feedback", args=[answered.pk]), {"verdict": "helpful"}).status_code == 404
    assert '<div class="feedback" hidden>' in page(client, answered)


def test_a_withheld_answer_is_not_rated(
    client: Client,
    answered: Turn,  # noqa: F811
    markets: Collection,
) -> None:
    rate(client, answered, "unhelpful", reason="other", remark="My own words")
    Grant.objects.filter(collection=markets).delete()
    assert client.post(reverse("feedback", args=[answered.pk]), {"verdict": "helpful"}).status_code == 404
    assert not Feedback.objects.get().helpful
    shown = page(client, answered)
    assert '<div class="feedback" hidden>' in shown
    assert "My own words" not in shown


def test_a_request_from_elsewhere_and_a_look_change_nothing(analyst: User, answered: Turn) -> None:  # noqa: F811
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(analyst)
    address = reverse("feedback", args=[answered.pk])
    assert strict.post(address, {"verdict": "helpful"}).status_code == 403
    assert strict.get(address).status_code == 405
    assert not Feedback.objects.exists()


def test_it_leaves_with_its_conversation(client: Client, answered: Turn) -> None:  # noqa: F811
    rate(client, answered, "helpful")
    Conversation.objects.all().delete()
    assert not Feedback.objects.exists()
    assert len(recorded()) == 1


def test_it_is_in_the_readers_language(client: Client, answered: Turn) -> None:  # noqa: F811
    client.post(reverse("language"), {"language": "ja", "next": "/"})
    html = rate(client, answered, "unhelpful", reason="outdated", remark="")
    assert "役に立たなかった： 情報が古い" in html


@pytest.fixture
def auditor(db: None) -> Client:
    """Staff that may see feedback, and no document."""
    user = User.objects.create_user("auditor", is_staff=True)
    group = Group.objects.create(name="quality")
    group.permissions.add(Permission.objects.get(codename="view_feedback"))
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def test_administrators_read_it_without_question_and_answer(
    client: Client,
    auditor: Client,
    answered: Turn,  # noqa: F811
) -> None:
    rate(client, answered, "unhelpful", reason="figure", remark="The year before is meant.")
    listed = reverse("admin:chat_feedback_changelist")
    one = reverse("admin:chat_feedback_change", args=[Feedback.objects.get().pk])
    for address in (listed, one):
        html = auditor.get(address).content.decode()
        assert "The year before is meant." in html
        assert "Wrong figure" in html
        assert "a table cell" in html
        assert answered.trace in html
        assert [word for word in SECRET if word in html] == []
    looks = (
        AuditEntry.objects.filter(actor="auditor", action="feedback read")
        .order_by("id")
        .values_list("subject", flat=True)
    )
    assert [look["trace"] for look in looks] == ["", answered.trace]
    assert "The year" in auditor.get(f"{listed}?reason__exact=figure&mode=cell").content.decode()
    assert "The year" not in auditor.get(f"{listed}?reason__exact=source").content.decode()
    assert "The year" not in auditor.get(f"{listed}?mode=model").content.decode()
    Turn.objects.update(model="Alpha")
    assert "The year" in auditor.get(f"{listed}?model=Alpha").content.decode()
    assert "The year" not in auditor.get(f"{listed}?model=Beta").content.decode()
    assert "The year" in auditor.get(f"{listed}?q={answered.trace}").content.decode()


def test_nobody_changes_it_at_admin(client: Client, answered: Turn) -> None:  # noqa: F811
    rate(client, answered, "unhelpful", reason="figure", remark="Mine")
    admin = Client()
    admin.force_login(User.objects.create_superuser("admin"))
    pk = Feedback.objects.get().pk
    assert admin.post(reverse("admin:chat_feedback_change", args=[pk]), {"remark": "Yours"}).status_code == 403
    assert admin.get(reverse("admin:chat_feedback_add")).status_code == 403
    assert admin.post(reverse("admin:chat_feedback_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert Feedback.objects.get().remark == "Mine"


def test_who_gave_feedback_can_still_be_deleted(client: Client, analyst: User, answered: Turn) -> None:  # noqa: F811
    rate(client, answered, "helpful")
    admin = Client()
    admin.force_login(User.objects.create_superuser("admin"))
    admin.post(reverse("admin:library_user_delete", args=[analyst.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=analyst.pk).exists()


def test_staff_without_the_right_see_no_feedback(client: Client, answered: Turn) -> None:  # noqa: F811
    rate(client, answered, "helpful")
    other = Client()
    other.force_login(User.objects.create_user("clerk", is_staff=True))
    assert other.get(reverse("admin:chat_feedback_changelist")).status_code == 403
    assert not AuditEntry.objects.filter(action="feedback read").exists()
