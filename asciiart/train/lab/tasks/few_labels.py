"""Lab task: noisy letters, most of them without labels, which machines learn from first."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.autoencoders.dense import (
    Autoencoder,
    Corruption,
    DenoisingAutoencoder,
    SparseAutoencoder,
    pretrain_layers,
)
from asciiart.core.energy.boltzmann import contrastive_divergence
from asciiart.core.energy.deep_belief import DeepBeliefNetwork
from asciiart.core.learning.randomness import combined_seed
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.perceptron import MLP
from asciiart.glyphs.font import Font
from asciiart.train.lab.cheap_methods import (
    Describe,
    gradient_histograms,
    label_spreading,
    principal_components,
    share_right,
)
from asciiart.train.lab.classification import likeliest
from asciiart.train.lab.data.drawn_letters import letters_of
from asciiart.train.lab.data.given import load_glyph
from asciiart.train.lab.lesson import Lesson, Outcome, own_loss
from asciiart.train.lab.sheet import sheet

CLASSES = string.ascii_uppercase
SIZE = 16
"""Side of a picture in pixels."""
SHOTS = 4
"""Number of labeled pictures of each letter, each of another font."""
FLIPPED = 0.125
"""Share of the pixels that are flipped, about."""
_INKED = 0.4
_COPIES = 10
"""Noisy copies of each unlabeled letter that the cheap methods learn from."""
_ASKED = 3
"""Noisy copies of each letter of the held-out fonts."""
_BATCH = 100
_SIZES = {
    "rbm": (SIZE * SIZE, 300),
    "dbn": (SIZE * SIZE, 300, 300),
    "sparse": (SIZE * SIZE, 400),
    "stacked": (SIZE * SIZE, 400, 400, 400),
}
"""Units of each layer. An RBM is a DBN with one machine."""
_SPOILED = 0.1
"""Share of the pixels that are flipped once more in what the sparse autoencoder encodes."""
_SPARSE = TrainerConfig(steps=8000, learning_rate=2e-3, schedule="cosine")
_CORRUPTED = 0.4
"""Share of the values that salt and pepper replace in the input of each stacked layer."""
_VARIANTS = 50
"""Noisy copies of each unlabeled letter that the stacked layers learn from."""
_STACKED = TrainerConfig(steps=6000, learning_rate=5e-3, schedule="cosine")
_CONFIGS = (
    TrainerConfig(steps=6000, learning_rate=0.1, optimizer="momentum", schedule="cosine"),
    TrainerConfig(steps=6000, learning_rate=0.03, optimizer="momentum", schedule="cosine"),
)
"""Training of each machine."""
_WITHOUT = TrainerConfig(steps=50, learning_rate=1e-3, optimizer="adam")
"""Training of a network of the same size with the labeled pictures only."""
_DECAY = 0.1
_DECAYS = (1e-2, 1e-1, 1.0)
_COMPONENTS = (12, 20, 32, 50)
_CLUSTERS = (100, 300)
_NEIGHBORS = (15, 30)
"""Choices for the cheap methods, of which the best one is compared."""
_CLUSTERING_STEPS = 8
_FITTING_STEPS = 40
_SPREAD = 6000
"""Most noisy copies over which labels spread."""
_SHOWN = 40


class Labeled(NamedTuple):
    """Pictures with their labels."""

    pictures: Tensor
    """Pictures (B, N), 0 and 1."""
    labels: Tensor
    """Indices (B,) in `CLASSES`."""


class FeaturesClassifier(nn.Module):
    """A linear classifier of what a network learned without labels: (B, N) -> logits (B, K)."""

    def __init__(self, learner: DeepBeliefNetwork | Autoencoder, units: int) -> None:
        super().__init__()
        self.learner = learner
        self.classifier = nn.Linear(units, len(CLASSES))

    def features(self, pictures: Tensor) -> Tensor:
        """Return the code, or P(unit = 1) of the hidden units of all machines: (B, units)."""
        if isinstance(self.learner, Autoencoder):
            return self.learner.encode(pictures)
        layers = [pictures]
        for machine in self.learner.stack:
            layers.append(machine(layers[-1]))  # (B, lower) -> (B, upper)
        return torch.cat(layers[1:], 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits (B, K)."""
        logits: Tensor = self.classifier(self.features(pictures))
        return logits


