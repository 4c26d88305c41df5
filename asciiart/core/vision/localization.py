"""Localization: where a classifier found evidence for its class, without training on positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.hooks import RemovableHandle

from asciiart.core.layers import ConvBlock, ConvNet, eval_mode, global_average
from asciiart.core.learning.initializers import initialize


class Peak(NamedTuple):
    """Position of a map's maximum, in pixels from the top left."""

    row: Tensor
    """Rows (B,), integers."""
    column: Tensor
    """Columns (B,), integers."""


@contextmanager
def recording(layers: Sequence[nn.Module]) -> Iterator[dict[nn.Module, Tensor]]:
    """Give a dictionary that collects the output of each layer while the block runs."""
    outputs: dict[nn.Module, Tensor] = {}

    def record(layer: nn.Module, _: object, output: Tensor) -> Tensor:
        outputs[layer] = output
        return output.clone()  # an in-place ReLU behind the layer must not change what we keep

    handles: list[RemovableHandle] = [layer.register_forward_hook(record) for layer in layers]
    try:
        yield outputs
    finally:
        for handle in handles:
            handle.remove()


def class_activation_map(
    network: ConvNet,
    pictures: Tensor,
    classes: Tensor | None = None,
    size: tuple[int, int] | None = None,
) -> Tensor:
    """Return the evidence for a class at each position (Zhou et al. 2016, equation 2).

    M_c(y, x) = sum_k w_kc f_k(y, x), with the last feature maps f and the classifier's weights w;
    its mean is the class's logit minus the bias. The network runs in evaluation mode.

    Parameters
    ----------
    network
        A network that ends in global average pooling and a linear layer ``classifier``.
    pictures
        (B, I, H, W).
    classes
        (B,), the class of each picture; None for the predicted one.
    size
        Height and width to upsample to, bilinearly; None for the pictures' own.

    Returns
    -------
    Tensor
        (B, *size), of any sign.

    Raises
    ------
    ValueError
        If the classifier is not one linear layer on the channels of the last feature maps.
    """
    with eval_mode(network), torch.no_grad():
        maps = network.features(pictures)  # (B, C, H', W')
        layer = network.classifier
        if layer.in_features != maps.shape[1]:
            raise ValueError(f"classifier {layer} is not one linear layer on {maps.shape[1]} means")
        if classes is None:
            classes = layer(maps.mean((2, 3))).argmax(1)  # (B, C) -> (B, K) -> (B,)
        weights = layer.weight[classes]  # (B, C)
        activation = torch.einsum("bc,bchw->bhw", weights, maps)  # (B, H', W')
    return _resized(activation, size or _size_of(pictures))


def grad_cam(
    network: nn.Module,
    layer: nn.Module,
    pictures: Tensor,
    classes: Tensor | None = None,
    size: tuple[int, int] | None = None,
) -> Tensor:
    """Return the gradient-weighted class activation map (Selvaraju et al. 2017, equations 1 and 2).

    ReLU(sum_k alpha_k A_k), where alpha_k is the mean over the positions of dy_c / dA_k, y_c is the
    logit and A are the maps that ``layer`` returns. If only global average pooling and a linear
    layer follow ``layer``, alpha_k = w_kc / (H' W'), so that this is ReLU(CAM) / (H' W').

    Parameters
    ----------
    network
        Any classifier: (B, I, H, W) -> logits (B, K), or a tuple that begins with them.
    layer
        The part of ``network`` whose output (B, C, H', W') is weighted.
    pictures, classes, size
        As in `class_activation_map`; the ReLU comes before the upsampling.

    Returns
    -------
    Tensor
        (B, *size), not negative.

    Raises
    ------
    ValueError
        If ``layer`` takes no part in the network's forward pass.
    """
    with eval_mode(network), recording([layer]) as outputs, torch.enable_grad():
        score = _class_scores(network, pictures.detach().requires_grad_(), classes).sum()
        if layer not in outputs:
            raise ValueError(f"layer {layer} takes no part in the network's forward")
        maps = outputs[layer]  # (B, C, H', W')
        (gradient,) = torch.autograd.grad(score, maps)  # (B, C, H', W')
    alpha = gradient.mean((2, 3))  # (B, C)
    activation = torch.einsum("bc,bchw->bhw", alpha, maps.detach()).relu()  # (B, H', W')
    return _resized(activation, size or _size_of(pictures))


