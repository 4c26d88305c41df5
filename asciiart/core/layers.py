"""Building blocks that several networks share."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.2),
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "softplus": nn.Softplus,
}
"""Name -> constructor. The slope of the leaky ReLU is DCGAN's (Radford et al. 2016). ELU is Clevert
et al. 2016 with alpha 1; GELU is x Phi(x) of Hendrycks and Gimpel 2016, not its approximation by
tanh. Maxout changes the number of features, so it is a layer: `Maxout`."""


def build_activation(name: str) -> nn.Module:
    """Return the activation called ``name``.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation {name!r} is unknown (there are: {', '.join(ACTIVATIONS)})")
    return ACTIVATIONS[name]()


class Maxout(nn.Module):
    """The largest of several linear maps: (B, ..., I) -> (B, ..., K).

    Goodfellow et al. 2013, "Maxout networks": h_k = max_j (x W_jk + b_jk), j = 1 ... ``pieces``.
    The activation is learned: with enough pieces it comes as near to any convex function as wanted,
    and two pieces can be a ReLU or an absolute value.
    """

    def __init__(self, in_features: int, out_features: int, *, pieces: int = 2) -> None:
        super().__init__()
        if pieces < 1:
            raise ValueError(f"pieces must be 1 or more, not {pieces}")
        self.pieces = pieces
        self.linear = nn.Linear(in_features, out_features * pieces)

    def forward(self, x: Tensor) -> Tensor:
        """Return the largest piece of each output, (B, ..., K)."""
        pieces = self.linear(x).unflatten(-1, (-1, self.pieces))  # (B, I) -> (B, K, pieces)
        return torch.amax(pieces, -1)  # (B, K, pieces) -> (B, K)


def convolved_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Return the output size of a convolution or pooling over ``size`` pixels.

    floor((size + 2 padding - kernel_size) / stride) + 1 (Dumoulin and Visin 2016, relationship 6).

    Raises
    ------
    ValueError
        If the kernel or the stride is less than 1, or the kernel larger than the padded side.
    """
    if kernel_size < 1 or stride < 1:
        raise ValueError(f"kernel_size and stride must be positive, not {kernel_size} and {stride}")
    if kernel_size > size + 2 * padding:
        raise ValueError(f"a kernel of {kernel_size} does not fit {size} pixels, padding {padding}")
    return (size + 2 * padding - kernel_size) // stride + 1


class ConvBlock(nn.Module):
    """Convolution, batch normalization, activation: (B, C, H, W) -> (B, C', H/stride, W/stride).

    The default padding keeps the size at stride 1. With ``norm`` the convolution has no bias,
    because the normalization has one (Ioffe and Szegedy 2015).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        stride: int = 1,
        padding: int | None = None,
        norm: bool = True,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        padding = kernel_size // 2 if padding is None else padding
        self.conv = nn.Conv2d(
            in_channels, out_channels, kernel_size, stride, padding, bias=not norm
        )
        self.norm = nn.BatchNorm2d(out_channels) if norm else nn.Identity()
        self.activation = build_activation(activation)

    def forward(self, x: Tensor) -> Tensor:
        """Return the feature maps (B, C', H/stride, W/stride)."""
        out: Tensor = self.activation(self.norm(self.conv(x)))  # (B, C', H/stride, W/stride)
        return out


def append_labels(x: Tensor, labels: Tensor | None, num_classes: int) -> Tensor:
    """Return x (B, I) concatenated with one-hot labels: (B, I + K).

    This conditions a network on a class (Mirza and Osindero 2014). ``labels`` are (B,) integers in
    [0, K), K = ``num_classes``, or None if there are 0 classes.

    Raises
    ------
    ValueError
        If labels are missing, or given although there are no classes.
    """
    if (labels is None) != (num_classes == 0):
        wrong = "missing" if num_classes else "given"
        raise ValueError(f"{num_classes} classes, but labels are {wrong}")
    if labels is None:
        return x
    one_hot = functional.one_hot(labels, num_classes).to(x.dtype)  # (B,) -> (B, K)
    return torch.cat([x, one_hot], 1)  # (B, I), (B, K) -> (B, I + K)


def smallest_map(size: int, channels: tuple[int, ...]) -> int:
    """Return the side of the map left after halving ``size`` once per entry of ``channels``.

    Raises
    ------
    ValueError
        If ``size`` cannot be halved that often, or ``channels`` is empty.
    """
    if not channels or size % 2 ** len(channels):
        raise ValueError(f"size {size} cannot be halved {len(channels)} times, for {channels}")
    return size >> len(channels)


def halving_stack(
    in_channels: int, channels: tuple[int, ...], *, activation: str
) -> list[nn.Module]:
    """Return 4 x 4 convolutions of stride 2: (B, in_channels, H, W) -> (B, C, H/2^n, W/2^n).

    As in DCGAN, strides replace pooling and the first layer is not normalized (Radford et al.
    2016).
    """
    pairs = itertools.pairwise((in_channels, *channels))
    return [
        ConvBlock(inputs, outputs, 4, stride=2, padding=1, norm=depth > 0, activation=activation)
        for depth, (inputs, outputs) in enumerate(pairs)
    ]


class DoublingBlock(nn.Module):
    """Transposed convolution 4 x 4, batch norm, activation: (B, C, H, W) -> (B, C', 2H, 2W).

    The block of DCGAN's generator (Radford et al. 2016). The stride, 2, divides the kernel size, so
    that every output pixel has equally many inputs and no checkerboard appears (Odena et al. 2016).
    """

    def __init__(
        self, in_channels: int, out_channels: int, *, norm: bool = True, activation: str = "relu"
    ) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=not norm)
        self.norm = nn.BatchNorm2d(out_channels) if norm else nn.Identity()
        self.activation = build_activation(activation)

    def forward(self, x: Tensor) -> Tensor:
        """Return feature maps (B, C', 2H, 2W)."""
        out: Tensor = self.activation(self.norm(self.conv(x)))  # (B, C, H, W) -> (B, C', 2H, 2W)
        return out


