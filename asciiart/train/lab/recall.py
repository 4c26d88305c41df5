"""Lab task: restore glyphs in which one pixel of five is flipped."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor

from asciiart.core.energy.boltzmann import RestrictedBoltzmannMachine
from asciiart.core.energy.deep_belief import DeepBeliefNetwork
from asciiart.core.energy.hopfield import HopfieldNetwork
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig, seed_everything
from asciiart.glyphs.font import Font
from asciiart.train.lab.drawn_letters import letters_of
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet

SIZE = 32
"""Side of a picture in pixels; every pixel is a unit."""
STORED = "ABCDEFGHIJ"
"""Letters that a Hopfield network stores, of one font at a time."""
FLIPPED = 0.2
"""Share of every picture's pixels that are flipped."""
CLOSE = 0.05
"""Largest share of wrong pixels in a recalled picture, for networks that never saw the original."""
_DAMAGES = 20
"""Number of damaged copies of every stored glyph."""
_SETTLING = 20
"""Number of updates by which a Boltzmann machine settles."""
_SHOWN = 20
_BATCH = 100
_GIBBS_STEPS = 5
"""The k of CD-k."""
_SIZES = {"rbm": (SIZE * SIZE, 500), "dbn": (SIZE * SIZE, 500, SIZE * SIZE)}
"""Units of each layer. An RBM is a DBN with one machine; a second one starts as its mirror."""
_CONFIG = TrainerConfig(steps=1000, learning_rate=0.01, optimizer="momentum", schedule="cosine")
"""Training of each machine."""

_Machine = RestrictedBoltzmannMachine | DeepBeliefNetwork


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

    def own(self) -> Tensor:
        """Return (B,) whether no other original is as near to the restored picture as its own."""
        distances = torch.cdist(self.restored, self.originals, p=1)  # (B, N) -> (B, B)
        others = (torch.cdist(self.originals, self.originals, p=1) > 0).float()  # (B, B)
        rivals = distances.masked_fill(others == 0, math.inf).min(1).values  # (B,)
        return distances.diagonal() < rivals

    def share(self, allowed: float) -> float:
        """Return the share recalled with a share of wrong pixels of at most ``allowed``."""
        return float((self.own() & (self.wrong() <= allowed)).float().mean())


def black_or_white(fonts: Sequence[Font], characters: str) -> Tensor:
    """Return every character in every font as (G, N), 1 where more than half is ink, else 0."""
    return (letters_of(fonts, characters, SIZE).pictures.flatten(1) > 0.5).float()


