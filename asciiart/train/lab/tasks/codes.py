"""Lab task: describe a glyph by a few numbers, so that glyphs of one letter are near each other.

Most networks have eight numbers. The map of a convolutional one has more, and the cheap methods
then have as many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn

from asciiart.core.autoencoders.convolutional import (
    ConvAutoencoder,
    ConvStage,
)
from asciiart.core.autoencoders.dense import (
    Autoencoder,
    Corruption,
    DenoisingAutoencoder,
)
from asciiart.core.autoencoders.variational import (
    ConvVariationalAutoencoder,
    Gaussian,
    VariationalAutoencoder,
)
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.train.lab.cheap_methods import Describe, principal_components
from asciiart.train.lab.data.drawn_letters import LETTERS, Letters, letters_of
from asciiart.train.lab.data.given import load_glyph
from asciiart.train.lab.lesson import Lesson, Outcome, own_loss
from asciiart.train.lab.sheet import sheet

SIZE = 32
"""Side of a picture in pixels."""
CODE_SIZE = 8
"""Numbers that describe a glyph, if the network has no others."""
_SIZES = (SIZE * SIZE, 256, CODE_SIZE)
_SHOWN = 20
_CONFIG = TrainerConfig(steps=2000, learning_rate=3e-3, schedule="warm_cosine")
_STAGES = tuple(ConvStage(channels, 3, (2, 2)) for channels in (8, 16, 32))


class CodeRecipe(NamedTuple):
    """How a network is built and trained."""

    build: Callable[[], nn.Module]
    steps: int
    batch: int = 128


RECIPES: Mapping[str, CodeRecipe] = {
    "autoencoder": CodeRecipe(lambda: Autoencoder(_SIZES, activation="tanh"), 2000),
    "denoising": CodeRecipe(
        lambda: DenoisingAutoencoder(_SIZES, Corruption("masking", 0.1), activation="tanh"), 1500
    ),
    "convolutional": CodeRecipe(lambda: ConvAutoencoder(_STAGES, 4), 800, 64),
    "variational": CodeRecipe(
        lambda: ConvVariationalAutoencoder(SIZE, (8, 16, 32), CODE_SIZE), 500
    ),
    "dense-variational": CodeRecipe(
        lambda: VariationalAutoencoder((1, SIZE, SIZE), (256,), CODE_SIZE), 1500
    ),
}
"""Network -> its recipe."""


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - as all tasks
    """Return an autoencoder as it is before training."""
    return RECIPES[network].build()


def describe(model: nn.Module, pictures: Tensor) -> Tensor:
    """Return what an autoencoder's code says of pictures (B, 1, S, S): the codes (B, D).

    That of a variational one is the mean.
    """
    code = model.encode(pictures)  # type: ignore[operator]
    if isinstance(code, Gaussian):
        code = code.mean
    codes: Tensor = code.flatten(1)
    return codes


def redraw(model: nn.Module, pictures: Tensor) -> Tensor:
    """Return what an autoencoder draws of pictures (B, 1, S, S), in the same shape."""
    drawn: Tensor = (
        model.restore(pictures)
        if isinstance(model, ConvVariationalAutoencoder | VariationalAutoencoder)
        else model(pictures)
    )
    return drawn


def random_projection(known: Tensor, numbers: int, random: torch.Generator) -> Describe:
    """Return the projection on random directions."""
    directions = torch.randn(known[0].numel(), numbers, generator=random)  # (N, D)
    return lambda pictures: pictures.flatten(1) @ directions  # (B, N) x (N, D) -> (B, D)


def landmarks(known: Tensor, numbers: int, random: torch.Generator) -> Describe:
    """Return the distances to random pictures out of ``known`` (P, 1, S, S)."""
    chosen = known[torch.randperm(len(known), generator=random)[:numbers]].flatten(1)  # (D, N)
    return lambda pictures: torch.cdist(pictures.flatten(1), chosen)  # (B, N), (D, N) -> (B, D)


def nearest_by_code(describe: Describe, asked: Letters, known: Letters) -> Tensor:
    """Return the index (B,) in ``known`` of the glyph whose code is nearest to that of each."""
    codes, of_known = describe(asked.pictures), describe(known.pictures)
    return torch.cdist(codes, of_known).argmin(1)  # (B, D), (P, D) -> (B,)


def accuracy(describe: Describe, asked: Letters, known: Letters) -> float:
    """Return the share of glyphs whose nearest known glyph, by code, is of the same letter."""
    found = known.labels[nearest_by_code(describe, asked, known)]
    return float((found == asked.labels).float().mean())


def cheap_methods(known: Tensor, numbers: int, seed: int) -> Mapping[str, Describe]:
    """Return cheap ways to describe glyphs by so many numbers, learned from (P, 1, S, S)."""
    random = torch.Generator().manual_seed(seed)
    return {
        "principal components": principal_components(known, numbers),
        "whitened principal components": principal_components(known, numbers, whitened=True),
        "random projection": random_projection(known, numbers, random),
        "distances to random glyphs": landmarks(known, numbers, random),
    }


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on the glyphs of the training fonts, without labels; test on the held-out fonts."""
    fonts = lesson.fonts()
    known = letters_of(fonts.training, LETTERS, SIZE)
    asked = letters_of(fonts.held_out, LETTERS, SIZE)
    recipe = RECIPES[network]
    model = lesson.build(recipe.build)
    size = min(recipe.batch, len(known.labels))
    batches = minibatches((known.pictures,), size, seed=lesson.seed)
    config = replace(_CONFIG, steps=recipe.steps)
    lesson.fit(model, batches, own_loss, config, title=f"codes, {network}")
    model.cpu().eval()
    with torch.no_grad():
        way = partial(describe, model)
        numbers = way(asked.pictures[:1]).shape[1]
        figures = {
            "accuracy": accuracy(way, asked, known),
            "numbers": float(numbers),
            "glyphs": float(len(asked.labels)),
        }
        samples = _picture(model, asked, known, lesson.seed)
    cheap = cheap_methods(known.pictures, numbers, lesson.seed)
    baselines = {name: accuracy(way, asked, known) for name, way in cheap.items()}
    return Outcome(model, figures, samples, baselines)


@torch.no_grad()
def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:  # noqa: ARG001
    """Return the glyph in a picture, and what is drawn from its code."""
    ink = load_glyph(given, SIZE)  # (1, 1, S, S)
    return sheet([ink[0], redraw(model, ink)[0]], ("given", "drawn"), columns=2, enlarge=4)


def _picture(model: nn.Module, asked: Letters, known: Letters, seed: int) -> Image.Image:
    """Return glyphs, what is drawn from their codes, and the nearest known glyphs, in rows."""
    random = torch.Generator().manual_seed(seed)
    some = torch.randperm(len(asked.labels), generator=random)[:_SHOWN]
    chosen = Letters(*(part[some] for part in asked))
    near = known.pictures[nearest_by_code(partial(describe, model), chosen, known)]
    tiles = torch.cat((chosen.pictures, redraw(model, chosen.pictures), near))
    captions = [name * (i == 0) for name in ("glyph", "drawn", "near") for i in range(len(some))]
    return sheet(list(tiles), captions, columns=len(some))
