"""What dropout did to the input of a layer."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def inputs_of(layer: nn.Module, run: Callable[[], object]) -> Tensor:
    """Return the first input that ``layer`` gets when ``run`` is called, packed or not."""
    caught: list[Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, inputs: caught.append(inputs[0].data))
    run()
    hook.remove()
    return caught[0]


def assert_dropped(layer: nn.Module, network: nn.Module, run: Callable[[], object]) -> None:
    """Assert that in training ``layer`` sees its inputs with half of them 0, the others doubled.

    The network must drop with a probability of 1/2, and once before ``layer``.
    """
    whole = inputs_of(layer, lambda: (network.eval(), run()))
    torch.manual_seed(0)
    part = inputs_of(layer, lambda: (network.train(), run()))
    assert whole.all(), "the test needs inputs without zeros"
    kept = part != 0
    torch.testing.assert_close(part[kept], 2 * whole[kept])
    assert 0.4 < kept.float().mean() < 0.6
