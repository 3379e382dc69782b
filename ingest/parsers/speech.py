"""The two doors to speech recognition: Whisper in this process, or a service that speaks OpenAI's protocol.

Both are given one piece of sound at a time and give what was said in it, with seconds counted from the piece's start.
Whisper invents sentences where nobody speaks, so silence never reaches it, and what it is unsure of is left out.
"""

from __future__ import annotations

import io
import math
import wave
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Samples = np.ndarray[Any, np.dtype[np.float32]]

RATE = 16_000
"""Samples a second that Whisper and its voice detector work on."""
SILENT = 0.6
"""Whisper's own estimate that nobody speaks, above which a segment it is unsure of is left out."""
REPETITIVE = 2.4
"""A text that packs better than this repeats itself, as inventions do."""


@dataclass(slots=True, frozen=True)
class Speech:
    """How speech is recognised. With neither `model` nor `base_url` it is not."""

    model: str = ""
    """A Whisper model's name or folder; with `base_url`, the service's name for its model."""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    language: str = ""
    """"en" or "ja"; "" to find out."""
    least_confidence: float = 0.35
    """Mean probability of the words below which a segment is left out."""
    timeout: float = 120.0

    @property
    def available(self) -> bool:
        return bool(self.model or self.base_url)


@dataclass(slots=True)
class Spoken:
    """What was said, from `start` to `end` in seconds."""

    start: float
    end: float
    text: str
    confidence: float | None = None
    language: str = ""
    words: list[tuple[float, float, str]] = field(default_factory=list)
    """(start, end, word), where the model gives them."""
    speaker: str = ""


class SpeechFailed(Exception):
    """The model or the service did not answer as it should; the same piece may be tried again."""


def recognise(samples: Samples, speech: Speech) -> list[Spoken]:
    """What is said in the samples (16 kHz, one channel); [] where nobody speaks."""
    if not has_voice(samples):
        return []
    said = _ask_service(samples, speech) if speech.base_url else _ask_whisper(samples, speech)
    return _inside(said, len(samples) / RATE)


def _inside(said: list[Spoken], seconds: float) -> list[Spoken]:
    """Models date words past the end of the sound: what begins there was not said, what ends there ends with it."""
    for spoken in said:
        spoken.end = round(min(spoken.end, seconds), 2)
        spoken.words = [(start, min(end, spoken.end), word) for start, end, word in spoken.words if start < spoken.end]
    return [s for s in said if s.start < s.end]


def has_voice(samples: Samples) -> bool:
    """By the small voice detector that comes with faster-whisper."""
    from faster_whisper.vad import get_speech_timestamps

    return bool(len(samples)) and bool(get_speech_timestamps(samples, sampling_rate=RATE))


SEED = 1

# --- Whisper -------------------------------------------------------------------------------------------------------


@cache
def _whisper(model: str) -> Any:
    """The model, loaded once a process: float16 on CUDA, int8 on a CPU."""
    import ctranslate2
    from faster_whisper import WhisperModel

    cuda = ctranslate2.get_cuda_device_count() > 0
    try:
        return WhisperModel(model, device="cuda" if cuda else "cpu", compute_type="float16" if cuda else "int8")
    except (OSError, ValueError, RuntimeError) as error:
        raise SpeechFailed(f"The speech model {model} could not be loaded: {error}") from error


def _ask_whisper(samples: Samples, speech: Speech) -> list[Spoken]:
    import ctranslate2

    model = _whisper(speech.model)
    # Whisper draws lots where it is unsure; from the same start, so that the same sound gives the same words.
    ctranslate2.set_random_seed(SEED)
    try:
        segments, info = model.transcribe(
            samples,
            language=speech.language or None,
            vad_filter=True,
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        return [_spoken(s, info.language) for s in segments if is_trusted(s, speech)]
    except (ValueError, RuntimeError) as error:
        raise SpeechFailed(str(error)) from error


def is_trusted(segment: Any, speech: Speech) -> bool:
    """Whether a segment is likely to have been said, by what the model says of its own certainty."""
    confidence = math.exp(segment.avg_logprob)
    if not segment.text.strip() or confidence < speech.least_confidence:
        return False
    if segment.no_speech_prob > SILENT and confidence < 2 * speech.least_confidence:
        return False
    return bool(segment.compression_ratio <= REPETITIVE or not speech.least_confidence)


def _spoken(segment: Any, language: str) -> Spoken:
    words = [(round(float(w.start), 2), round(float(w.end), 2), w.word.strip()) for w in segment.words or []]
    start, end = round(float(segment.start), 2), round(float(segment.end), 2)
    confidence = round(math.exp(segment.avg_logprob), 3)
    return Spoken(start, end, segment.text.strip(), confidence, language, words)


# --- a service -----------------------------------------------------------------------------------------------------


def _ask_service(samples: Samples, speech: Speech) -> list[Spoken]:
    """POST /audio/transcriptions; services without times give one text for the whole piece."""
    import openai

    client = openai.OpenAI(
        base_url=speech.base_url, api_key=speech.api_key or "none", timeout=speech.timeout, max_retries=1
    )
    asked: dict[str, Any] = {
        "file": ("piece.wav", as_wav(samples), "audio/wav"),
        "model": speech.model or "whisper-1",
        "response_format": "verbose_json",
        "timestamp_granularities": ["segment", "word"],
        "temperature": 0.0,
    }
    if speech.language:
        asked["language"] = speech.language
    try:
        with client:
            answer: Any = client.audio.transcriptions.create(**asked)
    except openai.OpenAIError as error:
        raise SpeechFailed(f"The speech service did not answer: {error}") from error
    return from_answer(answer.model_dump() if hasattr(answer, "model_dump") else {"text": str(answer)}, samples, speech)


def from_answer(answer: dict[str, Any], samples: Samples, speech: Speech) -> list[Spoken]:
    """The segments of an answer, kept by the same measure as our own."""
    language = str(answer.get("language") or "")
    words = [w for w in answer.get("words") or [] if isinstance(w, dict)]
    found = [_from_segment(s, words, language) for s in answer.get("segments") or [] if isinstance(s, dict)]
    if not found and str(answer.get("text") or "").strip():
        found = [Spoken(0.0, round(len(samples) / RATE, 2), str(answer["text"]).strip(), None, language)]
    return [s for s in found if s.text and (s.confidence is None or s.confidence >= speech.least_confidence)]


def _from_segment(segment: dict[str, Any], words: list[dict[str, Any]], language: str) -> Spoken:
    start, end = float(segment.get("start") or 0.0), float(segment.get("end") or 0.0)
    inside = [w for w in words if start <= float(w.get("start") or 0.0) < end]
    listed = [
        (float(w.get("start") or 0.0), float(w.get("end") or 0.0), str(w.get("word", "")).strip()) for w in inside
    ]
    logprob = segment.get("avg_logprob")
    confidence = round(math.exp(float(logprob)), 3) if logprob is not None else None
    return Spoken(start, end, str(segment.get("text") or "").strip(), confidence, language, listed)


def as_wav(samples: Samples) -> bytes:
    """16-bit PCM: five minutes are under 10 MB, well under what services take."""
    import numpy as np

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return out.getvalue()
