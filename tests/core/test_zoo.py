"""Every network: forward shape, gradients, learns a batch by heart, saves and loads, seeded."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import examples
import pytest
import torch
from example import Example
from safetensors.torch import load_model, save_model
from torch import Tensor, nn

import asciiart.core
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig, seed_everything
from asciiart.core.zoo import NETWORKS


def all_examples() -> dict[str, Example]:
    found: dict[str, Example] = {}
    for module in pkgutil.iter_modules(examples.__path__):
        found |= importlib.import_module(f"examples.{module.name}").EXAMPLES
    return found


EXAMPLES = all_examples()
every_network = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())


def make(example: Example) -> nn.Module:
    seed_everything(3)
    return example.build()


def first_tensor(output: Any) -> Tensor:
    while not isinstance(output, Tensor):
        output = output[0]
    return output


@every_network
def test_forward_has_the_shape_that_is_documented(example: Example) -> None:
    output = make(example)(*example.inputs())
    assert tuple(first_tensor(output).shape) == example.shape


@every_network
def test_the_gradient_reaches_every_parameter(example: Example) -> None:
    network = make(example)
    example.loss(network, example.inputs()).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, f"{name} has no gradient"
        assert parameter.grad.isfinite().all(), f"{name} has a gradient that is not finite"
        assert parameter.grad.any(), f"{name} has a gradient of zeros"


@every_network
def test_learns_one_batch_by_heart(example: Example) -> None:
    network = make(example)
    batch = example.inputs()
    with torch.no_grad():
        before = example.overfits(network.eval(), batch)
    config = TrainerConfig(
        steps=example.steps,
        learning_rate=example.learning_rate,
        optimizer=example.optimizer,
        seed=3,
    )
    Trainer(network, lambda _: batch, lambda m, b: StepLoss(example.loss(m, b)), config).fit()
    with torch.no_grad():
        after = example.overfits(network.eval(), batch)
    assert before > 2 * example.below, "the figure says little: it is low before training"
    assert after < example.below


@every_network
def test_saves_and_loads(example: Example, tmp_path: Path) -> None:
    network = make(example).eval()
    save_model(network, str(tmp_path / "weights.safetensors"))
    seed_everything(4)
    other = example.build().eval()
    load_model(other, str(tmp_path / "weights.safetensors"))
    torch.manual_seed(5)
    expected = first_tensor(network(*example.inputs()))
    torch.manual_seed(5)
    assert torch.equal(first_tensor(other(*example.inputs())), expected)


@every_network
def test_the_same_seed_gives_the_same_weights(example: Example) -> None:
    first, second = make(example).state_dict(), make(example).state_dict()
    seed_everything(4)
    other = example.build().state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_every_network_has_an_example() -> None:
    shown = {name.split("-")[0] for name in EXAMPLES}
    classes = {
        name
        for name in NETWORKS
        if isinstance(found := getattr(asciiart.core, name), type) and issubclass(found, nn.Module)
    }
    assert classes - shown == {
        "HopfieldNetwork",  # stores patterns, by a rule, in buffers: see energy/test_hopfield.py
        "MarkovChain",  # counts
        "StyleTransfer",  # its weights are a picture: see test_style.py
        "GlimpseNetwork",  # part of RecurrentAttentionModel
    }
