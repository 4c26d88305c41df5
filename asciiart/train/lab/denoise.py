"""Lab task: clean noisy lines of words in fonts never seen, against the best cheap filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.autoencoders.convolutional import (
    ConvAutoencoder,
    ConvStage,
    UnpoolingAutoencoder,
)
from asciiart.core.autoencoders.dense import Corruption, DenoisingAutoencoder, SparseAutoencoder
from asciiart.core.autoencoders.variational import ConvVariationalAutoencoder
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.train.lab.filters import fit_linear_filter, median_filter, remember_windows
from asciiart.train.lab.given_ink import load_ink
from asciiart.train.lab.lesson import Lesson, Outcome, own_loss
from asciiart.train.lab.sheet import sheet, to_pixels
from asciiart.train.lab.text_lines import text_lines, words_of_names
from asciiart.train.lab.windows import by_windows, random_windows

SIDE = 16
"""Side of the windows that networks learn from, in pixels."""
DEVIATION = 0.25
"""Standard deviation of the Gaussian noise; ink is 0 to 1."""
SPOTS = 0.15
"""Share of pixels set to 0 or 1: salt and pepper noise, which suits a median filter."""
MEDIAN_SIDES, LINEAR_SIDES = (3, 5), (5, 7, 9)
"""Sides of filters; the best one on training fonts is compared."""
NEAREST_SIDE, NEAREST_COUNT, NEAREST_WIDTH = 8, 10_000, 0.4
"""The nearest windows; side and width were chosen by validation."""
LINES, ASKED_LINES = 1500, 32
"""Lines to learn from and to be judged by."""
_STRIDE = 4
_TUNING = 96
"""Lines of training fonts by which filters are made."""
_SHOWN = 5

Clean = Callable[[Tensor], Tensor]
"""Noisy pictures (B, 1, H, W) -> clean ones."""


def build_noise() -> nn.Module:
    """Return a module that corrupts pictures in training mode, within 0 to 1."""
    return nn.Sequential(
        Corruption("gaussian", DEVIATION), Corruption("salt_and_pepper", SPOTS), nn.Hardtanh(0, 1)
    )


def _denoising() -> nn.Module:
    return DenoisingAutoencoder((SIDE * SIDE, 1024), build_noise(), activation="relu")


def _sparse() -> nn.Module:
    return SparseAutoencoder((SIDE * SIDE, 1024), weight=1e-5)


def _convolutional() -> nn.Module:
    stages = (ConvStage(32, 5, (2, 2)), ConvStage(64, 3), ConvStage(64, 3))
    return ConvAutoencoder(stages, code_channels=64)


def _unpooling() -> nn.Module:
    return UnpoolingAutoencoder((32, 64))


def _variational() -> nn.Module:
    return ConvVariationalAutoencoder(SIDE, (32, 64), 64, corruption=build_noise())


class Recipe(NamedTuple):
    """How one of the networks is trained."""

    build: Callable[[], nn.Module]
    steps: int
    learning_rate: float
    spoils: bool
    """Whether the network corrupts its own input; otherwise the batch has both pictures."""
    whole: bool = False
    """Whether it takes pictures of any size, and not windows alone."""
    batch: int = 256
    """Windows in a batch."""


RECIPES: Mapping[str, Recipe] = {
    "denoising": Recipe(_denoising, 3000, 2e-3, spoils=True),
    "sparse": Recipe(_sparse, 3000, 3e-3, spoils=False),
    "convolutional": Recipe(_convolutional, 2000, 4e-3, spoils=False, whole=True, batch=128),
    "unpooling": Recipe(_unpooling, 2000, 4e-3, spoils=False, whole=True, batch=128),
    "variational": Recipe(_variational, 2000, 3e-3, spoils=True),
}


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - as all tasks
    """Return a network as it is before training."""
    return RECIPES[network].build()


def spoil(pictures: Tensor, seed: int) -> Tensor:
    """Return noisy pictures (B, 1, H, W), within 0 to 1; the noise depends on the seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        noisy: Tensor = build_noise()(pictures)
    return noisy


def window_batches(lines: Tensor, seed: int, recipe: Recipe) -> Callable[[int], tuple[Tensor, ...]]:
    """Return a function from a step to its batch: (windows,), or (noisy windows, windows).

    All are (B, 1, S, S), from random places of lines (B, 1, H, W).
    """

    def batch(step: int) -> tuple[Tensor, ...]:
        number = hash((seed, step)) % 2**63
        random = torch.Generator().manual_seed(number)
        clean = random_windows(lines, SIDE, recipe.batch, random)
        return (clean,) if recipe.spoils else (spoil(clean, number), clean)

    return batch


