"""Lab task: denoise glyphs of fonts never seen; the baseline is a median filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.autoencoders.convolutional import ConvAutoencoder, ConvStage
from asciiart.core.autoencoders.dense import Corruption, DenoisingAutoencoder, SparseAutoencoder
from asciiart.core.autoencoders.variational import ConvVariationalAutoencoder
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.train.lab.drawn_letters import LETTERS, letters_of
from asciiart.train.lab.lesson import Lesson, Outcome, own_loss
from asciiart.train.lab.sheet import sheet

SIZE = 32
"""Side of a picture in pixels."""
DEVIATION = 0.25
"""Standard deviation of the Gaussian noise; ink is 0 to 1."""
SPOTS = 0.15
"""Share of pixels set to 0 or 1: salt and pepper noise, which suits a median filter."""
WINDOWS = (3, 5)
"""Window sides of the median filter; the better one is compared."""
_BATCH = 128
_COLUMNS = 16


def build_noise() -> nn.Module:
    """Return a module that corrupts pictures in training mode, within 0 to 1."""
    return nn.Sequential(
        Corruption("gaussian", DEVIATION), Corruption("salt_and_pepper", SPOTS), nn.Hardtanh(0, 1)
    )


def _denoising() -> nn.Module:
    return DenoisingAutoencoder((SIZE * SIZE, 1024), build_noise(), activation="relu")


def _sparse() -> nn.Module:
    return SparseAutoencoder((SIZE * SIZE, 1024), weight=1e-5)


def _convolutional() -> nn.Module:
    stages = (ConvStage(16, 5, (2, 2)), ConvStage(32, 3), ConvStage(32, 3))
    return ConvAutoencoder(stages, code_channels=32)


def _variational() -> nn.Module:
    return ConvVariationalAutoencoder(SIZE, (16, 32, 64), 64, corruption=build_noise())


class Recipe(NamedTuple):
    """How one of the networks is trained."""

    build: Callable[[], nn.Module]
    steps: int
    learning_rate: float
    spoils: bool
    """Whether the network corrupts its own input; otherwise the batch has both pictures."""


RECIPES: Mapping[str, Recipe] = {
    "denoising": Recipe(_denoising, 1500, 1e-3, spoils=True),
    "sparse": Recipe(_sparse, 1500, 3e-3, spoils=False),
    "convolutional": Recipe(_convolutional, 800, 3e-3, spoils=False),
    "variational": Recipe(_variational, 1500, 2e-3, spoils=True),
}


def spoil(pictures: Tensor, seed: int) -> Tensor:
    """Return noisy pictures (B, 1, S, S), within 0 to 1; the noise depends on the seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        noisy: Tensor = build_noise()(pictures)
    return noisy


def glyph_batches(
    pictures: Tensor, seed: int, *, spoils: bool
) -> Callable[[int], tuple[Tensor, ...]]:
    """Return a function from a step to its batch: (pictures,), or (noisy pictures, pictures).

    All are (B, 1, S, S).
    """
    plain = minibatches((pictures,), min(_BATCH, len(pictures)), seed=seed)

    def batch(step: int) -> tuple[Tensor, ...]:
        (clean,) = plain(step)
        return (clean,) if spoils else (spoil(clean, hash((seed, step)) % 2**63), clean)

    return batch


def median_filter(pictures: Tensor, window: int) -> Tensor:
    """Return each pixel's median over a square window, in the same shape; borders are mirrored."""
    edge = window // 2
    padded = functional.pad(pictures, (edge, edge, edge, edge), mode="reflect")
    windows = padded.unfold(2, window, 1).unfold(3, window, 1)  # (B, 1, H, W, w, w)
    return windows.flatten(4).median(4).values  # (B, 1, H, W)


def psnr(restored: Tensor, clean: Tensor) -> float:
    """Return 10 log10(1 / mean squared error) in dB, averaged over pictures (B, 1, S, S)."""
    error = (restored - clean).square().flatten(1).mean(1)  # (B, 1, S, S) -> (B,)
    return float(-10 * error.clamp(min=1e-10).log10().mean())


def best_window(clean: Tensor, noisy: Tensor) -> int:
    """Return the window of `WINDOWS` with which a median filter denoises best."""
    return max(WINDOWS, key=lambda window: psnr(median_filter(noisy, window), clean))


@torch.no_grad()
def restore(network: nn.Module, noisy: Tensor) -> Tensor:
    """Return the pictures denoised by a network in evaluation mode, within 0 to 1."""
    way = network.restore if isinstance(network, ConvVariationalAutoencoder) else network
    device = next(network.parameters()).device
    parts = [way(part.to(device)).cpu() for part in torch.split(noisy, 256)]
    return torch.cat(parts).clamp(0, 1)


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train a network to denoise letters of the training fonts; test on the held-out fonts."""
    fonts, recipe = lesson.fonts(), RECIPES[network]
    known = letters_of(fonts.training, LETTERS, SIZE).pictures
    clean = letters_of(fonts.held_out, LETTERS, SIZE).pictures
    model = lesson.build(recipe.build)
    config = TrainerConfig(
        steps=recipe.steps, learning_rate=recipe.learning_rate, schedule="warm_cosine"
    )
    batches = glyph_batches(known, lesson.seed, spoils=recipe.spoils)
    lesson.fit(model, batches, own_loss, config, title=f"denoise, {network}")
    noisy = spoil(clean, lesson.seed)
    window = best_window(known, spoil(known, lesson.seed + 1))
    filtered, restored = median_filter(noisy, window), restore(model.eval(), noisy)
    figures = {
        "gain": psnr(restored, clean) - psnr(filtered, clean),
        "PSNR": psnr(restored, clean),
        "PSNR median filter": psnr(filtered, clean),
        "PSNR noisy": psnr(noisy, clean),
        "median window": float(window),
        "glyphs": float(len(clean)),
    }
    return Outcome(
        model,
        figures,
        _picture(
            {"clean": clean, "noisy": noisy, "median": filtered, network: restored}, lesson.seed
        ),
    )


def _picture(rows: Mapping[str, Tensor], seed: int) -> Image.Image:
    """Return a sheet with a row for each stage of the same random letters."""
    count = len(next(iter(rows.values())))
    chosen = torch.randperm(count, generator=torch.Generator().manual_seed(seed))[:_COLUMNS]
    tiles = [pictures[i] for pictures in rows.values() for i in chosen]
    captions = [name * (i == chosen[0]) for name in rows for i in chosen]
    return sheet(tiles, captions, columns=len(chosen), enlarge=3)
