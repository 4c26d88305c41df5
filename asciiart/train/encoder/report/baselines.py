"""Baselines: raw pixels, and autoencoders that only learn to reconstruct.

Each chooses the glyph nearest to a cell (Euclidean) in its own representation of both.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from asciiart.core.autoencoders.convolutional import ConvAutoencoder
from asciiart.core.learning.augmentation import GaussianNoise
from asciiart.core.learning.initializers import initialize
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig, seed_everything
from asciiart.glyphs.rasterize import Ink
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.dataset import Dataset, shrink
from asciiart.train.encoder.training_glyphs import USUAL_CELL, draw_training_glyphs, enlargement

DenoisingPairs = tuple[tuple[Tensor, Tensor], ...]

_NOISE = GaussianNoise(0.2)
"""Noise of the denoising autoencoder."""
_GLYPHS = 256
"""Glyphs in each batch."""


def shrink_glyphs(inks: Ink, config: ModeConfig) -> Ink:
    """Return glyphs (G, h, w) at the encoder's scale."""
    return np.stack([shrink(ink, enlargement(config)) for ink in inks])


def learned_glyphs(config: ModeConfig) -> Tensor:
    """Return all glyphs of a recipe without a charset, (G, 1, h, h / 2)."""
    drawn = np.concatenate([glyphs[USUAL_CELL] for glyphs in draw_training_glyphs(config)])
    return torch.from_numpy(shrink_glyphs(drawn, config))[:, None]


def train_autoencoder(
    dataset: Dataset, glyphs: Tensor, steps: int, *, noisy: bool
) -> ConvAutoencoder:
    """Train the encoder's convolutions only to reconstruct pages and glyphs.

    Parameters
    ----------
    dataset
        Source of the pages and, by its configuration, of the convolutions.
    glyphs
        (G, 1, h, w), at the encoder's scale; all of one size.
    steps
        Number of batches.
    noisy
        Whether the inputs have noise and are shifted by up to a pixel: a denoising autoencoder.
    """
    recipe = dataset.config
    seed_everything(0)
    network = ConvAutoencoder(recipe.stages, recipe.code_channels)
    initialize(network, recipe.initializer)

    def batches(step: int) -> DenoisingPairs:
        batch = dataset.batch(step)
        generator = torch.Generator().manual_seed(step)
        inks = glyphs[torch.randint(len(glyphs), (_GLYPHS,), generator=generator)]
        if not noisy:
            return (batch.clean, batch.clean), (inks, inks)
        return _spoil(batch.page, generator, batch.clean), _spoil(inks, generator, inks)

    config = TrainerConfig(
        steps=steps, learning_rate=3e-3, optimizer="adamw", schedule="warm_cosine"
    )
    Trainer(network, batches, _restoring, config).fit()
    return network.eval()


def _restoring(model: ConvAutoencoder, batch: DenoisingPairs) -> StepLoss:
    errors = [functional.mse_loss(model(given), wanted) for given, wanted in batch]
    return StepLoss(torch.stack(errors).sum())


def _spoil(ink: Tensor, generator: torch.Generator, wanted: Tensor) -> tuple[Tensor, Tensor]:
    shift = torch.randint(-1, 2, (2,), generator=generator).tolist()
    return _NOISE(torch.roll(ink, shift, (2, 3)), generator), wanted


def encode_cells(network: ConvAutoencoder, cells: Ink) -> Ink:
    """Return the codes (N, D') of cells or glyphs (N, h, w), each encoded separately."""
    with torch.no_grad():
        codes = network.encode(torch.from_numpy(cells)[:, None])
    return np.asarray(codes.flatten(1).numpy())


def closeness(queries: Ink, keys: Ink) -> Ink:
    """Return the proximity (N, G) of keys (G, D) to queries (N, D), largest for the nearest.

    It is minus the squared Euclidean distance, up to a constant for each query.
    """
    return np.asarray(2 * queries @ keys.T - np.square(keys).sum(axis=1))
