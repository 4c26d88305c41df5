"""Fully connected autoencoders (plain, denoising, sparse) and greedy layer-wise pre-training.

Each has a ``loss`` for `Trainer`: ``Trainer(net, batches, Autoencoder.loss, config)``, where a
batch is (input,), or (input, target) to reconstruct something else.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.autoencoders.convolutional import Restorer
from asciiart.core.layers import build_activation
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.draws import normal_like, uniform_like
from asciiart.core.learning.trainer import History, StepLoss, Trainer, TrainerConfig, choose_device


class AutoencoderLayer(Restorer):
    """One fully connected encoder layer and its decoder: (B, N) -> code (B, D) -> (B, N).

    With ``tied`` the decoder's weight is the transpose of the encoder's (Vincent et al. 2008,
    section 2.2).
    """

    def __init__(
        self, in_features: int, out_features: int, *, activation: str, output: str, tied: bool
    ) -> None:
        super().__init__()
        self.encoder = nn.Linear(in_features, out_features)
        self.decoder = None if tied else nn.Linear(out_features, in_features)
        self.bias = nn.Parameter(torch.zeros(in_features)) if tied else None
        self.activation = build_activation(activation)
        self.output = build_activation(output)

    def encode(self, x: Tensor) -> Tensor:
        """Return the codes (B, D) of inputs (B, N)."""
        out: Tensor = self.activation(self.encoder(x))  # (B, N) -> (B, D)
        return out

    def decode(self, code: Tensor) -> Tensor:
        """Return the inputs (B, N) decoded from codes (B, D)."""
        if self.decoder is None:
            x = functional.linear(code, self.encoder.weight.T, self.bias)  # (B, D) -> (B, N)
        else:
            x = self.decoder(code)  # (B, D) -> (B, N)
        out: Tensor = self.output(x)
        return out

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstructed inputs (B, N)."""
        return self.decode(self.encode(x))


class Autoencoder(Restorer):
    """Fully connected autoencoder with a mirrored decoder (Hinton and Salakhutdinov 2006).

    Every layer of the encoder, the code included, has ``activation``. Each layer of the decoder
    mirrors one of the encoder, so each pair is an autoencoder that `pretrain_layers` can train by
    itself. ``output`` is the activation of the reconstruction: sigmoid if it lies in [0, 1].
    Departures: the paper's code layer is linear, and its layers start as restricted Boltzmann
    machines.

    Shapes: x (B, ...) with ``sizes[0]`` values each -> code (B, sizes[-1]) -> the shape of x.
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        *,
        activation: str = "sigmoid",
        output: str = "identity",
        tied: bool = False,
    ) -> None:
        super().__init__()
        if len(sizes) < 2:
            raise ValueError(f"sizes must be those of input and code at least, not {sizes}")
        self.layers = nn.ModuleList(
            AutoencoderLayer(
                inputs,
                outputs,
                activation=activation,
                output=activation if i else output,
                tied=tied,
            )
            for i, (inputs, outputs) in enumerate(itertools.pairwise(sizes))
        )
        self.corruption: nn.Module = nn.Identity()

    def encode(self, x: Tensor) -> Tensor:
        """Return the codes (B, D) of inputs (B, ...)."""
        code = x.flatten(1)  # (B, ...) -> (B, N)
        for layer in self.layers:
            assert isinstance(layer, AutoencoderLayer)
            code = layer.encode(code)  # (B, sizes[i]) -> (B, sizes[i + 1])
        return code

    def decode(self, code: Tensor) -> Tensor:
        """Return the inputs (B, N) decoded from codes (B, D)."""
        x = code
        for layer in reversed(self.layers):
            assert isinstance(layer, AutoencoderLayer)
            x = layer.decode(x)  # (B, sizes[i + 1]) -> (B, sizes[i])
        return x

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstruction, in the shape of x; in training x is corrupted first."""
        return self.decode(self.encode(self.corruption(x))).view(x.shape)  # (B, N) -> (B, ...)


def _mask(x: Tensor, amount: float, generator: torch.Generator | None) -> Tensor:
    return x * (uniform_like(x, generator) >= amount)


def _salt_and_pepper(x: Tensor, amount: float, generator: torch.Generator | None) -> Tensor:
    spotted = uniform_like(x, generator) < amount
    return torch.where(spotted, uniform_like(x, generator).round(), x)


def _gaussian(x: Tensor, amount: float, generator: torch.Generator | None) -> Tensor:
    return x + amount * normal_like(x, generator)


CORRUPTIONS: dict[str, Callable[[Tensor, float, torch.Generator | None], Tensor]] = {
    "masking": _mask,
    "salt_and_pepper": _salt_and_pepper,
    "gaussian": _gaussian,
}
"""Name -> function of x, an amount and a generator.

Masking is Vincent et al. 2008, all three are Vincent et al. 2010. The amount is the share of values
set to 0, the share set to 0 or 1 with equal probability, or the standard deviation of the added
noise."""


