"""Cheap methods that a network must beat: linear and nearest-neighbor classifiers, and features."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional

NEIGHBORS = 5
"""Number of neighbors that vote."""
_EPOCHS, _RATE, _BATCH = 15, 3e-3, 256
_CELL, _ORIENTATIONS = 4, 9
_SPREADING_STEPS = 50
_PART = 500
"""Number of examples whose distances are held in memory at a time."""

Describe = Callable[[Tensor], Tensor]
"""Pictures (B, ...) -> what is known of each (B, D)."""


def gradient_histograms(pictures: Tensor) -> Tensor:
    """Return histograms of oriented gradients (B, N) of pictures (B, 1, H, W).

    Dalal and Triggs 2005, "Histograms of oriented gradients for human detection": each cell of 4 x
    4 pixels has a histogram of 9 orientations, weighted by the gradients' lengths; it is divided by
    the length of its block of 2 x 2 cells, for each of the blocks that it is in. Departure: no
    interpolation between the histograms. The sides are multiples of 4.
    """
    across = functional.pad(pictures[..., 2:] - pictures[..., :-2], (1, 1))  # (B, 1, H, W)
    down = functional.pad(pictures[..., 2:, :] - pictures[..., :-2, :], (0, 0, 1, 1))
    angle = torch.atan2(down, across).remainder(math.pi) / math.pi * _ORIENTATIONS
    bins = angle.long().clamp_max(_ORIENTATIONS - 1)
    length = torch.hypot(across, down)
    maps = length.new_zeros(len(pictures), _ORIENTATIONS, *pictures.shape[2:])
    cells = functional.avg_pool2d(maps.scatter_(1, bins, length), _CELL)  # (B, 9, H/4, W/4)
    blocks = functional.unfold(cells, 2)  # (B, 36, M), one column for each block
    return functional.normalize(blocks, dim=1, eps=1e-2).flatten(1)  # (B, 36 M)


def principal_components(known: Tensor, numbers: int, *, whitened: bool = False) -> Describe:
    """Return the projection on the first ``numbers`` principal components of pictures (P, ...)."""
    pixels = known.flatten(1)  # (P, N)
    mean = pixels.mean(0)  # (N,)
    centered = (pixels - mean).double()  # (P, N); with few pictures most variances are 0
    variances, axes = torch.linalg.eigh(centered.T @ centered / len(known))  # (N,), (N, N)
    if whitened:
        axes = axes / variances.clamp(min=1e-9).sqrt()  # (N, N)
    main = axes[:, -numbers:].to(known)  # (N, D), those of the largest variances
    return lambda pictures: (pictures.flatten(1) - mean) @ main  # (B, N) x (N, D) -> (B, D)


def nearest_neighbors(known: Tensor, labels: Tensor, asked: Tensor) -> Tensor:
    """Return the labels (Q,) of ``asked`` (Q, N) by the vote of the nearest of ``known`` (B, N).

    Of labels with equally many votes, the least is taken.
    """
    nearest = _nearest(asked, known, min(NEIGHBORS, len(known)))  # (Q, count)
    return labels[nearest].mode(1).values  # (Q, count) -> (Q,)


def label_spreading(
    known: Tensor, labels: Tensor, unlabeled: Tensor, asked: Tensor, *, neighbors: int
) -> Tensor:
    """Return the labels (Q,) of ``asked`` (Q, N) by those that spread to their neighbors.

    Zhou et al. 2004, "Learning with local and global consistency": on the graph of nearest
    neighbors of ``known`` (B, N) and ``unlabeled`` (U, N), whose sum is at least ``neighbors``,
    each example takes half of its label from its neighbors and keeps half of what it had.
    """
    examples = torch.cat((known, unlabeled))  # (B + U, N)
    count = len(examples)
    given = torch.zeros(count, int(labels.max()) + 1)
    given[torch.arange(len(known)), labels] = 1
    rows = torch.arange(count).repeat_interleave(neighbors)
    pairs = torch.stack((rows, _nearest(examples, examples, neighbors).flatten()))
    links = torch.cat((pairs, pairs.flip(0)), 1)  # (2, 2 k (B + U)), both ways
    degree = links[0].bincount(minlength=count).sqrt()
    weights = 1 / (degree[links[0]] * degree[links[1]])
    graph = torch.sparse_coo_tensor(links, weights, (count, count), check_invariants=True)
    spread = given
    for _ in range(_SPREADING_STEPS):
        spread = torch.sparse.mm(graph, spread) / 2 + given / 2  # (B + U, K)
    votes = spread[_nearest(asked, examples, neighbors)]  # (Q, neighbors, K)
    return votes.sum(1).argmax(1)


def _nearest(asked: Tensor, known: Tensor, count: int) -> Tensor:
    """Return the numbers (Q, count) of the nearest of ``known`` (B, N) to ``asked`` (Q, N)."""
    parts = torch.split(asked, _PART)
    found = [torch.cdist(part, known).topk(count, largest=False).indices for part in parts]
    return torch.cat(found)


def logistic_regression(
    known: Tensor, labels: Tensor, asked: Tensor, *, decay: float = 1e-4, seed: int = 0
) -> Tensor:
    """Return the labels (Q,) of ``asked`` (Q, N) by multinomial logistic regression.

    It is fitted to ``known`` (B, N), standardized, by Adam with mini-batches and a rate that falls
    to zero; ``decay`` is the strength of its L2 penalty.
    """
    mean, deviation = known.mean(0), known.std(0).clamp_min(1e-2)
    known, asked = (known - mean) / deviation, (asked - mean) / deviation
    classes = int(labels.max()) + 1
    random = torch.Generator().manual_seed(seed)
    weight = torch.zeros(classes, known.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.Adam((weight, bias), _RATE)
    orders = [torch.randperm(len(known), generator=random) for _ in range(_EPOCHS)]
    batches = [batch for order in orders for batch in torch.split(order, _BATCH)]
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, len(batches))
    for batch in batches:
        logits = functional.linear(known[batch], weight, bias)  # (P, N) -> (P, K)
        loss = functional.cross_entropy(logits, labels[batch]) + decay * weight.square().sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return functional.linear(asked, weight, bias).argmax(1).detach()  # (Q, K) -> (Q,)


def classify_cheaply(
    known: Tensor, labels: Tensor, asked: Tensor, seed: int
) -> Mapping[str, Tensor]:
    """Return for each cheap method its labels (Q,) of pictures ``asked`` (Q, 1, H, W).

    It learns from pictures ``known`` (B, 1, H, W): from their pixels and their gradients.
    """
    answers = {}
    for name, features in (("pixels", _pixels), ("gradients", gradient_histograms)):
        learned, sought = features(known), features(asked)
        answers[f"logistic regression on {name}"] = logistic_regression(
            learned, labels, sought, seed=seed
        )
        answers[f"nearest neighbors by {name}"] = nearest_neighbors(learned, labels, sought)
    return answers


def _pixels(pictures: Tensor) -> Tensor:
    return pictures.flatten(1)


def share_right(answers: Tensor, labels: Tensor) -> float:
    """Return the share of ``answers`` (Q,) that equal ``labels`` (Q,)."""
    return float((answers == labels).float().mean())
