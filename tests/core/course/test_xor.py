"""XOR with the lecture's weights, with its thresholds, and learned."""

from __future__ import annotations

import itertools

import pytest
import torch

from asciiart.core.course.xor import (
    CORNERS,
    SIGMOID_XOR,
    XOR,
    TwoLayers,
    gradients,
    learn_xor,
    run,
    sign_xor,
    solved,
)


def signs(layers: TwoLayers) -> list[list[float]]:
    hidden, output = run(layers, CORNERS, "sign")
    return [*hidden.T.tolist(), output.tolist()]


def test_the_lectures_sigmoid_units_are_or_nand_and_their_and() -> None:
    hidden, output = run(SIGMOID_XOR, CORNERS)
    expected = torch.tensor([[0.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    torch.testing.assert_close(hidden, expected, atol=1e-4, rtol=0)
    torch.testing.assert_close(output, XOR, atol=1e-4, rtol=0)
    assert solved(SIGMOID_XOR)


def test_the_weights_are_the_lectures() -> None:
    assert SIGMOID_XOR.hidden.tolist() == [[20, 20, -10], [-20, -20, 30]]
    assert SIGMOID_XOR.output.tolist() == [20, 20, -30]
    assert sign_xor((1.5, 2.5)).hidden.tolist() == [[1, 1, -1.5], [1, 1, -2.5]]
    assert sign_xor((1.5, 2.5)).output.tolist() == [1, -1, -1]


def test_sign_units_with_thresholds_a_half_and_three_halves_are_or_and_xor() -> None:
    assert signs(sign_xor((0.5, 1.5))) == [[-1, 1, 1, 1], [-1, -1, -1, 1], [-1, 1, 1, -1]]


def test_the_lectures_thresholds_do_not_give_xor_with_weights_of_1() -> None:
    """The first unit is the AND, the second never fires, and the output is the AND."""
    assert signs(sign_xor((1.5, 2.5))) == [[-1, -1, -1, 1], [-1] * 4, [-1, -1, -1, 1]]


def test_the_lectures_thresholds_give_xor_with_weights_of_2() -> None:
    assert signs(sign_xor((1.5, 2.5), weight=2.0))[2] == [-1, 1, 1, -1]


def test_the_lectures_thresholds_give_xor_if_the_bias_unit_is_a_third_input() -> None:
    printed = sign_xor((1.5, 2.5))
    with_bias_unit = printed._replace(hidden=printed.hidden + torch.tensor([0.0, 0.0, 1.0]))
    assert signs(with_bias_unit) == signs(sign_xor((0.5, 1.5)))


def test_exactly_these_thresholds_give_xor() -> None:
    grid = [quarter / 4 for quarter in range(-4, 16)]
    for first, second in itertools.product(grid, grid):
        right = signs(sign_xor((first, second)))[2] == [-1, 1, 1, -1]
        assert right == (0 <= first < 1 <= second < 2), (first, second)


def test_gradients_of_several_runs_are_autograds() -> None:
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(5, 3, 3, generator=generator, dtype=torch.float64).requires_grad_()
    output = torch.randn(5, 4, generator=generator, dtype=torch.float64).requires_grad_()
    corners, targets = CORNERS.double(), XOR.double()
    _, y = run(TwoLayers(hidden, output), corners)
    assert y.shape == (5, 4)
    expected = torch.autograd.grad(((targets - y) ** 2 / 2).mean(1).sum(), (hidden, output))
    found = gradients(TwoLayers(hidden.detach(), output.detach()), corners, targets)
    torch.testing.assert_close(found.hidden, expected[0])
    torch.testing.assert_close(found.output, expected[1])


def share(hidden_units: int, seed: int, *, steps: int = 1000) -> float:
    generator = torch.Generator().manual_seed(seed)
    learned = learn_xor(50, hidden_units=hidden_units, steps=steps, generator=generator)
    return float(solved(learned).float().mean())


@pytest.mark.parametrize("seed", range(3))
def test_two_hidden_units_learn_it_in_most_runs_but_not_in_all(seed: int) -> None:
    assert share(2, seed, steps=0) < 0.2
    assert 0.55 < share(2, seed) < 0.9


def test_four_hidden_units_nearly_always_learn_it() -> None:
    assert share(4, 0) > 0.95


def test_the_same_generator_gives_the_same_weights() -> None:
    first, second = (
        learn_xor(2, steps=3, generator=torch.Generator().manual_seed(5)) for _ in range(2)
    )
    assert torch.equal(first.hidden, second.hidden)
    assert torch.equal(first.output, second.output)


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(ValueError, match="activation 'relu' is unknown"):
        run(SIGMOID_XOR, CORNERS, "relu")
