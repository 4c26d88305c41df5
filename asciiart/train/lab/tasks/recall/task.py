"""Lab task: recall damaged emblems, none of which was ever stored in this combination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn

from asciiart.core.energy.hopfield import HopfieldNetwork
from asciiart.train.lab.data.emblems import FRAMES, SIZE, draw_emblems
from asciiart.train.lab.data.given import load_glyph
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.recall.templates import nearest, tiled

STORED_LETTERS = "ABCDEFGHIJ"
"""Letters of the emblems that are stored, of one font at a time."""
STORED = 32
"""Emblems that are stored; the others are asked."""
FLIPPED = 0.2
"""Share of every picture's pixels that are flipped."""
_DAMAGES = 5
"""Number of damaged copies of every emblem that is asked."""
_SHOWN = 20
_TILES = (8, 16)
"""Sides of the tiles of which the cheap methods restore pictures."""


class Recalled(NamedTuple):
    """Pictures before damage, after it, and restored."""

    originals: Tensor
    """Originals (B, N), 0 and 1."""
    damaged: Tensor
    """Damaged pictures (B, N), 0 and 1."""
    restored: Tensor
    """Restored pictures (B, N), 0 and 1."""

    def wrong(self) -> Tensor:
        """Return the share (B,) of wrong pixels in each restored picture."""
        return (self.restored != self.originals).float().mean(1)

    def share(self, allowed: float) -> float:
        """Return the share recalled with a share of wrong pixels of at most ``allowed``."""
        return float((self.wrong() <= allowed).float().mean())


def damage(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Return pictures (B, N), each with the same number of random pixels flipped."""
    order = torch.rand(pictures.shape, generator=random).argsort(1)  # (B, N), a permutation
    return torch.where(order < round(FLIPPED * pictures.shape[1]), 1 - pictures, pictures)


class Combinations(NamedTuple):
    """Numbers of combinations of a letter and a frame, in two parts."""

    known: Tensor
    """Those to learn from (P,)."""
    asked: Tensor
    """Those that are asked (Q,)."""


def split_combinations(letters: int, known: int, random: torch.Generator) -> Combinations:
    """Return random ``known`` ones of all combinations of ``letters`` and `FRAMES`, and the others.

    Numbers are those of the rows of `emblems.draw_emblems`.
    """
    order = torch.randperm(letters * len(FRAMES), generator=random)
    return Combinations(order[:known], order[known:])


def teach(network: str, lesson: Lesson) -> Outcome:  # noqa: ARG001 - as all tasks
    """Store emblems of a font, recall others of it from damaged copies, then go to the next font.

    The outcome's network holds the first font. Nothing is trained.
    """
    random = torch.Generator().manual_seed(lesson.seed)
    memories, recalled, by_hebb = [], [], []
    cheap: dict[str, list[float]] = {}
    for font in lesson.fonts().held_out:
        emblems = draw_emblems(font, STORED_LETTERS)  # (E, N)
        known, asked = split_combinations(len(STORED_LETTERS), STORED, random)
        stored = emblems[known]  # (P, N)
        originals = emblems[asked].repeat(_DAMAGES, 1)  # (B, N)
        damaged = damage(originals, random)
        memories.append(_memory(stored, "projection"))
        recalled.append(_recall(memories[-1], originals, damaged, random))
        by_hebb.append(_recall(_memory(stored, "hebb"), originals, damaged, random))
        for name, restored in _without_settling(memories[-1], stored, damaged).items():
            share = Recalled(originals, damaged, restored).share(0.0)
            cheap.setdefault(name, []).append(share)
    figures = {
        "recalled": _mean([part.share(0.0) for part in recalled]),
        "recalled by the Hebb rule": _mean([part.share(0.0) for part in by_hebb]),
        "pixels right": 1 - _mean([float(part.wrong().mean()) for part in recalled]),
        "emblems stored": float(STORED),
        "recalls": float(sum(len(part.originals) for part in recalled)),
    }
    baselines = {name: _mean(shares) for name, shares in cheap.items()}
    return Outcome(memories[0], figures, _picture(recalled[0]), baselines)


def _without_settling(
    memory: HopfieldNetwork, stored: Tensor, damaged: Tensor
) -> dict[str, Tensor]:
    """Return what cheap methods restore: name -> (B, N), 0 and 1."""
    once = memory.update_synchronously(damaged * 2 - 1)  # (B, N)
    tiles = {
        f"nearest tiles of {side}": tiled(damaged, stored, side, flipped=FLIPPED, trust=1.0)
        for side in _TILES
    }
    found = {"nearest stored emblem": nearest(damaged, stored), **tiles, "one projection": once}
    return {name: (values > 0.5).float() for name, values in found.items()}


def _memory(patterns: Tensor, rule: str) -> HopfieldNetwork:
    memory = HopfieldNetwork(SIZE * SIZE)
    memory.store(patterns * 2 - 1, rule=rule)
    return memory


def _recall(
    memory: HopfieldNetwork, originals: Tensor, damaged: Tensor, random: torch.Generator
) -> Recalled:
    states = memory.recall(damaged * 2 - 1, generator=random)  # (B, N)
    return Recalled(originals, damaged, (states > 0).float())


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _picture(recalled: Recalled) -> Image.Image:
    """Return originals, damaged and restored pictures, in three rows."""
    count = len(recalled.originals)
    order = torch.arange(_SHOWN)
    chosen = (order * (count // _SHOWN) + order) % count  # not the same letter every time
    rows = torch.cat([part[chosen] for part in recalled])  # (3 * 20, N)
    wrong = [f"{share:.1%}" for share in recalled.wrong()[chosen].tolist()]
    captions = [*["emblem"] * _SHOWN, *["damaged"] * _SHOWN, *wrong]
    return sheet(list(rows.view(-1, 1, SIZE, SIZE)), captions, columns=_SHOWN)


def build(network: str, settings: Mapping[str, Any]) -> HopfieldNetwork:  # noqa: ARG001
    """Return a network that remembers nothing yet."""
    return HopfieldNetwork(SIZE * SIZE)


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:
    """Return the emblem in a picture, damaged, and recalled."""
    del settings
    assert isinstance(model, HopfieldNetwork)
    ink = load_glyph(given, SIZE, height=1 - 2 / SIZE, baseline=1 - 1 / SIZE)  # (1, 1, S, S)
    originals = (ink.flatten(1) > 0.5).float()  # (1, N)
    damaged = damage(originals, torch.Generator().manual_seed(0))
    random = torch.Generator().manual_seed(0)
    restored = (model.recall(damaged * 2 - 1, generator=random) > 0).float()  # (1, N)
    tiles = torch.cat((originals, damaged, restored)).view(-1, 1, SIZE, SIZE)
    return sheet(list(tiles), ("emblem", "damaged", "recalled"), columns=3, enlarge=4)
