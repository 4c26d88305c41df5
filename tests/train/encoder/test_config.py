"""The recipes, and what a configuration refuses."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
import torch

from asciiart.core.learning.optimizers import OPTIMIZERS, SCHEDULES
from asciiart.errors import OptionError
from asciiart.train.encoder.config import DEBIAN_PACKAGES, RECIPES, TRAINING_FONTS


@pytest.mark.parametrize(
    "name", ["steps", "cells_per_step", "glyphs_per_step", "pages", "learning_rate"]
)
@pytest.mark.parametrize("value", [0, -1])
def test_numbers_must_be_positive(name: str, value: int) -> None:
    with pytest.raises(OptionError, match=f"^{name} must be positive, not {value}$"):
        replace(RECIPES["tone"], **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("learning_rate", float("nan"), "learning_rate"),
        ("learning_rate", float("inf"), "learning_rate"),
        ("clip_norm", 0, "clip_norm"),
        ("clip_norm", float("inf"), "clip_norm"),
        ("unexplained_weight", -0.1, "unexplained_weight"),
        ("reconstruction_weight", float("nan"), "reconstruction_weight"),
        ("seed", -1, "seed"),
        ("seed", 2**32, "seed"),
        ("fonts", (), "font"),
        ("device", "toaster", "toaster"),
        ("cell_height", 24, "rows of 24 px"),
    ],
)
def test_other_values_that_cannot_be(name: str, value: object, message: str) -> None:
    with pytest.raises(OptionError, match=message) as error:
        replace(RECIPES["tone"], **{name: value})  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


@pytest.mark.skipif(torch.cuda.is_available(), reason="has the device that is asked for")
def test_a_device_that_is_not_there() -> None:
    with pytest.raises(OptionError, match="cuda"):
        replace(RECIPES["tone"], device="cuda")


def test_recipes_are_complete() -> None:
    assert set(RECIPES) == {"structure", "tone"}
    for mode, recipe in RECIPES.items():
        assert recipe.mode == mode
        assert recipe.optimizer in OPTIMIZERS
        assert recipe.schedule in SCHEDULES
        assert recipe.fonts == TRAINING_FONTS
        down = right = 1
        for stage in recipe.stages:
            assert stage.kernel_size % 2 == 1
            down, right = down * stage.stride[0], right * stage.stride[1]
        assert recipe.cell_height % down == 0
        assert recipe.cell_height // 2 % right == 0
    with pytest.raises(FrozenInstanceError):
        RECIPES["tone"].steps = 1  # type: ignore[misc]


def test_fonts_of_the_tests_are_not_trained_on() -> None:
    assert not [name for name in TRAINING_FONTS if name.startswith(("DejaVu", "JetBrains"))]
    assert len(set(TRAINING_FONTS)) == len(TRAINING_FONTS)
    assert all(package.startswith("fonts-") for package in DEBIAN_PACKAGES.split())
