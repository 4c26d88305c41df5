"""Task denoise: noise, median filter and PSNR as they are said to be; every network learns."""

from __future__ import annotations

import math
from dataclasses import replace

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
    SIZE,
    SPOTS,
    best_window,
    glyph_batches,
    median_filter,
    psnr,
    restore,
    spoil,
)
from asciiart.train.lab.drawn_letters import LETTERS, letters_of


def glyphs(characters: str = "ABCDEabcde") -> torch.Tensor:
    return letters_of([load_font("DejaVu Sans Mono")], characters, SIZE).pictures


@pytest.mark.parametrize("network", TASKS["denoise"].bars)
def test_learns_and_is_judged(network: str) -> None:
    outcome = denoise.teach(network, LESSON)
    figures = outcome.figures
    assert next(iter(figures)) == TASKS["denoise"].figure
    assert all(math.isfinite(figure) for figure in figures.values())
    assert figures["gain"] == pytest.approx(figures["PSNR"] - figures["PSNR median filter"])
    assert 5 < figures["PSNR noisy"] < figures["PSNR median filter"] < 30
    assert figures["median window"] in denoise.WINDOWS
    assert isinstance(outcome.samples, Image.Image)
    assert not outcome.network.training


def test_the_seed_decides() -> None:
    first, same, other = (
        denoise.teach("variational", replace(LESSON, seed=seed)) for seed in (1, 1, 2)
    )
    assert first.figures == same.figures
    assert first.figures["PSNR"] != other.figures["PSNR"]
    assert first.samples == same.samples


def test_judges_by_the_held_out_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the network is asked for comes from the held-out font only."""
    asked = []
    usual = denoise.restore

    def watched(network: torch.nn.Module, noisy: torch.Tensor) -> torch.Tensor:
        asked.append(noisy)
        return usual(network, noisy)

    monkeypatch.setattr(denoise, "restore", watched)
    denoise.teach("sparse", LESSON)
    held_out = letters_of(LESSON.fonts().held_out, LETTERS, SIZE).pictures
    assert torch.equal(asked[0], spoil(held_out, LESSON.seed))


def test_noise_is_what_it_is_said_to_be() -> None:
    gray = torch.full((40, 1, SIZE, SIZE), 0.5)
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
    spoil(glyphs(), 1)
    assert torch.equal(torch.rand(1), expected)


def test_batches_depend_on_the_step_alone() -> None:
    pictures = glyphs()
    batches = glyph_batches(pictures, 5, spoils=False)
    noisy, clean = batches(2)
    assert torch.equal(batches(2)[0], noisy)
    assert 3 < psnr(noisy, clean) < 12
    assert torch.equal(glyph_batches(pictures, 5, spoils=True)(2)[0], clean)
    assert not torch.equal(glyph_batches(pictures, 6, spoils=False)(2)[1], clean)


def test_every_network_learns_from_noise() -> None:
    """Half of the networks spoil their input themselves, the others get it spoilt."""
    clean = glyphs()
    for name, recipe in RECIPES.items():
        network = recipe.build()
        batch = glyph_batches(clean, 0, spoils=recipe.spoils)(0)
        seen: list[torch.Tensor] = []
        first = next(
            m for m in network.modules() if isinstance(m, torch.nn.Linear | torch.nn.Conv2d)
        )
        first.register_forward_pre_hook(lambda _, inputs, seen=seen: seen.append(inputs[0]))
        network.loss(batch)  # type: ignore[operator]
        assert psnr(seen[0].detach().view_as(clean), batch[-1]) < 12, name


@pytest.mark.parametrize("window", [3, 5])
def test_median_filter_is_the_median_of_each_window(window: int) -> None:
    picture = torch.rand(2, 1, 9, 7)
    edge = window // 2
    padded = np.pad(picture.numpy()[:, 0], ((0, 0), (edge, edge), (edge, edge)), mode="reflect")
    for row, column in np.ndindex(9, 7):
        expected = np.median(padded[:, row : row + window, column : column + window], axis=(1, 2))
        found = median_filter(picture, window)[:, 0, row, column]
        np.testing.assert_array_equal(found.numpy(), expected)


def test_median_filter_gets_its_better_window() -> None:
    clean = glyphs()
    assert best_window(clean, spoil(clean, 0)) == 3  # 5 erases thin strokes
    blank = torch.zeros(4, 1, SIZE, SIZE)
    assert best_window(blank, spoil(blank, 0)) == 5


def test_psnr_follows_its_formula() -> None:
    clean, restored = torch.rand(2, 3, 1, 4, 5)
    errors = ((restored - clean).numpy() ** 2).mean((1, 2, 3))
    assert psnr(restored, clean) == pytest.approx(np.mean(10 * np.log10(1 / errors)), rel=1e-5)


def test_restored_pictures_stay_within_ink() -> None:
    restored = restore(torch.nn.Conv2d(1, 1, 1), 99 * torch.randn(300, 1, SIZE, SIZE))
    assert restored.shape == (300, 1, SIZE, SIZE)
    assert restored.min() == 0
    assert restored.max() == 1
