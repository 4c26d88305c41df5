"""Lab task: two Braille cells, the second the first moved by a row or not; some dots are hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from asciiart.core.energy.boltzmann import (
    BoltzmannMachine,
    RestrictedBoltzmannMachine,
    draw_units,
    persistent_contrastive_divergence,
)
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.errors import OptionError
from asciiart.train.lab.lesson import Lesson, Outcome

DIRECTIONS = ("up", "still", "down")
"""Where the second cell has moved; what leaves it at one end comes in at the other."""
FIRST_CELL = 0x2800
DOTS = 8
"""Dots of a cell: four rows of two."""
UNITS = 2 * DOTS + len(DIRECTIONS)
"""Visible units: the dots of both cells, row by row, and one unit for each direction."""
HIDDEN_DOTS = 4
"""Number of dots hidden in each example; the direction is hidden, too, in half of them."""
_BITS = (0, 3, 1, 4, 2, 5, 6, 7)
"""Bit of each dot in the character's number, row by row."""
_KNOWN, _CHECKED = 0.66, 0.17
"""Shares of the patterns to learn from, and by which choices are made; the others are asked."""
_ASKED = 8
"""Number of times that each example is asked, each time with other dots hidden."""
_BATCH, _CHAINS = 256, 256
_CLAMPED_SWEEPS = 5
_SWEEPS, _FORGOTTEN, _ANSWERS = 60, 20, 10
"""Sweeps to answer, those at first that do not count, and chains of each answer."""
_LEAST = 0.01
"""Least probability that a network may state."""
_CONFIGS = {
    "boltzmann": TrainerConfig(steps=5500, learning_rate=0.01, optimizer="adam", schedule="cosine"),
    "rbm": TrainerConfig(steps=10_000, learning_rate=0.01, optimizer="adam", schedule="cosine"),
}
_NEIGHBORS = (1, 3, 5, 10, 20, 40)
_TRUSTS = (0.5, 1.0, 2.0, 3.0)
_RIDGES = (0.01, 0.03, 0.1)
_CLIPS = (0.001, 0.01, 0.03, 0.05)
"""Choices for the cheap methods, of which the best one is compared."""
_LISTED = 12
_TRIED = 400
"""Chains of an answer to the user."""

Machine = BoltzmannMachine | RestrictedBoltzmannMachine


class Asked(NamedTuple):
    """Examples of which some units are hidden."""

    truth: Tensor
    """Units (B, N), 0 and 1."""
    known: Tensor
    """Whether each unit is shown (B, N), bool."""


def build(network: str, settings: Mapping[str, Any]) -> Machine:  # noqa: ARG001 - as all tasks
    """Return the network called ``network`` as it is before training."""
    if network == "boltzmann":
        return BoltzmannMachine(UNITS, 30)
    return RestrictedBoltzmannMachine(UNITS, 150)


def cells() -> Tensor:
    """Return the dots (256, 8) of every Braille cell, row by row, in Unicode's order."""
    return (torch.arange(256)[:, None] >> torch.tensor(_BITS) & 1).float()


def move(dots: Tensor, rows: int) -> Tensor:
    """Return cells (B, 8) whose dots have moved down by ``rows``, around the cell's end."""
    return dots.view(-1, 4, 2).roll(rows, 1).flatten(1)


def examples(first: Tensor) -> Tensor:
    """Return each cell (B, 8) with itself moved in each direction: (3 B, N)."""
    parts = []
    for number, rows in enumerate((-1, 0, 1)):
        direction = torch.eye(len(DIRECTIONS))[number].expand(len(first), -1)  # (B, 3)
        parts.append(torch.cat((first, move(first, rows), direction), 1))
    return torch.cat(parts)


