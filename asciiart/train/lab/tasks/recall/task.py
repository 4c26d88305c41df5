"""Lab task: recall damaged emblems, none of which was ever stored in this combination."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.energy.boltzmann import RestrictedBoltzmannMachine
from asciiart.core.energy.deep_belief import DeepBeliefNetwork
from asciiart.core.energy.hopfield import HopfieldNetwork
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig, seed_everything
from asciiart.train.lab.data.emblems import FRAMES, SIZE, draw_emblems
from asciiart.train.lab.data.given import load_glyph
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.recall.templates import (
    fit_linear_memory,
    log_odds,
    nearest,
    tiled,
    weighted,
)

STORED_LETTERS = "ABCDEFGHIJ"
"""Letters of the emblems that a Hopfield network stores, of one font at a time."""
STORED = 32
"""Emblems that a Hopfield network stores; the others are asked."""
FLIPPED = 0.2
"""Share of every picture's pixels that are flipped."""
CLOSE = 0.015
"""Largest share of wrong pixels in a recalled picture, for networks that never saw the font."""
_DAMAGES = 5
"""Number of damaged copies of every emblem that a Hopfield network is asked."""
_SETTLING = 20
"""Number of updates by which a Boltzmann machine settles."""
_SHOWN = 20
_ASKED = 416
"""Emblems that Boltzmann machines are asked."""
_BATCH = 100
_GIBBS_STEPS = 5
"""The k of CD-k."""
_SIZES = {"rbm": (SIZE * SIZE, 500), "dbn": (SIZE * SIZE, 500, 500)}
"""Units of each layer. An RBM is a DBN with one machine."""
_CONFIG = TrainerConfig(steps=1000, learning_rate=0.01, optimizer="momentum", schedule="cosine")
"""Training of each machine."""
_FINE_TUNING = TrainerConfig(steps=600, learning_rate=1e-3, schedule="warm_cosine")
"""Training of a whole deep belief network."""
_TILES = (8, 16)
_TRUST = (0.3, 1.0)
"""Choices for the cheap methods, of which the best one is compared."""


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


def _teach_hopfield(lesson: Lesson) -> Outcome:
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


def learn_machines(network: str, lesson: Lesson, pictures: Tensor) -> DeepBeliefNetwork:
    """Return one or two machines, each trained on the units of the one below, on (G, N)."""
    seed_everything(lesson.seed)
    model = DeepBeliefNetwork(_SIZES[network])
    seen = pictures.mean(0).clamp(0.01, 0.99)  # (N,)
    with torch.no_grad():
        model.stack[0].visible_bias.copy_(seen.logit())  # Hinton 2012, section 8
    below = pictures  # (G, N)
    for number, machine in enumerate(model.stack, 1):
        batches = minibatches((below,), min(_BATCH, len(below)), seed=lesson.seed)
        title = f"recall, {network}, machine {number} of {len(model.stack)}"
        lesson.fit(machine, batches, _divergence, _CONFIG, title=title)
        with torch.no_grad():
            below = machine(below.to(machine.visible_bias.device)).cpu()  # (G, upper)
    return model


def _divergence(network: RestrictedBoltzmannMachine, batch: tuple[Tensor, ...]) -> StepLoss:
    wrong = (network.reconstruct(batch[0]) - batch[0]).abs().mean()
    return StepLoss(network.cd_loss(batch[0], steps=_GIBBS_STEPS), {"wrong": wrong})


def up_and_down(network: DeepBeliefNetwork, pictures: Tensor) -> Tensor:
    """Return the reconstruction (B, N) by one pass up and down, through which gradients flow."""
    state: Tensor = network(pictures)  # (B, N) -> (B, M)
    for machine in reversed(network.stack):
        state = machine.down(state)  # (B, upper) -> (B, lower)
    return state


def fine_tune(network: DeepBeliefNetwork, lesson: Lesson, pictures: Tensor) -> None:
    """Train a pre-trained network as an autoencoder that undoes damage of pictures (G, N).

    Hinton and Salakhutdinov 2006, but with the weights of both directions tied.
    """
    batches = minibatches((pictures,), min(_BATCH, len(pictures)), seed=lesson.seed + 1)

    def damaged(step: int) -> tuple[Tensor, Tensor]:
        (originals,) = batches(step)
        random = torch.Generator().manual_seed(hash((lesson.seed, step)) % 2**63)
        return damage(originals, random), originals

    def undo(model: DeepBeliefNetwork, batch: tuple[Tensor, Tensor]) -> StepLoss:
        return StepLoss(functional.binary_cross_entropy(up_and_down(model, batch[0]), batch[1]))

    lesson.fit(network, damaged, undo, _FINE_TUNING, title="recall, dbn, fine-tuning")


