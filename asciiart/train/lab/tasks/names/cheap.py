"""A cheap method without captions: words found one by one in a list of names."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig
from asciiart.core.sequences.decoding import PAD
from asciiart.train.lab.tasks.names.glyph_names import LabeledGlyphs, to_ink

_BATCH = 256
_STEPS = 1200


def words_in(names: Tensor, vocab_size: int) -> Tensor:
    """Return how often each word of the vocabulary is in each of ``names`` (N, T), as (N, V)."""
    counts = functional.one_hot(names, vocab_size).sum(1).float()  # (N, T, V) -> (N, V)
    counts[:, PAD] = 0
    return counts


def _word_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    pictures, words = batch
    logits = network(to_ink(pictures).flatten(1))  # (B, V)
    return StepLoss(functional.binary_cross_entropy_with_logits(logits, words) * words.shape[1])


def regression_on_words(training: LabeledGlyphs, words: Tensor) -> nn.Linear:
    """Return a logistic regression for each word: pixels (B, S·S) -> logits (B, V).

    ``words`` (characters, V) are 1 for the words in a character's name.
    """
    model = nn.Linear(training.pictures[0].numel(), words.shape[1])
    nn.init.zeros_(model.weight)
    plain = minibatches((training.pictures, training.labels), min(_BATCH, len(training.labels)))

    def batches(step: int) -> tuple[Tensor, ...]:
        pictures, labels = plain(step)
        return pictures, words[labels]

    config = TrainerConfig(steps=_STEPS, learning_rate=3e-3, schedule="cosine")
    Trainer(model, batches, _word_loss, config).fit()
    return model


@torch.no_grad()
def best_names(model: nn.Linear, pictures: Tensor, words: Tensor) -> Tensor:
    """Return which name of a list is the most probable for each of the pictures, (G,).

    The probabilities of ``words`` (names, V), present or absent, are multiplied: Lampert et al.
    2009, "Learning to detect unseen object classes by between-class attribute transfer".
    """
    logits = model(to_ink(pictures).flatten(1))  # (G, V)
    present, absent = functional.logsigmoid(logits), functional.logsigmoid(-logits)
    scores = present @ words.T + absent @ (1 - words).T  # (G, V) x (V, names)
    return scores.argmax(1)


def words_from_a_list(
    training: LabeledGlyphs, asked: LabeledGlyphs, seen: Tensor, unseen: Tensor, vocab_size: int
) -> float:
    """Return the share of glyphs of unseen characters that are found among all names.

    ``seen`` (characters, T) and ``unseen`` are the names of the characters by which ``training``
    and ``asked`` are labeled. Unlike a captioner, this method is told all names that there are.
    """
    longest = max(seen.shape[1], unseen.shape[1])
    names = torch.cat([functional.pad(x, (0, longest - x.shape[1])) for x in (seen, unseen)])
    words = words_in(names, vocab_size).clamp(max=1)  # (seen + unseen, V)
    model = regression_on_words(training, words)
    found = best_names(model, asked.pictures, words)  # (G,)
    return float((found == asked.labels + len(seen)).float().mean())
