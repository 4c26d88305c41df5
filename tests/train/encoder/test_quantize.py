"""Tests of quantize: a network in 8-bit integers gives nearly the same codes."""

from __future__ import annotations

import onnx
import pytest
import torch
from torch import nn

from asciiart.errors import ModelError
from asciiart.matching.scores import SCORES
from asciiart.train.encoder.config import RECIPES
from asciiart.train.encoder.dataset import make_page
from asciiart.train.encoder.quantize import to_int8
from asciiart.train.onnx_export import to_onnx

PAGES = [make_page(RECIPES["structure"], SCORES["structure"](), n).ink for n in range(3)]


def network(*, subtle: bool = False) -> bytes:
    """With ``subtle`` its answers are small differences of large numbers."""
    torch.manual_seed(0)
    first, last = nn.Conv2d(1, 8, 5, 2, 2), nn.Conv2d(8, 8, 3, padding=1)
    if subtle:
        with torch.no_grad():
            first.weight[1] = first.weight[0].abs_() * 1.001
            last.weight.zero_()
            last.weight[:, 0, 1, 1], last.weight[:, 1, 1, 1] = -1, 1
            last.bias[:], first.bias[:] = 0, 0  # type: ignore[index]
    layers = nn.Sequential(first, nn.ReLU(), last, nn.ReLU())
    axes = {0: "B", 2: "H", 3: "W"}
    return to_onnx(layers, torch.rand(1, 1, 64, 64), "ink", ["code"], axes)


def test_weights_are_integers_of_seven_bits() -> None:
    """And so small that no sum of two products overflows on any processor."""
    graph = onnx.load_model_from_string(to_int8(network(), PAGES)).graph
    weights = [onnx.numpy_helper.to_array(i) for i in graph.initializer]
    kernels = [w for w in weights if w.ndim == 4]
    assert [kernel.shape for kernel in kernels] == [(8, 1, 5, 5), (8, 8, 3, 3)]
    assert {str(kernel.dtype) for kernel in kernels} == {"int8"}
    assert max(abs(kernel.astype(int)).max() for kernel in kernels) <= 64


def test_same_bytes_again() -> None:
    assert to_int8(network(), PAGES) == to_int8(network(), PAGES)


def test_a_network_that_needs_more_than_eight_bits_is_refused() -> None:
    with pytest.raises(ModelError, match="not exported: in 8-bit integers the codes differ by"):
        to_int8(network(subtle=True), PAGES)
