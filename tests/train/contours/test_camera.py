"""A photograph shows the same scene in another light, and moves nothing."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.io.pictures.arrays import Samples
from asciiart.train.contours import camera
from asciiart.train.contours.camera import take_photograph


def halves(dark: float = 0.2, bright: float = 0.8, *, height: int = 48) -> Samples:
    """Return a scene (height, 64, 3) that is dark left of column 32 and bright right of it."""
    scene = np.full((height, 64, 3), dark, np.float32)
    scene[:, 32:] = bright
    return scene


def test_photographs_are_pictures_of_the_scene_s_size() -> None:
    for seed in range(8):
        taken = take_photograph(np.random.default_rng(seed), halves())
        assert taken.shape == (48, 64, 3)
        assert taken.dtype == np.uint8


def test_the_seed_decides_everything() -> None:
    first, again, other = (
        take_photograph(np.random.default_rng(seed), halves()) for seed in (0, 0, 1)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("seed", range(24))
def test_edges_stay_where_they_are(seed: int) -> None:
    taken = take_photograph(np.random.default_rng(seed), halves())
    profile = taken.mean((0, 2))
    assert np.diff(profile).argmax() == 31
    assert profile[32:].mean() > profile[:32].mean() + 15


def test_some_photographs_are_gray() -> None:
    scene = halves() * np.array([1, 0.4, 0.2], np.float32)
    taken = [take_photograph(np.random.default_rng(seed), scene) for seed in range(100)]
    gray = [bool((picture == picture[..., :1]).all()) for picture in taken]
    assert 3 <= sum(gray) <= 20


def test_more_than_white_is_white() -> None:
    for seed in range(8):
        white, more = (
            take_photograph(np.random.default_rng(seed), halves(bright=bright, height=16))
            for bright in (1.0, 7.0)
        )
        assert np.array_equal(white, more)


def test_light_changes_but_not_what_is_brighter() -> None:
    ramp = np.linspace(0, 1, 50, dtype=np.float32)[:, None, None].repeat(3, 2)
    exposed = [camera._expose(np.random.default_rng(seed), ramp) for seed in range(20)]
    for scene in exposed:
        assert (np.diff(scene, axis=0) > 0).all()
    middles = [scene[25].mean() for scene in exposed]
    assert max(middles) > 1.5 * min(middles)


def test_stronger_compression_keeps_less() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    worse, better = (
        np.abs(camera._compress(noise, quality).astype(int) - noise).mean() for quality in (35, 95)
    )
    assert better < 0.9 * worse
    red = np.full((16, 16, 3), (200, 30, 10), np.uint8)
    assert np.abs(camera._compress(red, 95).astype(int) - red).max() < 10
