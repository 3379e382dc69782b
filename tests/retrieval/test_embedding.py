"""The embedding client: the default model against its own weights, and the other ways to name one."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_django.fixtures import Settings

from retrieval import embedding, minilm
from retrieval.embedding import EmbeddingAway
from retrieval.onnx_model import OnnxModel

TEXTS = [
    "What was the capital expenditure in 2018?",
    "Purchases of property, plant and equipment amounted to 1,577 million dollars.",
    "Net interest income rose because loans grew faster than deposits, while the margin fell by four basis points. "
    * 3,
    "The board proposes a dividend of 30 yen a share.",
    "Our branches are open from nine to three.",
]


@pytest.fixture(scope="module")
def float_model(tmp_path_factory: pytest.TempPathFactory) -> OnnxModel:
    """The graph before it is quantised."""
    import onnx

    folder = tmp_path_factory.mktemp("float")
    onnx.save(minilm.float_graph(minilm.package_folder() / "model.safetensors"), folder / "model.onnx")
    shutil.copyfile(minilm.package_folder() / "tokenizer.json", folder / "tokenizer.json")
    return OnnxModel(folder)


def test_the_float_graph_is_the_published_model(float_model: OnnxModel) -> None:
    # Cosines that sentence-transformers prints for these sentences with all-MiniLM-L6-v2.
    a, b, c = float_model.passages(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    assert [float(a @ b), float(a @ c), float(b @ c)] == pytest.approx([0.6660, 0.1046, 0.1411], abs=2e-3)


def test_the_quantised_graph_keeps_the_directions(float_model: OnnxModel) -> None:
    ours, theirs = embedding.passages(TEXTS), float_model.passages(TEXTS)
    assert np.sum(ours * theirs, axis=1).mean() >= 0.99
    assert np.sum(ours * theirs, axis=1).min() >= 0.98


def test_vectors_are_normalised_and_in_order() -> None:
    vectors = embedding.passages(TEXTS * 20)
    assert vectors.shape == (len(TEXTS) * 20, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for at, text in enumerate(TEXTS):
        assert vectors[at] @ embedding.question(text) > 0.99
    assert embedding.passages([]).shape[0] == 0


def test_a_question_lies_nearest_to_what_answers_it() -> None:
    vectors = embedding.passages(TEXTS[1:])
    assert np.argmax(vectors @ embedding.question("How much was spent on new plants?")) == 0
    assert np.argmax(vectors @ embedding.question("When can customers come?")) == 3


def test_packing_takes_a_byte_a_dimension() -> None:
    vector = embedding.question("dividend")
    data = embedding.pack(vector)
    assert len(data) == 384
    assert float(embedding.unpack(data) @ vector) == pytest.approx(1, abs=2e-4)
    assert not embedding.unpack(embedding.pack(np.zeros(8, np.float32))).any()


def test_a_damaged_graph_is_made_again(tmp_path: Path) -> None:
    folder = minilm.make(tmp_path / "minilm")
    graph = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(graph[:-1])
    assert not minilm.is_whole(folder)
    assert minilm.make(folder) == folder
    assert minilm.is_whole(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["minilm"]


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr(minilm, "package_folder", lambda: tmp_path)
    with pytest.raises(minilm.Unusable, match="not the published"):
        minilm.make(tmp_path / "minilm")
    assert not (tmp_path / "minilm").exists()


def test_a_folder_with_prefixes(tmp_path: Path, settings: Settings) -> None:
    folder = shutil.copytree(minilm.make(tmp_path / "minilm"), tmp_path / "own")
    plain = OnnxModel(folder)
    prompts = {"prompts": {"query": "query: ", "document": "passage: "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    settings.EMBEDDING_MODEL = str(folder)
    assert embedding.model_name().startswith("own@")
    assert np.allclose(embedding.question("fee"), plain.question("query: fee"))
    assert np.allclose(embedding.passages(["fee"]), plain.passages(["passage: fee"]))


@pytest.mark.parametrize("name", ["no-such-model", ""])
def test_a_model_that_is_not_there_is_named(name: str, tmp_path: Path, settings: Settings) -> None:
    settings.EMBEDDING_MODEL = name or str(tmp_path)
    with pytest.raises(EmbeddingAway, match=name or str(tmp_path)):
        embedding.question("fee")


class Answers(BaseHTTPRequestHandler):
    """An OpenAI-compatible endpoint whose vectors count letters; a text "fail" is answered with 500."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "fail" in asked["input"]:
            self.send_error(500)
            return
        rows: list[dict[str, Any]] = [
            {"object": "embedding", "index": at, "embedding": [text.count("a") + 1.0, text.count("b") + 1.0]}
            for at, text in enumerate(asked["input"])
        ]
        body = json.dumps({"object": "list", "model": asked["model"], "data": rows[::-1]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing on the test's output."""


@pytest.fixture
def endpoint(settings: Settings) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.EMBEDDING_MODEL = "letters"
    settings.EMBEDDING_BASE_URL = f"http://127.0.0.1:{server.server_port}/v1"
    yield settings.EMBEDDING_BASE_URL
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_endpoint_that_speaks_openai(endpoint: str) -> None:
    assert embedding.model_name() == "letters"
    texts = ["aaa", "b" * 3, *["ab"] * 200]
    vectors = embedding.passages(texts)
    assert vectors.shape == (202, 2)
    assert vectors[0] == pytest.approx(np.array([4, 1]) / np.sqrt(17), abs=1e-6)
    assert vectors[1] == pytest.approx(np.array([1, 4]) / np.sqrt(17), abs=1e-6)


def test_an_endpoint_that_fails_is_named(endpoint: str) -> None:
    with pytest.raises(EmbeddingAway, match="letters"):
        embedding.question("fail")
