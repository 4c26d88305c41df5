"""Judges made emblems by templates: is the letter there with a frame, and was that ever shown."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from asciiart.glyphs.font import Font
from asciiart.train.lab.data.emblems import FRAMES, draw_emblems

CAPITALS = string.ascii_uppercase
"""Letters of the emblems."""
SHOWN_FRAMES = 2
"""Frames in which every letter is shown, of all fonts."""
WRONG = 0.02
"""Largest share of pixels in which a recognized emblem differs from the nearest real one."""


class Emblems(NamedTuple):
    """Pictures of emblems with what they show."""

    pictures: Tensor
    """Pictures (B, N), 0 and 1."""
    labels: Tensor
    """Their letters (B,), indices in `CAPITALS`."""
    frames: Tensor
    """Their frames (B,), indices in `FRAMES`."""


class Judgment(NamedTuple):
    """Worth of emblems that were made."""

    recognized: float
    """Share near a real emblem, and nearest to one of the letter that was asked for."""
    new: float
    """Share, among the recognized, of combinations of letter and frame that were not shown."""

    @property
    def score(self) -> float:
        """The harmonic mean of both: copies show nothing new, noise is no emblem."""
        total = self.recognized + self.new
        return 2 * self.recognized * self.new / total if total else 0.0


def choose_shown(random: torch.Generator) -> Tensor:
    """Return which combinations are shown (letters, frames): some frames of each letter."""
    order = torch.rand(len(CAPITALS), len(FRAMES), generator=random).argsort(1)
    return order < SHOWN_FRAMES  # (K, F)


def draw_all(fonts: Sequence[Font]) -> Emblems:
    """Return the emblems of all letters in all frames and fonts."""
    kinds, frames = len(CAPITALS), len(FRAMES)
    pictures = torch.cat([draw_emblems(font, CAPITALS) for font in fonts])  # (fonts·K·F, N)
    labels = torch.arange(kinds).repeat_interleave(frames).repeat(len(fonts))
    return Emblems(pictures, labels, torch.arange(frames).repeat(len(fonts) * kinds))


def shown_of(emblems: Emblems, shown: Tensor) -> Emblems:
    """Return those emblems whose combination is ``shown`` (letters, frames)."""
    chosen = shown[emblems.labels, emblems.frames]
    return Emblems(*(part[chosen] for part in emblems))


def judge(made: Tensor, labels: Tensor, real: Emblems, shown: Tensor) -> Judgment:
    """Return the judgment of pictures (B, N) that should show the letters ``labels`` (B,).

    They are judged in black and white, so that nobody gains by being blurred.
    """
    printed = (made > 0.5).float()
    distances, nearest = torch.cdist(printed, real.pictures).square().min(1)  # (B, N), (R, N)
    right = (real.labels[nearest] == labels) & (distances <= WRONG * made.shape[1])
    new = ~shown[labels, real.frames[nearest]]
    recognized = float(right.float().mean())
    return Judgment(recognized, float(new[right].float().mean()) if recognized else 0.0)
