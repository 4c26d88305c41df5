"""The gated recurrent unit as it is taught, beside torch's.

The two differ in the place of the reset gate and in the direction of the update gate, and have
different functions: weights trained for one are wrong for the other. `convert_gru_cell` carries
them over where that can be done.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

GRU_VARIANTS = ("cho", "torch")
"""Forms of the gated recurrent unit."""


class GRUCell(nn.RNNCellBase):
    """One step of a gated recurrent unit: x (B, I), h (B, D) -> h' (B, D).

    ``r = σ(W_r x + U_r h)`` and ``z = σ(W_z x + U_z h)`` are the reset and the update gate.

    ===========  ================================  ===========================
    ``variant``  candidate h~                      h'
    ===========  ================================  ===========================
    ``cho``      ``tanh(W x + U (r ⊙ h))``         ``(1 - z) ⊙ h + z ⊙ h~``
    ``torch``    ``tanh(W x + r ⊙ (U h))``         ``(1 - z) ⊙ h~ + z ⊙ h``
    ===========  ================================  ===========================

    The reset before the product is that of Cho et al. 2014, "Learning phrase representations using
    RNN encoder-decoder"; z as the share of what is new that of Bahdanau et al. 2015 and Chung et
    al. 2014, and of most lectures (in Cho et al. it is the share of what stays, as in torch). The
    other is `torch.nn.GRUCell`, which follows cuDNN: its product needs no r, so that all three
    gates are computed at once.

    Parameters and their layout are those of `torch.nn.GRUCell` (reset, update, candidate; two
    biases, of which the papers have one or none), and so are the initial values: a state dict of
    one can be loaded into the other, which does not make the functions equal.

    Raises
    ------
    ValueError
        If the variant is unknown.
    """

    def __init__(self, input_size: int, hidden_size: int, *, variant: str = "cho") -> None:
        super().__init__(input_size, hidden_size, bias=True, num_chunks=3)
        if variant not in GRU_VARIANTS:
            raise ValueError(f"variant {variant!r} is unknown (there are: cho, torch)")
        self.variant = variant

    def forward(self, x: Tensor, h: Tensor | None = None) -> Tensor:
        """Return the next state (B, D); without ``h`` the state before is zeros."""
        h = x.new_zeros(len(x), self.hidden_size) if h is None else h
        gates = slice(2 * self.hidden_size)  # rows of the reset and the update gate
        rest = slice(2 * self.hidden_size, None)  # rows of the candidate
        w, u = self.weight_ih, self.weight_hh
        b, c = cast(Tensor, self.bias_ih), cast(Tensor, self.bias_hh)
        both = functional.linear(x, w[gates], b[gates]) + functional.linear(h, u[gates], c[gates])
        reset, update = both.sigmoid().chunk(2, 1)  # (B, 2D) -> (B, D) each
        inward = functional.linear(x, w[rest], b[rest])  # (B, D)
        if self.variant == "cho":
            candidate = (inward + functional.linear(reset * h, u[rest], c[rest])).tanh()
            return (1 - update) * h + update * candidate
        candidate = (inward + reset * functional.linear(h, u[rest], c[rest])).tanh()
        return (1 - update) * candidate + update * h


@torch.no_grad()
def convert_gru_cell(cell: GRUCell) -> GRUCell:
    """Return the cell of the other variant that computes the same, where there is one.

    The update gates always agree if that of one cell has the negated weights and biases of the
    other's, as σ(-a) = 1 - σ(a).

    The reset gates agree, r ⊙ (U h) = U (r ⊙ h) for every h, only where each two units that U
    connects are always reset alike: U is diagonal, or the units have equal weights and biases in
    the reset gate. And torch's variant also resets the candidate's hidden bias, which must
    therefore be 0; the other's bias is moved to the inputs. A trained cell satisfies none of this,
    so its weights cannot be carried over.

    Raises
    ------
    ValueError
        If there is no such cell.
    """
    size = cell.hidden_size
    rows = torch.cat([cell.weight_ih, cell.weight_hh, _bias(cell)[:, None]], 1)[:size]  # (D, ...)
    alike = (rows[:, None] == rows).all(2)  # (D, 1, ...) == (D, ...) -> (D, D)
    if not alike[cell.weight_hh[2 * size :] != 0].all():
        raise ValueError("the candidate connects units that are not reset alike")
    hidden_bias = cast(Tensor, cell.bias_hh)[2 * size :]  # (D,)
    if cell.variant == "torch" and hidden_bias.any():
        raise ValueError("the candidate's hidden bias is reset, too, and is not 0")
    other = GRUCell(cell.input_size, size, variant="torch" if cell.variant == "cho" else "cho").to(
        cell.weight_ih
    )
    sign = torch.ones_like(_bias(cell))  # (3D,)
    sign[size : 2 * size] = -1  # the update gate
    other.weight_ih.copy_(sign[:, None] * cell.weight_ih)
    other.weight_hh.copy_(sign[:, None] * cell.weight_hh)
    cast(Tensor, other.bias_ih).copy_(sign * _bias(cell))
    cast(Tensor, other.bias_hh).zero_()
    return other


def _bias(cell: GRUCell) -> Tensor:
    return cast(Tensor, cell.bias_ih) + cast(Tensor, cell.bias_hh)  # (3D,)


class GRU(nn.Module):
    """Layers of `GRUCell`, stacked and in one or both directions; `torch.nn.GRU` step by step.

    It is slower than torch's, which has one kernel for all steps.

    Shapes: x (B, T, I), state (L * directions, B, D) -> outputs (B, T, directions * D) and the
    state after the last step, as `torch.nn.GRU` with ``batch_first`` has them.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        variant: str = "cho",
        bidirectional: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bidirectional = bidirectional
        self.directions = 2 if bidirectional else 1
        self.dropout = nn.Dropout(dropout)
        self.cells = nn.ModuleList(
            GRUCell(
                input_size if layer == 0 else hidden_size * self.directions,
                hidden_size,
                variant=variant,
            )
            for layer in range(num_layers)
            for _ in range(self.directions)
        )

    def forward(
        self, x: Tensor, state: Tensor | None = None, *, lengths: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return outputs and last state; with ``lengths`` (B,) as `run_cell` describes."""
        real = torch.ones_like(x[..., 0], dtype=torch.bool)  # (B, T)
        if lengths is not None:
            steps = torch.arange(x.shape[1], device=x.device)  # (T,)
            real = steps < lengths.to(x.device)[:, None]  # (T,) < (B, 1) -> (B, T)
        if state is None:
            state = x.new_zeros(len(self.cells), len(x), self.hidden_size)  # (L * dir, B, D)
        last: list[Tensor] = []
        for layer in range(self.num_layers):
            outputs: list[Tensor] = []
            for direction in range(self.directions):
                cell = self.cells[layer * self.directions + direction]
                order = range(x.shape[1]) if direction == 0 else reversed(range(x.shape[1]))
                output, h = _walk(cell, x, state[len(last)], real, order)
                outputs.append(output)
                last.append(h)
            x = torch.cat(outputs, 2)  # (B, T, directions * D)
            if layer + 1 < self.num_layers:
                x = self.dropout(x)
        return x, torch.stack(last)  # (L * directions, B, D)


def _walk(
    cell: nn.Module, x: Tensor, h: Tensor, real: Tensor, order: Iterable[int]
) -> tuple[Tensor, Tensor]:
    """Step through x (B, T, I) in ``order``; where ``real`` (B, T) is False the state waits."""
    outputs: dict[int, Tensor] = {}
    for t in order:
        now = real[:, t, None]  # (B, 1)
        h = torch.where(now, cell(x[:, t], h), h)  # (B, D)
        outputs[t] = h * now
    return torch.stack([outputs[t] for t in sorted(outputs)], 1), h  # (B, T, D), (B, D)
