"""Every initializer against its formula, on every kind of layer, each gate by itself."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from asciiart.core.learning.initializers import INITIALIZERS, initialize

HIDDEN = 64


def deviation(name: str, inputs: int, outputs: int) -> float:
    """Return the published standard deviation of a weight."""
    xavier = math.sqrt(2 / (inputs + outputs))
    he = math.sqrt(2 / inputs)
    return {
        "zeros": 0.0,
        "uniform": 0.05 / math.sqrt(3),
        "normal": 0.01,
        "xavier_uniform": xavier,
        "xavier_normal": xavier,
        "forward_uniform": math.sqrt(1 / inputs),
        "forward_normal": math.sqrt(1 / inputs),
        "he_uniform": he,
        "he_normal": he,
    }[name]


def assert_follows(weight: Tensor, name: str, inputs: int, outputs: int) -> None:
    """Compare moments, and the bounds or tails that tell uniform from normal."""
    expected = deviation(name, inputs, outputs)
    if expected == 0:
        assert not weight.any()
        return
    error = expected / math.sqrt(weight.numel())
    assert abs(weight.mean()) < 5 * error
    assert weight.std() == pytest.approx(expected, abs=5 * error)
    largest = float(weight.abs().max()) / expected
    if "uniform" in name:
        assert math.sqrt(3) * 0.97 < largest <= math.sqrt(3) * 1.00001
    else:
        assert largest > 2.5


# layer, inputs and outputs that a weight connects (times the window's pixels)
LAYERS: dict[str, tuple[nn.Module, int, int]] = {
    "Linear": (nn.Linear(200, 50), 200, 50),
    "Conv1d": (nn.Conv1d(40, 60, 3), 120, 180),
    "Conv2d": (nn.Conv2d(16, 48, 3), 144, 432),
    "Conv3d": (nn.Conv3d(8, 16, 3), 216, 432),
    "ConvTranspose1d": (nn.ConvTranspose1d(40, 80, 3), 120, 240),
    "ConvTranspose2d": (nn.ConvTranspose2d(16, 48, 3), 144, 432),
    "ConvTranspose3d": (nn.ConvTranspose3d(8, 16, 3), 216, 432),
}


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("kind", LAYERS)
def test_weights_follow_their_formula(kind: str, name: str) -> None:
    torch.manual_seed(0)
    layer, inputs, outputs = LAYERS[kind]
    nn.init.ones_(layer.get_parameter("bias"))
    initialize(nn.Sequential(layer), name)
    assert_follows(layer.get_parameter("weight").detach(), name, inputs, outputs)
    assert not layer.get_parameter("bias").any()


GATES = {
    nn.RNN: 1,
    nn.RNNCell: 1,
    nn.LSTM: 4,
    nn.LSTMCell: 4,
    nn.GRU: 3,
    nn.GRUCell: 3,
}


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("kind", GATES, ids=lambda kind: kind.__name__)
def test_each_gate_is_a_matrix_of_its_own(kind: type[nn.Module], name: str) -> None:
    """A stacked matrix would have its outputs counted 3 or 4 times."""
    torch.manual_seed(0)
    layer = kind(96, HIDDEN)
    initialize(layer, name)
    weights = {n: p.detach() for n, p in layer.named_parameters() if n.startswith("weight")}
    assert len(weights) == 2
    for parameter_name, weight in weights.items():
        inputs = 96 if "ih" in parameter_name else HIDDEN
        assert weight.shape == (GATES[kind] * HIDDEN, inputs)
        for gate in weight.split(HIDDEN):
            assert_follows(gate, name, inputs, HIDDEN)
    biases = [p for n, p in layer.named_parameters() if n.startswith("bias")]
    assert len(biases) == 2
    assert not any(bias.any() for bias in biases)


def test_all_layers_and_directions_of_a_recurrent_network_are_filled() -> None:
    torch.manual_seed(0)
    network = nn.GRU(32, HIDDEN, num_layers=2, bidirectional=True)
    initialize(network, "he_uniform")
    weights = [p for n, p in network.named_parameters() if n.startswith("weight")]
    assert len(weights) == 8
    for weight in weights:
        for gate in weight.detach().split(HIDDEN):
            assert_follows(gate, "he_uniform", weight.shape[1], HIDDEN)


def test_layers_without_a_bias_are_filled() -> None:
    network = nn.Sequential(nn.Linear(3, 2, bias=False), nn.LSTM(3, 2, bias=False))
    initialize(network, "zeros")
    assert not any(parameter.any() for parameter in network.parameters())


def test_embeddings_and_norms_stay_as_they_are() -> None:
    network = nn.ModuleList([nn.Embedding(5, 3), nn.BatchNorm2d(4), nn.LayerNorm(4)])
    before = [parameter.clone() for parameter in network.parameters()]
    initialize(network, "zeros")
    for parameter, old in zip(network.parameters(), before, strict=True):
        assert torch.equal(parameter, old)


def test_every_initializer_works_on_the_meta_device() -> None:
    with torch.device("meta"):
        network = nn.ModuleList([nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(3, 4, 3), nn.LSTM(3, 4)])
    for name in INITIALIZERS:
        initialize(network, name)
    assert {parameter.device.type for parameter in network.parameters()} == {"meta"}


def test_a_function_can_be_the_initializer() -> None:
    layer = nn.LSTM(3, 2)
    initialize(layer, lambda weight: nn.init.constant_(weight, len(weight)))
    for name, parameter in layer.named_parameters():
        expected = 2 if name.startswith("weight") else 0  # each gate by itself
        assert parameter.unique().tolist() == [expected]


def test_unknown_initializer_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'xaver' is unknown \(there are: zeros, .*he_normal\)"):
        initialize(nn.Linear(1, 1), "xaver")
