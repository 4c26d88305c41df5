"""Variational autoencoders, fully connected and convolutional, for pictures in [0, 1].

Each has a ``loss`` for `Trainer`: ``Trainer(net, batches, VariationalAutoencoder.loss, config)``,
where a batch is (pictures,) or, with classes, (pictures, labels).
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import append_labels, doubling_stack, halving_stack, smallest_map
from asciiart.core.learning.draws import normal_like
from asciiart.core.learning.trainer import StepLoss


class Gaussian(NamedTuple):
    """Independent normal distributions, one for each value of a code."""

    mean: Tensor
    """Means (B, D)."""
    log_variance: Tensor
    """Logarithms of the variances (B, D)."""


class VariationalOutput(NamedTuple):
    """The output of a variational autoencoder."""

    logits: Tensor
    """Logits (B, C, H, W) of the probability that a pixel is 1."""
    posterior: Gaussian
    """Approximate posterior distribution of the code, given the picture."""


def reparametrize(gaussian: Gaussian, generator: torch.Generator | None = None) -> Tensor:
    """Return a sample (B, D) through which gradients reach mean and variance.

    z = mean + standard deviation · noise (Kingma and Welling 2014, section 2.4).
    """
    noise = normal_like(gaussian.mean, generator)
    return gaussian.mean + (0.5 * gaussian.log_variance).exp() * noise


def gaussian_kl(gaussian: Gaussian) -> Tensor:
    """Return KL(gaussian || standard normal) in nats, (B,).

    -1/2 sum (1 + log variance - mean^2 - variance) (Kingma and Welling 2014, appendix B).
    """
    mean, log_variance = gaussian
    return -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1)  # (B, D) -> (B,)


class _Variational(nn.Module):
    """Base of both variational autoencoders, which differ in encoder and decoder."""

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        *,
        features: int,
        code_size: int,
        num_classes: int,
        corruption: nn.Module | None,
    ) -> None:
        super().__init__()
        self.code_size = code_size
        self.num_classes = num_classes
        self.corruption = nn.Identity() if corruption is None else corruption
        self.encoder = encoder
        self.posterior = nn.Linear(features + num_classes, 2 * code_size)
        self.decoder = decoder

    def encode(self, pictures: Tensor, labels: Tensor | None = None) -> Gaussian:
        """Return the posterior distribution of the codes of pictures (B, C, H, W)."""
        features = self.encoder(pictures)  # (B, C, H, W) -> (B, F)
        both = self.posterior(append_labels(features, labels, self.num_classes))  # (B, 2D)
        mean, log_variance = both.chunk(2, 1)  # (B, 2D) -> (B, D), (B, D)
        return Gaussian(mean, log_variance)

    def decode(self, code: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the logits (B, C, H, W) of the pictures decoded from codes (B, D)."""
        out: Tensor = self.decoder(append_labels(code, labels, self.num_classes))  # -> (B, C, H, W)
        return out

    def forward(
        self,
        pictures: Tensor,
        labels: Tensor | None = None,
        *,
        generator: torch.Generator | None = None,
    ) -> VariationalOutput:
        """Reconstruct pictures from a sampled code, in evaluation from the mean code."""
        posterior = self.encode(self.corruption(pictures), labels)
        code = reparametrize(posterior, generator) if self.training else posterior.mean  # (B, D)
        return VariationalOutput(self.decode(code, labels), posterior)

    def restore(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the reconstructed pictures (B, C, H, W) in [0, 1]."""
        output: VariationalOutput = self(pictures, labels)
        return output.logits.sigmoid()

    def loss(
        self, batch: tuple[Tensor, ...], *, generator: torch.Generator | None = None
    ) -> StepLoss:
        """Return the negative evidence lower bound, in nats per picture; its terms are scores.

        Raises
        ------
        ValueError
            If a pixel is not in 0 to 1, where the bound would not be one.
        """
        pictures, labels = batch[0], batch[1] if self.num_classes else None
        if pictures.min() < 0 or pictures.max() > 1:
            low, high = pictures.min().item(), pictures.max().item()
            raise ValueError(f"pixels must be 0 to 1, not {low:g} to {high:g}")
        output: VariationalOutput = self(pictures, labels, generator=generator)
        error = functional.binary_cross_entropy_with_logits(
            output.logits, pictures, reduction="sum"
        ) / len(pictures)  # (B, C, H, W) -> ()
        divergence = gaussian_kl(output.posterior).mean()  # (B,) -> ()
        scores = {"error": error.detach(), "divergence": divergence.detach()}
        return StepLoss(error + divergence, scores)

    @torch.no_grad()
    def sample(
        self,
        count: int,
        *,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> Tensor:
        """Return new pictures (count, C, H, W) in [0, 1], the decoder's means; call `eval` first.

        ``labels`` (count,) are their classes.
        """
        code = normal_like(self.posterior.weight.new_empty(count, self.code_size), generator)
        return self.decode(code, labels).sigmoid()


class VariationalAutoencoder(_Variational):
    """Fully connected variational autoencoder (Kingma and Welling 2014).

    Gaussian code with a standard normal prior, Bernoulli pixels (appendix C.1, C.2), tanh layers of
    the sizes ``hidden_sizes`` in the encoder, mirrored in the decoder. With ``num_classes``,
    encoder and decoder are conditioned on the label (Sohn et al. 2015 concatenate it with the
    picture, here it joins the last features). ``corruption`` corrupts the encoder's input, not the
    target (Im et al. 2017). Pixels between 0 and 1 are taken as probabilities, so the bound is one
    on the likelihood only for black and white pictures. In evaluation the mean code replaces the
    sample.

    Shapes: picture (B, C, H, W), where ``shape`` is (C, H, W) -> code (B, D) -> logits (B, C, H,
    W).
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        hidden_sizes: tuple[int, ...],
        code_size: int,
        *,
        num_classes: int = 0,
        corruption: nn.Module | None = None,
    ) -> None:
        pixels = math.prod(shape)
        encoder = [nn.Flatten(), *_tanh_layers((pixels, *hidden_sizes))]  # (B, C, H, W) -> (B, F)
        decoder = [
            *_tanh_layers(
                (code_size + num_classes, *reversed(hidden_sizes))
            ),  # (B, D + K) -> (B, N)
            nn.Linear(hidden_sizes[0], pixels),
            nn.Unflatten(1, shape),  # (B, C·H·W) -> (B, C, H, W)
        ]
        super().__init__(
            nn.Sequential(*encoder),
            nn.Sequential(*decoder),
            features=hidden_sizes[-1],
            code_size=code_size,
            num_classes=num_classes,
            corruption=corruption,
        )