def split_patterns(*, validate: bool) -> tuple[Tensor, Tensor]:
    """Return the cells to learn from, (P, 8), and those that are asked, (Q, 8).

    Cells that become each other by moving are in the same part.
    """
    every = cells()
    places = 2 ** torch.arange(DOTS)
    turned = torch.stack([move(every, rows).long() @ places for rows in range(4)])  # (4, 256)
    names = turned.amin(0)  # (256,), the same for all that become each other
    kinds = torch.unique(names)
    kinds = kinds[torch.randperm(len(kinds), generator=torch.Generator().manual_seed(0))]
    known, checked = round(_KNOWN * len(kinds)), round(_CHECKED * len(kinds))
    learned, validation, held_out = kinds.split([known, checked, len(kinds) - known - checked])
    asked = validation if validate else held_out
    return every[torch.isin(names, learned)], every[torch.isin(names, asked)]


def hide(truth: Tensor, random: torch.Generator) -> Asked:
    """Return examples (B, N) of which `HIDDEN_DOTS` are hidden, and half of the directions."""
    order = torch.rand(len(truth), 2 * DOTS, generator=random).argsort(1)  # (B, 16)
    told = torch.rand(len(truth), 1, generator=random) < 0.5  # (B, 1)
    return Asked(truth, torch.cat((order >= HIDDEN_DOTS, told.expand(-1, len(DIRECTIONS))), 1))


def persistent_gibbs(
    count: int, sweeps: int, random: torch.Generator
) -> Callable[[BoltzmannMachine, Sequence[Tensor]], StepLoss]:
    """Return the `Trainer` loss of a Boltzmann machine whose ``count`` free chains live on.

    As `BoltzmannMachine.gibbs_loss`, but the free chains do not start anew at every step (Tieleman
    2008); the clamped ones do, and take ``sweeps``.
    """
    chains: list[Tensor] = []

    def loss(machine: BoltzmannMachine, batch: Sequence[Tensor]) -> StepLoss:
        visible = batch[0]
        half = visible.new_full((len(visible), machine.num_hidden), 0.5)  # (B, M)
        held = torch.cat((visible, draw_units(half, random)), 1)  # (B, N + M)
        held = machine.gibbs(held, sweeps, clamped=machine.num_visible, generator=random)
        units = machine.num_visible + machine.num_hidden
        last = chains.pop() if chains else draw_units(visible.new_full((count, units), 0.5), random)
        free = machine.gibbs(last, 1, generator=random)  # (R, N + M)
        chains.append(free)
        return StepLoss(machine.energy(held).mean() - machine.energy(free).mean())

    return loss


def learn(network: str, lesson: Lesson, known: Tensor) -> Machine:
    """Return a machine that has learned the examples ``known`` (P, N)."""
    machine = lesson.build(lambda: build(network, {}))
    random = torch.Generator().manual_seed(lesson.seed)
    batches = minibatches((known,), min(_BATCH, len(known)), seed=lesson.seed)
    config, title = _CONFIGS[network], f"dots, {network}"
    if isinstance(machine, BoltzmannMachine):
        free = persistent_gibbs(_CHAINS, _CLAMPED_SWEEPS, random)
        lesson.fit(machine, batches, free, config, title=title)
    else:
        persistent = persistent_contrastive_divergence(_CHAINS, 2, generator=random)
        lesson.fit(machine, batches, persistent, config, title=title)
    return machine.cpu()


class Chains(NamedTuple):
    """Where Gibbs chains have arrived."""

    states: Tensor
    """Units (B, N) or, of a Boltzmann machine, (B, N + M)."""
    believed: Tensor
    """Probability (B, N) of each visible unit, given the others."""


@torch.no_grad()
def sweep(machine: Machine, states: Tensor, asked: Asked, random: torch.Generator) -> Chains:
    """Return chains after one sweep in which the known units of ``asked`` keep their values."""
    if isinstance(machine, RestrictedBoltzmannMachine):
        believed = machine.reconstruct(states, known=asked.known, generator=random)  # (B, N)
        return Chains(draw_units(believed, random), believed)
    states, couplings = states.clone(), machine.couplings()
    believed = asked.truth.clone()  # (B, N)
    for unit in range(states.shape[1]):
        chance = (states @ couplings[unit] + machine.units.bias[unit]).sigmoid()  # (B,)
        drawn = draw_units(chance, random)  # (B,)
        if unit < machine.num_visible:
            known = asked.known[:, unit]
            believed[:, unit] = torch.where(known, asked.truth[:, unit], chance)
            drawn = torch.where(known, asked.truth[:, unit], drawn)
        states[:, unit] = drawn
    return Chains(states, believed)


