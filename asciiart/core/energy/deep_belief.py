"""Deep belief networks: stacked restricted Boltzmann machines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from asciiart.core.energy.boltzmann import (
    RestrictedBoltzmannMachine,
    contrastive_divergence,
    draw_units,
)
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import History, Trainer, TrainerConfig, choose_device
from asciiart.core.perceptron import MLP


class DeepBeliefNetwork(nn.Module):
    """Stack of restricted Boltzmann machines: visible (B, N) -> P(top units = 1) (B, M).

    Hinton, Osindero and Teh 2006, "A fast learning algorithm for deep belief nets": `pretrain`
    trains the machines one after the other, each on the hidden probabilities of the one below.
    Departures: upward and downward weights stay tied (no wake-sleep fine-tuning), and labels are
    not part of the top machine; `to_mlp` turns the stack into a classifier instead.
    """

    def __init__(self, sizes: Sequence[int], *, initializer: str = "normal") -> None:
        super().__init__()
        if len(sizes) < 2:
            raise ValueError(f"sizes must name visible and hidden units, not {list(sizes)}")
        self.sizes = tuple(sizes)
        self.machines = nn.ModuleList(
            RestrictedBoltzmannMachine(lower, upper, initializer=initializer)
            for lower, upper in pairwise(sizes)
        )

    @property
    def stack(self) -> tuple[RestrictedBoltzmannMachine, ...]:
        """The machines, from the visible units to the top."""
        return tuple(m for m in self.machines if isinstance(m, RestrictedBoltzmannMachine))

    def forward(self, visible: Tensor) -> Tensor:
        """Return the probabilities (B, M) of the top units, layer by layer."""
        for machine in self.stack:
            visible = machine(visible)  # (B, lower) -> (B, upper)
        return visible

    @torch.no_grad()
    def mirror(self, layer: int) -> None:
        """Initialize machine ``layer`` (1 or more) as the one below it turned upside down.

        With weights tied in this way the stack models the same distribution as the machine below,
        and training can only improve a bound on its likelihood (Hinton et al. 2006, section 4).

        Raises
        ------
        ValueError
            If it does not have as many upper units as the lower machine has visible ones.
        """
        below, machine = self.stack[layer - 1], self.stack[layer]
        if machine.hidden.weight.shape != below.hidden.weight.T.shape:
            raise ValueError(f"machine {layer} of sizes {self.sizes} cannot mirror the one below")
        machine.hidden.weight.copy_(below.hidden.weight.T)  # (lower, upper)
        machine.hidden.bias.copy_(below.visible_bias)
        machine.visible_bias.copy_(below.hidden.bias)

    def cd_loss(
        self,
        visible: Tensor,
        layer: int,
        *,
        steps: int = 1,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return the CD loss of machine ``layer`` (from 0), which trains no machine below it."""
        with torch.no_grad():
            for machine in self.stack[:layer]:
                visible = machine(visible)  # (B, lower) -> (B, upper)
        return self.stack[layer].cd_loss(visible, steps=steps, generator=generator)

    def pretrain(
        self,
        visible: Tensor,
        config: TrainerConfig,
        *,
        batch_size: int | None = None,
        steps: int = 1,
    ) -> list[History]:
        """Train the machines in turn by CD-``steps`` on ``visible`` (B, N), with ``config``."""
        histories = []
        below = visible.to(choose_device(config.device))  # (B, N)
        for machine in self.stack:
            loss = contrastive_divergence(steps)
            batches = minibatches((below,), batch_size, seed=config.seed)
            histories.append(Trainer(machine, batches, loss, config).fit())
            with torch.no_grad():
                below = machine(below)  # (B, lower) -> (B, upper)
        return histories

    @torch.no_grad()
    def reconstruct(
        self,
        visible: Tensor,
        steps: int = 1,
        *,
        known: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return the reconstruction (B, N) of a damaged picture (B, N) by one pass up and down.

        ``known`` and ``generator`` are those of `RestrictedBoltzmannMachine.reconstruct`.
        """
        given = visible
        for _ in range(steps):
            cleaned = self._there_and_back(visible, generator)  # (B, N)
            visible = cleaned if known is None else torch.where(known, given, cleaned)  # (B, N)
        return visible

    def _there_and_back(self, state: Tensor, generator: torch.Generator | None) -> Tensor:
        for machine in self.stack:
            state = machine(state)  # (B, lower) -> (B, upper)
            if generator is not None:
                state = draw_units(state, generator)
        for machine in reversed(self.stack):
            state = machine.down(state)  # (B, upper) -> (B, lower)
            if generator is not None and machine is not self.stack[0]:  # pixels stay probabilities
                state = draw_units(state, generator)
        return state

    @torch.no_grad()
    def sample(
        self, count: int, steps: int = 1000, *, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return the probabilities (B, N) of ``count`` new pictures.

        They come from Gibbs sampling in the top machine, then one ancestral pass down.
        """
        *lower, top = self.stack
        state = top.sample(count, steps, generator=generator)  # (B, top machine's visible)
        for machine in reversed(lower):
            state = machine.down(draw_units(state, generator))  # (B, upper) -> (B, lower)
        return state

    def to_mlp(self, num_classes: int, *, dropout: float = 0.0) -> MLP:
        """Return a classifier (B, N) -> logits (B, K) that starts from copies of the weights.

        It computes `forward` followed by one new linear layer, for fine-tuning by `Trainer`.
        """
        sizes = (*self.sizes, num_classes)
        mlp = MLP(sizes, activation="sigmoid", dropout=dropout, initializer="xavier_normal")
        for linear, machine in zip(mlp.linears, self.stack, strict=False):
            linear.load_state_dict(machine.hidden.state_dict())
        return mlp
