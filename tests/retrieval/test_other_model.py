"""Another embedding model is set: a child builds the next generation beside the live one, and the owner goes over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
WORDS = ["[UNK]", "query", "passage", ":", "fee", "charge", "weather"]
ASKER = """
import json, threading, django
django.setup()
from library.models import Embedding, User
from retrieval import embedding, live
from retrieval.search import search
user, before, pause, during = User.objects.get(username="ana"), live.live_generation(), threading.Event(), []
live.current(60)
while live.current().number == before.number:
    during.append([hit.passage.text for hit in search(user, "fee").hits])
    pause.wait(0.05)
after = [hit.passage.text for hit in search(user, "charge").hits]
now = live.current()
count = Embedding.objects.filter(model=now.model).count()
is_new = now.model == embedding.model_name()
print(json.dumps([before.number, now.number, is_new, during, after, count]))
"""


def make_model(folder: Path) -> Path:
    """A model that knows six words; "fee" and "charge" are the same to it, and each side wants its prefix."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    prompts = {"prompts": {"query": "query: ", "passage": "passage: "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    vectors = np.zeros((len(WORDS), 4), np.float32)
    vectors[WORDS.index("fee")] = vectors[WORDS.index("charge")] = (9, 0, 0, 0)
    vectors[WORDS.index("weather")] = (0, 9, 0, 0)
    vectors[WORDS.index("query")] = vectors[WORDS.index("passage")] = (0, 0, 1, 0)
    vectors[0] = (0, 0, 0, 0.1)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["vectors", "input_ids"], ["hidden"])],
        "six words",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])],
        [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["batch", "tokens", 4])],
        [numpy_helper.from_array(vectors, "vectors")],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "model.onnx"
    )
    return folder


@pytest.fixture
def manage(tmp_path: Path) -> dict[str, str]:
    """The environment of programs of an installation of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return environment | {
        "DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "REDIS_URL": f"unix://{tmp_path}/nobody.sock",
        "LOG_LEVEL": "ERROR",
    }


def run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def add(environment: dict[str, str], folder: Path, **files: str) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    run(environment, "manage.py", "ingest", str(folder), "--collection", "all")


def test_the_owner_goes_over_to_the_other_model_while_searches_go_on(tmp_path: Path, manage: dict[str, str]) -> None:
    run(manage, "manage.py", "prepare")
    run(manage, "manage.py", "adduser", "ana")
    add(manage, tmp_path / "one", fees="The fee is 100 yen.", sky="The weather is fine.")
    run(manage, "manage.py", "grant", "all", "--user", "ana", "--role", "viewer")
    other = manage | {"EMBEDDING_MODEL": str(make_model(tmp_path / "six"))}
    with subprocess.Popen([sys.executable, "-m", "config.index"], cwd=ROOT, env=other) as index:
        before, after, is_new, during, found, count = json.loads(run(other, "-c", ASKER).splitlines()[-1])
        index.terminate()
    assert after > before
    assert is_new
    assert all("The fee is 100 yen." in texts for texts in during)
    assert found[0] == "The fee is 100 yen."
    assert count == 2
