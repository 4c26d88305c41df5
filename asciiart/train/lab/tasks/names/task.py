"""Lab task: read the Unicode names of characters from pictures in fonts never seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.augmentation import Compose, GaussianNoise, Rotate, Scale, Translate
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.sequences.decoding import END, PAD
from asciiart.core.vision.captioning import Captioner, CaptionerConfig
from asciiart.train.lab.data.given import load_figure
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.names.cheap import words_from_a_list
from asciiart.train.lab.tasks.names.glyph_names import (
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
from asciiart.train.lab.tasks.names.sheet import Answers, Examination, answer_sheet

_AUGMENT = Compose(
    (
        Rotate(degrees=(-3, 3)),
        Scale(factor=(0.95, 1.05)),
        Translate((-0.04, 0.04), (-0.03, 0.03)),
        GaussianNoise(0.03),
    )
)
_CHANNELS = (16, 32, 64, 128)
"""Channels with three halvings, for 4 x 4 positions; 8 x 8 would show more but train longer."""
_STEPS = 1800
_LONGEST = 12
"""Largest number of words of an answer; all names are shorter."""
_FILLED = 0.62
"""Share of the picture that a user's character fills."""

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
    distinct = distinct_characters(drawn, CANDIDATES)
    characters = split_characters(distinct, validate=lesson.validate)
    return Lessons(
        characters,
        Vocabulary.of_names(characters.seen),
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


def _captioner(network: str, vocab_size: int) -> Captioner:
    settings = CaptionerConfig(
        vocab_size=vocab_size,
        attention=network.removeprefix("captioner-"),
        channels=_CHANNELS,
        embedding_dim=64,
        hidden_size=128,
        attention_size=64,
        dropout=0.1,
        doubly_stochastic=0.01,
        reinforce_weight=0.1,
    )
    return Captioner(settings)


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:
    """Return the network called ``network`` as it is before training."""
    return _captioner(network, len(Vocabulary(settings["words"]).words))


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:
    """Return the Unicode name of the character in a picture's file.

    Raises
    ------
    ImageError
        If the file is not a picture.
    """
    assert isinstance(model, Captioner)
    ink = load_figure(given, SIZE, SIZE, filled=_FILLED) * 255
    said = say(model, ink.round().to(torch.uint8))
    return " ".join(Vocabulary(settings["words"]).decode(said.symbols[0]))


def learn(network: str, lesson: Lesson, data: Lessons) -> Captioner:
    """Return a captioner, in evaluation mode, trained on the names of the training glyphs."""
    model = lesson.build(lambda: _captioner(network, len(data.vocabulary.words)))
    config = TrainerConfig(
        steps=_STEPS,
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


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on the names in the training fonts; test on characters never seen in any font."""
    data = prepare(lesson)
    model = learn(network, lesson, data)
    seen = examine(model, data.vocabulary, data.characters.seen, data.asked)
    unseen = examine(model, data.vocabulary, data.characters.unseen, data.unseen)
    figures = {
        "exact": unseen.exact(),
        "words": unseen.words_right(),
        "exact, characters seen in other fonts": seen.exact(),
        "characters": float(len(data.characters.seen)),
        "characters never seen": float(len(data.characters.unseen)),
        "pictures of those": float(len(unseen.right)),
    }
    known, asked = map(data.vocabulary.encode, data.characters)
    words = len(data.vocabulary.words)
    cheap = words_from_a_list(data.training, data.unseen, known, asked, words)
    return Outcome(
        model,
        figures,
        answer_sheet(data.vocabulary, seen, unseen),
        {"words by regression, in a list of all names": cheap, "nearest neighbor": 0.0},
        {"words": data.vocabulary.words[END + 1 :]},
    )
