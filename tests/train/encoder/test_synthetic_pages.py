"""Synthetic pages: the right range and shape, made anew from the seed, and not all alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from asciiart.glyphs.rasterize import Ink
from asciiart.page.strokes import find_strokes
from asciiart.train.encoder.synthetic_pages import dead_leaves, draw_strokes

Draw = Callable[[np.random.Generator, int], Ink]


@pytest.mark.parametrize("draw", [draw_strokes, dead_leaves])
@pytest.mark.parametrize("size", [64, 256])
def test_pages_are_ink(draw: Draw, size: int) -> None:
    for seed in range(4):
        page = draw(np.random.default_rng(seed), size)
        assert page.shape == (size, size)
        assert page.dtype == np.float32
        assert 0 <= page.min() <= page.max() <= 1


@pytest.mark.parametrize("draw", [draw_strokes, dead_leaves])
def test_same_seed_same_page(draw: Draw) -> None:
    first, same, other = (draw(np.random.default_rng(seed), 128) for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_strokes_are_thin_lines_on_blank_paper() -> None:
    pages = [draw_strokes(np.random.default_rng(seed), 512) for seed in range(12)]
    widths = []
    for page in pages:
        assert np.median(page) == 0
        assert page.max() == 1
        widths.append(page.sum() / find_strokes(page).length)
    assert min(widths) > 1.5
    assert max(widths) < 7
    assert max(widths) - min(widths) > 1  # 2 to 4 pixels and antialiasing


def test_strokes_run_in_all_directions() -> None:
    angles = []
    for seed in range(12):
        strokes = find_strokes(draw_strokes(np.random.default_rng(seed), 512))
        angles.append(strokes.angle[strokes.skeleton] % np.pi)
    counts, _ = np.histogram(np.concatenate(angles), 8, (0, np.pi))
    assert counts.min() > 0.03 * counts.sum()


def test_leaves_have_the_statistics_of_photographs() -> None:
    """Neighbors are alike, differences of neighbors have heavy tails, pages differ in mean."""
    pages = [dead_leaves(np.random.default_rng(seed), 256) for seed in range(12)]
    means = [float(page.mean()) for page in pages]
    assert max(means) - min(means) > 0.2
    kurtoses = []
    for page in pages:
        assert page.std() > 0.03
        assert np.corrcoef(page[:, 1:].ravel(), page[:, :-1].ravel())[0, 1] > 0.7
        step = np.diff(page[:, ::4], axis=1).ravel()
        kurtoses.append(float(((step - step.mean()) ** 4).mean() / step.var() ** 2))
    assert np.median(kurtoses) > 4  # a normal distribution has 3
