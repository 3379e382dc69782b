"""Recordings through the pipeline: by a model, by a service, by a transcript beside them, or waiting for one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from ingest import claims, recordings, storage, sweeping, taken_words, tasks, transcribing
from ingest.models import Reading, RecordingPiece
from ingest.parsers.speech import Speech
from ingest.progress import Meter, state_words
from library import grants
from library.models import Change, Collection, Document, State, User, Version
from library.versions import publish, remove
from tests.ingest.conftest import pdf
from tests.ingest.recordings import Service, a_voice, save, silence
from tests.redis_fixture import RedisServer

VTT = """WEBVTT

00:00:00.500 --> 00:00:02.000
<v Monish Patolawala>Organic growth was four percent.

00:00:02.000 --> 00:00:04.000
<v Operator>The next question comes from the line of Jane Doe.
"""


@pytest.fixture(autouse=True)
def in_order(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SPEECH_MODEL", "")
    monkeypatch.setattr(settings, "SPEECH_BASE_URL", "")


@pytest.fixture
def asked(service: type[Service], monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Service]]:
    """The service is the one that the settings name."""
    monkeypatch.setattr(settings, "SPEECH_BASE_URL", service.url)
    monkeypatch.setattr(settings, "SPEECH_API_KEY", "secret")
    yield service


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribing, "PIECE_S", 6.0)


def call(folder: Path, *parts: Any) -> bytes:
    return save(folder / "sound.wav", *(parts or (silence(1), a_voice(3)))).read_bytes()


def stored(where: Collection, name: str, content: bytes) -> Version:
    outcome = storage.store(None, where, name, [content])
    assert isinstance(outcome, Version)
    return outcome


def worked(version: Version) -> Version:
    """As a worker does with the next message about it."""
    claimed = claims.claim(version.pk)
    assert claimed is not None
    tasks.attempt(claimed)
    version.refresh_from_db()
    return version


def three_pieces(folder: Path) -> bytes:
    return call(folder, a_voice(6), silence(0.5), a_voice(6), silence(0.5), a_voice(6))


# --- by a model or a service ---------------------------------------------------------------------------------------


def test_a_recording_goes_to_the_speech_queue_and_becomes_passages(
    tmp_path: Path, markets: Collection, asked: type[Service]
) -> None:
    version = worked(stored(markets, "call.wav", call(tmp_path)))
    assert (version.state, version.waits_for, version.mime) == (State.QUEUED, claims.SPEECH, "audio/wav")
    worked(version)
    assert (version.state, version.waits_for, version.part) == (State.INDEXING, "", "second")
    passage = version.passages.get()
    assert (passage.kind, passage.text) == ("speech", "Sales grew 4.6%.")
    assert passage.locator == {"start": 0.5, "end": 1.5, "confidence": 0.905}
    assert b"Bearer secret" in asked.asked[0]
    assert not RecordingPiece.objects.exists()


def test_a_model_in_a_folder_is_loaded_once_and_hears_each_piece(
    tmp_path: Path, markets: Collection, model: str, monkeypatch: pytest.MonkeyPatch, short_pieces: None
) -> None:
    monkeypatch.setattr(settings, "SPEECH_MODEL", model)
    monkeypatch.setattr(transcribing, "speech", lambda: Speech(model=model, least_confidence=0.0))
    version = worked(stored(markets, "call.wav", three_pieces(tmp_path)))
    claimed = claims.claim(version.pk)
    assert claimed is not None
    assert transcribing.listen(claimed, Meter(claimed))
    pieces = list(RecordingPiece.objects.all())
    assert len(pieces) == 3
    assert any(piece.said for piece in pieces)
    assert all(p.start <= s["start"] < s["end"] <= p.end + 0.01 for p in pieces for s in p.said)


def test_silence_has_failed_in_clear_words(tmp_path: Path, markets: Collection, asked: type[Service]) -> None:
    version = worked(worked(stored(markets, "call.wav", call(tmp_path, silence(3)))))
    assert (version.state, version.error) == (State.FAILED, {"code": "nothing_said", "detail": {}})
    assert asked.asked == []


def test_a_run_stops_for_others_and_the_next_goes_on_where_it_was(
    tmp_path: Path, markets: Collection, asked: type[Service], short_pieces: None
) -> None:
    version = worked(stored(markets, "call.wav", three_pieces(tmp_path)))
    other = stored(markets, "report.pdf", pdf("Revenue rose."))
    worked(version)
    assert (version.state, version.waits_for, len(asked.asked)) == (State.QUEUED, claims.SPEECH, 1)
    assert (version.done, version.total) == (6, 19)
    Version.objects.filter(pk=other.pk).update(state=State.CANCELLED)
    worked(version)
    assert (version.state, version.done, len(asked.asked)) == (State.INDEXING, 19, 3)
    starts = [p.locator["start"] for p in version.passages.order_by("position")]
    assert starts[0] == 0.5


def test_each_piece_is_heard_once_though_the_run_is_killed(
    tmp_path: Path, markets: Collection, asked: type[Service], short_pieces: None
) -> None:
    version = worked(stored(markets, "call.wav", three_pieces(tmp_path)))
    claimed = claims.claim(version.pk)
    assert claimed is not None
    planned = transcribing.pieces(claimed)
    planned[0].said = []
    planned[0].save()
    Version.objects.filter(pk=version.pk).update(alive=timezone.now() - timedelta(minutes=2))
    worked(version)
    assert (version.state, len(asked.asked)) == (State.INDEXING, 2)
    assert min(p.locator["start"] for p in version.passages.all()) > planned[1].start


def test_a_cancelled_recording_is_heard_no_further(tmp_path: Path, markets: Collection, asked: type[Service]) -> None:
    version = worked(stored(markets, "call.wav", call(tmp_path)))
    claimed = claims.claim(version.pk)
    assert claimed is not None
    claims.cancel(version.pk)
    assert transcribing.run(claimed) == State.CANCELLED
    assert not version.passages.exists()


def test_a_recording_that_cannot_be_decoded_to_its_end_says_so(
    tmp_path: Path, markets: Collection, asked: type[Service]
) -> None:
    version = worked(stored(markets, "call.wav", call(tmp_path)))
    (settings.FILES_DIR / version.file).write_bytes(b"RIFF....WAVE, but no sound")
    assert (worked(version).state, version.error) == (State.FAILED, {"code": "damaged", "detail": {}})


# --- waiting -------------------------------------------------------------------------------------------------------


def test_with_no_model_it_waits_and_is_told_once_there_is_one(
    tmp_path: Path,
    markets: Collection,
    service: type[Service],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version = worked(stored(markets, "call.wav", call(tmp_path)))
    assert (version.state, version.waits_for) == (State.WAITING, "speech_model")
    assert state_words(version) == "waiting for a speech model"
    assert recordings.resume_all() == []
    monkeypatch.setattr(settings, "SPEECH_BASE_URL", service.url)
    tasks.sweep()
    assert worked(version).state == State.INDEXING


def test_a_service_that_is_away_is_asked_again_later(tmp_path: Path, markets: Collection, asked: type[Service]) -> None:
    asked.status = 401
    version = worked(worked(stored(markets, "call.wav", call(tmp_path))))
    assert (version.state, version.waits_for, version.error) == (State.WAITING, "speech_service", None)
    assert recordings.resume_all() == []
    asked.status = 200
    Version.objects.filter(pk=version.pk).update(alive=timezone.now() - timedelta(minutes=6))
    assert recordings.resume_all() == [version.pk]
    assert worked(version).state == State.INDEXING


def test_each_queue_has_its_messages(
    tmp_path: Path,
    markets: Collection,
    asked: type[Service],
    redis_server: RedisServer,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    version = stored(markets, "call.wav", call(tmp_path))
    with redis_server.client() as client:
        with django_capture_on_commit_callbacks(execute=True):
            worked(version)
        assert (client.llen("celery"), client.llen("speech")) == (0, 1)
        client.delete("speech")
        Version.objects.filter(pk=version.pk).update(alive=timezone.now() - timedelta(minutes=1))
        assert sweeping.revive() == [version.pk]
        assert (client.llen("celery"), client.llen("speech")) == (0, 1)
    other = stored(markets, "report.pdf", pdf("Revenue rose."))
    assert claims.next_in_line(version.pk, claims.SPEECH) == version.pk
    assert claims.next_in_line(other.pk) == other.pk


# --- a transcript beside it ----------------------------------------------------------------------------------------


def speakers(version: Version) -> list[str]:
    return [p.locator.get("speaker", "") for p in version.passages.order_by("position")]


@pytest.mark.parametrize("name", ["call.vtt", "CALL.VTT"])
def test_a_transcript_that_was_there_before_is_used(tmp_path: Path, markets: Collection, name: str) -> None:
    transcript = stored(markets, name, VTT.encode())
    version = worked(worked(stored(markets, "call.wav", call(tmp_path))))
    assert (version.state, version.mime) == (State.INDEXING, "audio/wav")
    assert speakers(version) == ["Monish Patolawala", "Operator"]
    assert [p.locator["start"] for p in version.passages.order_by("position")] == [0.5, 2.0]
    worked(transcript)
    assert Version.objects.filter(document=version.document).count() == 1


def test_a_transcript_starts_a_recording_that_waits(tmp_path: Path, markets: Collection) -> None:
    version = worked(stored(markets, "call.wav", call(tmp_path)))
    assert version.state == State.WAITING
    worked(stored(markets, "call.srt", b"1\n00:00:01,000 --> 00:00:02,000\nJane Doe: Margins held.\n"))
    version.refresh_from_db()
    assert (version.state, version.waits_for) == (State.QUEUED, claims.SPEECH)
    assert speakers(worked(version)) == ["Jane Doe"]


def test_a_transcript_that_comes_later_makes_a_new_version(
    tmp_path: Path, markets: Collection, asked: type[Service]
) -> None:
    version = worked(worked(stored(markets, "call.wav", call(tmp_path))))
    assert publish(version.pk)
    worked(stored(markets, "call.vtt", VTT.encode()))
    second = version.document.versions.get(number=2)
    assert (second.state, second.file, second.waits_for) == (State.QUEUED, version.file, claims.SPEECH)
    assert speakers(worked(second)) == ["Monish Patolawala", "Operator"]
    assert Reading.objects.get(version=second).transcript is not None
    assert publish(second.pk)
    assert Change.objects.filter(kind=Change.Kind.REMOVE, version=version.pk).exists()
    assert version.document.versions.count() == 2


def test_a_text_without_times_is_no_transcript(tmp_path: Path, markets: Collection, asked: type[Service]) -> None:
    stored(markets, "call.txt", b"Notes on the call. Sales were fine, said nobody in particular.")
    version = worked(worked(stored(markets, "call.wav", call(tmp_path))))
    assert version.passages.get().text == "Sales grew 4.6%."


def test_a_narrowed_transcript_stays_with_its_readers(
    tmp_path: Path, markets: Collection, retail: Collection, analyst: User
) -> None:
    transcript = stored(markets, "call.vtt", VTT.encode())
    Document.objects.filter(pk=transcript.document_id).update(narrowed=True)
    stored(retail, "call.vtt", VTT.encode())
    version = worked(stored(markets, "call.wav", call(tmp_path)))
    assert version.state == State.WAITING
    assert recordings.beside(version.document) == []


@pytest.mark.parametrize("name", ["call.en.vtt", "call.ja.srt", "Call.en-US.vtt"])
def test_a_transcript_may_name_its_language(tmp_path: Path, markets: Collection, name: str) -> None:
    transcript = stored(markets, name, VTT.encode() if name.endswith("vtt") else SRT)
    stored(markets, "call.new.vtt", VTT.encode())
    version = stored(markets, "call.wav", call(tmp_path))
    assert recordings.beside(version.document) == [transcript]
    assert version.document in recordings.same_stem(transcript.document)


def test_of_two_languages_the_recordings_own_is_taken(tmp_path: Path, markets: Collection) -> None:
    english = stored(markets, "call.en.vtt", VTT.encode())
    japanese = stored(markets, "call.ja.vtt", VTT.encode())
    document = stored(markets, "call.wav", call(tmp_path)).document
    for language, first in (("ja", japanese), ("en", english)):
        document.language = language
        assert recordings.beside(document)[0] == first
    plain = stored(markets, "call.vtt", VTT.encode())
    assert recordings.beside(document) == [plain, english, japanese]


# --- words that are searched once ----------------------------------------------------------------------------------

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nJane Doe: Margins held.\n"


def searched(markets: Collection) -> set[str]:
    return set(Document.objects.filter(collection=markets, current__isnull=False).values_list("name", flat=True))


@pytest.fixture
def both(tmp_path: Path, markets: Collection) -> tuple[Version, Version]:
    """A transcript that was searched, and then the recording that takes its words."""
    transcript = worked(stored(markets, "call.srt", SRT))
    assert publish(transcript.pk)
    assert searched(markets) == {"call.srt"}
    recording = worked(worked(stored(markets, "call.wav", call(tmp_path))))
    assert searched(markets) == {"call.srt"}
    assert publish(recording.pk)
    transcript.refresh_from_db()
    return transcript, recording


def test_words_that_a_recording_takes_are_searched_as_its_own(
    both: tuple[Version, Version], markets: Collection
) -> None:
    transcript, _ = both
    assert searched(markets) == {"call.wav"}
    assert Change.objects.order_by("pk").values_list("kind", "version").last() == ("remove", transcript.pk)
    assert (transcript.state, transcript.passages.count()) == (State.READY, 1)
    assert transcript.warnings == [{"code": "words_of_recording", "detail": {"recording": "call.wav"}}]
    assert isinstance(storage.store(None, markets, "call.srt", [SRT]), storage.Duplicate)


def test_a_transcript_that_is_read_after_the_recording_is_not_searched_either(
    tmp_path: Path, markets: Collection
) -> None:
    transcript = stored(markets, "call.srt", SRT)
    assert publish(worked(worked(stored(markets, "call.wav", call(tmp_path)))).pk)
    worked(transcript)
    publish(transcript.pk)
    assert searched(markets) == {"call.wav"}


def test_without_the_recording_the_transcript_is_searched_again(
    both: tuple[Version, Version], markets: Collection
) -> None:
    transcript, recording = both
    remove(recording.document)
    transcript.refresh_from_db()
    assert (transcript.state, transcript.warnings) == (State.INDEXING, [])
    assert Change.objects.filter(kind=Change.Kind.ADD, version=transcript.pk).count() == 2
    assert publish(transcript.pk)
    assert searched(markets) == {"call.srt"}


def test_a_new_transcript_replaces_the_words_of_the_recording(
    both: tuple[Version, Version], markets: Collection
) -> None:
    _, recording = both
    second = worked(stored(markets, "call.srt", SRT.replace(b"held", b"fell")))
    assert publish(second.pk)
    again = recording.document.versions.get(number=2)
    assert publish(worked(again).pk)
    assert searched(markets) == {"call.wav"}
    assert again.passages.get().text == "Margins fell."


def test_words_of_a_recording_that_few_may_see_stay_with_its_transcript_for_the_others(
    tmp_path: Path, markets: Collection
) -> None:
    transcript = worked(stored(markets, "call.srt", SRT))
    assert publish(transcript.pk)
    recording = worked(worked(stored(markets, "call.wav", call(tmp_path))))
    Document.objects.filter(pk=recording.document_id).update(narrowed=True)
    assert publish(recording.pk)
    transcript.refresh_from_db()
    assert searched(markets) == {"call.srt", "call.wav"}
    assert transcript.warnings == [], "its warning would name the recording"


def test_narrowing_the_recording_gives_the_words_back(both: tuple[Version, Version], analyst: User) -> None:
    transcript, recording = both
    grants.narrow(None, recording.document, [analyst])
    transcript.refresh_from_db()
    assert (transcript.state, transcript.warnings) == (State.INDEXING, [])


def test_a_document_that_is_not_ready_is_left_alone(both: tuple[Version, Version], markets: Collection) -> None:
    waiting = stored(markets, "report.pdf", pdf("Revenue rose."))
    taken_words.settle(markets.pk)
    waiting.refresh_from_db()
    assert waiting.state == State.QUEUED