def start(machine: Machine, asked: Asked, random: torch.Generator) -> Tensor:
    """Return states whose known units are those of ``asked``, and the others random."""
    anything = draw_units(torch.full_like(asked.truth, 0.5), random)  # (B, N)
    visible = torch.where(asked.known, asked.truth, anything)  # (B, N)
    if isinstance(machine, RestrictedBoltzmannMachine):
        return visible
    half = visible.new_full((len(visible), machine.num_hidden), 0.5)  # (B, M)
    return torch.cat((visible, draw_units(half, random)), 1)  # (B, N + M)


def fill(machine: Machine, asked: Asked, random: torch.Generator) -> Tensor:
    """Return the probability (B, N) of each unit, the mean of many sweeps of several chains."""
    many = Asked(*(part.repeat(_ANSWERS, 1) for part in asked))
    states = start(machine, many, random)
    total = torch.zeros_like(many.truth)
    for number in range(_SWEEPS):
        states, believed = sweep(machine, states, many, random)
        if number >= _FORGOTTEN:
            total += believed
    means = total / (_SWEEPS - _FORGOTTEN)
    return means.view(_ANSWERS, *asked.truth.shape).mean(0)


def nats(believed: Tensor, asked: Asked, least: float) -> float:
    """Return the mean -log probability of the hidden units, of probabilities (B, N).

    None of these counts as less than ``least``, or as more than 1 - ``least``.
    """
    believed = believed.clamp(least, 1 - least)
    right = torch.where(asked.truth > 0, believed, 1 - believed)  # (B, N)
    return -float(right.log()[~asked.known].mean())


def differing(asked: Asked, examples: Tensor) -> Tensor:
    """Return how many known units differ, (B, P), from each of ``examples`` (P, N)."""
    shown = asked.known.float()
    ones, zeros = shown * asked.truth, shown * (1 - asked.truth)
    return ones @ (1 - examples).T + zeros @ examples.T  # (B, N) x (N, P) -> (B, P)


def linear(asked: Asked, examples: Tensor, ridge: float) -> Tensor:
    """Return the expected units (B, N), given the known ones, if all were normally distributed."""
    mean, covariance = examples.mean(0), torch.cov(examples.T)
    covariance = covariance + ridge * torch.eye(len(mean))
    found = asked.truth.clone()
    for row, known in enumerate(asked.known):
        seen = asked.truth[row, known] - mean[known]
        weights = torch.linalg.solve(covariance[known][:, known], seen)  # (known,)
        found[row, ~known] = mean[~known] + covariance[~known][:, known] @ weights
    return found


def cheaply(asked: Asked, examples: Tensor) -> dict[str, list[Tensor]]:
    """Return what cheap methods believe, by each of their settings: name -> (B, N)."""
    distance = differing(asked, examples)  # (B, P)
    nearest = distance.argsort(stable=True)  # (B, P)
    return {
        "nearest examples": [examples[nearest[:, :count]].mean(1) for count in _NEIGHBORS],
        "weighted examples": [(-trust * distance).softmax(1) @ examples for trust in _TRUSTS],
        "linear regression": [linear(asked, examples, ridge) for ridge in _RIDGES],
    }


