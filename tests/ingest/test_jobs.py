"""The row as a job: one worker gets it, whoever dies gives it back, and each state can be left again."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from ingest import claims, sweeping, tasks
from library.models import Change, Collection, Document, Passage, State, User, Version
from tests.ingest.conftest import pdf
from tests.redis_fixture import RedisServer


@pytest.fixture
def job(markets: Collection) -> Version:
    return queued(markets, "a.pdf")


def queued(collection: Collection, name: str, by: User | None = None) -> Version:
    document = Document.objects.create(collection=collection, name=name)
    return Version.objects.create(document=document, number=1, sha256=name, file=name, size=1, uploaded_by=by)


def dead_process() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_one_of_two_gets_the_row(job: Version) -> None:
    first = claims.claim(job.pk)
    assert first is not None
    assert first.attempts == 1
    assert claims.claim(job.pk) is None


def test_the_claim_of_a_living_process_stands(job: Version) -> None:
    claimed = claims.claim(job.pk)
    assert claimed is not None
    assert str(os.getpid()) in claimed.claim
    assert claims.abandoned() == []


def test_the_claim_of_a_dead_process_is_void_at_once(job: Version) -> None:
    claims.claim(job.pk)
    Version.objects.filter(pk=job.pk).update(claim=f"{claims.here()}.{dead_process()}.aa")
    assert claims.abandoned() == [job.pk]
    again = claims.claim(job.pk)
    assert again is not None
    assert again.attempts == 2


def test_a_claim_of_another_machine_is_void_after_a_minute_of_silence(job: Version) -> None:
    claims.claim(job.pk)
    now = timezone.now()
    Version.objects.filter(pk=job.pk).update(claim=f"elsewhere.{dead_process()}.aa", alive=now - timedelta(seconds=50))
    assert claims.claim(job.pk) is None
    Version.objects.filter(pk=job.pk).update(alive=now - timedelta(seconds=61))
    assert claims.claim(job.pk) is not None


def test_what_ends_its_reader_four_times_has_failed(job: Version) -> None:
    for _ in range(claims.MOST_ATTEMPTS):
        assert claims.claim(job.pk) is not None
        Version.objects.filter(pk=job.pk).update(alive=timezone.now() - timedelta(minutes=2))
    assert claims.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, {"code": "gave_up", "detail": {"attempts": 4}})


def test_a_trouble_of_the_database_costs_no_attempt(job: Version) -> None:
    claimed = claims.claim(job.pk)
    assert claimed is not None
    claims.release(claimed)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.claim) == (State.QUEUED, 0, "")


@pytest.mark.parametrize("state", list(State))
def test_retry_starts_what_has_ended_without_success_and_nothing_else(job: Version, state: State) -> None:
    Version.objects.filter(pk=job.pk).update(state=state, attempts=4, error={"code": "gave_up", "detail": {}})
    may = state in (State.FAILED, State.CANCELLED, State.WAITING)
    assert claims.requeue(job.pk) is may
    job.refresh_from_db()
    assert (job.state, job.attempts) == ((State.QUEUED, 0) if may else (state, 4))
    assert (job.error is None) is may


@pytest.mark.parametrize("state", list(State))
def test_cancel_ends_what_has_not_ended_and_takes_it_out_of_the_index(job: Version, state: State) -> None:
    Version.objects.filter(pk=job.pk).update(state=state, claim="c")
    may = state in (State.QUEUED, State.WORKING, State.INDEXING, State.WAITING)
    assert claims.cancel(job.pk) is may
    job.refresh_from_db()
    assert (job.state, job.claim) == ((State.CANCELLED, "") if may else (state, "c"))
    assert Change.objects.filter(kind=Change.Kind.REMOVE, version=job.pk).exists() is may


def test_the_queue_is_fair_between_users(markets: Collection, analyst: User, compliance: User) -> None:
    many = [queued(markets, f"{n}.pdf", analyst) for n in range(3)]
    one = queued(markets, "one.pdf", compliance)
    order = []
    for message in [*many, one]:
        claimed = claims.claim(claims.next_in_line(message.pk))
        assert claimed is not None
        order.append(claimed.document.name)
    assert order[:2] in (["0.pdf", "one.pdf"], ["one.pdf", "0.pdf"])
    assert order[2:] == ["1.pdf", "2.pdf"]


def test_the_sweep_puts_back_what_was_lost(job: Version, markets: Collection, redis_server: RedisServer) -> None:
    claims.claim(job.pk)
    Version.objects.filter(pk=job.pk).update(claim=f"{claims.here()}.{dead_process()}.aa")
    unheard = queued(markets, "b.pdf")
    Version.objects.filter(pk=unheard.pk).update(created=timezone.now() - timedelta(minutes=1))
    fresh = queued(markets, "c.pdf")
    assert sweeping.revive() == [job.pk, unheard.pk]
    assert set(Version.objects.values_list("state", flat=True)) == {State.QUEUED}
    assert sweeping.revive() == []
    assert fresh.pk not in {job.pk, unheard.pk}
    with redis_server.client() as client:
        assert client.llen("celery") == 2


def test_the_sweep_leaves_a_queue_alone_that_is_only_long(
    markets: Collection, redis_server: RedisServer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    rows = [queued(markets, f"{n}.pdf") for n in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        for row in rows:
            claims.enqueue(row.pk)
    Version.objects.update(created=timezone.now() - timedelta(hours=1))
    assert sweeping.revive() == []
    with redis_server.client() as client:
        assert client.llen("celery") == 3


@pytest.mark.usefixtures("no_redis")
def test_without_a_broker_a_row_waits(job: Version) -> None:
    claims.send(job.pk)
    assert sweeping.revive() == []
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_a_failure_of_our_own_is_recorded_and_shown(job: Version) -> None:
    """The stored file is not there: no fault of the file, and no task that hangs."""
    tasks.read(job.pk)
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.error is not None
    assert job.error["code"] in ("internal", "damaged")
    assert not Passage.objects.exists()


def test_a_message_comes_again_for_the_row_that_its_reader_left(job: Version, markets: Collection) -> None:
    queued(markets, "b.pdf")
    claims.claim(job.pk)
    Version.objects.filter(pk=job.pk).update(claim=f"{claims.here()}.{dead_process()}.aa")
    assert claims.next_in_line(job.pk) == job.pk


def test_a_task_for_a_version_that_is_gone_does_nothing(job: Version) -> None:
    claims.claim(job.pk)
    tasks.read(job.pk + 1000)
    job.refresh_from_db()
    assert job.state == State.WORKING


def test_uploads_that_no_row_names_are_cleared_after_a_day(markets: Collection) -> None:
    from django.conf import settings

    from ingest import storage

    kept = storage.store(None, markets, "kept.pdf", [pdf("Revenue")])
    assert isinstance(kept, Version)
    folder = settings.FILES_DIR / "zz"
    folder.mkdir(parents=True)
    for name, age in (("old", 100_000), ("young", 100)):
        (folder / name).write_bytes(b"x")
        then = timezone.now().timestamp() - age
        os.utime(folder / name, (then, then))
    os.utime(settings.FILES_DIR / kept.file, (0, 0))
    sweeping.clear_uploads()
    assert sorted(p.name for p in settings.FILES_DIR.glob("??/*")) == sorted([kept.file.split("/")[1], "young"])
