"""The U-Net layer by layer in plain functions, at odd sizes too, and what its skips carry."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.vision.unet import DeepLogits, UNet

WIDTHS = (4, 5, 6, 7)
every_size = pytest.mark.parametrize(
    "size", [(32, 48), (13, 23), (17, 1), (1, 1)], ids=lambda size: f"{size[0]}x{size[1]}"
)


def experienced(num_classes: int = 3, widths: tuple[int, ...] = WIDTHS) -> UNet:
    """Return a network in evaluation whose normalizations have figures of their own."""
    torch.manual_seed(0)
    network = UNet(num_classes, in_channels=2, widths=widths)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias)
    network(torch.randn(3, 2, 48, 48))
    return network.eval()


def picture(height: int, width: int) -> Tensor:
    return torch.randn(2, 2, height, width, generator=torch.Generator().manual_seed(1))


def layer_by_layer(network: UNet, x: Tensor) -> DeepLogits:
    """Ronneberger et al. 2015, figure 1, with the departures that are admitted."""
    weights = network.state_dict()
    stages = range(sum(name.endswith("1.0.weight") for name in weights))
    height, width = x.shape[2:]

    def convolve(name: str, x: Tensor, padding: int, stride: int = 1, dilation: int = 1) -> Tensor:
        mean, variance = weights[f"{name}.1.running_mean"], weights[f"{name}.1.running_var"]
        scale, offset = weights[f"{name}.1.weight"], weights[f"{name}.1.bias"]
        x = functional.conv2d(x, weights[f"{name}.0.weight"], None, stride, padding, dilation)
        return functional.batch_norm(x, mean, variance, scale, offset).relu()

    skips: list[Tensor] = []
    for stage in stages:
        x = convolve(f"encoder.{stage}.0", x, 1 if stage else 2, stride=2)
        x = convolve(f"encoder.{stage}.1", x, 1)
        skips.append(x)
    x = convolve("middle", skips.pop(), 2, dilation=2)
    coarse = x
    for stage in stages[:-1]:
        coarse, skip = x, skips.pop()
        x = convolve(f"decoder.{stage}.narrow", x, 0)
        x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)[..., : skip.shape[2], : skip.shape[3]]
        x = convolve(f"decoder.{stage}.blend", torch.cat([skip, x], 1), 1)
    coarse = functional.conv2d(coarse, weights["coarse_head.weight"], weights["coarse_head.bias"])
    x = functional.conv2d(x, weights["head.0.weight"], weights["head.0.bias"], padding=1)
    fine = x.new_empty(len(x), x.shape[1] // 4, 2 * x.shape[2], 2 * x.shape[3])
    for place in range(4):  # four channels are a class's four pixels, row by row
        fine[:, :, place // 2 :: 2, place % 2 :: 2] = x[:, place::4]
    return DeepLogits(fine[:, :, :height, :width], coarse)


@every_size
@pytest.mark.parametrize("widths", [WIDTHS, WIDTHS[:3]], ids=["four stages", "three stages"])
@torch.no_grad()
def test_the_network_layer_by_layer(size: tuple[int, int], widths: tuple[int, ...]) -> None:
    network = experienced(widths=widths)
    expected = layer_by_layer(network, picture(*size))
    found = network.deep_logits(picture(*size))
    torch.testing.assert_close(found.fine, expected.fine, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(found.coarse, expected.coarse, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("answer", DeepLogits._fields)
def test_gradients_take_every_way_back(answer: str) -> None:
    network, x = experienced(), picture(13, 23).requires_grad_()
    found, expected = (
        torch.autograd.grad(getattr(logits, answer).square().sum(), x)[0]
        for logits in (network.deep_logits(x), layer_by_layer(network, x))
    )
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3 * float(expected.abs().max()))


@every_size
@torch.no_grad()
def test_logits_have_the_pictures_size_and_a_quarter_of_it(size: tuple[int, int]) -> None:
    network = experienced(num_classes=5)
    fine, coarse = network.deep_logits(picture(*size))
    assert fine.shape == (2, 5, *size)
    assert coarse.shape == (2, 5, *(-(-side // 4) for side in size))
    assert torch.equal(network(picture(*size)), fine)


@pytest.mark.parametrize("stage", range(len(WIDTHS) - 1))
@torch.no_grad()
def test_each_skip_counts(stage: int) -> None:
    def silence(_: nn.Module, given: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return given[0], torch.zeros_like(given[1])

    network = experienced()
    before = network(picture(32, 48))
    network.decoder[stage].register_forward_pre_hook(silence)
    assert (network(picture(32, 48)) - before).abs().max() > 0.1


@torch.no_grad()
def test_a_skip_alone_tells_where_a_point_is() -> None:
    """Without the maps from below nothing changes more than nine pixels from a point."""
    network = experienced()
    blank, point = torch.zeros(2, 1, 2, 64, 64)
    point[:, :, 20, 33] = 5

    def silence(_: nn.Module, given: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return torch.zeros_like(given[0]), given[1]

    network.decoder[-1].register_forward_pre_hook(silence)
    rows, columns = (network(point) - network(blank)).abs().amax((0, 1)).nonzero().T
    assert len(rows)
    assert (rows - 20).abs().max() <= 9
    assert (columns - 33).abs().max() <= 9


def test_the_gradient_of_both_answers_reaches_every_parameter() -> None:
    network = experienced().train()
    fine, coarse = network.deep_logits(picture(32, 48))
    (fine.square().mean() + coarse.square().mean()).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.any(), name


def test_the_coarse_answers_are_no_part_of_the_fine_ones() -> None:
    network = experienced().train()
    network(picture(32, 48)).square().mean().backward()
    silent = [name for name, parameter in network.named_parameters() if parameter.grad is None]
    assert silent == ["coarse_head.weight", "coarse_head.bias"]


@pytest.mark.parametrize("widths", [(), (8,), (8, 16)])
def test_too_few_stages_are_refused(widths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"three stages or more, not {len(widths)}$"):
        UNet(2, widths=widths)
