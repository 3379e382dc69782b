"""What a document is, corrected by a person: who may, what is searched afterwards, and that no message may be lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from ingest import claims, facts, labels, pipeline, storage
from ingest.models import Reading
from ingest.segments import Facts
from library.models import AuditEntry, Change, Collection, Document, Embedding, Grant, Role, User, Version
from library.versions import publish
from retrieval import embedding, wording
from tests.ingest.conftest import Ingest, pdf
from tests.redis_fixture import RedisServer

GIVEN = {"title": "Annual report", "company": "Acme", "ticker": "ACM", "period": "FY2018", "kind": "annual report",
         "language": "en"}  # fmt: skip


@pytest.fixture
def document(ingest: Ingest, analyst: User) -> Document:
    """Uploaded by the analyst, and searched."""
    version = ingest(pdf("Revenue rose to 12 billion yen.", "Costs fell."))
    publish(version.pk)
    Document.objects.filter(pk=version.document_id).update(uploaded_by=analyst)
    return Document.objects.get(pk=version.document_id)


def send(user: User, document: Document, **changed: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse("label-document", args=[document.pk]), GIVEN | changed)


def current(document: Document) -> Version:
    assert document.current_id is not None
    return Version.objects.select_related("document").get(pk=document.current_id)


def vectors(document: Document) -> list[bytes]:
    rows = Embedding.objects.filter(passage__version=document.current_id).order_by("passage__position")
    return [bytes(row.vector) for row in rows]


def test_the_uploader_corrects_what_the_document_is(analyst: User, document: Document) -> None:
    assert send(analyst, document, period="2019年3月期").status_code == 302
    document.refresh_from_db()
    assert (document.title, document.company, document.period) == ("Annual report", "Acme", "FY2019-03")
    entry = AuditEntry.objects.get(action="label")
    assert (entry.actor, entry.subject["after"]["company"]) == (analyst.username, "Acme")
    assert Reading.objects.get(version=document.current_id).stale


def test_it_hides_from_outsiders_and_from_those_who_only_read(
    outsider: User, analyst: User, teller: User, markets: Collection, document: Document
) -> None:
    Grant.objects.create(collection=markets, user=teller, role=Role.CONTRIBUTOR)
    before = (document.title, document.company)
    answers = [send(user, document) for user in (outsider, teller)]
    unknown = Document(pk=document.pk + 1000)
    answers.append(send(analyst, unknown))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    document.refresh_from_db()
    assert (document.title, document.company) == before
    assert not Reading.objects.filter(stale=True).exists()


def test_a_manager_may_though_another_uploaded_it(teller: User, markets: Collection, document: Document) -> None:
    Grant.objects.create(collection=markets, user=teller, role=Role.MANAGER)
    assert send(teller, document).status_code == 302


@pytest.mark.parametrize("wrong", [{"title": "x" * 501}, {"language": "xx"}, {"period": "y" * 21}])
def test_what_does_not_fit_is_refused_whole(analyst: User, document: Document, wrong: dict[str, str]) -> None:
    assert send(analyst, document, **wrong).status_code == 400
    document.refresh_from_db()
    assert document.company == ""


def test_passages_are_embedded_under_the_new_labels(analyst: User, document: Document) -> None:
    old, changes = vectors(document), Change.objects.count()
    ids = set(current(document).passages.values_list("pk", flat=True))
    send(analyst, document)
    assert document.current_id is not None
    assert labels.relabel(document.current_id)
    document.refresh_from_db()
    version = current(document)
    assert set(version.passages.values_list("pk", flat=True)) == ids
    passage = version.passages.get(position=0)
    text = wording.for_index(document, passage.heading, passage.text)
    assert text.startswith("Acme · Annual report · FY2018\n")
    now = vectors(document)
    assert len(now) == 2
    assert now != old
    # Quantised to 8 bits, a text's vector differs a little with those it is embedded together with.
    (expected,) = embedding.passages([text])
    assert np.dot(embedding.unpack(now[0]), expected) > 0.97 > np.dot(embedding.unpack(old[0]), expected)
    assert Change.objects.count() == changes + 1
    assert not Reading.objects.get(version=version).stale


def test_what_is_not_in_front_of_the_words_needs_no_embedding(analyst: User, document: Document) -> None:
    send(analyst, document, title=document.title, company=document.company, period=document.period)
    document.refresh_from_db()
    assert document.ticker == "ACM"
    assert not Reading.objects.filter(stale=True).exists()


def test_a_later_version_does_not_take_the_labels_back(analyst: User, document: Document, ingest: Ingest) -> None:
    send(analyst, document)
    second = ingest(pdf("Revenue rose by more."))
    facts.save(second, Facts(title="Something else", company="Another", period="FY2001"))
    document.refresh_from_db()
    assert (document.title, document.company, document.period) == ("Annual report", "Acme", "FY2018")


def test_labels_that_change_while_the_file_is_read_are_taken_up(analyst: User, markets: Collection) -> None:
    outcome = storage.store(analyst, markets, "a.pdf", [pdf("Revenue rose.")])
    assert isinstance(outcome, Version)
    claimed = claims.claim(outcome.pk)
    assert claimed is not None
    work = pipeline.Work(claimed.document)
    pipeline.read(claimed, work)
    send(analyst, outcome.document)
    pipeline.conclude(claimed, work)
    assert Reading.objects.get(version=outcome).stale
    assert labels.relabel(outcome.pk)


def test_labels_that_change_while_they_are_taken_up_are_taken_up_again(analyst: User, document: Document) -> None:
    send(analyst, document)
    version = current(document)
    made = labels.embedded(list(version.passages.all()), version.document)
    send(analyst, document, company="Acme Holdings")
    before = vectors(document)
    assert not labels.save(version, made)
    assert vectors(document) == before
    assert Reading.objects.get(version=version).stale


def test_a_lost_message_is_sent_again_and_two_workers_do_it_once(
    analyst: User,
    document: Document,
    redis_server: RedisServer,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send(analyst, document)
    with redis_server.client() as client:
        assert client.llen("celery") == 1
        assert labels.revive() == []
        client.flushall()
        assert labels.revive() == [document.current_id]
        client.flushall()
    Reading.objects.update(relabelling=timezone.now())
    assert labels.revive() == []
    assert document.current_id is not None
    assert not labels.relabel(document.current_id)
    Reading.objects.update(relabelling=timezone.now() - timedelta(minutes=2))
    assert labels.relabel(document.current_id)


def test_a_period_as_it_is_stored_stays_as_it_is(analyst: User, document: Document) -> None:
    for period in ("FY2018", "FY2019-03", "FY2018Q2", "FY2018H1", "2018-12-31"):
        send(analyst, document, period=period)
        document.refresh_from_db()
        assert document.period == period


def test_the_form_is_shown_to_those_who_may(
    analyst: User, compliance: User, teller: User, markets: Collection, document: Document
) -> None:
    Grant.objects.create(collection=markets, user=teller, role=Role.CONTRIBUTOR)
    shown = set()
    for user in (analyst, compliance, teller):
        client = Client()
        client.force_login(user)
        answer = client.get(reverse("document", args=[document.pk]))
        if reverse("label-document", args=[document.pk]) in answer.content.decode():
            shown.add(user)
    assert shown == {analyst, compliance}
