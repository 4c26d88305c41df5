"""Task denoise: noise and PSNR as they are said to be; every network learns, and can be tried."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.glyphs.font import load_font
from asciiart.train.lab import denoise
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.denoise import (
    DEVIATION,
    RECIPES,
    SIDE,
    SPOTS,
    by_filters,
    psnr,
    restore,
    spoil,
    window_batches,
)
from asciiart.train.lab.filters import median_filter
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.text_lines import text_lines, words_of_names


@pytest.fixture(autouse=True)
def _few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denoise, "LINES", 8)
    monkeypatch.setattr(denoise, "ASKED_LINES", 3)
    monkeypatch.setattr(denoise, "NEAREST_COUNT", 300)


def lines(count: int = 4) -> torch.Tensor:
    return text_lines([load_font("DejaVu Sans Mono")], ("letter", "sign"), count, 0)


@pytest.mark.parametrize("network", TASKS["denoise"].bars)
def test_learns_and_is_judged(network: str) -> None:
    outcome = denoise.teach(network, LESSON)
    figures = outcome.figures
    assert next(iter(figures)) == TASKS["denoise"].figure
    assert all(math.isfinite(figure) for figure in figures.values())
    assert set(outcome.baselines) == {
        "median filter",
        "linear filter",
        "mean of nearest windows",
    }
    assert all(figures["PSNR noisy"] < each < 30 for each in outcome.baselines.values())
    assert isinstance(outcome.samples, Image.Image)
    assert not outcome.network.training


@pytest.mark.parametrize("network", ["sparse", "unpooling"])
def test_what_was_trained_can_be_tried(network: str, tmp_path: Path) -> None:
    run_task(TASKS, "denoise", network, replace(LESSON, folder=tmp_path))
    noise = np.random.default_rng(0).integers(0, 256, (35, 51), np.uint8)
    Image.fromarray(noise).save(tmp_path / "given.png")
    tried = try_task(TASKS, "denoise", str(tmp_path / "given.png"), tmp_path)
    assert tried.network == network
    assert isinstance(tried.answer, Image.Image)
    assert tried.answer.size == (51, 35)


def test_the_seed_decides() -> None:
    first, same, other = (
        denoise.teach("variational", replace(LESSON, seed=seed)) for seed in (1, 1, 2)
    )
    assert first.figures == same.figures
    assert first.baselines == same.baselines
    assert first.figures["PSNR"] != other.figures["PSNR"]
    assert first.samples == same.samples


@pytest.mark.parametrize("validate", [False, True])
def test_judges_by_held_out_fonts_and_words(
    validate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    usual = denoise.restore

    def watched(network: torch.nn.Module, noisy: torch.Tensor, *, whole: bool) -> torch.Tensor:
        asked.append(noisy)
        return usual(network, noisy, whole=whole)

    monkeypatch.setattr(denoise, "restore", watched)
    lesson = replace(LESSON, validate=validate)
    denoise.teach("convolutional", lesson)
    words = words_of_names(validate=validate).held_out
    held_out = text_lines(lesson.fonts().held_out, words, 3, lesson.seed)
    assert torch.equal(asked[0], spoil(held_out, lesson.seed))


def test_noise_is_what_it_is_said_to_be() -> None:
    gray = torch.full((40, 1, 32, 32), 0.5)
    noisy = spoil(gray, 3)
    assert torch.equal(noisy, spoil(gray, 3))
    assert not torch.equal(noisy, spoil(gray, 4))
    assert 0 <= noisy.min() <= noisy.max() <= 1
    # Beside the spots 2 sigma of the Gaussian reach 0 and 1.
    beyond = math.erfc(0.5 / DEVIATION / math.sqrt(2))
    extreme = ((noisy == 0) | (noisy == 1)).float().mean().item()
    assert extreme == pytest.approx(SPOTS + (1 - SPOTS) * beyond, abs=0.01)
    inner = noisy[(noisy - 0.5).abs() < DEVIATION] - 0.5  # within one sigma
    assert len(inner) / noisy.numel() == pytest.approx((1 - SPOTS) * 0.683, abs=0.01)


def test_making_noise_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    spoil(lines(), 1)
    assert torch.equal(torch.rand(1), expected)


def test_batches_depend_on_the_step_alone() -> None:
    pictures = lines()
    outside, inside = RECIPES["sparse"], RECIPES["denoising"]
    noisy, clean = window_batches(pictures, 5, outside)(2)
    assert noisy.shape == clean.shape == (outside.batch, 1, SIDE, SIDE)
    assert torch.equal(window_batches(pictures, 5, outside)(2)[0], noisy)
    assert 5 < psnr(noisy, clean) < 13
    assert torch.equal(window_batches(pictures, 5, inside)(2)[0], clean)
    assert not torch.equal(window_batches(pictures, 6, outside)(2)[1], clean)
    assert not torch.equal(window_batches(pictures, 5, outside)(3)[1], clean)


def test_every_network_learns_from_noise() -> None:
    """Some of the networks spoil their input themselves, the others get it spoilt."""
    for name, recipe in RECIPES.items():
        network = denoise.build(name, {})
        batch = window_batches(lines(), 0, recipe)(0)
        seen: list[torch.Tensor] = []
        first = next(
            m for m in network.modules() if isinstance(m, torch.nn.Linear | torch.nn.Conv2d)
        )
        first.register_forward_pre_hook(lambda _, inputs, seen=seen: seen.append(inputs[0]))
        network.loss(batch)  # type: ignore[operator]
        assert psnr(seen[0].detach().view_as(batch[-1]), batch[-1]) < 13, name


def test_filters_get_their_best_settings() -> None:
    """A median filter of 5 erases thin strokes, and of 3 leaves spots on empty paper."""
    text, blank = lines(8), torch.zeros(8, 1, 32, 128)
    for known, side in ((text, 3), (blank, 5)):
        noisy = spoil(known, 9)
        found = by_filters(noisy, known, 0)["median filter"]
        assert torch.equal(found, median_filter(noisy, side))


def test_psnr_follows_its_formula() -> None:
    clean, restored = torch.rand(2, 3, 1, 4, 5)
    errors = ((restored - clean).numpy() ** 2).mean((1, 2, 3))
    assert psnr(restored, clean) == pytest.approx(np.mean(10 * np.log10(1 / errors)), rel=1e-5)


@pytest.mark.parametrize("whole", [False, True])
def test_restored_pictures_stay_within_ink(whole: bool) -> None:
    restored = restore(torch.nn.Conv2d(1, 1, 1), 99 * torch.randn(3, 1, 33, 47), whole=whole)
    assert restored.shape == (3, 1, 33, 47)
    assert restored.min() == 0
    assert restored.max() == 1