def doubling_stack(
    in_features: int, size: int, channels: tuple[int, ...], *, out_channels: int = 1
) -> nn.Sequential:
    """Return a network that maps vectors to the logits of pictures.

    (B, in_features) -> (B, out_channels, size, size). A linear layer makes the smallest map and
    each entry of ``channels`` doubles it; the last layer has neither normalization nor activation
    (Radford et al. 2016, figure 1).

    Raises
    ------
    ValueError
        If ``size`` cannot be halved once per entry of ``channels``.
    """
    small = smallest_map(size, channels)
    doublings = itertools.starmap(DoublingBlock, itertools.pairwise(channels))
    return nn.Sequential(
        nn.Linear(in_features, channels[0] * small**2, bias=False),
        nn.Unflatten(1, (channels[0], small, small)),  # (B, C·h·w) -> (B, C, h, w)
        nn.BatchNorm2d(channels[0]),
        nn.ReLU(),
        *doublings,  # (B, C, h, w) -> (B, C', H/2, W/2)
        DoublingBlock(
            channels[-1], out_channels, norm=False, activation="identity"
        ),  # (B, out_channels, size, size)
    )


def global_average() -> nn.Sequential:
    """Return global average pooling (Lin et al. 2014): (B, C, H, W) -> (B, C)."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())


def hidden_layer(inputs: int, outputs: int, *, dropout: float) -> nn.Sequential:
    """Return a fully connected layer with ReLU and dropout: (B, I) -> (B, O)."""
    return nn.Sequential(nn.Linear(inputs, outputs), nn.ReLU(), nn.Dropout(dropout))


def local_response_norm() -> nn.LocalResponseNorm:
    """Return local response normalization over channels (Krizhevsky et al. 2012, section 3.3).

    b = a / (2 + 1e-4 sum(a^2))^0.75, the sum over 5 adjacent channels. torch divides its alpha by
    the number of channels, so it is given five times the paper's.
    """
    return nn.LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0)


class ConvNet(nn.Module):
    """A convolutional classifier: a trunk of named stages, a head, and a linear layer.

    ``trunk`` maps pictures (B, in_channels, H, W) to feature maps (B, channels, H', W'), ``head``
    maps those to one vector per picture (B, D), ``classifier`` maps the vectors to logits (B, K).
    """

    def __init__(
        self, stages: Mapping[str, nn.Module], channels: int, head: nn.Module, classifier: nn.Linear
    ) -> None:
        super().__init__()
        self.trunk = nn.Sequential(OrderedDict(stages))
        self.channels = channels
        self.head = head
        self.classifier = classifier

    def features(self, x: Tensor) -> Tensor:
        """Return the last feature maps (B, channels, H', W')."""
        maps: Tensor = self.trunk(x)
        return maps

    def classify(self, maps: Tensor) -> Tensor:
        """Return the logits (B, K) of the last feature maps."""
        logits: Tensor = self.classifier(self.head(maps))
        return logits

    def forward(self, x: Tensor) -> Any:
        """Return the logits (B, K); a network with auxiliary heads returns more while training."""
        return self.classify(self.features(x))


@contextmanager
def eval_mode(network: nn.Module) -> Iterator[None]:
    """Put a network in evaluation mode for the block, then restore the mode of every layer."""
    modes = [(layer, layer.training) for layer in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for layer, training in modes:
            layer.training = training  # one by one: some may have been frozen in evaluation mode