def _tanh_layers(sizes: tuple[int, ...]) -> list[nn.Module]:
    pairs = itertools.pairwise(sizes)
    return [layer for i, o in pairs for layer in (nn.Linear(i, o), nn.Tanh())]


class ConvVariationalAutoencoder(_Variational):
    """Convolutional `VariationalAutoencoder`, built from DCGAN's blocks (Radford et al. 2016).

    The encoder halves the picture once per entry of ``channels`` and the decoder mirrors it.
    Everything else is as in the fully connected one.

    Shapes: picture (B, in_channels, size, size) -> code (B, D) -> logits of the picture's shape.

    Raises
    ------
    ValueError
        If ``size`` cannot be halved that often.
    """

    def __init__(
        self,
        size: int,
        channels: tuple[int, ...],
        code_size: int,
        *,
        in_channels: int = 1,
        num_classes: int = 0,
        corruption: nn.Module | None = None,
    ) -> None:
        small = smallest_map(size, channels)
        encoder = halving_stack(in_channels, channels, activation="leaky_relu")
        super().__init__(
            nn.Sequential(*encoder, nn.Flatten()),  # (B, C, H, W) -> (B, F)
            doubling_stack(code_size + num_classes, size, channels[::-1], out_channels=in_channels),
            features=channels[-1] * small**2,
            code_size=code_size,
            num_classes=num_classes,
            corruption=corruption,
        )
