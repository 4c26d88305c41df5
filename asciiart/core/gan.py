"""Generative adversarial networks: a generator makes pictures, a discriminator detects them.

Pictures are (B, C, H, W) in [0, 1]. Each batch says which network's turn it is:
``Trainer(gan, adversarial_batches(minibatches((pictures,), 64)), GenerativeAdversarialNetwork.loss,
config)``. One step of the trainer is one turn. For a conditional network the tensors are
(pictures, labels).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import (
    append_labels,
    build_activation,
    doubling_stack,
    halving_stack,
    smallest_map,
)
from asciiart.core.learning.draws import normal_like
from asciiart.core.learning.trainer import StepLoss


class Generator(nn.Module):
    """Maps noise (B, Z), and labels (B,) if there are classes, to pictures (B, C, H, W) in [0, 1].

    ``net`` maps noise and one-hot labels, (B, Z + K), to the logits of the pictures' pixels.
    """

    def __init__(self, net: nn.Module, noise_size: int, num_classes: int = 0) -> None:
        super().__init__()
        self.noise_size = noise_size
        self.num_classes = num_classes
        self.net = net

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the pictures (B, C, H, W) generated from noise (B, Z)."""
        logits: Tensor = self.net(append_labels(noise, labels, self.num_classes))  # -> (B, C, H, W)
        return logits.sigmoid()


def _layers(sizes: tuple[int, ...], activation: str) -> list[nn.Module]:
    pairs = itertools.pairwise(sizes)
    return [part for i, o in pairs for part in (nn.Linear(i, o), build_activation(activation))]


class MLPGenerator(Generator):
    """Fully connected generator with ReLU layers (Goodfellow et al. 2014, section 5).

    It is conditioned by one-hot labels concatenated with the noise (Mirza and Osindero 2014).
    Departure from the papers: the noise is normal, not uniform.

    Shapes: (B, noise_size) -> (B, C, H, W), where ``shape`` is (C, H, W).
    """

    def __init__(
        self,
        noise_size: int,
        hidden_sizes: tuple[int, ...],
        shape: tuple[int, int, int],
        *,
        num_classes: int = 0,
    ) -> None:
        net = nn.Sequential(
            *_layers((noise_size + num_classes, *hidden_sizes), "relu"),  # (B, Z + K) -> (B, N)
            nn.Linear(hidden_sizes[-1], math.prod(shape)),
            nn.Unflatten(1, shape),  # (B, C·H·W) -> (B, C, H, W)
        )
        super().__init__(net, noise_size, num_classes)


class ConvGenerator(Generator):
    """DCGAN's generator: transposed convolutions, batch norm, ReLU (Radford et al. 2016).

    ``channels`` are the channels of the feature maps, smallest map first; each entry doubles the
    size. Conditioned as `MLPGenerator`. Departures from the paper: the output is a sigmoid, which
    is (1 + tanh) / 2 of half the logits, because pictures here are in [0, 1]; the noise is normal,
    not uniform; and the initial weights are torch's, not normal with deviation 0.02.

    Shapes: (B, noise_size) -> (B, out_channels, size, size).

    Raises
    ------
    ValueError
        If ``size`` cannot be halved once per entry of ``channels``.
    """

    def __init__(
        self,
        noise_size: int,
        channels: tuple[int, ...],
        size: int,
        *,
        out_channels: int = 1,
        num_classes: int = 0,
    ) -> None:
        net = doubling_stack(noise_size + num_classes, size, channels, out_channels=out_channels)
        super().__init__(net, noise_size, num_classes)