def build(network: str, settings: Mapping[str, Any]) -> FeaturesClassifier:  # noqa: ARG001
    """Return the network called ``network`` as it is before training."""
    sizes = _SIZES[network]
    if network == "sparse":
        sparse = SparseAutoencoder(sizes, rho=0.03, weight=7e-3, output="sigmoid", tied=True)
        return FeaturesClassifier(sparse, sizes[-1])
    if network == "stacked":
        corruption = Corruption("salt_and_pepper", _CORRUPTED)
        stack = DenoisingAutoencoder(sizes, corruption, output="sigmoid", tied=True)
        return FeaturesClassifier(stack, sizes[-1])
    return FeaturesClassifier(DeepBeliefNetwork(sizes), sum(sizes[1:]))


def draw(fonts: tuple[Font, ...]) -> Labeled:
    """Return the letters of the fonts, black and white."""
    letters = letters_of(fonts, CLASSES, SIZE)
    return Labeled((letters.pictures > _INKED).float().flatten(1), letters.labels)


def flipped(pictures: Tensor, share: float, random: torch.Generator) -> Tensor:
    """Return pictures (B, N), each pixel of which is flipped with the chance ``share``."""
    return (pictures - (torch.rand(pictures.shape, generator=random) < share).float()).abs()


def noisy(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Return pictures (B, N), each pixel of which is flipped with the chance `FLIPPED`."""
    return flipped(pictures, FLIPPED, random)


def few_of(letters: Labeled, random: torch.Generator) -> Labeled:
    """Return `SHOTS` noisy pictures of each class."""
    chosen = []
    for label in range(len(CLASSES)):
        numbers = (letters.labels == label).nonzero()[:, 0]
        chosen.append(numbers[torch.randperm(len(numbers), generator=random)[:SHOTS]])
    picked = torch.cat(chosen)
    return Labeled(noisy(letters.pictures[picked], random), letters.labels[picked])


def unlabeled(pictures: Tensor, seed: int) -> Callable[[int], tuple[Tensor]]:
    """Return a function from a step to noisy ones of ``pictures`` (G, N), without labels."""

    def batch(step: int) -> tuple[Tensor]:
        random = torch.Generator().manual_seed(combined_seed(seed, step))
        chosen = torch.randint(len(pictures), (_BATCH,), generator=random)
        return (noisy(pictures[chosen], random),)

    return batch


def pretrain(learner: nn.Module, lesson: Lesson, pictures: Tensor) -> None:
    """Let a network learn noisy ``pictures`` (G, N) without labels."""
    batches = unlabeled(pictures, lesson.seed)
    if isinstance(learner, DeepBeliefNetwork):
        _pretrain_machines(learner, lesson, batches)
    elif isinstance(learner, DenoisingAutoencoder):
        _pretrain_stack(learner, lesson, pictures)
    else:
        spoiled = respoiled(batches, lesson.seed)
        lesson.fit(learner, spoiled, own_loss, _SPARSE, title="few-labels, sparse")
    learner.cpu().eval()


def _pretrain_stack(stack: DenoisingAutoencoder, lesson: Lesson, pictures: Tensor) -> None:
    """Train each layer to denoise the codes of the layers below."""
    random = torch.Generator().manual_seed(lesson.seed)
    known = noisy(pictures.repeat(_VARIANTS, 1), random)
    pretrain_layers(stack, known, lesson.adapted(_STACKED), batch_size=min(_BATCH, len(known)))


def respoiled(
    batches: Callable[[int], tuple[Tensor]], seed: int
) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Return a function from a step to pictures with some pixels flipped, and as they were."""

    def batch(step: int) -> tuple[Tensor, Tensor]:
        (pictures,) = batches(step)
        random = torch.Generator().manual_seed(combined_seed(seed, ~step))
        return flipped(pictures, _SPOILED, random), pictures

    return batch


def _pretrain_machines(
    learner: DeepBeliefNetwork, lesson: Lesson, batches: Callable[[int], tuple[Tensor]]
) -> None:
    """Train each machine on the units of the one below."""
    stack = learner.stack
    for number, (machine, config) in enumerate(zip(stack, _CONFIGS, strict=False)):

        def below(step: int, number: int = number) -> tuple[Tensor]:
            (units,) = batches(step)
            with torch.no_grad():
                for lower in stack[:number]:
                    units = lower(units.to(lower.visible_bias.device))
            return (units,)

        with torch.no_grad():
            seen = torch.cat([below(-1 - each)[0] for each in range(10)]).mean(0)
            machine.visible_bias.copy_(seen.clamp(0.01, 0.99).logit())  # Hinton 2012, section 8
        random = torch.Generator().manual_seed(lesson.seed)
        title = f"few-labels, machine {number + 1} of {len(stack)}"
        loss = contrastive_divergence(generator=random)
        lesson.fit(machine, below, loss, config, title=title)


def fit_linear(features: Tensor, labels: Tensor, decay: float) -> nn.Linear:
    """Return a linear layer fitted to ``features`` (B, D) by logistic regression.

    ``decay`` is the strength of its L2 penalty on the weights of standardized features.
    """
    mean, deviation = features.mean(0), features.std(0).clamp_min(0.1)  # (D,)
    standard = (features - mean) / deviation  # (B, D)
    weight = torch.zeros(len(CLASSES), features.shape[1], requires_grad=True)
    bias = torch.zeros(len(CLASSES), requires_grad=True)
    optimizer = torch.optim.LBFGS((weight, bias), max_iter=_FITTING_STEPS)

    def loss() -> Tensor:
        optimizer.zero_grad()
        wrong = functional.cross_entropy(functional.linear(standard, weight, bias), labels)
        total = wrong + decay * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    layer = nn.Linear(features.shape[1], len(CLASSES))
    with torch.no_grad():
        layer.weight.copy_(weight / deviation)
        layer.bias.copy_(bias - layer.weight @ mean)
    return layer


def clusters(pictures: Tensor, count: int, random: torch.Generator) -> Describe:
    """Return how near each of ``count`` means of clusters of (G, N) is.

    Coates, Lee and Ng 2011, "An analysis of single-layer networks in unsupervised feature
    learning": k-means with the activation max(0, mean distance - distance).
    """
    means = pictures[torch.randperm(len(pictures), generator=random)[:count]]
    for _ in range(_CLUSTERING_STEPS):
        owners = torch.cdist(pictures, means).argmin(1)  # (G,)
        sums = torch.zeros_like(means).index_add(0, owners, pictures)
        means = sums / owners.bincount(minlength=len(means)).clamp_min(1)[:, None]

    def near(asked: Tensor) -> Tensor:
        distance = torch.cdist(asked, means)  # (B, count)
        return (distance.mean(1, keepdim=True) - distance).clamp_min(0)

    return near


def nearest(known: Tensor, labels: Tensor, asked: Tensor) -> Tensor:
    """Return the labels (Q,) of the nearest of ``known`` (B, D) to ``asked`` (Q, D)."""
    return labels[torch.cdist(asked, known).argmin(1)]


def nearest_mean(known: Tensor, labels: Tensor, asked: Tensor) -> Tensor:
    """Return the labels (Q,) of the classes whose mean direction is nearest, of centered ones."""
    mean = known.mean(0)
    directions = functional.normalize(known - mean)  # (B, D)
    means = torch.stack([directions[labels == label].mean(0) for label in range(len(CLASSES))])
    return (functional.normalize(asked - mean) @ functional.normalize(means).T).argmax(1)


@torch.no_grad()
def _logits(layer: nn.Module, features: Tensor) -> Tensor:
    logits: Tensor = layer(features)
    return logits


def cheaply(pictures: Tensor, few: Labeled, asked: Labeled, seed: int) -> dict[str, float]:
    """Return the accuracy of cheap methods, each with its best setting.

    They know the unlabeled ``pictures`` (G, N), too.
    """
    random = torch.Generator().manual_seed(seed)
    known = noisy(pictures.repeat(_COPIES, 1), random)
    kinds: dict[str, list[Describe]] = {
        "pixels": [lambda given: given],
        "gradients": [lambda given: gradient_histograms(given.view(-1, 1, SIZE, SIZE))],
        "principal components": [principal_components(known, count) for count in _COMPONENTS],
        "clusters": [clusters(known, count, random) for count in _CLUSTERS],
    }
    found = {}
    for name, settings in kinds.items():
        pairs = [(method(few.pictures), method(asked.pictures)) for method in settings]
        found[f"logistic regression on {name}"] = max(
            share_right(_logits(fit_linear(seen, few.labels, decay), given).argmax(1), asked.labels)
            for (seen, given), decay in product(pairs, _DECAYS)
        )
        for title, method in (("nearest neighbor", nearest), ("nearest mean", nearest_mean)):
            found[f"{title} by {name}"] = max(
                share_right(method(seen, few.labels, given), asked.labels) for seen, given in pairs
            )
        found[f"labels spread by {name}"] = max(
            share_right(answers, asked.labels)
            for answers in _spread_labels(settings, few, known[:_SPREAD], asked.pictures)
        )
    return found


def _spread_labels(
    settings: Sequence[Describe], few: Labeled, known: Tensor, asked: Tensor
) -> Iterator[Tensor]:
    """Yield the labels (Q,) of ``asked`` (Q, N) that spread over ``known`` (U, N)."""
    for method, count in product(settings, _NEIGHBORS):
        examples = (method(few.pictures), few.labels, method(known))
        yield label_spreading(*examples, method(asked), neighbors=count)


def without_pretraining(network: str, lesson: Lesson, few: Labeled) -> MLP:
    """Return a network of the same size that has learned the labeled pictures only."""
    model = lesson.build(lambda: MLP((*_SIZES[network], len(CLASSES))))

    def loss(network: MLP, batch: Labeled) -> StepLoss:
        return StepLoss(functional.cross_entropy(network(batch.pictures), batch.labels))

    lesson.fit(model, lambda _: few, loss, _WITHOUT, title="without pre-training")
    return model.cpu().eval()


def teach(network: str, lesson: Lesson) -> Outcome:
    """Learn from pictures without labels, then from a few with them; test on held-out fonts."""
    fonts = lesson.fonts()
    letters, unseen = draw(fonts.training), draw(fonts.held_out)
    random = torch.Generator().manual_seed(lesson.seed)
    few = few_of(letters, random)
    asked = Labeled(noisy(unseen.pictures.repeat(_ASKED, 1), random), unseen.labels.repeat(_ASKED))
    model = lesson.build(lambda: build(network, {}))
    pretrain(model.learner, lesson, letters.pictures)
    with torch.no_grad():
        features = model.features(few.pictures)
    model.classifier = fit_linear(features, few.labels, _DECAY)
    answers = _logits(model, asked.pictures).argmax(1)
    fresh = without_pretraining(network, lesson, few)
    figures = {
        "accuracy": share_right(answers, asked.labels),
        "labeled pictures": float(len(few.labels)),
        "letters": float(len(answers)),
    }
    baselines = {
        "the same network without pre-training": share_right(
            _logits(fresh, asked.pictures).argmax(1), asked.labels
        ),
        **cheaply(letters.pictures, few, asked, lesson.seed),
    }
    return Outcome(model.eval(), figures, _picture(asked, answers), baselines)


def _picture(asked: Labeled, answers: Tensor) -> Image.Image:
    """Return pictures with the letters they show and, if others, those that were answered."""
    chosen = torch.arange(_SHOWN) * max(1, len(answers) // _SHOWN) % len(answers)
    captions = []
    for label, found in zip(asked.labels[chosen].tolist(), answers[chosen].tolist(), strict=True):
        captions.append(CLASSES[label] + ("" if label == found else f":{CLASSES[found]}"))
    return sheet(list(asked.pictures[chosen].view(-1, 1, SIZE, SIZE)), captions)


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:
    """Return the letters that a picture in a file most likely shows, with probabilities."""
    del settings
    ink = load_glyph(given, SIZE).flatten(1)  # (1, N)
    return likeliest(model, (ink > _INKED).float(), CLASSES)
