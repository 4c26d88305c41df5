"""Cheap ways to make new pictures of a letter out of known ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor

from asciiart.train.lab.tasks.make.judging import Emblems

MakeEmblems = Callable[[Emblems, Tensor, torch.Generator], Tensor]
"""Known emblems, letters (B,) and a generator -> a picture of each (B, N)."""


def noised_copies(
    known: Emblems, labels: Tensor, random: torch.Generator, *, deviation: float
) -> Tensor:
    """Return samples of a kernel density: known pictures of the letters, with noise."""
    copies = _copies(known, labels, random)  # (B, N)
    return copies + deviation * torch.randn(copies.shape, generator=random)


def blends(known: Emblems, labels: Tensor, random: torch.Generator, *, parts: int) -> Tensor:
    """Return means of random pictures of a letter, with weights uniform among all of sum 1."""
    chosen = _copies(known, labels.repeat_interleave(parts), random)  # (B·P, N)
    weights = -torch.rand(len(labels), parts, 1, generator=random).clamp(min=1e-9).log()
    weights /= weights.sum(1, keepdim=True)  # (B, P, 1)
    return (weights * chosen.view(len(labels), parts, -1)).sum(1)  # (B, P, N) -> (B, N)


def gaussians(known: Emblems, labels: Tensor, random: torch.Generator, *, kept: int) -> Tensor:
    """Return samples of a normal distribution of each letter, with ``kept`` components."""
    made = torch.empty(len(labels), known.pictures.shape[1])  # (B, N)
    for label in labels.unique():  # type: ignore[no-untyped-call]
        own = known.pictures[known.labels == label]  # (P, N)
        asked = labels == label
        made[asked] = own.mean(0) + _normal(own - own.mean(0), int(asked.sum()), random, kept)
    return made


def common_gaussian(
    known: Emblems, labels: Tensor, random: torch.Generator, *, kept: int
) -> Tensor:
    """Return letters' means plus samples of one normal distribution of the differences from them.

    So what varies in one letter varies in all.
    """
    sums = known.pictures.new_zeros(int(known.labels.max()) + 1, known.pictures.shape[1])
    sums.index_add_(0, known.labels, known.pictures)
    means = sums / known.labels.bincount().clamp(min=1)[:, None]  # (K, N) / (K, 1)
    return means[labels] + _normal(
        known.pictures - means[known.labels], len(labels), random, kept
    )  # (B, N)


def _normal(centered: Tensor, count: int, random: torch.Generator, kept: int) -> Tensor:
    """Return samples (count, N) along the first ``kept`` principal components of (P, N)."""
    scales, axes = torch.linalg.svd(centered, full_matrices=False)[1:]  # (r,), (r, N)
    deviations = scales[:kept] / len(centered) ** 0.5  # (k,)
    values = torch.randn(count, len(deviations), generator=random) * deviations  # (count, k)
    made: Tensor = values @ axes[:kept]  # (count, k) x (k, N) -> (count, N)
    return made


def analogies(known: Emblems, labels: Tensor, random: torch.Generator) -> Tensor:
    """Return a + b - c: a of the letter, b and c of another one, of which c is nearest to a."""
    first = _copies(known, labels, random)  # (B, N)
    others = known.labels[torch.randint(len(known.labels), (len(labels),), generator=random)]
    moved = _copies(known, others, random)  # (B, N)
    distances = torch.cdist(first, known.pictures)  # (B, N), (P, N) -> (B, P)
    distances[others[:, None] != known.labels] = torch.inf
    return first + moved - known.pictures[distances.argmin(1)]


def _copies(known: Emblems, labels: Tensor, random: torch.Generator) -> Tensor:
    """Return a random known picture of each letter, (B, N)."""
    chance = torch.rand(len(labels), len(known.labels), generator=random)  # (B, P)
    chance[labels[:, None] != known.labels] = -1
    return known.pictures[chance.argmax(1)]


CHEAP: Mapping[str, MakeEmblems] = {
    **{f"noised copies, {d:g}": partial(noised_copies, deviation=d) for d in (0.0, 0.2)},
    **{f"blends of {n}": partial(blends, parts=n) for n in (2, 3, 5)},
    **{f"Gaussian of each letter, {k}": partial(gaussians, kept=k) for k in (5, 20)},
    "common Gaussian": partial(common_gaussian, kept=20),
    "analogies, a + b - c": analogies,
}
"""Name -> a cheap way to make emblems."""
