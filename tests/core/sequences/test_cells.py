"""Both forms of the GRU against NumPy and torch, and what can be carried from one to the other."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from dropped import assert_dropped
from numpy_recurrent import EQUATIONS, Weights, to_array
from torch import Tensor, nn

from asciiart.core.learning.initializers import initialize
from asciiart.core.sequences.cells import GRU, GRU_VARIANTS, GRUCell, convert_gru_cell
from asciiart.core.sequences.recurrent import run_cell

INPUT, HIDDEN = 2, 4
EQUATION = {"cho": "gru_cho", "torch": "gru"}


def randoms(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def cell_of(variant: str) -> GRUCell:
    torch.manual_seed(1)
    return GRUCell(INPUT, HIDDEN, variant=variant).double()


every_variant = pytest.mark.parametrize("variant", GRU_VARIANTS)


@every_variant
def test_the_equations_step_by_step(variant: str) -> None:
    cell, x = cell_of(variant), randoms(3, 5, INPUT)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    weights = Weights(*(to_array(getattr(cell, name)) for name in names))
    h: Tensor | None = None
    expected = [[np.zeros(HIDDEN)] for _ in range(3)]
    for t in range(5):
        h = cell(x[:, t], h)
        for b in range(3):
            expected[b] = EQUATIONS[EQUATION[variant]](weights, x[b, t].numpy(), expected[b])
            np.testing.assert_allclose(h[b].detach(), expected[b][0])


def test_torch_s_variant_is_torch_s_cell() -> None:
    cell, reference = cell_of("torch"), nn.GRUCell(INPUT, HIDDEN).double()
    reference.load_state_dict(cell.state_dict())
    x, h = randoms(3, INPUT), randoms(3, HIDDEN, seed=1)
    torch.testing.assert_close(cell(x, h), reference(x, h))
    torch.testing.assert_close(cell(x), reference(x))


@every_variant
def test_initial_values_are_torch_s(variant: str) -> None:
    torch.manual_seed(1)
    reference = nn.GRUCell(INPUT, HIDDEN).double().state_dict()
    found = cell_of(variant).state_dict()
    assert found.keys() == reference.keys()
    assert all(torch.equal(found[name], value) for name, value in reference.items())


def gate_open(cell: GRUCell, gate: int, value: float) -> None:
    """Set the bias of the reset (0) or update gate (1) so that the gate is 0 or 1."""
    assert isinstance(cell.bias_ih, Tensor)
    with torch.no_grad():
        cell.bias_ih[gate * HIDDEN : (gate + 1) * HIDDEN] = value


def test_the_update_gate_means_the_new_as_taught_and_the_old_in_torch() -> None:
    x, h = randoms(3, INPUT), randoms(3, HIDDEN, seed=1)
    for variant, kept_at in (("cho", -1e3), ("torch", 1e3)):
        cell = cell_of(variant)
        gate_open(cell, 1, kept_at)
        torch.testing.assert_close(cell(x, h), h)


@every_variant
def test_a_closed_reset_gate_forgets_the_state(variant: str) -> None:
    cell = cell_of(variant)
    gate_open(cell, 0, -1e3)
    gate_open(cell, 1, 1e3 if variant == "cho" else -1e3)  # the candidate alone
    assert isinstance(cell.bias_hh, Tensor)
    nn.init.zeros_(cell.bias_hh)
    x = randoms(3, INPUT)
    torch.testing.assert_close(cell(x, randoms(3, HIDDEN, seed=1)), cell(x))


def convertible(variant: str, kind: str) -> GRUCell:
    cell = cell_of(variant)
    assert isinstance(cell.bias_hh, Tensor)
    assert isinstance(cell.bias_ih, Tensor)
    with torch.no_grad():
        if variant == "torch":
            cell.bias_hh[2 * HIDDEN :] = 0
        if kind == "diagonal":
            cell.weight_hh[2 * HIDDEN :] *= torch.eye(HIDDEN)
        else:
            for part in (cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh):
                part[:HIDDEN] = part[:1].clone()
    return cell


@every_variant
@pytest.mark.parametrize("kind", ["diagonal", "reset alike"])
def test_where_resets_agree_a_cell_has_a_twin_of_the_other_variant(variant: str, kind: str) -> None:
    cell = convertible(variant, kind)
    twin = convert_gru_cell(cell)
    assert {cell.variant, twin.variant} == {"cho", "torch"}
    x, h = randoms(6, INPUT), 2 * randoms(6, HIDDEN, seed=1)
    torch.testing.assert_close(twin(x, h), cell(x, h))
    torch.testing.assert_close(convert_gru_cell(twin)(x, h), cell(x, h))
    same = slice(HIDDEN), slice(2 * HIDDEN, None)
    assert all(torch.equal(twin.weight_hh[part], cell.weight_hh[part]) for part in same)
    update = slice(HIDDEN, 2 * HIDDEN)
    assert torch.equal(twin.weight_hh[update], -cell.weight_hh[update])


@every_variant
def test_a_cell_whose_units_are_connected_and_reset_apart_has_no_twin(variant: str) -> None:
    cell = cell_of(variant)
    with pytest.raises(ValueError, match="not reset alike"):
        convert_gru_cell(cell)
    other = GRUCell(INPUT, HIDDEN, variant="torch" if variant == "cho" else "cho").double()
    other.load_state_dict(convert_gru_cell(convertible(variant, "diagonal")).state_dict())
    with torch.no_grad():  # all but the place of the reset gate is as it should be
        other.weight_hh[2 * HIDDEN :] = cell.weight_hh[2 * HIDDEN :]
    x, h = randoms(6, INPUT), 2 * randoms(6, HIDDEN, seed=1)
    assert (other(x, h) - cell(x, h)).abs().max() > 0.01


def test_a_hidden_bias_that_is_reset_has_no_counterpart() -> None:
    cell = convertible("torch", "diagonal")
    assert isinstance(cell.bias_hh, Tensor)
    with torch.no_grad():
        cell.bias_hh[-1] = 0.1
    with pytest.raises(ValueError, match="hidden bias"):
        convert_gru_cell(cell)


@pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both"])
@pytest.mark.parametrize("lengths", [None, torch.tensor([5, 1, 3])], ids=["whole", "lengths"])
def test_layers_of_torch_s_variant_are_torch_s_layers(
    bidirectional: bool, lengths: Tensor | None
) -> None:
    layers = GRU(INPUT, HIDDEN, 2, variant="torch", bidirectional=bidirectional).double()
    reference = nn.GRU(INPUT, HIDDEN, 2, batch_first=True, bidirectional=bidirectional).double()
    ours = [parameter for cell in layers.cells for parameter in cell.parameters()]
    with torch.no_grad():
        for mine, theirs in zip(ours, reference.parameters(), strict=True):
            theirs.copy_(mine)
    x = randoms(3, 5, INPUT)
    for state in (None, (randoms(3, 4 if bidirectional else 2, HIDDEN, seed=1),)):
        found = run_cell(layers, x, state, lengths=lengths)
        expected = run_cell(reference, x, state, lengths=lengths)
        torch.testing.assert_close(found.outputs, expected.outputs)
        torch.testing.assert_close(found.state, expected.state)


def test_layers_are_as_taught_unless_told_otherwise() -> None:
    assert [cell.variant for cell in GRU(INPUT, HIDDEN, 2).cells] == ["cho"] * 2
    assert GRUCell(INPUT, HIDDEN).variant == "cho"


def test_dropout_between_layers() -> None:
    layers = GRU(INPUT, 50, 2, dropout=0.5)
    x = randoms(4, 5, INPUT).float()
    second = layers.cells[1]
    assert_dropped(second, layers, lambda: layers(x))


def test_no_dropout_before_the_first_layer_or_after_the_last() -> None:
    one = GRU(INPUT, HIDDEN, 1, dropout=0.5)
    x = randoms(4, 5, INPUT).float()
    assert torch.equal(one.train()(x)[0], one.eval()(x)[0])


def test_initializers_fill_each_gate() -> None:
    cell = GRUCell(INPUT, HIDDEN)
    before = cell.weight_ih.clone()
    initialize(cell, "xavier_uniform")
    assert isinstance(cell.bias_hh, Tensor)
    assert not cell.bias_hh.any()
    assert (cell.weight_ih != before).all()
    assert cell.weight_ih.abs().max() <= (6 / (INPUT + HIDDEN)) ** 0.5  # of (4, 2), not of (12, 2)
    assert cell.weight_ih.abs().max() > (6 / (INPUT + 3 * HIDDEN)) ** 0.5


def test_errors_name_the_value() -> None:
    with pytest.raises(ValueError, match="'chung'"):
        GRUCell(2, 2, variant="chung")
