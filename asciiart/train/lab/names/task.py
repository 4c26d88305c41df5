"""Lab task: read the Unicode names of characters from pictures in fonts never seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from asciiart.core.learning.augmentation import Compose, GaussianNoise, Rotate, Scale, Translate
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.sequences.decoding import PAD
from asciiart.core.vision.captioning import Captioner, CaptionerConfig
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.names.glyph_names import (
    CANDIDATES,
    SIZE,
    LabeledGlyphs,
    Split,
    Vocabulary,
    distinct_characters,
    glyphs_of,
    only,
    split_characters,
    to_ink,
)
from asciiart.train.lab.names.sheet import Answers, Examination, answer_sheet

_AUGMENT = Compose(
    (
        Rotate(degrees=(-3, 3)),
        Scale(factor=(0.95, 1.05)),
        Translate((-0.04, 0.04), (-0.03, 0.03)),
        GaussianNoise(0.03),
    )
)
_CHANNELS = (24, 64, 128, 128)
"""Channels with three halvings, for 5 x 5 positions; 10 x 10 would show more but train longer."""
_STEPS = {"captioner-soft": 1200, "captioner-hard": 1000}
_LONGEST = 12
"""Largest number of words of an answer; all names are shorter."""

NameBatch = tuple[Tensor, ...]


class Lessons(NamedTuple):
    """Training and test data of the task."""

    characters: Split
    vocabulary: Vocabulary
    training: LabeledGlyphs
    """Seen characters in the training fonts."""
    asked: LabeledGlyphs
    """Seen characters in the held-out fonts."""
    unseen: LabeledGlyphs
    """Unseen characters in the held-out fonts."""


def prepare(lesson: Lesson) -> Lessons:
    """Draw all fonts; the training fonts alone decide which characters are used."""
    fonts = lesson.fonts()
    drawn = glyphs_of(fonts.training, CANDIDATES)
    characters = split_characters(distinct_characters(drawn, CANDIDATES))
    return Lessons(
        characters,
        Vocabulary(characters.seen),
        only(drawn, CANDIDATES, characters.seen),
        glyphs_of(fonts.held_out, characters.seen),
        glyphs_of(fonts.held_out, characters.unseen),
    )


def named_batches(
    glyphs: LabeledGlyphs, names: Tensor, batch_size: int, seed: int
) -> Callable[[int], NameBatch]:
    """Return a function from a step to its augmented pictures (B, 1, S, S) and names (B, T).

    ``names`` (characters, T) are indexed by the glyphs' labels.
    """
    plain = minibatches((glyphs.pictures, glyphs.labels), batch_size, seed=seed)

    def batch(step: int) -> NameBatch:
        pictures, labels = plain(step)
        random = torch.Generator().manual_seed(hash((seed, step)) % 2**63)
        target = names[labels]  # (B, T)
        longest = int((target != PAD).sum(1).max())
        return _AUGMENT(to_ink(pictures), random), target[:, :longest]

    return batch


def name_loss(network: Captioner, batch: NameBatch) -> StepLoss:
    """Return the loss of a captioner."""
    return network.loss(*batch)


def learn(network: str, lesson: Lesson, data: Lessons) -> Captioner:
    """Return a captioner, in evaluation mode, trained on the names of the training glyphs."""
    settings = CaptionerConfig(
        vocab_size=len(data.vocabulary.words),
        attention=network.removeprefix("captioner-"),
        channels=_CHANNELS,
        embedding_dim=128,
        attention_size=64,
        dropout=0.1,
        doubly_stochastic=0.01,
        reinforce_weight=0.1,
    )
    model = lesson.build(lambda: Captioner(settings))
    config = TrainerConfig(
        steps=_STEPS[network],
        learning_rate=3e-3,
        optimizer="adamw",
        schedule="warm_cosine",
        clip_norm=5.0,
    )
    names = data.vocabulary.encode(data.characters.seen)
    batches = named_batches(data.training, names, min(64, len(data.training.labels)), lesson.seed)
    lesson.fit(model, batches, name_loss, config, title=f"names, {network}")
    return model.eval()


def say(model: Captioner, pictures: Tensor) -> Answers:
    """Return the answers for pictures (G, 1, S, S) of bytes."""
    device = next(model.parameters()).device
    symbols = torch.full((len(pictures), _LONGEST), PAD)
    maps = torch.zeros(len(pictures), _LONGEST, *model.encoder.grid_size(SIZE, SIZE))
    for start in range(0, len(pictures), 256):
        rows = slice(start, start + 256)
        said = model.caption(to_ink(pictures[rows]).to(device), max_steps=_LONGEST)
        length = said.symbols.shape[1]
        symbols[rows, :length] = said.symbols.cpu()
        maps[rows, :length] = said.weights.cpu()
    return Answers(symbols, maps)


def examine(
    model: Captioner, vocabulary: Vocabulary, characters: str, glyphs: LabeledGlyphs
) -> Examination:
    """Test the names of glyphs whose labels are indices in ``characters``."""
    said = say(model, glyphs.pictures)
    names = vocabulary.encode(characters)  # (characters, T)
    names = functional.pad(names, (0, _LONGEST - names.shape[1]), value=PAD)[glyphs.labels]
    drawn = [characters[label] for label in glyphs.labels.tolist()]
    return Examination(glyphs.pictures, drawn, names, said)


def nearest_mean(training: LabeledGlyphs, asked: LabeledGlyphs) -> float:
    """Return the share of glyphs nearest to their own character's mean picture: a baseline."""
    count = int(training.labels.max()) + 1
    flat = to_ink(training.pictures).flatten(1)  # (G, S·S)
    sums = torch.zeros(count, flat.shape[1]).index_add_(0, training.labels, flat)
    means = sums / training.labels.bincount(minlength=count)[:, None].clamp(min=1)
    nearest = torch.cdist(to_ink(asked.pictures).flatten(1), means).argmin(1)
    return float((nearest == asked.labels).float().mean())


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on the names in the training fonts; test on those in the held-out fonts."""
    data = prepare(lesson)
    model = learn(network, lesson, data)
    seen = examine(model, data.vocabulary, data.characters.seen, data.asked)
    unseen = examine(model, data.vocabulary, data.characters.unseen, data.unseen)
    figures = {
        "exact": seen.exact(),
        "exact by nearest mean picture": nearest_mean(data.training, data.asked),
        "words": seen.words_right(),
        "exact, characters never seen": unseen.exact(),
        "words, characters never seen": unseen.words_right(),
        "characters": float(len(data.characters.seen)),
        "characters never seen": float(len(data.characters.unseen)),
        "pictures": float(len(seen.right)),
    }
    return Outcome(model, figures, answer_sheet(data.vocabulary, seen, unseen))
