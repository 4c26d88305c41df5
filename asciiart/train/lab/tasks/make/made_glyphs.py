"""Judges of made glyphs, in black and white: are they recognized, and do they show what is new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from asciiart.train.lab.data.drawn_letters import LETTERS, Letters
from asciiart.train.lab.tasks.make.judge import recognize


class Judgment(NamedTuple):
    """What generated glyphs are worth."""

    recognized: float
    """Share in which a classifier recognizes the letter that was asked for."""
    covered: float
    """Share of real glyphs, of fonts never seen, to which one is nearer than all known glyphs."""

    @property
    def score(self) -> float:
        """The harmonic mean of both: copies of known glyphs cover nothing, noise is no letter."""
        total = self.recognized + self.covered
        return 2 * self.recognized * self.covered / total if total else 0.0


def printed(letters: Letters) -> Letters:
    """Return letters in black and white, so that nobody gains by being blurred."""
    return letters._replace(pictures=(letters.pictures > 0.5).float())


def covered(made: Letters, unseen: Letters, known: Letters) -> float:
    """Return the share of ``unseen`` glyphs that are nearer to a made one than to any known one.

    Only glyphs of the same letter are compared; the distance is the number of pixels that differ.
    """
    nearer = []
    for label in sorted(set(unseen.labels.tolist())):
        asked, new, old = (
            part.pictures[part.labels == label].flatten(1) for part in (unseen, made, known)
        )
        to_new = torch.cdist(asked, new, p=1).amin(1)  # (Q, N), (M, N) -> (Q,)
        to_old = torch.cdist(asked, old, p=1).amin(1)  # (Q, N), (P, N) -> (Q,)
        nearer.append(to_new < to_old)
    return float(torch.cat(nearer).float().mean())


def share_recognized(judge: nn.Module, letters: Letters) -> float:
    """Return the share of letters that the classifier recognizes."""
    return float((recognize(judge, letters.pictures) == letters.labels).float().mean())


def judge_glyphs(
    judge: nn.Module, made: Letters, unseen: Letters, known: Letters, shown: int
) -> Judgment:
    """Return the judgment of made letters, of which the classifier sees the first ``shown``."""
    made, unseen, known = printed(made), printed(unseen), printed(known)
    first = Letters(*(part[:shown] for part in made))
    return Judgment(share_recognized(judge, first), covered(made, unseen, known))


Make = Callable[[Tensor, int, torch.Generator], Tensor]
"""Known pictures (P, N) of a letter, a number and a generator -> that many new ones (count, N)."""


def noised_copies(
    known: Tensor, count: int, random: torch.Generator, *, deviation: float
) -> Tensor:
    """Return samples of a kernel density: known pictures with noise."""
    chosen = torch.randint(len(known), (count,), generator=random)
    noise = torch.randn(count, known.shape[1], generator=random)
    return known[chosen] + deviation * noise  # (count, N)


def blends(known: Tensor, count: int, random: torch.Generator, *, fonts: int) -> Tensor:
    """Return means of random ``fonts`` pictures, with weights uniform among all that sum to 1."""
    chosen = torch.randint(len(known), (count, fonts), generator=random)
    weights = -torch.rand(count, fonts, 1, generator=random).clamp(min=1e-9).log()
    weights /= weights.sum(1, keepdim=True)  # (count, F, 1)
    made: Tensor = torch.einsum("bfx,bfn->bn", weights, known[chosen])  # (count, N)
    return made


def gaussian(known: Tensor, count: int, random: torch.Generator, *, components: int) -> Tensor:
    """Return samples of a normal distribution along the first principal components."""
    mean = known.mean(0)  # (N,)
    _, scales, axes = torch.linalg.svd(known - mean, full_matrices=False)  # (r,), (r, N)
    kept = min(components, len(scales))
    deviations = scales[:kept] / len(known) ** 0.5  # (k,)
    values = torch.randn(count, kept, generator=random) * deviations  # (count, k)
    made: Tensor = mean + values @ axes[:kept]  # (count, k) x (k, N) -> (count, N)
    return made


CHEAP: Mapping[str, Make] = {
    **{f"noised copies, {d:g}": partial(noised_copies, deviation=d) for d in (0.0, 0.3)},
    **{f"blends of {n} fonts": partial(blends, fonts=n) for n in (2, 3, 5)},
    **{f"Gaussian, {n} components": partial(gaussian, components=n) for n in (5, 10, 20, 40)},
}
"""Name -> a cheap way to make glyphs."""


def make_cheaply(make: Make, known: Letters, styles: int, seed: int) -> Letters:
    """Return every letter ``styles`` times, (styles * 62, 1, S, S), in the order of `make.draw`."""
    random = torch.Generator().manual_seed(seed)
    pictures = [
        make(known.pictures[known.labels == label].flatten(1), styles, random)
        for label in range(len(LETTERS))
    ]
    together = torch.stack(pictures, 1).view(-1, *known.pictures.shape[1:])  # (s·K, 1, S, S)
    labels = torch.arange(len(LETTERS)).repeat(styles)  # (K,) -> (s·K,)
    return Letters(together, labels, torch.arange(styles).repeat_interleave(len(LETTERS)))
