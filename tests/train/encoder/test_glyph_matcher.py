"""The network in torch against the way its codes are used at run time."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from tiny_training import Tiny

from asciiart.core.autoencoders.convolutional import ConvStage
from asciiart.matching.cell_codes import cell_codes
from asciiart.train.encoder.config import RECIPES
from asciiart.train.encoder.glyph_matcher import (
    GlyphMatcher,
    GlyphNetwork,
    PageNetwork,
    cut_codes,
    reach_of,
    step_of,
)
from asciiart.train.onnx_export import count_parameters

STAGES = [
    RECIPES["structure"].stages,
    RECIPES["tone"].stages,
    (ConvStage(3, 3), ConvStage(3, 3)),
    (ConvStage(3, 5, (2, 1)), ConvStage(3, 3)),
    (ConvStage(4, 1, (2, 2)), ConvStage(4, 7)),
]
MAPS, SCALE = 3, 2
"""Feature maps of a glyph, and how much larger than the page they are."""


def matcher_of(stages: tuple[ConvStage, ...], size: int = 3, key_reach: int = 1) -> GlyphMatcher:
    torch.manual_seed(0)
    down, right = (math.prod(stage.stride[axis] for stage in stages) * SCALE for axis in (0, 1))
    return GlyphMatcher(stages, size, MAPS, (down, right), key_reach).double().eval()


@pytest.mark.parametrize("stages", STAGES)
def test_scores_are_those_of_the_runtime(stages: tuple[ConvStage, ...]) -> None:
    """torch lays out its channels-first codes in another order than `cell_codes`."""
    matcher = matcher_of(stages)
    sy, sx = step_of(matcher)
    height, width, rows, columns = 16, 8, 3, 5
    page = torch.rand(1, 1, rows * height, columns * width, dtype=torch.float64)
    glyphs = torch.rand(6, MAPS, SCALE * height, SCALE * width, dtype=torch.float64)
    block = (height // sy, width // sx)
    with torch.no_grad():
        queries = cut_codes(matcher.query(page), block)
        trained = queries @ cut_codes(matcher.glyphs(glyphs).key, block).T
        code = PageNetwork(matcher)(page)[0].numpy()
        keys, biases = (output.numpy() for output in GlyphNetwork(matcher)(glyphs))
    runtime = cell_codes(code, rows, columns) @ keys.swapaxes(1, 2).reshape(6, -1).T
    assert runtime.shape == (rows * columns, 6)
    np.testing.assert_allclose(runtime, trained.numpy(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(biases, matcher.glyphs(glyphs).bias.detach().numpy())
    assert np.sort(queries[7].numpy()) == pytest.approx(np.sort(cell_codes(code, rows, columns)[7]))


@pytest.mark.parametrize("reach", [0, 1, 2])
def test_a_feature_asks_the_positions_within_reach_and_no_other(reach: int) -> None:
    matcher = matcher_of(STAGES[3], key_reach=reach)  # a step of 2 x 1, so patches of 4 x 2
    glyph = torch.zeros(1, MAPS, 28, 14, dtype=torch.float64)
    glyph[0, 1, 4 * 3 + 1, 2 * 4 + 1] = 1
    with torch.no_grad():
        found = matcher.glyphs(glyph)
    asked = found.key[0].abs().sum(0) > 0
    expected = torch.zeros(7, 7, dtype=torch.bool)
    expected[3 - reach : 4 + reach, 4 - reach : 5 + reach] = True
    assert torch.equal(asked, expected)
    assert float(found.bias.detach()) == float(matcher.bias.weight.detach()[0, 1, 1, 1])


def test_keys_and_biases_are_linear_in_the_features() -> None:
    matcher = matcher_of(STAGES[0])
    first, second = torch.rand(2, 1, MAPS, 32, 16, dtype=torch.float64)
    with torch.no_grad():
        parts = [matcher.glyphs(features) for features in (first, second, first + 2 * second)]
    assert torch.allclose(parts[2].key, parts[0].key + 2 * parts[1].key)
    assert torch.allclose(parts[2].bias, parts[0].bias + 2 * parts[1].bias)


def test_cells_of_several_pages_are_cut_in_reading_order() -> None:
    code = torch.arange(2 * 3 * 4 * 6).reshape(2, 3, 4, 6)
    found = cut_codes(code, (2, 3))
    assert found.shape == (8, 18)
    expected = [
        code[b, :, y : y + 2, x : x + 3].reshape(-1) for b in (0, 1) for y in (0, 2) for x in (0, 3)
    ]
    assert torch.equal(found, torch.stack(expected))


@pytest.mark.parametrize("stages", STAGES)
def test_reach_is_how_far_a_pixel_is_felt(stages: tuple[ConvStage, ...]) -> None:
    matcher, reach = matcher_of(stages), reach_of(stages)
    for parameter in matcher.parameters():  # no rectifier shall hide a change
        parameter.data.abs_()
    sy, sx = step_of(matcher)
    page = torch.rand(1, 1, 64, 64, dtype=torch.float64)
    top, left = 32 // sy * sy, 32 // sx * sx

    def change(y: int, x: int) -> float:
        other = page.clone()
        other[0, 0, y, x] += 1
        with torch.no_grad():
            moved = (matcher.query(other) - matcher.query(page))[0, :, top // sy, left // sx]
        return float(moved.abs().max())

    assert change(top, left - reach) > 0 or change(top - reach, left) > 0
    assert change(top, left) > 0
    for d in (reach + 1, reach + 2, reach + 5):
        for y, x in (
            (top - d, left),
            (top + sy - 1 + d, left),
            (top, left - d),
            (top, left + sx - 1 + d),
        ):
            assert change(y, x) == 0


def test_parameters_are_counted() -> None:
    matcher = matcher_of((ConvStage(4, 3),), 2)
    trunk, code, decoder = 4 * 9 + 4, 2 * 4 + 2, 2 * 9 + 1
    key, bias = 2 * MAPS * (3 * SCALE) ** 2, MAPS * SCALE**2
    assert count_parameters(matcher) == trunk + code + decoder + key + bias


def test_training_moves_every_part(made: Tiny) -> None:
    from asciiart.train.encoder.fit import build_matcher  # noqa: PLC0415 - beside what it is compared with

    start = build_matcher(made.config).state_dict()
    for name, value in made.trained.matcher.state_dict().items():
        assert not torch.equal(value, start[name]), name
