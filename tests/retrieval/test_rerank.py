"""Reranking: another order of what the asker may see anyway, and none where the model fails."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_django.fixtures import Settings

from library.models import Collection, User
from retrieval import indexer, rerank
from retrieval.search import search
from retrieval.store import Shelf
from tests.retrieval.conftest import AddDocument

QUESTION = "What is the mortgage fee?"
WORDS = ["[UNK]", "[PAD]", "the", "mortgage", "fee", "is", "waived", "what"]


def make_cross_encoder(folder: Path) -> Path:
    """A model that counts "waived" among the words of the passage, five for each."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A", pair="$A $B:1", special_tokens=[])
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    weights = np.zeros(len(WORDS), np.float32)
    weights[WORDS.index("waived")] = 5
    nodes = [
        helper.make_node("Gather", ["weights", "input_ids"], ["each"]),
        helper.make_node("Mul", ["attention_mask", "token_type_ids"], ["second"]),
        helper.make_node("Cast", ["second"], ["counted"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["each", "counted"], ["own"]),
        helper.make_node("ReduceSum", ["own", "axis"], ["logits"], keepdims=1),
    ]
    names = ("input_ids", "attention_mask", "token_type_ids")
    graph = helper.make_graph(
        nodes,
        "counts",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in names],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.array([1], np.int64), "axis")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    return folder


class Script:
    """What the endpoint answers, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: Any = None
        self.status = 200
        self.go_on = threading.Event()
        self.go_on.set()


@pytest.fixture
def endpoint(settings: Settings) -> Iterator[Script]:
    """A rerank endpoint that puts the last passage first, or answers as scripted."""
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.asked.append(asked)
            script.keys.append(self.headers["Authorization"])
            script.go_on.wait(30)
            results = [{"index": at, "relevance_score": float(at)} for at in range(len(asked["documents"]))]
            body = json.dumps({"results": results} if script.answer is None else script.answer).encode()
            self.send_response(script.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.RERANK_MODEL = "reader"
    settings.RERANK_BASE_URL = f"http://127.0.0.1:{server.server_port}/v1/"
    settings.RERANK_API_KEY = "secret"
    yield script
    script.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerank, "_resting_until", 0.0)


@pytest.fixture
def filled(edge_index: Shelf, add: AddDocument, retail: Collection, markets: Collection) -> None:
    add(
        retail,
        "fees.pdf",
        "The mortgage fee is what the mortgage fee is",
        "The fee",
        "Hardly ever is it waived: the fee",
    )
    add(markets, "desk.pdf", "The mortgage fee of the desk is waived")
    indexer.drain()


def found(user: User, limit: int = 10) -> list[str]:
    return [hit.passage.text for hit in search(user, QUESTION, limit=limit).hits]


def test_a_folders_model_orders_the_hits(filled: None, teller: User, tmp_path: Path, settings: Settings) -> None:
    plain = found(teller)
    assert plain[0].startswith("The mortgage fee")
    settings.RERANK_MODEL = str(make_cross_encoder(tmp_path / "model"))
    again = search(teller, QUESTION, limit=2).hits
    assert [hit.passage.text for hit in again] == ["Hardly ever is it waived: the fee", plain[0]]
    assert again[0].score > again[1].score
    assert sorted(found(teller)) == sorted(plain)


def test_an_endpoint_orders_the_hits(filled: None, teller: User, endpoint: Script) -> None:
    assert rerank.order("q", ["a", "b"]) == [1, 0]
    assert endpoint.asked == [{"query": "q", "documents": ["a", "b"], "top_n": 2, "model": "reader"}]
    assert endpoint.keys == ["Bearer secret"]


def test_the_model_reads_only_what_the_asker_may_see(
    filled: None, teller: User, outsider: User, endpoint: Script
) -> None:
    assert found(outsider) == []
    assert len(found(teller)) == 3
    read = [text for asked in endpoint.asked for text in asked["documents"]]
    assert read
    assert not any("desk" in text for text in read)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, None),
        (200, {"results": []}),
        (200, {"results": [{"index": 0, "relevance_score": "high"}]}),
        (200, ["no object"]),
        (200, {"results": [{"index": at, "relevance_score": float("nan")} for at in range(3)]}),
    ],
)
def test_the_order_stays_where_the_model_fails_and_it_rests(
    filled: None, teller: User, endpoint: Script, settings: Settings, status: int, answer: Any
) -> None:
    endpoint.status, endpoint.answer = status, answer
    failing = found(teller)
    assert len(endpoint.asked) == 1
    assert not rerank.is_on()
    assert found(teller) == failing
    assert len(endpoint.asked) == 1
    settings.RERANK_MODEL = settings.RERANK_BASE_URL = ""
    assert found(teller) == failing


def test_nobody_waits_for_a_slow_model(
    filled: None, teller: User, endpoint: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank, "WITHIN_S", 0.05)
    endpoint.go_on.clear()
    assert found(teller)[0].startswith("The mortgage fee")
    assert not rerank.is_on()


@pytest.mark.parametrize("name", ["no such model", ""])
def test_a_model_that_is_not_there_changes_nothing(name: str, tmp_path: Path, settings: Settings) -> None:
    settings.RERANK_MODEL = name or str(tmp_path)
    assert rerank.order("q", ["a", "b"]) == [0, 1]


def test_it_is_off_by_default() -> None:
    assert not rerank.is_on()
