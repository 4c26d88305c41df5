"""Lab task: fill a picture of which few pixels are known, by radial basis functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.perceptron import RadialBasisNetwork
from asciiart.train.lab.data.drawn_letters import LETTERS, letters_of
from asciiart.train.lab.data.given import load_figure
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet

SIZE = 32
"""Side of a picture in pixels."""
KNOWN = 0.2
"""Share of the pixels that are known."""
_PICTURES = 60
_NEIGHBORS = 8
_STEPS_OF_DIFFUSION = 300
_SHOWN = 20
_FILLED = 0.8


def _unit_count() -> int:
    return round(KNOWN * SIZE * SIZE)


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:
    """Return a network with a unit at every known pixel: (B, 2) -> (B, 1)."""
    del network, settings
    return RadialBasisNetwork(2, _unit_count(), 1)


def places() -> Tensor:
    """Return the coordinates (SIZE^2, 2) of all pixels, row by row."""
    steps = torch.arange(SIZE, dtype=torch.float)
    return torch.cartesian_prod(steps, steps)


def choose_known(random: torch.Generator) -> Tensor:
    """Return the numbers (M,) of the pixels that are known."""
    return torch.randperm(SIZE * SIZE, generator=random)[: _unit_count()]


@torch.no_grad()
def fill(network: nn.Module, ink: Tensor, known: Tensor) -> Tensor:
    """Return the picture (SIZE^2,) that the network interpolates from the pixels ``known`` (M,)."""
    assert isinstance(network, RadialBasisNetwork)
    points = places()
    network.place(points[known], centers=points[known])
    network.solve(points[known], ink[known, None])
    filled: Tensor = network(points)[:, 0].clamp(0, 1)
    return filled


def nearest_pixel(ink: Tensor, known: Tensor) -> Tensor:
    """Return the picture whose pixels are those of the nearest known ones."""
    points = places()
    return ink[known][torch.cdist(points, points[known]).argmin(1)]


def inverse_distance(ink: Tensor, known: Tensor) -> Tensor:
    """Return the picture of means weighted by 1 / d^2, of the eight nearest (Shepard 1968)."""
    points = places()
    near = torch.cdist(points, points[known]).topk(_NEIGHBORS, largest=False)
    weights = 1 / near.values.square().clamp_min(1e-6)  # (SIZE^2, 8)
    return (weights * ink[known][near.indices]).sum(1) / weights.sum(1)


def diffused(ink: Tensor, known: Tensor) -> Tensor:
    """Return the picture in which ink has diffused from the known pixels: Laplace's equation."""
    fixed = torch.zeros(SIZE * SIZE, dtype=torch.bool)
    fixed[known] = True
    picture = nearest_pixel(ink, known)
    kernel = torch.tensor([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]])[None, None] / 4
    for _ in range(_STEPS_OF_DIFFUSION):
        padded = functional.pad(picture.view(1, 1, SIZE, SIZE), (1,) * 4, mode="replicate")
        picture = torch.where(fixed, ink, functional.conv2d(padded, kernel).flatten())
    return picture


_CHEAP: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "nearest pixel": nearest_pixel,
    "inverse distance": inverse_distance,
    "diffusion": diffused,
}


def decibels(filled: Tensor, ink: Tensor) -> float:
    """Return the peak signal-to-noise ratio of a picture."""
    return float(-10 * (filled - ink).square().mean().clamp_min(1e-10).log10())


def teach(network: str, lesson: Lesson) -> Outcome:
    """Fill pictures of letters of the held-out fonts; nothing is learned from any other picture."""
    letters = letters_of(lesson.fonts().held_out, LETTERS, SIZE).pictures
    random = torch.Generator().manual_seed(lesson.seed)
    chosen = torch.randperm(len(letters), generator=random)[: lesson.steps or _PICTURES]
    model = lesson.build(lambda: build(network, {}))
    ratios: dict[str, list[float]] = {name: [] for name in ("network", *_CHEAP)}
    shown = []
    for ink in letters[chosen].flatten(1):  # (SIZE^2,)
        known = choose_known(random)
        filled = fill(model, ink, known)
        ratios["network"].append(decibels(filled, ink))
        for name, method in _CHEAP.items():
            ratios[name].append(decibels(method(ink, known), ink))
        shown.append((ink, _only(ink, known), filled))
    means = {name: sum(values) / len(values) for name, values in ratios.items()}
    figures = {"dB": means.pop("network"), "pictures": float(len(chosen))}
    return Outcome(model.eval(), figures, _picture(shown[:_SHOWN]), means)


def _only(ink: Tensor, known: Tensor) -> Tensor:
    return torch.full_like(ink, 0.5).index_copy(0, known, ink[known])


def _picture(shown: list[tuple[Tensor, Tensor, Tensor]]) -> Image.Image:
    """Return originals, known pixels and filled pictures in three rows."""
    rows = [part.view(1, SIZE, SIZE) for parts in zip(*shown, strict=True) for part in parts]
    captions = [name for name in ("all", "known", "filled") for _ in shown]
    return sheet(rows, captions, columns=len(shown))


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:
    """Return the picture in a file, its pixels that are known, and what is filled."""
    del settings
    ink = load_figure(given, SIZE, SIZE, filled=_FILLED).flatten()
    known = choose_known(torch.Generator().manual_seed(0))
    return _picture([(ink, _only(ink, known), fill(model, ink, known))])
