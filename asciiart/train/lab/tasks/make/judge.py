"""A classifier of letters and digits that stand alone, and what every letter task shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.convnets import vgg_small
from asciiart.core.convnets.googlenet import GoogLeNetOutput
from asciiart.core.learning.augmentation import Compose, GaussianNoise, Rotate, Scale, Translate
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.glyphs.font import Font
from asciiart.train.lab.data.drawn_letters import LETTERS, Letters, letters_of
from asciiart.train.lab.lesson import Lesson

SIZE = 32
"""Side of a picture in pixels."""
_AUXILIARY_WEIGHT = 0.3
"""Weight of GoogLeNet's auxiliary losses (Szegedy et al. 2015, section 5)."""


_NETWORKS: Mapping[str, Callable[[], nn.Module]] = {
    "vgg": lambda: vgg_small(num_classes=len(LETTERS)),
}
_STEPS = {"vgg": 400}
_AUGMENT = Compose(
    (Rotate(degrees=(-6, 6)), Scale(factor=(0.85, 1.15)), Translate(), GaussianNoise(0.05))
)


def augmented_batches(
    letters: Letters, batch_size: int, seed: int
) -> Callable[[int], tuple[Tensor, ...]]:
    """Return a function from a step to its augmented pictures (B, 1, S, S) and labels (B,)."""
    plain = minibatches((letters.pictures, letters.labels), batch_size, seed=seed)

    def batch(step: int) -> tuple[Tensor, ...]:
        pictures, labels = plain(step)
        random = torch.Generator().manual_seed(hash((seed, step)) % 2**63)
        return _AUGMENT(pictures, random), labels

    return batch


def letter_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    """Return the cross-entropy of a batch of pictures and labels, auxiliary heads included."""
    pictures, labels = batch
    output = network(pictures)
    if not isinstance(output, GoogLeNetOutput):
        return _cross_entropy(output, labels)
    main = _cross_entropy(output.logits, labels)
    extra = sum(
        functional.cross_entropy(head, labels) for head in (output.auxiliary1, output.auxiliary2)
    )
    return StepLoss(main.loss + _AUXILIARY_WEIGHT * extra, main.scores)


def _cross_entropy(logits: Tensor, labels: Tensor) -> StepLoss:
    accuracy = (logits.argmax(1) == labels).float().mean()
    return StepLoss(functional.cross_entropy(logits, labels), {"accuracy": accuracy})


def learn_letters(network: str, lesson: Lesson, fonts: Sequence[Font]) -> nn.Module:
    """Return a network by name, in evaluation mode, trained on the letters of ``fonts``."""
    letters = letters_of(fonts, LETTERS, SIZE)
    model = lesson.build(_NETWORKS[network])
    config = TrainerConfig(
        steps=_STEPS[network],
        learning_rate=2e-3,
        optimizer="adamw",
        schedule="warm_cosine",
    )
    batches = augmented_batches(letters, min(128, len(letters.labels)), lesson.seed)
    lesson.fit(model, batches, letter_loss, config, title=f"letters, {network}")
    return model.eval()


@torch.no_grad()
def recognize(network: nn.Module, pictures: Tensor) -> Tensor:
    """Return the labels (B,) that a network predicts for pictures (B, 1, S, S)."""
    device = next(network.parameters()).device
    answers = [network(part.to(device)).argmax(1).cpu() for part in torch.split(pictures, 256)]
    return torch.cat(answers)
