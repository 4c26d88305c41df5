"""Rendered scenes: their lines are where things end, never where texture or shadow is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from asciiart.io.pictures.arrays import Points
from asciiart.train.contours import scenes
from asciiart.train.contours.scenes import HELD_OUT_TEXTURES, TRAINING_TEXTURES, Texture, make_scene

SIZE = 128


def canvas(seed: int = 0, textures: tuple[Texture, ...] = TRAINING_TEXTURES) -> scenes._Canvas:
    return scenes._Canvas(np.random.default_rng(seed), SIZE, textures)


def circle(radius: float) -> Points:
    return scenes._ellipse(np.array([64.0, 64.0]), np.array([radius, radius]), 0.0)


def test_the_seed_decides_everything() -> None:
    first, again, other = (make_scene(seed, SIZE) for seed in (3, 3, 4))
    assert np.array_equal(first.gray, again.gray)
    assert np.array_equal(first.lines, again.lines)
    assert not np.array_equal(first.gray, other.gray)


@pytest.mark.parametrize("textures", [TRAINING_TEXTURES, HELD_OUT_TEXTURES])
def test_scenes_are_brightness_and_few_lines(textures: tuple[Texture, ...]) -> None:
    made = [make_scene((1, seed), SIZE, textures) for seed in range(12)]
    for scene in made:
        assert scene.gray.shape == scene.lines.shape == (SIZE, SIZE)
        assert scene.gray.dtype == np.float32
        assert scene.lines.dtype == bool
        assert 0 <= scene.gray.min() < scene.gray.max() <= 1
    assert 0.005 < np.mean([scene.lines.mean() for scene in made]) < 0.15


def test_no_texture_is_trained_on_and_held_out() -> None:
    assert not set(TRAINING_TEXTURES) & set(HELD_OUT_TEXTURES)


@pytest.mark.parametrize("texture", TRAINING_TEXTURES + HELD_OUT_TEXTURES)
def test_textures_have_one_strength(texture: Texture) -> None:
    made = texture(np.random.default_rng(0), SIZE)
    assert made.shape == (SIZE, SIZE)
    assert abs(float(made.mean())) < 1e-3
    assert abs(float(made.std()) - 1) < 1e-3


def test_lines_are_where_a_thing_ends_and_not_in_its_texture() -> None:
    painted = canvas()
    painted.cover(circle(200), 0.9, rough=0)
    painted.cover(circle(30), 0.2, rough=1)
    lines = painted.lines()
    yy, xx = np.nonzero(lines)
    assert np.abs(np.hypot(xx - 64, yy - 64) - 30).max() <= 2
    assert len(yy) > 2 * np.pi * 30 * 0.9
    inside = np.hypot(*(np.mgrid[:SIZE, :SIZE] - 64)) < 25
    assert float((painted.gray - painted.plain)[inside].std()) > 0.01


def test_a_shadow_is_no_line() -> None:
    painted = canvas()
    painted.cover(circle(200), 0.8, rough=0)
    before = painted.gray.copy()
    painted.shadow()
    assert float((before - painted.gray).max()) > 0.05
    assert not painted.lines().any()


def test_a_feature_is_one_line() -> None:
    painted = canvas()
    inside = painted.cover(circle(200), 0.6, rough=0)
    painted.feature(np.array([[30.0, 64.0], [98.0, 64.0]]), 3, -0.3, inside)
    yy, _ = np.nonzero(painted.lines())
    assert set(yy.tolist()) == {64}
    assert len(yy) >= 66


def test_what_is_covered_is_no_line() -> None:
    painted = canvas()
    painted.cover(circle(200), 0.9, rough=0)
    inside = painted.cover(circle(20), 0.1, rough=0)
    painted.feature(np.array([[54.0, 64.0], [74.0, 64.0]]), 2, 0.3, inside)
    assert painted.drawn.any()
    painted.cover(circle(50), 0.4, rough=0)
    yy, xx = np.nonzero(painted.lines())
    assert np.hypot(xx - 64, yy - 64).min() > 47


def test_what_nobody_sees_is_no_line() -> None:
    painted = canvas()
    painted.cover(circle(200), 0.5, rough=0)
    painted.plain[:] = 0.5
    painted.owner[:, 64:] = 7
    assert not painted.lines().any()


@pytest.mark.parametrize(("sigma", "lost"), [(1.0, False), (8.0, True)])
def test_lines_are_lost_out_of_focus(sigma: float, lost: bool) -> None:
    painted = canvas()
    painted.cover(circle(200), 0.9, rough=0)
    painted.cover(circle(30), 0.2, rough=0)
    painted.blur(sigma)
    assert painted.lines().any() != lost


def test_a_face_has_features() -> None:
    painted = canvas(2)
    painted.cover(circle(200), 0.1, rough=0)
    scenes._paint_face(painted, np.array([64.0, 64.0]), 50)
    inner = np.zeros((SIZE, SIZE), np.uint8)
    cv2.circle(inner, (64, 70), 30, 1, -1)
    pieces = cv2.connectedComponents((painted.lines() & (inner > 0)).astype(np.uint8))[0] - 1
    assert pieces >= 5  # two eyes, two brows, a nose or a mouth at least