class Corruption(nn.Module):
    """Corrupts its input in training and, like dropout, passes it on unchanged in evaluation.

    Without ``generator`` the noise is torch's global randomness, as dropout's is.

    Raises
    ------
    ValueError
        If the name is unknown or the amount is out of range.
    """

    def __init__(
        self, name: str, amount: float, *, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        if name not in CORRUPTIONS:
            raise ValueError(
                f"corruption {name!r} is unknown (there are: {', '.join(CORRUPTIONS)})"
            )
        if amount < 0 or (amount > 1 and name != "gaussian"):
            raise ValueError(f"{amount} is no possible amount of {name}")
        self.name = name
        self.amount = amount
        self.generator = generator

    def forward(self, x: Tensor) -> Tensor:
        """Return x, corrupted in training; the shape is kept."""
        if not self.training:
            return x
        return CORRUPTIONS[self.name](x, self.amount, self.generator)


class DenoisingAutoencoder(Autoencoder):
    """Autoencoder that reconstructs clean inputs from corrupted ones (Vincent et al. 2008).

    ``corruption`` corrupts x in training and returns x itself in evaluation, as `Corruption` does;
    `loss` compares with the clean input. Departure from the paper: the loss is the squared error,
    not the cross-entropy.
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        corruption: nn.Module,
        *,
        activation: str = "sigmoid",
        output: str = "identity",
        tied: bool = False,
    ) -> None:
        super().__init__(sizes, activation=activation, output=output, tied=tied)
        self.corruption = corruption


def sparsity_penalty(activations: Tensor, rho: float) -> Tensor:
    """Return the sum over units of KL(rho || mean activation), a scalar.

    Ng 2011, CS294A lecture notes, "Sparse autoencoder", section 3: sum over j of
    rho log(rho / rho_j) + (1 - rho) log((1 - rho) / (1 - rho_j)). ``activations`` are (B, D) in
    (0, 1), ``rho`` is in (0, 1).
    """
    mean = activations.mean(0).clamp(1e-6, 1 - 1e-6)  # (B, D) -> (D,); rounding reaches 0 and 1
    on = rho * (rho / mean).log()
    off = (1 - rho) * ((1 - rho) / (1 - mean)).log()
    return (on + off).sum()  # (D,) -> ()


class SparseAutoencoder(Autoencoder):
    """Autoencoder with sparse codes, by `sparsity_penalty` on the code (Ng 2011).

    The units are sigmoids, as the penalty needs means in (0, 1). The code may be larger than the
    input. Departures from the notes: the squared error is a mean over values, not half a sum, so
    ``weight`` (their beta) is smaller; weight decay is left to the optimizer.

    Raises
    ------
    ValueError
        If ``rho`` is not in (0, 1).
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        *,
        rho: float = 0.05,
        weight: float = 1e-3,
        output: str = "identity",
        tied: bool = False,
    ) -> None:
        super().__init__(sizes, activation="sigmoid", output=output, tied=tied)
        if not 0 < rho < 1:
            raise ValueError(f"rho must be between 0 and 1, not {rho}")
        self.rho = rho
        self.weight = weight

    def loss(self, batch: tuple[Tensor, ...]) -> StepLoss:
        """Return the squared error plus ``weight`` times the penalty; both are among the scores."""
        code = self.encode(batch[0])
        restored = self.decode(code).view(batch[0].shape)  # (B, N) -> (B, ...)
        error = functional.mse_loss(restored, batch[-1])
        penalty = sparsity_penalty(code, self.rho)
        scores = {"error": error.detach(), "sparsity": penalty.detach()}
        return StepLoss(error + self.weight * penalty, scores)


def pretrain_layers(
    stack: Autoencoder, examples: Tensor, config: TrainerConfig, *, batch_size: int | None = None
) -> list[History]:
    """Train a deep autoencoder greedily, one layer after the other, and return their histories.

    Each layer learns to reconstruct the codes that the layers before it compute from ``examples``
    (B, ...), while those layers are fixed (Bengio et al. 2007, "Greedy layer-wise training of deep
    networks"). Each is trained for ``config.steps`` steps. In a denoising stack every layer
    denoises its own input (Vincent et al. 2008, section 2.4). Afterwards train the whole stack,
    which is fine-tuning.
    """

    def denoise(layer: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
        return StepLoss(functional.mse_loss(layer(stack.corruption(batch[0])), batch[0]))

    device = choose_device(config.device)
    stack.to(device).train()
    codes = examples.flatten(1).to(device)  # (B, ...) -> (B, N)
    histories = []
    for layer in stack.layers:
        assert isinstance(layer, AutoencoderLayer)
        batches = minibatches((codes,), batch_size, seed=config.seed)
        histories.append(Trainer(layer, batches, denoise, config).fit())
        with torch.no_grad():
            codes = layer.encode(codes)  # (B, sizes[i]) -> (B, sizes[i + 1])
    return histories
