"""Surfaces have colors, textures and slow changes of light, and no edges of their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tiny_stock import rough

from asciiart.io.pictures.arrays import Gray
from asciiart.train.contours import surfaces
from asciiart.train.contours.surfaces import (
    Random,
    make_color,
    make_surface,
    make_texture,
    relief,
    slow_noise,
)

SIZE = 96
RED = np.full((40, 60, 3), (255, 0, 0), np.uint8)


@pytest.mark.parametrize("texture", surfaces._COMPUTED)
def test_computed_textures_have_one_strength(texture: Callable[[Random, int], Gray]) -> None:
    made = texture(np.random.default_rng(0), SIZE)
    assert made.shape == (SIZE, SIZE)
    assert made.dtype == np.float32
    assert abs(float(made.mean())) < 1e-3
    assert abs(float(made.std()) - 1) < 1e-3


@pytest.mark.parametrize("texture", surfaces._COMPUTED)
def test_computed_textures_are_everywhere(texture: Callable[[Random, int], Gray]) -> None:
    made = texture(np.random.default_rng(1), SIZE)
    quarters = made.reshape(2, SIZE // 2, 2, SIZE // 2).std((1, 3))
    assert quarters.min() > 0.3


def test_nothing_is_no_texture() -> None:
    assert not surfaces._unit(np.full((8, 8), 3, np.float32)).any()


def test_most_textures_are_photographs_the_others_are_gray() -> None:
    made = [make_texture(np.random.default_rng(seed), SIZE, [RED]) for seed in range(40)]
    photographs = [texture for texture in made if (texture[..., 1:] == 0).all()]
    assert 20 < len(photographs) < 40
    for texture in made:
        assert texture.shape == (SIZE, SIZE, 3)
        assert texture.dtype == np.float32
        if (texture[..., 1:] == 0).all():
            assert (texture[..., 0] == 1).all()
        else:
            assert (texture == texture[..., :1]).all()
            assert 0 <= texture.min() < texture.max() <= 1


@pytest.mark.parametrize("shape", [(40, 60), (300, 30), (400, 400)])
def test_photographs_fill_a_surface_without_a_seam(shape: tuple[int, int]) -> None:
    height, width = shape
    y, x = np.mgrid[:height, :width]
    slope = 255 * (x / width + y / height) / 2
    photograph = np.repeat(slope[..., None], 3, axis=2).astype(np.uint8)
    for seed in range(12):
        texture = surfaces._tiled(np.random.default_rng(seed), SIZE, photograph)
        assert texture.shape == (SIZE, SIZE, 3)
        steepest = 2 * (0.5 / min(shape) + 2 / 255)  # it is enlarged, or reduced to a half
        assert np.abs(np.diff(texture, axis=0)).max() <= steepest
        assert np.abs(np.diff(texture, axis=1)).max() <= steepest


def test_a_photograph_is_turned_and_mirrored() -> None:
    x = np.arange(SIZE * 2, dtype=np.uint8)
    photograph = np.repeat(np.tile(x, (SIZE * 2, 1))[..., None], 3, axis=2)
    seen = set()
    for seed in range(24):
        texture = surfaces._tiled(np.random.default_rng(seed), SIZE, photograph)[..., 0]
        seen.add((np.ptp(texture[0]) > np.ptp(texture[:, 0])).item())
    assert seen == {True, False}


def test_relief_has_no_color_of_its_own() -> None:
    texture = rough((SIZE, SIZE)).astype(np.float32) / np.float32(255)
    made = relief(texture)
    assert np.abs(made.mean((0, 1))).max() < 1e-4
    assert np.allclose(np.diff(made, axis=0), np.diff(texture, axis=0), atol=1e-6)


def test_slow_noise_is_slow() -> None:
    noise = slow_noise(np.random.default_rng(0), SIZE, 4)
    assert noise.shape == (SIZE, SIZE)
    assert noise.std() > 0.3
    assert np.abs(np.diff(noise, axis=0)).max() < 0.25
    assert np.abs(np.diff(noise, axis=1)).max() < 0.25


def test_colors_are_of_every_hue_and_rarely_strong() -> None:
    random = np.random.default_rng(0)
    colors = np.array([make_color(random) for _ in range(300)])
    assert colors.shape == (300, 3)
    assert colors.min() >= 0
    assert colors.max() <= 1
    spread = np.ptp(colors, axis=1) / colors.max(1)
    assert np.median(spread) < 0.5
    assert spread.max() > 0.7
    assert set(colors.argmax(1)) == {0, 1, 2}


def test_surfaces_are_colors() -> None:
    for seed in range(12):
        surface = make_surface(np.random.default_rng(seed), SIZE, [rough((50, 50))])
        assert surface.shape == (SIZE, SIZE, 3)
        assert surface.dtype == np.float32
        assert surface.min() >= 0
        assert surface.max() <= 1


def test_a_seed_makes_one_surface() -> None:
    first, again, other = (
        make_surface(np.random.default_rng(seed), SIZE, [rough((50, 50))]) for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_light_falls_off_evenly() -> None:
    light = surfaces._ramp(np.random.default_rng(0), SIZE)
    assert np.abs(np.diff(light, 2, axis=0)).max() < 1e-5
    assert np.abs(np.diff(light, 2, axis=1)).max() < 1e-5
    assert float(light.mean()) == pytest.approx(1, abs=0.02)
    assert light.std() > 0
