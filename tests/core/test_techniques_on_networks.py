"""Style transfer, CAM and Grad-CAM on the real convolutional networks, small."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.nn import functional

from asciiart.core.convnets import (
    alexnet_small,
    densenet_small,
    googlenet_small,
    resnet_small,
    vgg_small,
)
from asciiart.core.layers import ConvNet
from asciiart.core.learning.trainer import Trainer, TrainerConfig
from asciiart.core.vision.localization import class_activation_map, grad_cam, input_saliency
from asciiart.core.vision.style import StyleConfig, StyleTransfer, transfer_loss

POOLING: list[Callable[[], ConvNet]] = [densenet_small, googlenet_small, resnet_small]
EVERY: list[Callable[[], ConvNet]] = [*POOLING, alexnet_small, vgg_small]
PICTURES = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))


def build(make: Callable[[], ConvNet]) -> ConvNet:
    torch.manual_seed(0)
    return make()


@pytest.mark.parametrize("make", EVERY)
def test_style_transfer_draws_with_every_network(make: Callable[[], ConvNet]) -> None:
    network = build(make)
    stages = [f"trunk.{name}" for name, _ in network.trunk.named_children()]
    square, stripes = torch.zeros(2, 1, 1, 32, 32)
    square[..., 8:24, 8:24] = 1
    stripes[..., ::4] = 1
    config = StyleConfig((stages[-1],), (stages[0], stages[len(stages) // 2]), style_weight=100.0)
    transfer = StyleTransfer(network, square, stripes, config, start=PICTURES[:1])
    settings = TrainerConfig(steps=30, learning_rate=0.02)
    history = Trainer(transfer, lambda step: step, transfer_loss, settings).fit()
    assert history.loss[-1] < 0.7 * history.loss[0]


@pytest.mark.parametrize("make", POOLING)
def test_grad_cam_agrees_with_cam_on_every_pooling_network(make: Callable[[], ConvNet]) -> None:
    network = build(make)
    classes = torch.tensor([3, 40])
    maps = network.eval().features(PICTURES)
    size = (maps.shape[2], maps.shape[3])
    cam = functional.relu(class_activation_map(network, PICTURES, classes, size))
    gradient = grad_cam(network, network.trunk, PICTURES, classes, size)
    torch.testing.assert_close(gradient * size[0] * size[1], cam, rtol=1e-4, atol=1e-5)
    assert cam.any()


@pytest.mark.parametrize("make", EVERY)
def test_saliency_of_every_network_is_of_the_pictures_size(make: Callable[[], ConvNet]) -> None:
    slopes = input_saliency(build(make), PICTURES)
    assert slopes.shape == (2, 32, 32)
    assert slopes.min() >= 0
    assert slopes.amax((1, 2)).min() > 0
