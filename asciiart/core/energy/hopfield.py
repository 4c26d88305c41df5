"""Hopfield networks: associative memories that complete a partial or noisy pattern."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def hebb_rule(patterns: Tensor) -> Tensor:
    """Return the weights X^T X / N (N, N), diagonal zero, for patterns X (P, N) of -1 and 1.

    Hopfield 1982, after Hebb 1949. They recall about 0.14 N random patterns (Amit, Gutfreund and
    Sompolinsky 1985), but far fewer if the patterns are correlated.
    """
    weight: Tensor = patterns.T @ patterns / patterns.shape[1]  # (P, N) -> (N, N)
    return weight.fill_diagonal_(0)


def projection_rule(patterns: Tensor) -> Tensor:
    """Return the weights X^+ X (N, N), diagonal zero, for patterns X (P, N) of -1 and 1.

    Personnaz, Guyon and Dreyfus 1985, "Information storage and retrieval in spin-glass like neural
    networks": the projection onto the patterns' span leaves every pattern fixed, correlated or not.
    Departure: the paper keeps the diagonal d. Without it no update raises the energy, and since a
    pattern's fields are (1 - d_i) x_i with d_i at most 1, it is still a fixed point.
    """
    exact = patterns.double()  # a rank decided in float32 would be a guess
    # X^+ X by an orthonormal basis: X^+ itself is inexact where patterns are nearly dependent.
    _, scales, axes = torch.linalg.svd(exact, full_matrices=False)  # (r,), (r, N)
    least = max(exact.shape) * torch.finfo(exact.dtype).eps * scales[0]
    span = axes[scales > least]  # (rank, N)
    weight: Tensor = span.T @ span  # (N, rank) x (rank, N) -> (N, N)
    weight = weight.fill_diagonal_(0).round(decimals=12)  # rounding must not sway a field of zero
    return weight.to(patterns.dtype)


STORAGE_RULES: dict[str, Callable[[Tensor], Tensor]] = {
    "hebb": hebb_rule,
    "projection": projection_rule,
}
"""Name -> function from patterns (P, N) to weights (N, N)."""


class HopfieldNetwork(nn.Module):
    """N fully connected units of -1 or 1: state (B, N) -> recalled state (B, N).

    Hopfield 1982, "Neural networks and physical systems with emergent collective computational
    abilities". Departures: units are -1 and 1 rather than 0 and 1, and all thresholds are zero. A
    unit whose field is exactly zero keeps its value. The weights are computed and not learned by
    gradient descent, so they are a buffer: saved and loaded, but not trained by `Trainer`.
    """

    weight: Tensor
    """Couplings (N, N), symmetric with zero diagonal."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(units, units))

    def store(self, patterns: Tensor, *, rule: str = "hebb") -> None:
        """Set the weights to store ``patterns`` (P, N) of -1 and 1, and forget all others.

        Raises
        ------
        ValueError
            If the rule is unknown, or the patterns have another size or other values.
        """
        if rule not in STORAGE_RULES:
            raise ValueError(f"rule {rule!r} is unknown (there are: {', '.join(STORAGE_RULES)})")
        units = len(self.weight)
        if patterns.ndim != 2 or patterns.shape[1] != units:
            raise ValueError(f"patterns must be (P, {units}), not {tuple(patterns.shape)}")
        wrong = patterns[patterns.abs() != 1]
        if len(wrong):
            raise ValueError(f"patterns must be -1 or 1, not {wrong[0].item()}")
        self.weight.copy_(STORAGE_RULES[rule](patterns.to(self.weight)))

    def energy(self, state: Tensor) -> Tensor:
        """Return the energy -1/2 s^T W s of each state, (B,)."""
        return -((state @ self.weight) * state).sum(-1) / 2  # (B, N) -> (B,)

    def update_synchronously(self, state: Tensor) -> Tensor:
        """Return the state after updating all units at once; its energy may rise."""
        fields = state @ self.weight  # (B, N) x (N, N) -> (B, N)
        return torch.where(fields == 0, state, fields.sign())  # (B, N)

    def update_asynchronously(
        self, state: Tensor, *, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return the state after updating each unit once, in random order; the energy never rises.

        All states of the batch share the order.
        """
        state = state.clone()
        home = None if generator is None else generator.device
        order = torch.randperm(len(self.weight), generator=generator, device=home)  # (N,)
        for unit in order.tolist():
            field = state @ self.weight[unit]  # (B, N) x (N,) -> (B,)
            state[:, unit] = torch.where(field == 0, state[:, unit], field.sign())  # (B,)
        return state

    def recall(
        self,
        state: Tensor,
        *,
        sweeps: int = 50,
        synchronous: bool = False,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return the fixed points that states (B, N) reach, or the states after ``sweeps`` updates.

        Asynchronous updates always reach a fixed point; synchronous ones may end up alternating
        between two states.
        """
        for _ in range(sweeps):
            if synchronous:
                moved = self.update_synchronously(state)  # (B, N)
            else:
                moved = self.update_asynchronously(state, generator=generator)  # (B, N)
            if torch.equal(moved, state):
                break
            state = moved
        return state

    def forward(self, state: Tensor) -> Tensor:
        """Return the recalled states (B, N), by asynchronous updates in random order."""
        return self.recall(state)  # (B, N)