@torch.no_grad()
def settle(network: DeepBeliefNetwork, damaged: Tensor) -> Tensor:
    """Return the pictures that machines restore from damaged ones (B, N), 0 and 1.

    The network's belief about a pixel is combined by Bayes' rule with its observed value, which is
    right four times out of five; the result is the network's next input.
    """
    seen = damaged.to(next(network.parameters()).device)  # (B, N)
    evidence = (2 * seen - 1) * log_odds(FLIPPED)  # (B, N)
    picture = seen
    for _ in range(_SETTLING):
        believed = network.reconstruct(picture).logit(1e-6)  # (B, N)
        picture = (believed + evidence).sigmoid()  # (B, N)
    return (picture > 0.5).float().cpu()


@torch.no_grad()
def restore(network: str, model: DeepBeliefNetwork, damaged: Tensor) -> Tensor:
    """Return what a trained network makes of damaged pictures (B, N), 0 and 1."""
    if network == "rbm":
        return settle(model, damaged)
    device = next(model.parameters()).device
    return (up_and_down(model, damaged.to(device)) > 0.5).float().cpu()


def _teach_machines(network: str, lesson: Lesson) -> Outcome:
    """Train on half of all emblems of the training fonts; test on the others of held-out fonts."""
    fonts, letters = lesson.fonts(), string.ascii_uppercase
    random = torch.Generator().manual_seed(lesson.seed)
    half = len(letters) * len(FRAMES) // 2
    known, asked = split_combinations(len(letters), half, random)
    pictures = torch.cat([draw_emblems(font, letters)[known] for font in fonts.training])  # (G, N)
    originals = torch.cat([draw_emblems(font, letters)[asked] for font in fonts.held_out])
    originals = originals[torch.randperm(len(originals), generator=random)[:_ASKED]]  # (B, N)
    model = learn_machines(network, lesson, pictures)
    if network == "dbn":
        fine_tune(model, lesson, pictures)
    damaged = damage(originals, random)
    recalled = Recalled(originals, damaged, restore(network, model, damaged))
    figures = {
        "recalled": recalled.share(CLOSE),
        "pixels right": float(1 - recalled.wrong().mean()),
        "pixels right, left damaged": 1 - FLIPPED,
        "recalls": float(len(originals)),
    }
    baselines = {
        name: Recalled(originals, damaged, (values > 0.5).float()).share(CLOSE)
        for name, values in _by_templates(damaged, pictures).items()
    }
    return Outcome(model, figures, _picture(recalled), baselines)


def _by_templates(damaged: Tensor, known: Tensor) -> dict[str, Tensor]:
    """Return what cheap methods restore: name -> (B, N), about 0 to 1."""
    found = {
        "nearest emblem": nearest(damaged, known),
        "linear memory": fit_linear_memory(known, FLIPPED)(damaged),
    }
    for trust in _TRUST:
        found[f"weighted emblems, trust {trust:g}"] = weighted(
            damaged, known, flipped=FLIPPED, trust=trust
        )
        for side in _TILES:
            found[f"weighted tiles of {side}, trust {trust:g}"] = tiled(
                damaged, known, side, flipped=FLIPPED, trust=trust
            )
    return found


def _picture(recalled: Recalled) -> Image.Image:
    """Return originals, damaged and restored pictures, in three rows."""
    count = len(recalled.originals)
    order = torch.arange(_SHOWN)
    chosen = (order * (count // _SHOWN) + order) % count  # not the same letter every time
    rows = torch.cat([part[chosen] for part in recalled])  # (3 * 20, N)
    wrong = [f"{share:.1%}" for share in recalled.wrong()[chosen].tolist()]
    captions = [*["emblem"] * _SHOWN, *["damaged"] * _SHOWN, *wrong]
    return sheet(list(rows.view(-1, 1, SIZE, SIZE)), captions, columns=_SHOWN)


def teach(network: str, lesson: Lesson) -> Outcome:
    """Teach emblems of some combinations; ask for others, for Boltzmann machines of other fonts."""
    outcome = _teach_hopfield(lesson) if network == "hopfield" else _teach_machines(network, lesson)
    return replace(outcome, settings={"network": network})


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - as all tasks
    """Return a network that remembers nothing yet."""
    if network == "hopfield":
        return HopfieldNetwork(SIZE * SIZE)
    return DeepBeliefNetwork(_SIZES[network])


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:
    """Return the emblem in a picture, damaged, and recalled."""
    ink = load_glyph(given, SIZE, height=1 - 2 / SIZE, baseline=1 - 1 / SIZE)  # (1, 1, S, S)
    originals = (ink.flatten(1) > 0.5).float()  # (1, N)
    damaged = damage(originals, torch.Generator().manual_seed(0))
    if isinstance(model, HopfieldNetwork):
        restored = (
            model.recall(damaged * 2 - 1, generator=torch.Generator().manual_seed(0)) > 0
        ).float()
    else:
        assert isinstance(model, DeepBeliefNetwork)
        restored = restore(settings["network"], model, damaged)
    tiles = torch.cat((originals, damaged, restored)).view(-1, 1, SIZE, SIZE)
    return sheet(list(tiles), ("emblem", "damaged", "recalled"), columns=3, enlarge=4)
