"""Baselines that paste, blend and patch."""

from __future__ import annotations

import torch

from asciiart.train.lab.tasks.restyle.rules import blended, pasted, patched
from asciiart.train.lab.tasks.restyle.styles import SIZE, STYLES


def test_pasting_shows_the_sample_within_the_letter() -> None:
    letter, sample = torch.zeros(1, 1, 4, 4), torch.rand(1, 1, 4, 4)
    letter[..., :2] = 1
    made = pasted(letter, sample)
    assert torch.equal(made[..., :2], sample[..., :2])
    assert made[..., 2:].max() == 0


def test_blending_is_a_mean() -> None:
    ones = torch.ones(1, 1, 2, 2)
    assert torch.allclose(blended(0 * ones, ones, 0.3), 0.3 * ones)


def test_patches_carry_a_texture_to_another_shape() -> None:
    wide, tall = torch.zeros(2, 1, SIZE, SIZE)
    wide[:, 15:35, 4:44] = 1
    tall[:, 4:44, 15:35] = 1
    sample = STYLES["striped"](wide)
    made = patched(tall[None], sample[None])[0, 0]
    inside = made[8:40, 18:32]
    assert made.shape == (SIZE, SIZE)
    assert inside.mean(1).std() > 0.2  # stripes
    assert made[:, :8].max() < 0.5
    assert inside.mean() > 0.2
