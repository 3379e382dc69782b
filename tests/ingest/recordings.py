"""Sounds that are taken for speech, and a service that says what is said in them."""

from __future__ import annotations

import json
import math
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from ingest.parsers.speech import RATE

Samples = np.ndarray[Any, Any]


def a_voice(seconds: float) -> Samples:
    """A buzz that rises and falls through the resonances of vowels: the voice detector takes it for speech."""
    time = np.arange(int(seconds * RATE)) / RATE
    pitch = 120 + 20 * np.sin(2 * math.pi * 3 * time)
    phase = 2 * math.pi * np.cumsum(pitch) / RATE
    loud = 0.5 + 0.5 * np.sin(2 * math.pi * 4 * time)
    sound = np.zeros_like(time)
    for overtone in range(1, 30):
        frequency = overtone * 120
        vowel = sum(math.exp(-(((frequency - peak) / 120) ** 2)) for peak in (700, 1200, 2600))
        sound += (vowel + 0.05) * np.sin(overtone * phase)
    return np.asarray(loud * sound / np.abs(sound).max() * 0.6)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE))


def save(path: Path, *parts: Samples, rate: int = RATE) -> Path:
    samples = np.concatenate(parts)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


class Service(BaseHTTPRequestHandler):
    """POST /v1/audio/transcriptions as OpenAI's protocol has it; keeps what it was asked."""

    asked: list[bytes]
    url: str
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).asked.append(self.path.encode() + b"\n" + self.headers["Authorization"].encode() + b"\n" + body)
        segments = [
            {"id": 0, "start": 0.5, "end": 1.5, "text": " Sales grew 4.6%.", "avg_logprob": -0.1},
            {"id": 1, "start": 1.5, "end": 2.0, "text": " Thanks for watching!", "avg_logprob": -3.0},
        ]
        words = [{"word": "Sales", "start": 0.5, "end": 0.9}]
        answer = {"text": "x", "language": "english", "duration": 2.0, "segments": segments, "words": words}
        data = json.dumps(answer).encode()
        self.send_response(type(self).status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet."""


@contextmanager
def running() -> Iterator[type[Service]]:
    handler: type[Service] = type("OneService", (Service,), {"asked": [], "status": 200})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield handler
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
