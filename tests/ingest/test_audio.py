"""Recordings: decoding, pieces, silence, a model that is loaded and asked, and a service over a socket."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ingest.parsers.audio import NoSpeechModel, decode, duration, loudness, parse, pieces, transcribe_piece
from ingest.parsers.speech import RATE, Speech, SpeechFailed, from_answer, has_voice, is_trusted
from ingest.segments import Block, Facts, Notice, Progress, Unreadable
from tests.ingest.recordings import Service, a_voice, save, silence

# --- sound ---------------------------------------------------------------------------------------------------------


def test_sound_is_decoded_to_one_channel_at_16_khz(tmp_path: Path) -> None:
    tone = 0.5 * np.sin(2 * math.pi * 440 * np.arange(44_100 * 2) / 44_100)
    path = save(tmp_path / "tone.wav", tone, rate=44_100)
    samples = decode(path, 0.5, 1.5)
    assert duration(path) == pytest.approx(2.0) and len(samples) == RATE
    strongest = np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples)
    assert strongest == pytest.approx(440, abs=2)


def test_pieces_are_cut_where_it_is_quiet_and_cover_everything(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, RATE * 40)
    path = save(tmp_path / "call.wav", noise, silence(1), noise, silence(1), noise)
    cut = pieces(path, length=40)
    assert [p.start for p in cut] == [0.0, *(p.end for p in cut[:-1])]
    assert cut[-1].end == pytest.approx(122, abs=0.1)
    assert cut[1].start == pytest.approx(40.5, abs=0.5) and cut[2].start == pytest.approx(81.5, abs=0.5)
    assert pieces(path, length=40) == cut


def test_how_loud_it_is_does_not_grow_with_the_samples(tmp_path: Path) -> None:
    loud = loudness(save(tmp_path / "call.wav", silence(1), a_voice(1)))
    assert len(loud) == 40 and max(loud[:20]) == 0 and min(loud[25:35]) >= 0 and max(loud[20:]) > 0.001


def test_silence_has_no_voice() -> None:
    assert not has_voice(silence(3).astype(np.float32))
    assert has_voice(a_voice(3).astype(np.float32))


# --- Whisper -------------------------------------------------------------------------------------------------------


def test_a_model_in_a_folder_is_loaded_and_dates_what_it_says(tmp_path: Path, model: str) -> None:
    path = save(tmp_path / "call.wav", silence(2), a_voice(4))
    said = transcribe_piece(path, 1.0, 6.0, Speech(model=model, least_confidence=0.0))
    assert said
    assert all(1.0 <= s.start < s.end <= 6.0 and s.language == "en" for s in said)
    assert all(s.confidence is not None and 0 <= s.confidence <= 1 for s in said)


def test_silence_invents_nothing(tmp_path: Path, model: str) -> None:
    path = save(tmp_path / "call.wav", silence(5))
    segments = list(parse(path, "call.wav", speech=Speech(model=model, least_confidence=0.0)))
    assert [type(s) for s in segments] == [Progress, Notice, Facts]
    assert Notice("nothing_said") in segments


def test_what_the_model_is_unsure_of_is_left_out(tmp_path: Path, model: str) -> None:
    path = save(tmp_path / "call.wav", a_voice(4))
    assert transcribe_piece(path, 0, 4, Speech(model=model)) == []


@pytest.mark.parametrize(
    ("logprob", "silent", "packed", "kept"),
    [
        (-0.2, 0.1, 1.5, True),
        (-2.0, 0.1, 1.5, False),
        (-0.7, 0.9, 1.5, False),
        (-0.1, 0.9, 1.5, True),
        (-0.1, 0.1, 4.0, False),
    ],
)
def test_the_gate(logprob: float, silent: float, packed: float, kept: bool) -> None:
    segment = SimpleNamespace(text="words", avg_logprob=logprob, no_speech_prob=silent, compression_ratio=packed)
    assert is_trusted(segment, Speech(model="x")) is kept


def test_without_a_model_it_waits_for_one(tmp_path: Path) -> None:
    path = save(tmp_path / "call.wav", a_voice(1))
    for speech in (None, Speech()):
        with pytest.raises(NoSpeechModel) as waits:
            list(parse(path, "call.wav", speech=speech))
        assert waits.value.code == "speech_model"


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = save(tmp_path / "call.wav", a_voice(2))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SpeechFailed, match="could not be loaded"):
        transcribe_piece(path, 0, 2, Speech(model=str(tmp_path / "empty")))


# --- a service -----------------------------------------------------------------------------------------------------


def at(service: type[Service], **more: Any) -> Speech:
    return Speech(model="whisper-large", base_url=service.url, api_key="secret", **more)


def test_a_service_is_sent_the_piece_and_its_seconds_are_moved(tmp_path: Path, service: type[Service]) -> None:
    path = save(tmp_path / "call.wav", silence(3), a_voice(3))
    (said,) = transcribe_piece(path, 3.0, 6.0, at(service, language="en"))
    assert (said.start, said.end, said.text, said.words) == (3.5, 4.5, "Sales grew 4.6%.", [(3.5, 3.9, "Sales")])
    (asked,) = service.asked
    assert asked.startswith(b"/v1/audio/transcriptions\nBearer secret\n")
    for part in (b'name="model"\r\n\r\nwhisper-large', b"verbose_json", b"RIFF", b'name="language"\r\n\r\nen'):
        assert part in asked


def test_a_run_that_was_broken_off_goes_on_with_its_piece(tmp_path: Path, service: type[Service]) -> None:
    path = save(tmp_path / "call.wav", a_voice(6), silence(0.5), a_voice(6), silence(0.5), a_voice(6))
    cut = pieces(path, length=6)
    assert len(cut) == 3
    rest = list(parse(path, "call.wav", speech=at(service), after=cut[1].start, length=6))
    assert [s.done for s in rest if isinstance(s, Progress)] == [round(p.end) for p in cut[1:]]
    assert [s.locator["start"] for s in rest if isinstance(s, Block)] == [round(p.start + 0.5, 2) for p in cut[1:]]
    assert len(service.asked) == 2


def test_a_service_is_not_asked_about_silence(tmp_path: Path, service: type[Service]) -> None:
    assert transcribe_piece(save(tmp_path / "call.wav", silence(3)), 0, 3, at(service)) == []
    assert service.asked == []


def test_a_service_that_refuses_is_a_failure_to_try_again(tmp_path: Path, service: type[Service]) -> None:
    service.status = 401
    with pytest.raises(SpeechFailed):
        transcribe_piece(save(tmp_path / "call.wav", a_voice(2)), 0, 2, at(service))


def test_a_service_without_times_gives_the_piece_as_one() -> None:
    (said,) = from_answer({"text": " All of it. "}, np.zeros(RATE * 3, dtype=np.float32), Speech(base_url="x"))
    assert (said.start, said.end, said.text) == (0.0, 3.0, "All of it.")


# --- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [0, 10, 44])
def test_a_cut_recording_is_refused(tmp_path: Path, keep: int) -> None:
    path = save(tmp_path / "call.wav", a_voice(1))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(Unreadable):
        list(parse(path, "call.wav", speech=Speech(model="unused")))
