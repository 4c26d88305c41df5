"""Makes the corpus of `load_model` anew: a tiny model, whole cards and damaged ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
SIZE, STEP = 2, 4
"""Numbers of a position of the code, and pixels between positions."""


def network(name: str, nodes: list[NodeProto], inputs: list[str], outputs: list[str]) -> ModelProto:
    random = np.random.default_rng(0)
    weights = [
        numpy_helper.from_array(random.normal(size=(n, 1, STEP, STEP)).astype(np.float32), weight)
        for weight, n in (("w", SIZE), ("v", 1))
        if any(weight in node.input for node in nodes)
    ]
    axes = numpy_helper.from_array(np.array([1, 2, 3]), "axes")
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(each, TensorProto.FLOAT, list("BCHW")) for each in inputs],
        [helper.make_tensor_value_info(each, TensorProto.FLOAT, None) for each in outputs],
        [*weights, axes],
    )
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


def convolution(data: str, weight: str, result: str) -> NodeProto:
    return helper.make_node("Conv", [data, weight], [result], strides=[STEP, STEP])


def channels_last(data: str, result: str) -> NodeProto:
    return helper.make_node("Transpose", [data], [result], perm=[0, 2, 3, 1])


def networks() -> dict[str, bytes]:
    page = [convolution("ink", "w", "maps"), channels_last("maps", "code")]
    glyphs = [
        convolution("features", "w", "maps"),
        channels_last("maps", "key"),
        convolution("features", "v", "single"),
        helper.make_node("ReduceSum", ["single", "axes"], ["bias"], keepdims=0),
    ]
    made = {
        "tone.onnx": network("page", page, ["ink"], ["code"]),
        "tone-glyphs.onnx": network("glyphs", glyphs, ["features"], ["key", "bias"]),
    }
    return {name: model.SerializeToString() for name, model in made.items()}


def card(digests: dict[str, str]) -> str:
    return f"""\
name = "tiny"
[tone.score]
sigma = 0.25
mean = 0.25
[tone.code]
cell_height = 16
step = [{STEP}, {STEP}]
size = {SIZE}
reach = {STEP}
[tone.recipe]
stages = [[2, 4, 4, 4]]
code_channels = {SIZE}
key_reach = 0
cell_height = 16
[tone.sha256]
"tone.onnx" = "{digests["tone.onnx"]}"
"tone-glyphs.onnx" = "{digests["tone-glyphs.onnx"]}"
"""


def cards(whole: str) -> dict[str, str]:
    return {
        "whole": whole,
        "no-score": whole.replace("[tone.score]", "[tone.other]"),
        "default-score": whole.replace("sigma = 0.25\nmean = 0.25\n", ""),
        "other-size": whole.replace("size = 2", "size = 3"),
        "other-step": whole.replace("step = [4, 4]", "step = [2, 2]"),
        "one-step": whole.replace("step = [4, 4]", "step = [4]"),
        "list-for-a-number": whole.replace("sigma = 0.25", "sigma = []"),
        "negative": whole.replace("mean = 0.25", "mean = -1"),
        "not-a-number": whole.replace("sigma = 0.25", "sigma = nan"),
        "large": whole.replace("reach = 4", "reach = 9223372036854775807"),
        "date": whole.replace("cell_height = 16", "cell_height = 1979-05-27", 1),
        "mode-of-text": 'name = "tiny"\ntone = "tone"\n',
        "modes-of-lists": 'name = "tiny"\n[[tone]]\n[[structure]]\n',
        "terminal-code": whole.replace('"tiny"', '"\\u001b[31m"'),
        "nested": "a = " + "[" * 3000,
        "dotted": "a" + ".a" * 3000 + " = 1",
        "cut": whole[: len(whole) // 2],
        "empty": "",
    }


def main() -> None:
    files = networks()
    for name, data in files.items():
        (HERE / name).write_bytes(data)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    for name, text in cards(card(digests)).items():
        (HERE / f"{name}.toml").write_text(text)


if __name__ == "__main__":
    main()
