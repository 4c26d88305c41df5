"""Boltzmann machines, general and restricted: networks that learn a distribution.

Units are 0 or 1, the temperature is 1, and P(state) = exp(-energy) / Z.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.draws import uniform_like
from asciiart.core.learning.initializers import initialize
from asciiart.core.learning.trainer import StepLoss

ENUMERABLE = 16
"""Largest number of units whose 2^N states are enumerated: 65,536 states."""


class Distribution(NamedTuple):
    """Every state of a machine with its probability."""

    states: Tensor
    """The states (2^N, N), 0 and 1; the first unit is the highest bit of the row's number."""
    probabilities: Tensor
    """The probabilities (2^N,), which sum to 1."""


def _all_states(like: Tensor, units: int) -> Tensor:
    if units > ENUMERABLE:
        raise ValueError(f"at most {ENUMERABLE} units can be enumerated, not {units}")
    numbers = torch.arange(2**units, device=like.device)[:, None]  # (2^N, 1)
    places = torch.arange(units - 1, -1, -1, device=like.device)  # (N,)
    return (numbers >> places & 1).to(like.dtype)  # (2^N, 1) >> (N,) -> (2^N, N)


def draw_units(probabilities: Tensor, generator: torch.Generator | None) -> Tensor:
    """Return 1 where a uniform random number falls below the probability, else 0."""
    return (uniform_like(probabilities, generator) < probabilities).to(probabilities.dtype)


