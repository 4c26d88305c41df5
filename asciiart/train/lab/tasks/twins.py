"""Lab task: letters that differ in a detail, told apart by one perceptron for each pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from asciiart.core.learning.augmentation import Compose, GaussianNoise, Translate
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.perceptron import Perceptron, perceptron_criterion
from asciiart.glyphs.font import Font
from asciiart.train.lab.cheap_methods import logistic_regression, nearest_neighbors, share_right
from asciiart.train.lab.data.drawn_letters import letters_of
from asciiart.train.lab.data.given import load_figure
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet

PAIRS = ("EF", "OQ", "CG", "PR", "UV", "hn", "ce", "DO")
"""Letters that are alike: first the one whose label is -1, then the one whose label is 1."""
SIZE = 24
"""Side of a picture in pixels."""
_ALTER = Compose((Translate((-0.05, 0.05), (-0.05, 0.05)), GaussianNoise(0.5)))
_BATCH = 64
_CONFIG = TrainerConfig(steps=1000, learning_rate=0.02, optimizer="sgd", schedule="cosine")
_ASKED, _KNOWN = 400, 4000
"""Number of pictures of each pair to test on, and for the cheap methods to learn from."""
_KNOWN_SEED, _ASKED_SEED = 2**40, 2**41
_FILLED = 0.62
"""Share of the height that a capital fills."""


class Twins(nn.Module):
    """A perceptron for each pair: pictures (P, B, N) -> scores (P, B)."""

    def __init__(self) -> None:
        super().__init__()
        self.units = nn.ModuleList(Perceptron(SIZE * SIZE) for _ in PAIRS)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the scores (P, B), whose signs are the labels."""
        return torch.stack([unit(x) for unit, x in zip(self.units, pictures, strict=True)])


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:
    """Return the network called ``network`` as it is before training."""
    del network, settings
    return Twins()


def draw_pairs(fonts: Sequence[Font]) -> Tensor:
    """Return pictures (P, 2 F, 1, S, S): of each pair, font by font, its first and second letter.

    Raises
    ------
    FontError
        If no font has all the letters.
    """
    letters = sorted(set("".join(PAIRS)))
    having = [font for font in fonts if all(map(font.has, letters))]
    drawn = letters_of(having or fonts, "".join(letters), SIZE).pictures  # (F L, 1, S, S)
    drawn = drawn.view(-1, len(letters), 1, SIZE, SIZE)
    numbers = torch.tensor([[letters.index(letter) for letter in pair] for pair in PAIRS])
    return drawn[:, numbers].transpose(0, 1).flatten(1, 2)  # (F, P, 2, ...) -> (P, 2 F, ...)


def altered(pictures: Tensor, count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return ``count`` altered pictures of each pair, (P, B, N), and labels (P, B), -1 or 1."""
    random = torch.Generator().manual_seed(seed)
    pairs, letters = pictures.shape[:2]
    chosen = torch.randint(letters, (pairs, count), generator=random)  # (P, B)
    picked = pictures[torch.arange(pairs)[:, None], chosen]  # (P, B, 1, S, S)
    noisy = _ALTER(picked.flatten(0, 1), random).view(pairs, count, -1)  # (P, B, N)
    return noisy, (chosen % 2 * 2 - 1).float()


def pair_batches(pictures: Tensor, count: int, seed: int) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Return a function from a step to new altered pictures and their labels."""
    return lambda step: altered(pictures, count, hash((seed, step)) % 2**63)


def pair_loss(network: nn.Module, batch: tuple[Tensor, Tensor]) -> StepLoss:
    """Return the perceptron criterion, summed over the pairs, each of which has its own unit."""
    pictures, labels = batch
    scores = network(pictures)  # (P, B)
    right = (scores * labels > 0).float().mean()
    loss = len(labels) * perceptron_criterion(scores.flatten(), labels.flatten())
    return StepLoss(loss, {"accuracy": right})


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on pairs of the training fonts; test on those of the held-out fonts."""
    fonts = lesson.fonts()
    drawn, unseen = draw_pairs(fonts.training), draw_pairs(fonts.held_out)
    model = lesson.build(lambda: build(network, {}))
    batches = pair_batches(drawn, _BATCH, lesson.seed)
    lesson.fit(model, batches, pair_loss, _CONFIG, title="twins")
    asked, labels = altered(unseen, _ASKED, _ASKED_SEED + lesson.seed)
    known = altered(drawn, _KNOWN, _KNOWN_SEED + lesson.seed)
    with torch.no_grad():
        answers = model.eval()(asked).sign()
    figures = {
        "accuracy": share_right(answers, labels),
        "letters": float(labels.numel()),
    }
    baselines = {name: _share(method, *known, asked, labels) for name, method in _CHEAP.items()}
    return Outcome(model, figures, _picture(asked, labels, answers), baselines)


_Method = Callable[[Tensor, Tensor, Tensor], Tensor]


def _share(method: _Method, known: Tensor, told: Tensor, asked: Tensor, labels: Tensor) -> float:
    """Return the share of right answers of a method that learns each pair by itself."""
    answers = [method(*pair) for pair in zip(known, told, asked, strict=True)]
    return share_right(torch.stack(answers), labels)


def _logistic(known: Tensor, told: Tensor, asked: Tensor) -> Tensor:
    return logistic_regression(known, (told > 0).long(), asked) * 2.0 - 1


def nearest_mean(known: Tensor, told: Tensor, asked: Tensor) -> Tensor:
    """Return labels (Q,), -1 or 1: those of the nearer of the two mean pictures."""
    means = torch.stack([known[told == label].mean(0) for label in (-1, 1)])  # (2, N)
    return torch.cdist(asked, means).argmin(1) * 2.0 - 1


def by_ink(known: Tensor, told: Tensor, asked: Tensor) -> Tensor:
    """Return labels (Q,), -1 or 1: those of the nearer of the two mean amounts of ink."""
    return nearest_mean(known.mean(1, keepdim=True), told, asked.mean(1, keepdim=True))


_CHEAP: Mapping[str, _Method] = {
    "logistic regression": _logistic,
    "nearest mean": nearest_mean,
    "nearest neighbors": nearest_neighbors,
    "amount of ink": by_ink,
}


def _picture(asked: Tensor, labels: Tensor, answers: Tensor) -> Image.Image:
    """Return a sheet of mistakes, ten of each pair, with the true and the other letter."""
    shown, captions = [], []
    for pair, pictures, truth, found in zip(PAIRS, asked, labels, answers, strict=True):
        for i in (truth == found).int().argsort(stable=True)[:10]:
            shown.append(pictures[i].view(1, SIZE, SIZE))
            captions.append(f"{pair[int(truth[i] > 0)]}:{pair[int(found[i] > 0)]}")
    return sheet(shown, captions, columns=10)


@torch.no_grad()
def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:
    """Return for each pair the letter that the picture in a file is more like."""
    del settings
    ink = load_figure(given, SIZE, SIZE, filled=_FILLED).view(1, 1, -1)
    scores = model(ink.expand(len(PAIRS), -1, -1))[:, 0].tolist()  # (P,)
    return "\n".join(
        f"{pair[0]} or {pair[1]}: {pair[int(score >= 0)]}"
        for pair, score in zip(PAIRS, scores, strict=True)
    )
