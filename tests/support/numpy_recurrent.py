"""Recurrent layers in NumPy, one sequence and one step at a time, as lectures write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from arrays import Array
from torch import nn

from asciiart.core.sequences.cells import GRU, GRUCell

States = list[list[Array]]
"""Of each layer and direction [h], or [h, c] of the LSTM."""


class Weights(NamedTuple):
    """Of one cell; the rows are those of its gates, one below the other."""

    w: Array
    """Of the input."""
    u: Array
    """Of the state."""
    b: Array
    """Bias beside the input's."""
    d: Array
    """Bias beside the state's."""


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def rnn(p: Weights, x: Array, state: list[Array]) -> list[Array]:
    """Elman 1990: h' = tanh(W x + U h + b)."""
    return [np.tanh(p.w @ x + p.u @ state[0] + p.b + p.d)]


def lstm(p: Weights, x: Array, state: list[Array]) -> list[Array]:
    """Hochreiter and Schmidhuber 1997, Gers et al. 2000: every gate is W [h; x] + b."""
    h, c = state
    both = np.concatenate([h, x])
    wi, wf, wc, wo = np.split(np.hstack([p.u, p.w]), 4)
    bi, bf, bc, bo = np.split(p.b + p.d, 4)
    forget = sigmoid(wf @ both + bf)
    entering = sigmoid(wi @ both + bi)
    candidate = np.tanh(wc @ both + bc)
    c = forget * c + entering * candidate
    out = sigmoid(wo @ both + bo)
    return [out * np.tanh(c), c]


def gru(p: Weights, x: Array, state: list[Array]) -> list[Array]:
    """The GRU of torch: reset after the product, z is the share of what stays."""
    h = state[0]
    (ar, az, an), (rr, rz, rn) = np.split(p.w @ x + p.b, 3), np.split(p.u @ h + p.d, 3)
    z, n = sigmoid(az + rz), np.tanh(an + sigmoid(ar + rr) * rn)
    return [(1 - z) * n + z * h]


def gru_cho(p: Weights, x: Array, state: list[Array]) -> list[Array]:
    """The GRU of lectures: candidate from W [r * h; x], z is the share of what is new."""
    h = state[0]
    wr, wz, wn = np.split(np.hstack([p.u, p.w]), 3)
    br, bz, bn = np.split(p.b + p.d, 3)
    r = sigmoid(wr @ np.concatenate([h, x]) + br)
    z = sigmoid(wz @ np.concatenate([h, x]) + bz)
    candidate = np.tanh(wn @ np.concatenate([r * h, x]) + bn)
    return [(1 - z) * h + z * candidate]


EQUATIONS: dict[str, Callable[[Weights, Array, list[Array]], list[Array]]] = {
    "rnn": rnn,
    "lstm": lstm,
    "gru": gru,
    "gru_cho": gru_cho,
}


def to_array(parameter: object) -> Array:
    return np.asarray(parameter.detach().numpy(), np.float64)  # type: ignore[attr-defined]


def weights_of(layers: nn.Module, index: int) -> Weights:
    """Return the weights of a layer and direction, counted as torch counts the states."""
    if isinstance(layers, GRU):
        cell = layers.cells[index]
        assert isinstance(cell, GRUCell)
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return Weights(*(to_array(getattr(cell, name)) for name in names))
    layer, backward = divmod(index, 2) if layers.bidirectional else (index, 0)
    suffix = f"l{layer}" + "_reverse" * backward
    parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return Weights(*(to_array(getattr(layers, f"{part}_{suffix}")) for part in parts))


def run_layers(
    name: str, layers: nn.Module, x: Array, states: States | None = None
) -> tuple[Array, States]:
    """Run all layers over one sequence (T, I), from zeros unless there are ``states``."""
    directions = 2 if layers.bidirectional else 1
    zeros = np.zeros(int(layers.hidden_size))  # type: ignore[arg-type]
    last: States = []
    for _ in range(int(layers.num_layers)):  # type: ignore[arg-type]
        halves = []
        for direction in range(directions):
            index = len(last)
            weights = weights_of(layers, index)
            state = [zeros] * (2 if name == "lstm" else 1) if states is None else states[index]
            outputs = []
            for now in x[::-1] if direction else x:
                state = EQUATIONS[name](weights, now, state)
                outputs.append(state[0])
            halves.append(np.array(outputs[::-1] if direction else outputs))
            last.append(state)
        x = np.concatenate(halves, 1)
    return x, last


def softmax(x: Array) -> Array:
    """Of the last axis."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(e / e.sum(-1, keepdims=True))
