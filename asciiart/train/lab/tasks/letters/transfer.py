"""Lab task: a network that knows Latin letters learns Cyrillic ones from a few labeled pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from asciiart.core.layers import ConvNet
from asciiart.core.learning.augmentation import Compose, Rotate, Scale, Translate
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.core.learning.transfer import transfer
from asciiart.glyphs.font import Font
from asciiart.train.lab.cheap_methods import classify_cheaply, share_right
from asciiart.train.lab.classification import likeliest, picture_loss, recognize
from asciiart.train.lab.data.font_groups import LabFonts
from asciiart.train.lab.data.given import load_figure
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.letters import task as letters_task
from asciiart.train.lab.tasks.letters.hider import SIZE, LetterHider

CLASSES = "БГДЖЗИЛПУФЦЧШЩЪЫЭЮЯ"
"""Cyrillic letters unlike any Latin one; capital and small letters count as the same."""
SHOTS = 4
"""Number of labeled pictures of each letter."""
TRUSTWORTHY = 0.6
"""Share of hidden Latin letters that a network found in the folder must recognize to be taken."""
_COPIES = 30
"""Number of altered copies of each labeled picture that the cheap methods learn from."""
_ALTER = Compose((Rotate((-10, 10)), Scale((0.85, 1.15)), Translate((-0.12, 0.12), (-0.12, 0.12))))
_ASKED = 2000
_ASKED_SEED, _SHOTS_SEED = 2**42, 2**43
_CONFIG = TrainerConfig(steps=150, learning_rate=1e-2, optimizer="adamw", schedule="warm_cosine")
_SCRATCH_CONFIG = replace(_CONFIG, steps=300, learning_rate=3e-3)
"""Training of the same network from scratch."""


class Way(NamedTuple):
    """How a trained network learns other letters."""

    network: str
    """Its name in the task letters."""
    config: TrainerConfig
    trunk_rate: float
    """Learning rate of all but the last layer, which is new; 0 freezes it."""


WAYS: Mapping[str, Way] = {
    "resnet": Way("resnet", _CONFIG, 0.0),
    "resnet-fine-tuned": Way("resnet", _CONFIG, 1e-4),
}
"""Name in this task -> way."""


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:
    """Return the network called ``network`` as it is before training."""
    del settings
    return letters_task.NETWORKS[WAYS[network].network](len(CLASSES))


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:
    """Return the letters that the picture in a file most likely shows, with probabilities."""
    del settings
    return likeliest(model, load_figure(given, SIZE, SIZE, filled=letters_task.FILLED), CLASSES)


def cyrillic(fonts: tuple[Font, ...], *, seed: int = 0) -> LetterHider:
    """Return what hides CLASSES, capital and small, in those fonts that have all of them."""
    characters = CLASSES + CLASSES.lower()
    having = [font for font in fonts if all(map(font.has, characters))]
    return LetterHider(having or fonts, characters, seed=seed)


def few_examples(hider: LetterHider, seed: int) -> tuple[Tensor, Tensor]:
    """Return `SHOTS` pictures (B, 1, S, S) of each class and their labels (B,)."""
    random = torch.Generator().manual_seed(seed)
    labels = hider.letters.labels % len(CLASSES)
    chosen = [
        numbers[torch.randperm(len(numbers), generator=random)[:SHOTS]]
        for numbers in ((labels == label).nonzero()[:, 0] for label in range(len(CLASSES)))
    ]
    hidden = hider.hide(torch.cat(chosen), seed)
    return hidden.pictures, hidden.labels % len(CLASSES)


def altered(examples: tuple[Tensor, Tensor], seed: int) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Return a function from a step to all examples, each altered a little."""
    pictures, labels = examples

    def batch(step: int) -> tuple[Tensor, Tensor]:
        random = torch.Generator().manual_seed(hash((seed, step)) % 2**63)
        return _ALTER(pictures, random), labels

    return batch


def find_trained(network: str, lesson: Lesson, fonts: LabFonts) -> nn.Module:
    """Return a network that knows Latin letters: the folder's own, or one that is trained now."""
    model = letters_task.build(network, {})
    path = lesson.folder / f"letters-{network}.safetensors"
    try:
        model.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError):
        return letters_task.learn_hidden(network, lesson, fonts)
    asked, labels = letters_task.hidden_latin(fonts.training, 200, lesson.seed)
    trusted = share_right(recognize(model.eval(), asked), labels) >= TRUSTWORTHY
    return model if trusted else letters_task.learn_hidden(network, lesson, fonts)


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on a few hidden Cyrillic letters; test on those of the held-out fonts."""
    fonts = lesson.fonts()
    examples = few_examples(cyrillic(fonts.training), _SHOTS_SEED + lesson.seed)
    asked = cyrillic(fonts.held_out, seed=1)(_ASKED, _ASKED_SEED + lesson.seed)
    labels = asked.labels % len(CLASSES)
    way = WAYS[network]
    trained = find_trained(way.network, lesson, fonts)
    model = transferred(trained, way, lesson, examples)
    fresh = lesson.build(lambda: build(network, {}))
    batches = altered(examples, lesson.seed)
    lesson.fit(fresh, batches, picture_loss, _SCRATCH_CONFIG, title=f"from scratch, {network}")
    copies = [altered(examples, -1)(step) for step in range(_COPIES)]
    known, known_labels = (torch.cat(parts) for parts in zip(*copies, strict=True))
    cheap = classify_cheaply(known, known_labels, asked.pictures, lesson.seed)
    answers = recognize(model, asked.pictures)
    figures = {
        "accuracy": share_right(answers, labels),
        "labeled pictures": float(len(examples[1])),
        "letters": float(len(labels)),
    }
    from_scratch = recognize(fresh.eval(), asked.pictures)
    baselines = {
        "the same network from scratch": share_right(from_scratch, labels),
        **{name: share_right(found, labels) for name, found in cheap.items()},
    }
    shown = letters_task.answer_sheet(asked.pictures, labels, answers, CLASSES)
    return Outcome(model, figures, shown, baselines)


def transferred(
    network: nn.Module, way: Way, lesson: Lesson, examples: tuple[Tensor, Tensor]
) -> nn.Module:
    """Return a copy of a trained network, in evaluation mode, that has learned the examples."""
    copy = deepcopy(network)
    assert isinstance(copy, ConvNet)
    trainer = transfer(
        copy,
        len(CLASSES),
        altered(examples, lesson.seed),
        picture_loss,
        lesson.adapted(way.config),
        trunk_rate=way.trunk_rate,
    )
    trainer.fit()
    return copy.eval()