def teach(network: str, lesson: Lesson) -> Outcome:
    """Learn cells and how they move; fill what is hidden of cells never seen."""
    learned, unseen = split_patterns(validate=lesson.validate)
    known = examples(learned)  # (P, N)
    random = torch.Generator().manual_seed(lesson.seed)
    known = known[torch.randperm(len(known), generator=random)]  # so that ties fall at random
    asked = hide(examples(unseen).repeat(_ASKED, 1), random)
    machine = learn(network, lesson, known)
    believed = fill(machine, asked, random)
    alone = nats(known.mean(0).expand_as(asked.truth), asked, _LEAST)
    dots = ~asked.known[:, : 2 * DOTS]
    right = (believed > 0.5) == (asked.truth > 0)  # (B, N)
    figures = {
        "nats saved": alone - nats(believed, asked, _LEAST),
        "dots right": float(right[:, : 2 * DOTS][dots].float().mean()),
        "hidden units": float((~asked.known).sum()),
    }
    baselines = {
        name: max(alone - nats(each, asked, least) for each in settings for least in _CLIPS)
        for name, settings in cheaply(asked, known).items()
    }
    return Outcome(machine, figures, _listed(asked, believed), baselines)


def _listed(asked: Asked, believed: Tensor) -> str:
    """Return examples as lines: what is shown, what was filled, and the truth."""
    chosen = torch.arange(0, len(believed), max(1, len(believed) // _LISTED))
    lines = []
    for truth, known, found in zip(*(part[chosen] for part in (*asked, believed)), strict=True):
        filled = torch.cat((found[: 2 * DOTS].round(), found[2 * DOTS :]))
        shown = torch.where(known, truth, torch.full_like(truth, -1.0))
        lines.append(f"{_spelled(shown)} -> {_spelled(filled)} (it was {_spelled(truth)})")
    return "\n".join(lines)


def _spelled(units: Tensor) -> str:
    """Return units as the rows of both cells and a direction; those below zero as ``?``."""
    rows = ["".join("?.#"[int(unit) + 1] for unit in row) for row in units[: 2 * DOTS].view(-1, 2)]
    told = units[2 * DOTS :]
    direction = "?" if told[0] < 0 else DIRECTIONS[int(told.argmax())]
    return f"{'/'.join(rows[:4])} {'/'.join(rows[4:])} {direction}"


def _character(dots: Tensor) -> str:
    return chr(FIRST_CELL + int(dots.long() @ 2 ** torch.tensor(_BITS)))


def parse(given: str) -> Asked:
    """Return what a text says, (1, N): two cells and a direction, each of which may be ``?``.

    Raises
    ------
    OptionError
        If it says anything else.
    """
    direction = next((word for word in DIRECTIONS if given.split()[-1:] == [word]), "?")
    signs = "".join(given.removesuffix(direction).split())
    if len(signs) != 2 or any(
        sign != "?" and not 0 <= ord(sign) - FIRST_CELL < len(cells()) for sign in signs
    ):
        raise OptionError(
            f"two Braille cells and {', '.join(DIRECTIONS)} or ? are needed, such as "
            f"'\N{BRAILLE PATTERN DOTS-125}? up', not {given!r}"
        )
    truth, known = torch.zeros(1, UNITS), torch.zeros(1, UNITS, dtype=torch.bool)
    for place, sign in enumerate(signs):
        if sign != "?":
            part = slice(place * DOTS, (place + 1) * DOTS)
            truth[0, part], known[0, part] = cells()[ord(sign) - FIRST_CELL], True
    if direction != "?":
        truth[0, 2 * DOTS + DIRECTIONS.index(direction)] = 1
        known[0, 2 * DOTS :] = True
    return Asked(truth, known)


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:
    """Return what is most likely: both cells and the direction, with probabilities."""
    del settings
    assert isinstance(model, BoltzmannMachine | RestrictedBoltzmannMachine)
    random = torch.Generator().manual_seed(0)
    asked = Asked(*(part.expand(_TRIED, -1) for part in parse(given)))
    states = start(model, asked, random)
    for _ in range(_SWEEPS):
        states, believed = sweep(model, states, asked, random)
    found = Counter(
        f"{_character(units[:DOTS])}{_character(units[DOTS : 2 * DOTS])} "
        f"{DIRECTIONS[int(told.argmax())]}"
        for units, told in zip(states, believed[:, 2 * DOTS :], strict=True)
    )
    return "\n".join(f"{text} {count / _TRIED:.0%}" for text, count in found.most_common(3))