def psnr(restored: Tensor, clean: Tensor) -> float:
    """Return 10 log10(1 / mean squared error) in dB, averaged over pictures (B, 1, H, W)."""
    error = (restored - clean).square().flatten(1).mean(1)  # (B, 1, H, W) -> (B,)
    return float(-10 * error.clamp(min=1e-10).log10().mean())


@torch.no_grad()
def restore(network: nn.Module, noisy: Tensor, *, whole: bool) -> Tensor:
    """Return the pictures (B, 1, H, W) denoised by a network in evaluation mode, within 0 to 1.

    They are taken as a ``whole``, or window by window.
    """
    way = network.restore if isinstance(network, ConvVariationalAutoencoder) else network
    device = next(network.parameters()).device
    if whole:
        height, width = noisy.shape[2:]
        even = functional.pad(noisy, (0, width % 2, 0, height % 2))  # strides are 2
        restored: Tensor = way(even.to(device)).cpu()[:, :, :height, :width]
        return restored.clamp(0, 1)

    def change(windows: Tensor) -> Tensor:
        squares = windows.view(-1, 1, SIDE, SIDE).to(device)  # (R, S·S) -> (R, 1, S, S)
        changed: Tensor = way(squares).flatten(1).cpu()  # (R, S·S)
        return changed

    return by_windows(change, noisy, SIDE, _STRIDE).clamp(0, 1)


def by_filters(noisy: Tensor, known: Tensor, seed: int) -> dict[str, Tensor]:
    """Return noisy pictures cleaned by cheap methods, which know clean ones: name -> (B, 1, H, W).

    Of each method the settings that suit noisy copies of ``known`` pictures best are taken.
    """
    clean = known[:_TUNING]
    learned, tried = spoil(clean, seed + 1), spoil(clean, seed + 2)
    linear: list[Clean] = [fit_linear_filter(learned, clean, side) for side in LINEAR_SIDES]
    random = torch.Generator().manual_seed(seed)
    nearest = remember_windows(known, NEAREST_SIDE, NEAREST_COUNT, NEAREST_WIDTH, random)
    median: Clean = max(
        (partial(median_filter, window=side) for side in MEDIAN_SIDES),
        key=lambda way: psnr(way(tried), clean),
    )
    best = max(linear, key=lambda way: psnr(way(tried), clean))
    ways: dict[str, Clean] = {
        "median filter": median,
        "linear filter": best,
        "mean of nearest windows": nearest,
    }
    return {name: way(noisy).clamp(0, 1) for name, way in ways.items()}


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train a network to clean lines of the training fonts; test on the held-out fonts."""
    fonts, words = lesson.fonts(), words_of_names(validate=lesson.validate)
    known = text_lines(fonts.training, words.training, LINES, lesson.seed)
    clean = text_lines(fonts.held_out, words.held_out, ASKED_LINES, lesson.seed)
    recipe = RECIPES[network]
    model = lesson.build(recipe.build)
    config = TrainerConfig(
        steps=recipe.steps, learning_rate=recipe.learning_rate, schedule="warm_cosine"
    )
    batches = window_batches(known, lesson.seed, recipe)
    lesson.fit(model, batches, own_loss, config, title=f"denoise, {network}")
    noisy = spoil(clean, lesson.seed)
    restored = restore(model.eval(), noisy, whole=recipe.whole)
    filtered = by_filters(noisy, known, lesson.seed)
    baselines = {name: psnr(pictures, clean) for name, pictures in filtered.items()}
    figures = {
        "PSNR": psnr(restored, clean),
        "PSNR noisy": psnr(noisy, clean),
        "lines": float(len(clean)),
    }
    rows = {"clean": clean, "noisy": noisy, **filtered, network: restored}
    settings = {"whole": recipe.whole}
    return Outcome(model, figures, _picture(rows), baselines, settings)


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:
    """Return the picture in a file, cleaned; its text should be about 16 to 24 pixels high."""
    restored = restore(model, load_ink(given), whole=bool(settings["whole"]))
    return Image.fromarray(to_pixels(restored[0]))


def _picture(rows: Mapping[str, Tensor]) -> Image.Image:
    """Return a sheet with a column for some lines, and a row for each way to clean them."""
    tiles = [picture for pictures in rows.values() for picture in pictures[:_SHOWN]]
    captions = [name * (i == 0) for name in rows for i in range(_SHOWN)]
    return sheet(tiles, captions, columns=_SHOWN)