class BoltzmannMachine(nn.Module):
    """N visible and M hidden units, fully connected: visible (B, N) -> free energy (B,).

    Ackley, Hinton and Sejnowski 1985, "A learning algorithm for Boltzmann machines". States are (B,
    N + M), visible units first: E(s) = -1/2 s^T C s - b^T s with C symmetric and its diagonal zero.
    Departures: no annealing, and Gibbs sampling visits the units in order, not at random. C is kept
    in the upper triangle of a linear layer's weight; the lower one is not used.
    """

    def __init__(
        self, num_visible: int, num_hidden: int = 0, *, initializer: str = "normal"
    ) -> None:
        super().__init__()
        self.num_visible, self.num_hidden = num_visible, num_hidden
        self.units = nn.Linear(num_visible + num_hidden, num_visible + num_hidden)
        initialize(self, initializer)

    def couplings(self) -> Tensor:
        """Return the couplings C, (N + M, N + M)."""
        upper = self.units.weight.triu(1)  # one number per pair, so that its gradient is s_i s_j
        return upper + upper.T

    def energy(self, states: Tensor) -> Tensor:
        """Return the energy of each state: (B, N + M) -> (B,)."""
        pairs = ((states @ self.couplings()) * states).sum(-1) / 2  # (B, N + M) -> (B,)
        return -pairs - states @ self.units.bias  # (B,)

    def forward(self, visible: Tensor) -> Tensor:
        """Return the free energy -log sum_h exp(-E(v, h)), exact, over all 2^M hidden states."""
        hidden = _all_states(visible, self.num_hidden)  # (2^M, M)
        pairs = (len(visible), len(hidden), -1)
        # (B, 2^M, N) and (B, 2^M, M) -> (B, 2^M, N + M)
        states = torch.cat((visible[:, None].expand(pairs), hidden.expand(pairs)), -1)
        return -(-self.energy(states)).logsumexp(-1)  # (B, 2^M) -> (B,)

    def exact(self) -> Distribution:
        """Return the probability of every state, by enumeration.

        Raises
        ------
        ValueError
            If there are more than `ENUMERABLE` units.
        """
        states = _all_states(
            self.units.weight, self.num_visible + self.num_hidden
        )  # (2^(N+M), N + M)
        return Distribution(states, (-self.energy(states)).softmax(0))  # (2^(N+M),)

    def negative_log_likelihood(self, visible: Tensor) -> Tensor:
        """Return the mean -log P of ``visible`` (B, N) in nats, exact, by enumeration.

        Its gradient with respect to C_ij is <s_i s_j> of the model minus <s_i s_j> of the data.

        Raises
        ------
        ValueError
            If there are more than `ENUMERABLE` units.
        """
        log_partition = (-self.energy(self.exact().states)).logsumexp(0)  # (2^(N+M),) -> scalar
        return torch.as_tensor(self(visible).mean() + log_partition)

    @torch.no_grad()
    def gibbs(
        self,
        states: Tensor,
        sweeps: int,
        *,
        clamped: int = 0,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return the states (B, N + M) after ``sweeps`` that resample each unit once, in order.

        The first ``clamped`` units keep their values.
        """
        states, couplings = states.clone(), self.couplings()
        for _ in range(sweeps):
            for unit in range(clamped, states.shape[1]):
                field = states @ couplings[unit] + self.units.bias[unit]  # (B, N + M) -> (B,)
                states[:, unit] = draw_units(field.sigmoid(), generator)  # (B,)
        return states

    def gibbs_loss(
        self, visible: Tensor, *, sweeps: int = 10, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return a loss whose gradient is the learning rule with sampled correlations.

        Two Gibbs chains per example start at random, one with the visible units clamped to
        ``visible`` (B, N), one free. The value of the loss, a difference of energies, is not a
        measure of progress.
        """
        units = self.num_visible + self.num_hidden
        start = draw_units(visible.new_full((len(visible), units), 0.5), generator)  # (B, N + M)
        held = torch.cat((visible, start[:, self.num_visible :]), 1)  # (B, N), (B, M) -> (B, N + M)
        held = self.gibbs(held, sweeps, clamped=self.num_visible, generator=generator)
        free = self.gibbs(start, sweeps, generator=generator)  # (B, N + M)
        return self.energy(held).mean() - self.energy(free).mean()  # scalar


class PersistentStep(NamedTuple):
    """One step of persistent contrastive divergence."""

    loss: Tensor
    """The scalar whose gradient is the learning rule; not a measure of progress."""
    chains: Tensor
    """The hidden states (R, M) from which the chains go on."""


class RestrictedBoltzmannMachine(nn.Module):
    """Visible units joined to hidden units only: visible (B, N) -> P(hidden = 1) (B, M).

    Hinton 2002, "Training products of experts by minimizing contrastive divergence": E(v, h) = -a^T
    v - b^T h - h^T W v. Departures: hidden units enter the gradient as probabilities, not as
    samples, as Hinton 2012 advises ("A practical guide to training restricted Boltzmann machines");
    and, as is usual, CD ignores how the end of the chain depends on the weights.
    """

    def __init__(self, num_visible: int, num_hidden: int, *, initializer: str = "normal") -> None:
        super().__init__()
        self.hidden = nn.Linear(num_visible, num_hidden)
        self.visible_bias = nn.Parameter(torch.zeros(num_visible))
        initialize(self, initializer)

    def forward(self, visible: Tensor) -> Tensor:
        """Return P(h = 1 | v), (B, M)."""
        out: Tensor = self.hidden(visible).sigmoid()  # (B, N) -> (B, M)
        return out

    def down(self, hidden: Tensor) -> Tensor:
        """Return P(v = 1 | h), (B, N), from hidden states or probabilities (B, M)."""
        return (hidden @ self.hidden.weight + self.visible_bias).sigmoid()  # (B, M) -> (B, N)

    def free_energy(self, visible: Tensor) -> Tensor:
        """Return -log sum_h exp(-E(v, h)) = -a^T v - sum_j softplus(b_j + W_j v), (B,)."""
        return -visible @ self.visible_bias - functional.softplus(self.hidden(visible)).sum(-1)

    @torch.no_grad()
    def gibbs(
        self, visible: Tensor, steps: int, *, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return the visible states (B, N) after ``steps`` of sampling h given v and v given h."""
        for _ in range(steps):
            hidden = draw_units(self(visible), generator)  # (B, N) -> (B, M)
            visible = draw_units(self.down(hidden), generator)  # (B, M) -> (B, N)
        return visible

    def cd_loss(
        self, visible: Tensor, *, steps: int = 1, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return F(v) - F(v'), where v' is reached by ``steps`` Gibbs steps from v, for CD-k.

        Its gradient with respect to W is <p(h|v') v'^T> - <p(h|v) v^T>. ``visible`` (B, N) is in
        [0, 1]. The value is not a measure of progress; watch the error of `reconstruct`.
        """
        chain = self.gibbs(visible, steps, generator=generator)  # (B, N), a constant
        return self.free_energy(visible).mean() - self.free_energy(chain).mean()  # scalar

    def pcd_loss(
        self,
        visible: Tensor,
        chains: Tensor,
        *,
        steps: int = 1,
        generator: torch.Generator | None = None,
    ) -> PersistentStep:
        """Return the loss of persistent contrastive divergence, and where its chains have arrived.

        Tieleman 2008, "Training restricted Boltzmann machines using approximations to the
        likelihood gradient": the chains do not start at the data (B, N) as those of `cd_loss`, but
        go on from their own last hidden states ``chains`` (R, M), which the weights hardly outrun.
        So they reach what is far from the data, and the gradient comes near the likelihood's.
        """
        hidden = chains
        with torch.no_grad():
            for _ in range(steps):
                dreamed = draw_units(self.down(hidden), generator)  # (R, M) -> (R, N)
                hidden = draw_units(self(dreamed), generator)  # (R, N) -> (R, M)
        loss = self.free_energy(visible).mean() - self.free_energy(dreamed).mean()  # scalar
        return PersistentStep(loss, hidden)

    @torch.no_grad()
    def reconstruct(
        self,
        visible: Tensor,
        steps: int = 1,
        *,
        known: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return the reconstruction of a damaged picture (B, N), as probabilities (B, N).

        Without ``generator`` the hidden units are replaced by their probabilities (mean field,
        which is deterministic); with it they are sampled (Gibbs sampling). Pixels where ``known``
        ((N,) or (B, N), bool) is True keep their values.
        """
        given = visible
        for _ in range(steps):
            hidden = self(visible)  # (B, N) -> (B, M)
            if generator is not None:
                hidden = draw_units(hidden, generator)  # (B, M)
            cleaned = self.down(hidden)  # (B, M) -> (B, N)
            visible = cleaned if known is None else torch.where(known, given, cleaned)  # (B, N)
        return visible

    @torch.no_grad()
    def sample(
        self, count: int, steps: int = 1000, *, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return probabilities (B, N) of ``count`` Gibbs chains ``steps`` after a random start."""
        half = torch.full_like(self.visible_bias, 0.5).expand(count, -1)  # (B, N)
        visible = self.gibbs(draw_units(half, generator), steps, generator=generator)  # (B, N)
        return self.down(draw_units(self(visible), generator))  # (B, N)


def contrastive_divergence(
    steps: int = 1, *, generator: torch.Generator | None = None
) -> Callable[[RestrictedBoltzmannMachine, Sequence[Tensor]], StepLoss]:
    """Return the `Trainer` loss of CD-``steps``, for batches whose first tensor is (B, N)."""

    def loss(machine: RestrictedBoltzmannMachine, batch: Sequence[Tensor]) -> StepLoss:
        return StepLoss(machine.cd_loss(batch[0], steps=steps, generator=generator))

    return loss


def persistent_contrastive_divergence(
    count: int = 100, steps: int = 1, *, generator: torch.Generator | None = None
) -> Callable[[RestrictedBoltzmannMachine, Sequence[Tensor]], StepLoss]:
    """Return the `Trainer` loss of PCD-``steps`` with ``count`` chains, for one machine.

    The chains start with all hidden units 0, as scikit-learn's do, and live as long as the loss;
    batches are those of `contrastive_divergence`.
    """
    chains: list[Tensor] = []

    def loss(machine: RestrictedBoltzmannMachine, batch: Sequence[Tensor]) -> StepLoss:
        last = chains.pop() if chains else machine.hidden.bias.new_zeros(count, 1)
        step = machine.pcd_loss(
            batch[0], last.expand(-1, machine.hidden.out_features), steps=steps, generator=generator
        )
        chains.append(step.chains)
        return StepLoss(step.loss)

    return loss
