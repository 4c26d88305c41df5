"""Lab task: find numbers such as 3.5 in texts that are spelled by the names of characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.sequences.feed_forward_attention import AttentionTextClassifier
from asciiart.core.sequences.text import TextClassifier
from asciiart.core.sequences.word_localization import WordLocalizer
from asciiart.errors import OptionError
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.numbers.cheap import cheap_methods
from asciiart.train.lab.tasks.numbers.texts import (
    Text,
    make_texts,
    to_tokens,
    vocabulary,
    word_vectors,
    words_of,
)

NETWORKS = ("convolution", "localizer", "attention")
_TRAINING, _ASKED = 8000, 1000
_EMBEDDING = 48
_STEPS, _BATCH = 1200, 64
_KERNELS = (4, 6)
_SHOWN = 8
"""Texts to show."""

Settings = Mapping[str, Any]
"""``words``: the vocabulary."""
Classifier = TextClassifier | WordLocalizer | AttentionTextClassifier


def _make(network: str, vectors: Tensor) -> Classifier:
    """Return a classifier for the words of ``vectors`` (V, E), which only the localizer uses."""
    count, size = vectors.shape
    if network == "convolution":
        return TextClassifier(
            count, 2, embedding_dim=size, kernel_sizes=_KERNELS, out_channels=64, dropout=0.2
        )
    if network == "localizer":
        return WordLocalizer(vectors, 2, kernel_sizes=_KERNELS, out_channels=64, dropout=0.2)
    return AttentionTextClassifier(count, 2, embedding_dim=size, hidden_size=48, dropout=0.2)


def build(network: str, settings: Settings) -> nn.Module:
    """Return the network called ``network`` as it is before training."""
    return _make(network, torch.zeros(len(settings["words"]), _EMBEDDING))


def text_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    """Return the cross-entropy of tokens (B, T) and labels (B,), for `Trainer`."""
    tokens, labels = batch
    return StepLoss(functional.cross_entropy(network(tokens), labels))


def learn(network: str, lesson: Lesson, texts: Sequence[Text]) -> Classifier:
    """Return a classifier, in evaluation mode, trained on ``texts``."""
    model = lesson.build(lambda: _make(network, word_vectors(_EMBEDDING)))
    data = to_tokens([text.words for text in texts]), _labels(texts)
    batches = minibatches(data, min(_BATCH, len(texts)), seed=lesson.seed)
    config = TrainerConfig(
        steps=_STEPS, learning_rate=3e-3, optimizer="adamw", schedule="warm_cosine", clip_norm=1.0
    )
    lesson.fit(model, batches, text_loss, config, title=f"numbers, {network}")
    return model.eval()


def _labels(texts: Sequence[Text]) -> Tensor:
    return torch.tensor([int(text.joined) for text in texts])


@torch.no_grad()
def share_right(model: Classifier, texts: Sequence[Text]) -> float:
    """Return the share of texts that a classifier tells rightly."""
    device = next(model.parameters()).device
    tokens = to_tokens([text.words for text in texts]).to(device)
    return float((model(tokens).argmax(1).cpu() == _labels(texts)).float().mean())


@torch.no_grad()
def emphasis(model: Classifier, words: Sequence[str]) -> list[float]:
    """Return how much each word speaks for a number or, for attention, how much it is looked at."""
    tokens = to_tokens([words]).to(next(model.parameters()).device)  # (1, T)
    if isinstance(model, AttentionTextClassifier):
        weights = model.attend(tokens).weights[0]  # (T,)
    elif isinstance(model, WordLocalizer):
        weights = model.localize(tokens)[0, 1]  # (1, K, T) -> (T,)
    else:
        weights = model.locate(tokens, torch.tensor([1], device=tokens.device))[0]  # (T,)
    return [float(weight) for weight in weights]


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on generated texts; test on others, against runs of words."""
    texts = make_texts(_TRAINING, _ASKED, lesson.seed, validate=lesson.validate)
    model = learn(network, lesson, texts.training)
    figures = {
        "accuracy": share_right(model, texts.held_out),
        "texts": float(len(texts.held_out)),
        "words that are known": float(len(vocabulary())),
    }
    shown = [text for text in texts.held_out if text.joined][:_SHOWN]
    page = "\n\n".join(_marked(model, text.words) for text in shown)
    settings = {"words": vocabulary()}
    return Outcome(model, figures, page + "\n", cheap_methods(texts), settings)


def _marked(model: Classifier, words: Sequence[str]) -> str:
    """Return a text with the words that matter most in brackets."""
    weights = emphasis(model, words)
    least = max(weights) / 2
    pairs = zip(words, weights, strict=True)
    return " ".join(f"[{word}]" if 0 < least <= weight else word for word, weight in pairs)


def answer(model: nn.Module, given: str, settings: Settings) -> str:
    """Return whether a text has a number with a separator, and the words that matter most.

    Raises
    ------
    OptionError
        If it has no characters, or ones whose names have other words than those learned from.
    """
    try:
        words = words_of(given)
    except ValueError:
        words = ()
    wrong = [word for word in words if word not in settings["words"]]
    if wrong or not words:
        raise OptionError(f"{wrong[0]} is not a word of the texts" if wrong else "a text is needed")
    assert isinstance(model, Classifier)
    with torch.no_grad():
        chance = float(model(to_tokens([words])).softmax(1)[0, 1])
    return f"a number with a separator: {chance:.0%}\n{_marked(model, words)}"
