"""Lab task: describe a glyph by eight numbers, so that glyphs of one letter are near each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from asciiart.core.autoencoders.dense import Autoencoder, pretrain_layers
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.train.lab.data.drawn_letters import LETTERS, Letters, letters_of
from asciiart.train.lab.data.given import load_glyph
from asciiart.train.lab.lesson import Lesson, Outcome, own_loss
from asciiart.train.lab.sheet import sheet

SIZE = 32
"""Side of a picture in pixels."""
CODE_SIZE = 8
"""Numbers that describe a glyph."""
_HIDDEN = (256,)
_BATCH = 128
_SHOWN = 20
_CONFIG = TrainerConfig(steps=2000, learning_rate=3e-3, schedule="warm_cosine")
_PRETRAINING = replace(_CONFIG, steps=600)
"""Training of each layer by itself, and then of all together."""

Describe = Callable[[Tensor], Tensor]
"""Pictures (B, N) -> codes (B, D)."""


def _autoencoder() -> Autoencoder:
    return Autoencoder((SIZE * SIZE, *_HIDDEN, CODE_SIZE), activation="tanh")


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - as all tasks
    """Return an autoencoder as it is before training."""
    return _autoencoder()


def principal_components(known: Tensor, *, whitened: bool) -> Describe:
    """Return the projection on the first principal components of pictures (P, N)."""
    mean = known.mean(0)  # (N,)
    centered = (known - mean).double()  # (P, N); with few pictures most variances are 0
    variances, axes = torch.linalg.eigh(centered.T @ centered / len(known))  # (N,), (N, N)
    if whitened:
        axes = axes / variances.clamp(min=1e-9).sqrt()  # (N, N)
    main = axes[:, -CODE_SIZE:].to(known)  # (N, D), those of the largest variances
    return lambda pictures: (pictures - mean) @ main  # (B, N) x (N, D) -> (B, D)


def landmarks(known: Tensor, random: torch.Generator) -> Describe:
    """Return the distances to random pictures out of ``known`` (P, N)."""
    chosen = known[torch.randperm(len(known), generator=random)[:CODE_SIZE]]  # (D, N)
    return lambda pictures: torch.cdist(pictures, chosen)  # (B, N), (D, N) -> (B, D)


def nearest_by_code(describe: Describe, asked: Letters, known: Letters) -> Tensor:
    """Return the index (B,) in ``known`` of the glyph whose code is nearest to that of each."""
    codes, of_known = (describe(part.pictures.flatten(1)) for part in (asked, known))
    return torch.cdist(codes, of_known).argmin(1)  # (B, D), (P, D) -> (B,)


def accuracy(describe: Describe, asked: Letters, known: Letters) -> float:
    """Return the share of glyphs whose nearest known glyph, by code, is of the same letter."""
    found = known.labels[nearest_by_code(describe, asked, known)]
    return float((found == asked.labels).float().mean())


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on the glyphs of the training fonts, without labels; test on the held-out fonts."""
    fonts = lesson.fonts()
    known = letters_of(fonts.training, LETTERS, SIZE)
    asked = letters_of(fonts.held_out, LETTERS, SIZE)
    pictures = known.pictures.flatten(1)  # (P, N)
    model = lesson.build(_autoencoder)
    config, size = _CONFIG, min(_BATCH, len(pictures))
    if network == "pretrained":
        config = _PRETRAINING
        layer = replace(
            config, steps=lesson.steps or config.steps, seed=lesson.seed, device=lesson.device
        )
        pretrain_layers(model, pictures, layer, batch_size=size)
    batches = minibatches((pictures,), size, seed=lesson.seed)
    lesson.fit(model, batches, own_loss, config, title=f"codes, {network}")
    model.cpu().eval()
    with torch.no_grad():
        figures = {
            "accuracy": accuracy(model.encode, asked, known),
            "numbers": float(CODE_SIZE),
            "glyphs": float(len(asked.labels)),
        }
        samples = _picture(model, asked, known, lesson.seed)
    random = torch.Generator().manual_seed(lesson.seed)
    directions = torch.randn(SIZE * SIZE, CODE_SIZE, generator=random)  # (N, D)
    cheap: dict[str, Describe] = {
        "principal components": principal_components(pictures, whitened=False),
        "whitened principal components": principal_components(pictures, whitened=True),
        "random projection": lambda given: given @ directions,
        "distances to random glyphs": landmarks(pictures, random),
    }
    baselines = {name: accuracy(way, asked, known) for name, way in cheap.items()}
    return Outcome(model, figures, samples, baselines)


@torch.no_grad()
def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:  # noqa: ARG001
    """Return the glyph in a picture, and what is drawn from its eight numbers."""
    ink = load_glyph(given, SIZE)  # (1, 1, S, S)
    return sheet([ink[0], model(ink)[0]], ("given", "drawn"), columns=2, enlarge=4)


def _picture(model: Autoencoder, asked: Letters, known: Letters, seed: int) -> Image.Image:
    """Return glyphs, what is drawn from their codes, and the nearest known glyphs, in rows."""
    random = torch.Generator().manual_seed(seed)
    some = torch.randperm(len(asked.labels), generator=random)[:_SHOWN]
    chosen = Letters(*(part[some] for part in asked))
    near = known.pictures[nearest_by_code(model.encode, chosen, known)]
    tiles = torch.cat((chosen.pictures, model(chosen.pictures), near))
    captions = [name * (i == 0) for name in ("glyph", "drawn", "near") for i in range(len(some))]
    return sheet(list(tiles), captions, columns=len(some))