def input_saliency(network: nn.Module, pictures: Tensor, classes: Tensor | None = None) -> Tensor:
    """Return |d logit / d pixel|, the largest over the channels (Simonyan et al. 2014, section 3).

    Parameters
    ----------
    network, pictures, classes
        As in `grad_cam`.

    Returns
    -------
    Tensor
        (B, H, W), not negative.
    """
    with eval_mode(network), torch.enable_grad():
        pictures = pictures.detach().requires_grad_()
        score = _class_scores(network, pictures, classes).sum()
        (gradient,) = torch.autograd.grad(score, pictures)  # (B, I, H, W)
    return gradient.abs().amax(1)  # (B, H, W)


def peak_of(maps: Tensor) -> Peak:
    """Return the position of the maximum of each map; ``maps`` is (B, H, W)."""
    place = maps.flatten(1).argmax(1)  # (B, H W) -> (B,)
    return Peak(place // maps.shape[2], place % maps.shape[2])


def box_of(maps: Tensor, threshold: float = 0.2) -> Tensor:
    """Return the bounding box around each map's peak (Zhou et al. 2016, section 3.2).

    It bounds the connected component of positions with at least ``threshold`` times the map's
    maximum. Zhou et al. take the largest such component, this function the one with the peak,
    because a single letter is small.

    Parameters
    ----------
    maps
        (B, H, W).
    threshold
        Share of the maximum, 0 to 1.

    Returns
    -------
    Tensor
        (B, 4): left, top, right, bottom in pixels; right and bottom are one past the last.
    """
    highest = maps.amax((1, 2), keepdim=True)  # (B, 1, 1)
    peak = peak_of(maps)
    region = torch.zeros_like(maps, dtype=torch.bool)  # (B, H, W)
    region[torch.arange(len(maps)), peak.row, peak.column] = True
    high = (maps >= threshold * highest) | region
    while True:  # flood from the peak, one pixel in all eight directions a time
        around = functional.max_pool2d(region[:, None].float(), 3, 1, 1)[:, 0] > 0  # (B, H, W)
        grown = around & high
        if torch.equal(grown, region):
            break
        region = grown
    rows, columns = region.any(2), region.any(1)  # (B, H), (B, W)
    left, top = _first(columns), _first(rows)  # (B,)
    right = maps.shape[2] - _first(columns.flip(1))  # (B,)
    bottom = maps.shape[1] - _first(rows.flip(1))  # (B,)
    return torch.stack([left, top, right, bottom], 1).to(maps.dtype)  # (B, 4)


class CamClassifier(ConvNet):
    """Small classifier made for class activation maps (Zhou et al. 2016).

    (B, in_channels, H, W) -> logits (B, num_classes). Convolutions with a total stride of only 4,
    global average pooling and one linear layer, so that the map of a 64 x 64 picture has 16 x 16
    positions. Zhou et al. remove the last layers of AlexNet, VGG and GoogLeNet for the same reason,
    a finer map; this trunk is our own, with batch normalization. The receptive field is limited to
    29 x 29 pixels, because evidence in a larger one may lie far from its position.
    """

    def __init__(self, num_classes: int, *, in_channels: int = 1, width: int = 16) -> None:
        stages: dict[str, nn.Module] = {
            "conv1": ConvBlock(in_channels, width, 5, stride=2),  # (B, w, H/2, W/2)
            "conv2": ConvBlock(width, 2 * width, 3),
            "conv3": ConvBlock(2 * width, 2 * width, 3, stride=2),  # (B, 2w, H/4, W/4)
            "conv4": ConvBlock(2 * width, 4 * width, 3),  # (B, 4w, H/4, W/4)
            "conv5": ConvBlock(4 * width, 4 * width, 3),
        }
        classifier = nn.Linear(4 * width, num_classes)
        super().__init__(stages, 4 * width, global_average(), classifier)
        initialize(self, "he_normal")


def _class_scores(network: nn.Module, pictures: Tensor, classes: Tensor | None) -> Tensor:
    output = network(pictures)
    logits: Tensor = output if isinstance(output, Tensor) else output[0]  # (B, K)
    if classes is None:
        classes = logits.argmax(1)
    return logits.gather(1, classes[:, None])[:, 0]  # (B,)


def _size_of(pictures: Tensor) -> tuple[int, int]:
    return pictures.shape[2], pictures.shape[3]


def _resized(maps: Tensor, size: tuple[int, int]) -> Tensor:
    return functional.interpolate(maps[:, None], size, mode="bilinear")[:, 0]  # (B, *size)


def _first(flags: Tensor) -> Tensor:
    return flags.int().argmax(1)  # of equal values, argmax is the first