class MLPDiscriminator(nn.Module):
    """Fully connected discriminator with leaky ReLU layers (Goodfellow et al. 2014).

    It is conditioned by one-hot labels concatenated with the pixels (Mirza and Osindero 2014).
    Departures from the paper: leaky ReLU instead of maxout, and no dropout.

    Shapes: pictures (B, C, H, W), labels (B,) if there are classes -> logits of being real (B,).
    """

    def __init__(
        self, shape: tuple[int, int, int], hidden_sizes: tuple[int, ...], *, num_classes: int = 0
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        sizes = (math.prod(shape) + num_classes, *hidden_sizes)
        self.net = nn.Sequential(*_layers(sizes, "leaky_relu"), nn.Linear(hidden_sizes[-1], 1))

    def forward(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the logits (B,) of being real."""
        pixels = pictures.flatten(1) * 2 - 1  # (B, C, H, W) -> (B, N) in [-1, 1]
        logits: Tensor = self.net(append_labels(pixels, labels, self.num_classes))  # (B, 1)
        return logits.squeeze(1)  # (B, 1) -> (B,)


class ConvDiscriminator(nn.Module):
    """DCGAN's discriminator: strided convolutions, batch norm, leaky ReLU (Radford et al. 2016).

    ``channels`` are the channels of the feature maps, largest map first; each entry halves the
    size. It is conditioned by projection (Miyato and Koyama 2018, "cGANs with projection
    discriminator", equation 3): the logit is a linear function of the features plus their inner
    product with an embedding of the class. Departure from that paper: the features are DCGAN's last
    maps themselves, not a residual network's summed over positions. The initial weights are
    torch's.

    Shapes: pictures (B, in_channels, size, size), labels (B,) if there are classes -> logits of
    being real (B,).

    Raises
    ------
    ValueError
        If ``size`` cannot be halved once per entry of ``channels``.
    """

    def __init__(
        self,
        channels: tuple[int, ...],
        size: int,
        *,
        in_channels: int = 1,
        num_classes: int = 0,
    ) -> None:
        super().__init__()
        features = channels[-1] * smallest_map(size, channels) ** 2
        self.num_classes = num_classes
        self.features = nn.Sequential(
            *halving_stack(in_channels, channels, activation="leaky_relu"), nn.Flatten()
        )
        self.logit = nn.Linear(features, 1)
        self.class_vector = nn.Linear(num_classes, features, bias=False) if num_classes else None

    def forward(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the logits (B,) of being real."""
        features = self.features(pictures * 2 - 1)  # (B, C, H, W) in [-1, 1] -> (B, F)
        one_hot = append_labels(
            pictures.new_zeros(len(pictures), 0), labels, self.num_classes
        )  # (B, K)
        logits: Tensor = self.logit(features).squeeze(1)  # (B, F) -> (B,)
        if self.class_vector is not None:
            vectors = self.class_vector(one_hot)  # (B, K) -> (B, F)
            logits = logits + (vectors * features).sum(1)  # (B, F) -> (B,)
        return logits


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Return -mean log D(x) - mean log(1 - D(G(z))) from logits (B,) of real and made pictures.

    Goodfellow et al. 2014, equation 1. With D = sigmoid(a), -log D = softplus(-a) and -log(1 - D) =
    softplus(a), which are finite for every finite a.
    """
    return functional.softplus(-real_logits).mean() + functional.softplus(fake_logits).mean()


def minimax_loss(fake_logits: Tensor) -> Tensor:
    """Return mean log(1 - D(G(z))) from logits (B,): the generator's part of equation 1.

    Its gradient vanishes where the discriminator is confident (Goodfellow et al. 2014, section 3).
    """
    return -functional.softplus(fake_logits).mean()


def non_saturating_loss(fake_logits: Tensor) -> Tensor:
    """Return -mean log D(G(z)) from logits (B,) (Goodfellow et al. 2014, end of section 3)."""
    return functional.softplus(-fake_logits).mean()


GENERATOR_LOSSES: dict[str, Callable[[Tensor], Tensor]] = {
    "minimax": minimax_loss,
    "non_saturating": non_saturating_loss,
}
"""Name -> the loss that the generator minimizes, computed from the logits (B,) of its pictures."""


class AdversarialBatch(NamedTuple):
    """One turn of adversarial training."""

    turn: Literal["discriminator", "generator"]
    """The network that learns in this turn."""
    pictures: Tensor
    """Real pictures (B, C, H, W); the generator's turn uses only their number."""
    labels: Tensor | None = None
    """Classes (B,) of the real and the generated pictures; None without classes."""


def adversarial_batches(
    batches: Callable[[int], tuple[Tensor, ...]], discriminator_turns: int = 1
) -> Callable[[int], AdversarialBatch]:
    """Return the batches of Algorithm 1 of Goodfellow et al. 2014, for `Trainer`.

    ``batches(index)`` gives (pictures,) or (pictures, labels), as `minibatches` does. The
    discriminator has ``discriminator_turns`` turns (the paper's k), each with new pictures; then
    the generator has one, with the labels of the last of them.

    Raises
    ------
    ValueError
        If ``discriminator_turns`` is less than 1.
    """
    if discriminator_turns < 1:
        raise ValueError(f"discriminator_turns must be 1 at least, not {discriminator_turns}")

    def batch(step: int) -> AdversarialBatch:
        cycle, place = divmod(step, discriminator_turns + 1)
        index = cycle * discriminator_turns + min(place, discriminator_turns - 1)
        turn: Literal["discriminator", "generator"]
        turn = "discriminator" if place < discriminator_turns else "generator"
        return AdversarialBatch(turn, *batches(index))

    return batch


@contextmanager
def _without_gradients(network: nn.Module) -> Iterator[None]:
    """Let gradients pass through the network to its input, but collect none for its parameters."""
    trainable = [parameter for parameter in network.parameters() if parameter.requires_grad]
    for parameter in trainable:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in trainable:
            parameter.requires_grad_(True)


class GenerativeAdversarialNetwork(nn.Module):
    """Generator and discriminator that train against each other (Goodfellow et al. 2014).

    ``discriminator`` maps pictures and labels (or None) to logits (B,). One optimizer holds both
    networks. The network that is not learning gets no gradients, so the optimizer leaves its
    weights and its moment estimates alone; batch norm's running statistics are updated in both
    turns. The noise is standard normal. DCGAN's optimizer is Adam with beta1 = 0.5.

    Raises
    ------
    ValueError
        If the generator's loss is not one of `GENERATOR_LOSSES`.
    """

    def __init__(
        self, generator: Generator, discriminator: nn.Module, *, loss: str = "non_saturating"
    ) -> None:
        super().__init__()
        if loss not in GENERATOR_LOSSES:
            raise ValueError(f"loss {loss!r} is unknown (there are: {', '.join(GENERATOR_LOSSES)})")
        self.generator = generator
        self.discriminator = discriminator
        self.loss_name = loss

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the pictures (B, C, H, W) generated from noise (B, Z)."""
        pictures: Tensor = self.generator(noise, labels)
        return pictures

    def loss(
        self, batch: AdversarialBatch, *, generator: torch.Generator | None = None
    ) -> StepLoss:
        """Return the loss of the network whose turn it is, and the score "fooled", mean D(G(z))."""
        pictures, labels = batch.pictures, batch.labels
        noise = normal_like(pictures.new_empty(len(pictures), self.generator.noise_size), generator)
        if batch.turn == "discriminator":
            with torch.no_grad():
                made = self(noise, labels)  # (B, Z) -> (B, C, H, W)
            made_logits = self.discriminator(made, labels)  # (B, C, H, W) -> (B,)
            loss = discriminator_loss(self.discriminator(pictures, labels), made_logits)
        else:
            with _without_gradients(self.discriminator):
                made_logits = self.discriminator(self(noise, labels), labels)  # (B, Z) -> (B,)
            loss = GENERATOR_LOSSES[self.loss_name](made_logits)
        return StepLoss(loss, {"fooled": made_logits.detach().sigmoid().mean()})

    @torch.no_grad()
    def sample(
        self,
        count: int,
        *,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> Tensor:
        """Return new pictures (count, C, H, W) in [0, 1]; call `eval` first.

        ``labels`` (count,) are their classes.
        """
        weight = next(self.parameters())
        noise = normal_like(weight.new_empty(count, self.generator.noise_size), generator)
        pictures: Tensor = self(noise, labels)
        return pictures
