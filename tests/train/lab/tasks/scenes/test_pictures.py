"""Rendered scenes: every kind is drawn, in colors that tell nothing, and the seed decides."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.train.lab.tasks.scenes import pictures
from asciiart.train.lab.tasks.scenes.pictures import KINDS, SIZE, draw_scene, draw_scenes


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_of_every_kind_is_a_picture(kind: str) -> None:
    scene = draw_scene(kind, np.random.default_rng(1))
    assert scene.shape == (3, SIZE, SIZE)
    assert scene.dtype == np.float32
    assert 0 <= scene.min() < scene.max() <= 1
    assert scene.std((1, 2)).min() > 0.03  # more than noise, in every channel


def test_the_seed_decides() -> None:
    scenes, kinds = draw_scenes(12, 3)
    again, labels = draw_scenes(12, 3)
    assert torch.equal(scenes, again)
    assert torch.equal(kinds, labels)
    assert not torch.equal(draw_scenes(12, 4)[0], scenes)


def test_kinds_are_equally_frequent_and_colors_do_not_tell_them() -> None:
    scenes, kinds = draw_scenes(700, 0)
    assert torch.bincount(kinds, minlength=len(KINDS)).min() > 70
    colors = scenes.mean((2, 3))  # (B, 3)
    means = torch.stack([colors[kinds == kind].mean(0) for kind in range(len(KINDS))])
    assert (means - means.mean(0)).abs().max() < 0.06


def test_neighboring_shapes_differ_in_color() -> None:
    canvas = pictures.SceneCanvas(np.random.default_rng(0))
    before = np.asarray(canvas.image, int)[0, 0]
    for _ in range(50):
        canvas.box(0, 0, 1, 1)
        color = np.asarray(canvas.image, int)[0, 0]
        assert np.abs(before - color).max() >= 0.25 * 255 - 1
        before = color
