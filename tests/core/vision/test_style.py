"""Gram matrices and losses against NumPy, and what drawing a picture does and leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from asciiart.core.layers import ConvBlock
from asciiart.core.learning.trainer import Trainer, TrainerConfig
from asciiart.core.vision.style import (
    StyleConfig,
    StyleTransfer,
    content_loss,
    gram_matrix,
    style_loss,
    transfer_loss,
)

CONFIG = StyleConfig(("trunk.1",), ("trunk.0", "trunk.1"), style_weight=1e5)


class Tiny(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(ConvBlock(1, 4, 3), ConvBlock(4, 6, 3), nn.Conv2d(6, 2, 1))
        self.unused = nn.Linear(2, 2)

    def features(self, x: Tensor) -> Tensor:
        out: Tensor = self.trunk(x)
        return out


@pytest.fixture
def network() -> Tiny:
    torch.manual_seed(0)
    return Tiny()


def picture(seed: int, height: int = 10, width: int = 8) -> Tensor:
    return torch.rand(1, 1, height, width, generator=torch.Generator().manual_seed(seed))


def draw(transfer: StyleTransfer, steps: int = 60) -> list[float]:
    config = TrainerConfig(steps=steps, learning_rate=0.03)
    return Trainer(transfer, lambda step: step, transfer_loss, config).fit().loss


def test_gram_and_losses_are_the_papers_sums() -> None:
    maps = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(0)).double()
    other = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(1)).double()
    f, g = maps.numpy().reshape(2, 3, 20), other.numpy().reshape(2, 3, 20)
    expected_style = 0.0
    for number in range(2):
        for i in range(3):
            for j in range(3):
                gram = sum(f[number, i, k] * f[number, j, k] for k in range(20))
                goal = sum(g[number, i, k] * g[number, j, k] for k in range(20))
                np.testing.assert_allclose(gram_matrix(maps)[number, i, j], gram / 20)
                expected_style += (gram - goal) ** 2 / (4 * 3**2 * 20**2)
    np.testing.assert_allclose(style_loss(maps, gram_matrix(other)), expected_style)
    np.testing.assert_allclose(content_loss(maps, other), ((f - g) ** 2).sum() / 2)


def test_only_the_picture_learns_and_the_losses_fall(network: Tiny) -> None:
    network.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    transfer = StyleTransfer(network, picture(1), picture(2, 12, 14), CONFIG, 3 * picture(3))
    assert [name for name, _ in transfer.named_parameters()] == ["picture"]
    start = transfer()
    losses = draw(transfer)
    end = transfer()
    assert losses[-1] < 0.5 * losses[0]
    assert end.style < start.style
    assert end.content < start.content
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert network.training
    assert all(p.requires_grad and p.grad is None for p in network.parameters())


def test_the_total_weighs_content_and_the_mean_of_the_style_layers(network: Tiny) -> None:
    transfer = StyleTransfer(network, picture(1), picture(2), CONFIG, picture(3))
    losses = transfer()
    frozen = network.eval()
    first = [frozen.trunk[0](p) for p in (picture(3), picture(2))]
    second = [frozen.trunk[:2](p) for p in (picture(3), picture(2))]
    style = sum(style_loss(a, gram_matrix(b)) for a, b in (first, second)) / 2
    content = content_loss(second[0], frozen.trunk[:2](picture(1)))
    torch.testing.assert_close(losses.style, style)
    torch.testing.assert_close(losses.content, content)
    torch.testing.assert_close(losses.total, content + 1e5 * style)
    scores = transfer_loss(transfer, 0).scores
    assert scores == {"content": losses.content, "style": losses.style}


def test_with_content_alone_the_content_comes_back_out_of_noise(network: Tiny) -> None:
    config = StyleConfig(("trunk.0",), (), style_weight=0.0)
    transfer = StyleTransfer(network, picture(1), picture(2), config, picture(3))
    draw(transfer, 300)
    assert float((transfer.picture.detach() - picture(1)).abs().max()) < 0.05


def test_it_starts_with_the_content_and_does_not_change_what_was_given(network: Tiny) -> None:
    content = picture(1)
    transfer = StyleTransfer(network, content, picture(2), CONFIG)
    assert float(transfer().content.detach()) == 0
    draw(transfer, 3)
    assert torch.equal(content, picture(1))


@pytest.mark.parametrize(("name", "message"), [("trunk.9", "trunk.9|9"), ("unused", "no part")])
def test_layers_that_give_no_maps_are_refused(network: Tiny, name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        StyleTransfer(network, picture(1), picture(2), StyleConfig((name,), ()))
