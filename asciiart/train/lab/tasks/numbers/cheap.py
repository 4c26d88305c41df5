"""Cheap methods: naive Bayes and logistic regression on words and runs of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig
from asciiart.train.lab.tasks.numbers.texts import Text, Texts

_LONGEST = (1, 2, 3, 4, 5)
"""Largest numbers of words in a run that are tried."""
_SMOOTHINGS = (0.03, 0.3, 1.0)
_STEPS = (100, 400)
"""Numbers of steps of the logistic regression: the fewer, the smaller its weights."""


class Runs(NamedTuple):
    """The runs of words in texts."""

    features: Tensor
    """Numbers of the runs (N, F), 0 after the last."""
    labels: Tensor
    """1.0 or 0.0 (N,)."""


class RunNumbers:
    """Numbers for all runs of 1 to ``longest`` words in ``texts``."""

    def __init__(self, texts: Sequence[Text], longest: int) -> None:
        self.longest = longest
        runs = (run for text in texts for run in self._runs(text))
        self.places = {run: place for place, run in enumerate(dict.fromkeys(runs), 1)}

    def _runs(self, text: Text) -> list[tuple[str, ...]]:
        words = text.words
        return [
            words[start : start + size]
            for size in range(1, self.longest + 1)
            for start in range(len(words) - size + 1)
        ]

    def of(self, texts: Sequence[Text]) -> Runs:
        """Return the runs of texts that are numbered, each once."""
        rows = []
        for text in texts:
            found = {self.places[run] for run in self._runs(text) if run in self.places}
            rows.append(torch.tensor(sorted(found), dtype=torch.long))
        labels = torch.tensor([float(text.joined) for text in texts])
        return Runs(nn.utils.rnn.pad_sequence(rows, batch_first=True), labels)


class RunClassifier(nn.Module):
    """A weight for each run: numbers of runs (B, F) -> logits (B,)."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.weights = nn.Embedding(count + 1, 1, padding_idx=0)
        nn.init.zeros_(self.weights.weight)
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, features: Tensor) -> Tensor:
        """Return the logits (B,) of joined texts."""
        logits: Tensor = self.weights(features).sum((1, 2)) + self.bias  # (B, F, 1) -> (B,)
        return logits

    @torch.no_grad()
    def share_right(self, runs: Runs) -> float:
        """Return the share of texts that are told rightly."""
        return float(((self(runs.features) > 0) == (runs.labels > 0)).float().mean())


def naive_bayes(runs: Runs, count: int, smoothing: float) -> RunClassifier:
    """Return the classifier whose weights are log P(run | joined) - log P(run | not)."""
    counts = torch.full((2, count + 1), smoothing)
    for label in (0, 1):
        found = runs.features[runs.labels == label].flatten()
        counts[label] += found.bincount(minlength=count + 1)
    counts[:, 0] = 0
    shares = (counts / counts.sum(1, keepdim=True)).clamp(min=1e-12).log()
    classifier = RunClassifier(count)
    classifier.weights.weight.data[1:, 0] = (shares[1] - shares[0])[1:]
    return classifier


def _run_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    features, labels = batch
    return StepLoss(functional.binary_cross_entropy_with_logits(network(features), labels))


def logistic_regression(runs: Runs, count: int, steps: int) -> RunClassifier:
    """Return the classifier that maximizes the likelihood of the labels, stopped early."""
    classifier = RunClassifier(count)
    batches = minibatches(tuple(runs), min(256, len(runs.labels)))
    Trainer(classifier, batches, _run_loss, TrainerConfig(steps=steps, learning_rate=0.02)).fit()
    return classifier


def cheap_methods(texts: Texts) -> dict[str, float]:
    """Return the shares that both tell rightly, each with what is best on the validation."""
    found: dict[str, list[tuple[float, float]]] = {"naive Bayes": [], "logistic regression": []}
    for longest in _LONGEST:
        numbers = RunNumbers(texts.training, longest)
        training, validation, asked = map(numbers.of, texts)
        count = len(numbers.places)
        fitted = {
            "naive Bayes": [naive_bayes(training, count, smoothing) for smoothing in _SMOOTHINGS],
            "logistic regression": [logistic_regression(training, count, n) for n in _STEPS],
        }
        for name, classifiers in fitted.items():
            found[name] += [(x.share_right(validation), x.share_right(asked)) for x in classifiers]
    return {f"{name} on runs of words": max(shares)[1] for name, shares in found.items()}
