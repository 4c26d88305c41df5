"""Lab task: words through a bottleneck of a few numbers."""

from __future__ import annotations

import random
import string
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.sequences.recurrent import RecurrentConfig
from asciiart.core.sequences.sequence_autoencoder import SequenceAutoencoder
from asciiart.errors import OptionError
from asciiart.train.lab.data.word_parts import WordSplit, split_words
from asciiart.train.lab.lesson import Lesson, Outcome

_SIGNS = " " + string.ascii_uppercase
"""A word is filled up with the first."""
_SHORTEST, _LONGEST = 3, 10
_CODE, _UNITS = 16, 96
"""Numbers of a word's code, and units of the network that makes it and of the one that reads it."""
_STEPS, _BATCH = 3000, 64
_SHOWN = 30
"""Words to show."""


@cache
def _all_words() -> tuple[str, ...]:
    """Return the words of 3 to 10 letters in Unicode's names, which takes seconds to find."""
    names = (unicodedata.name(chr(code), "") for code in range(sys.maxunicode + 1))
    words = {word for name in names for part in name.split() for word in part.split("-")}
    kept = (word for word in words if word.isalpha() and _SHORTEST <= len(word) <= _LONGEST)
    return tuple(sorted(kept))


def words_of_names(seed: int, *, validate: bool = False) -> WordSplit:
    """Return the words of 3 to 10 letters in Unicode's names, in an order that the seed decides."""
    words = list(_all_words())
    random.Random(seed).shuffle(words)
    return split_words(words, validate=validate)


def to_symbols(words: Sequence[str]) -> Tensor:
    """Return words as symbols (N, T), filled up with 0."""
    return torch.tensor([[_SIGNS.index(sign) for sign in word.ljust(_LONGEST)] for word in words])


def to_words(symbols: Tensor) -> list[str]:
    """Return the words of symbols (N, T)."""
    return ["".join(_SIGNS[symbol] for symbol in row).rstrip() for row in symbols.tolist()]


def _one_hot(symbols: Tensor) -> Tensor:
    return functional.one_hot(symbols, len(_SIGNS)).float()  # (N, T) -> (N, T, V)


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001
    """Return the autoencoder whose cell is called ``network``, as it is before training."""
    config = RecurrentConfig(cell=network, hidden_size=_UNITS)
    return SequenceAutoencoder(len(_SIGNS), code_size=_CODE, config=config)


def letter_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    """Return the cross-entropy of the letters of words (B, T), for `Trainer`."""
    (symbols,) = batch
    logits = network(_one_hot(symbols))  # (B, T, V)
    return StepLoss(functional.cross_entropy(logits.flatten(0, 1), symbols.flatten()))


@torch.no_grad()
def repeat(network: nn.Module, words: Sequence[str]) -> list[str]:
    """Return what comes back of words."""
    device = next(network.parameters()).device
    return to_words(network(_one_hot(to_symbols(words)).to(device)).argmax(2).cpu())


def share_exact(answers: Sequence[str], words: Sequence[str]) -> float:
    """Return the share of words that came back as they were."""
    return sum(map(str.__eq__, answers, words)) / len(words)


def letters_right(answers: Sequence[str], words: Sequence[str]) -> float:
    """Return the share of the words' letters that came back in their places."""
    pairs = zip(answers, words, strict=True)
    right = sum(a == b for pair in pairs for a, b in zip(*pair, strict=False))
    return right / sum(map(len, words))


def by_components(training: Sequence[str], words: Sequence[str], count: int) -> list[str]:
    """Return what comes back of words through the ``count`` principal components of training's."""
    known, asked = (_one_hot(to_symbols(part)).flatten(1) for part in (training, words))  # (N, T·V)
    mean = known.mean(0)
    axes = torch.linalg.svd(known - mean, full_matrices=False).Vh[:count]  # (count, T·V)
    back = (asked - mean) @ axes.T @ axes + mean  # (N, T·V)
    return to_words(back.view(len(words), _LONGEST, -1).argmax(2))


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on most of the words; test on the others, against as many principal components."""
    training, held_out = words_of_names(lesson.seed, validate=lesson.validate)
    model = lesson.build(lambda: build(network, {}))
    batches = minibatches((to_symbols(training),), min(_BATCH, len(training)), seed=lesson.seed)
    config = TrainerConfig(
        steps=_STEPS, learning_rate=1e-2, optimizer="adam", schedule="warm_cosine", clip_norm=1.0
    )
    lesson.fit(model, batches, letter_loss, config, title=f"words, {network}")
    answers = repeat(model.eval(), held_out)
    figures = {
        "exact words": share_exact(answers, held_out),
        "letters": letters_right(answers, held_out),
        "words": float(len(held_out)),
    }
    components = by_components(training, held_out, _CODE)
    cheap = {f"{_CODE} principal components": share_exact(components, held_out)}
    figures[f"letters, {_CODE} principal components"] = letters_right(components, held_out)
    rows = zip(held_out[:_SHOWN], answers, components, strict=False)
    page = [f"{'word':12}{network:12}components", *(f"{a:12}{b:12}{c}" for a, b, c in rows), ""]
    return Outcome(model, figures, "\n".join(page), cheap)


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Return what comes back of a word.

    Raises
    ------
    OptionError
        If it is longer than all that were learned from, or has other signs than letters A to Z.
    """
    word = given.upper()
    if not (word.isascii() and word.isalpha() and len(word) <= _LONGEST):
        raise OptionError(f"a word of 1 to {_LONGEST} letters A to Z is needed, not {given!r}")
    return repeat(model, [word])[0]