def damage(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Return pictures (B, N), each with the same number of random pixels flipped."""
    order = torch.rand(pictures.shape, generator=random).argsort(1)  # (B, N), a permutation
    return torch.where(order < round(FLIPPED * pictures.shape[1]), 1 - pictures, pictures)


def _teach_hopfield(lesson: Lesson) -> Outcome:
    """Store ten letters of a font, recall each from many damaged copies, then go to the next font.

    The outcome's network holds the first held-out font. Nothing is trained.
    """
    random = torch.Generator().manual_seed(lesson.seed)
    stored = [black_or_white([font], STORED) for font in lesson.fonts().held_out]  # each (P, N)
    memories = [_memory(patterns, "projection") for patterns in stored]
    recalled, by_hebb = [], []
    for patterns, memory in zip(stored, memories, strict=True):
        originals = patterns.repeat(_DAMAGES, 1)  # (B, N)
        damaged = damage(originals, random)
        recalled.append(_recall(memory, originals, damaged, random))
        by_hebb.append(_recall(_memory(patterns, "hebb"), originals, damaged, random))
    figures = {
        "recalled": _mean([part.share(0.0) for part in recalled]),
        "recalled by the Hebb rule": _mean([part.share(0.0) for part in by_hebb]),
        "pixels right": 1 - _mean([float(part.wrong().mean()) for part in recalled]),
        "pixels right, the Hebb rule": 1 - _mean([float(part.wrong().mean()) for part in by_hebb]),
        "glyphs stored": float(len(STORED)),
        "recalls": float(len(STORED) * _DAMAGES * len(recalled)),
    }
    return Outcome(memories[0], figures, _picture(recalled[0]))


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


def learn_machines(network: str, lesson: Lesson, pictures: Tensor) -> _Machine:
    """Return an RBM, or a DBN trained one machine after the other, trained on pictures (G, N)."""
    seed_everything(lesson.seed)
    model = DeepBeliefNetwork(_SIZES[network])
    seen = pictures.mean(0).clamp(0.01, 0.99)  # (N,)
    with torch.no_grad():
        model.stack[0].visible_bias.copy_(seen.logit())  # Hinton 2012, section 8
    below = pictures  # (G, N)
    for number, machine in enumerate(model.stack, 1):
        if number > 1:
            model.mirror(number - 1)
        batches = minibatches((below,), min(_BATCH, len(below)), seed=lesson.seed)
        title = f"recall, {network}, machine {number} of {len(model.stack)}"
        lesson.fit(machine, batches, _divergence, _CONFIG, title=title)
        with torch.no_grad():
            below = machine(below.to(machine.visible_bias.device)).cpu()  # (G, upper)
    return model.stack[0] if network == "rbm" else model


def _divergence(network: RestrictedBoltzmannMachine, batch: tuple[Tensor, ...]) -> StepLoss:
    wrong = (network.reconstruct(batch[0]) - batch[0]).abs().mean()
    return StepLoss(network.cd_loss(batch[0], steps=_GIBBS_STEPS), {"wrong": wrong})


@torch.no_grad()
def restore(network: _Machine, damaged: Tensor) -> Tensor:
    """Return the pictures that an RBM or DBN restores from damaged ones (B, N), 0 and 1.

    The network's belief about a pixel is combined by Bayes' rule with its observed value, which is
    right four times out of five; the result is the network's next input.
    """
    device = next(network.parameters()).device
    seen = damaged.to(device)  # (B, N)
    evidence = (2 * seen - 1) * math.log((1 - FLIPPED) / FLIPPED)  # (B, N)
    picture = seen
    for _ in range(_SETTLING):
        believed = network.reconstruct(picture).logit(1e-6)  # (B, N)
        picture = (believed + evidence).sigmoid()  # (B, N)
    return (picture > 0.5).float().cpu()


def _teach_machines(network: str, lesson: Lesson) -> Outcome:
    """Train on the capitals of the training fonts; test on damaged ones of the held-out fonts."""
    fonts = lesson.fonts()
    known = black_or_white(fonts.training, string.ascii_uppercase)  # (G, N)
    model = learn_machines(network, lesson, known)
    originals = black_or_white(fonts.held_out, string.ascii_uppercase)  # (B, N)
    damaged = damage(originals, torch.Generator().manual_seed(lesson.seed))
    recalled = Recalled(originals, damaged, restore(model, damaged))
    nearest = known[torch.cdist(damaged, known, p=1).argmin(1)]  # (B, N)
    neighbor = Recalled(originals, damaged, nearest)
    figures = {
        "recalled": recalled.share(CLOSE),
        "recalled by nearest neighbor": neighbor.share(CLOSE),
        "pixels right": float(1 - recalled.wrong().mean()),
        "pixels right, nearest neighbor": float(1 - neighbor.wrong().mean()),
        "pixels right, left damaged": 1 - FLIPPED,
        "recalls": float(len(originals)),
    }
    return Outcome(model, figures, _picture(recalled))


def _picture(recalled: Recalled) -> Image.Image:
    """Return originals, damaged and restored pictures, in three rows."""
    count = len(recalled.originals)
    order = torch.arange(_SHOWN)
    chosen = (order * (count // _SHOWN) + order) % count  # not the same letter every time
    rows = torch.cat([part[chosen] for part in recalled])  # (3 * 20, N)
    wrong = [f"{share:.1%}" for share in recalled.wrong()[chosen].tolist()]
    captions = [*["glyph"] * _SHOWN, *["damaged"] * _SHOWN, *wrong]
    return sheet(list(rows.view(-1, 1, SIZE, SIZE)), captions, columns=_SHOWN)


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on glyphs; test on damaged ones, for Boltzmann machines of held-out fonts."""
    if network == "hopfield":
        return _teach_hopfield(lesson)
    return _teach_machines(network, lesson)
