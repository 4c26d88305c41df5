"""Lab task: which letter is hidden in a small picture, in fonts never seen."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PIL import Image
from torch import Tensor, nn

from asciiart.core.convnets import (
    alexnet_small,
    densenet_small,
    googlenet_small,
    resnet_small,
    vgg_small,
)
from asciiart.core.layers import Maxout
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.core.perceptron import MLP, deep_feed_forward
from asciiart.glyphs.font import Font
from asciiart.train.lab.cheap_methods import classify_cheaply, share_right
from asciiart.train.lab.classification import likeliest, picture_loss, recognize
from asciiart.train.lab.data.drawn_letters import Letters
from asciiart.train.lab.data.font_groups import LabFonts
from asciiart.train.lab.data.given import load_figure
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.letters.hider import SIZE, LetterHider, letter_batches

CLASSES = string.ascii_uppercase
"""The answers: capital and small letters count as the same."""
FILLED = 0.6
"""Share of a picture's side that a user's letter fills."""
_BATCH = 64
_ASKED = 2500
"""Number of pictures to test on."""
_KNOWN = 16000
"""Number of pictures that the cheap methods learn from."""
_KNOWN_SEED, _ASKED_SEED = 2**40, 2**41
"""Far from the seeds of the networks' batches."""


def _mlp(num_classes: int) -> nn.Module:
    return MLP((SIZE * SIZE, 1024, 512, num_classes))


def _deep(num_classes: int) -> nn.Module:
    return deep_feed_forward(SIZE * SIZE, num_classes, hidden_size=512, num_layers=4)


def _maxout(num_classes: int) -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), Maxout(SIZE * SIZE, 512), Maxout(512, 256), nn.Linear(256, num_classes)
    )


NETWORKS: Mapping[str, Callable[[int], nn.Module]] = {
    "mlp": _mlp,
    "deep": _deep,
    "maxout": _maxout,
    "alexnet": partial(alexnet_small, dropout=0.0),
    "vgg": partial(vgg_small, dropout=0.0),
    "googlenet": googlenet_small,
    "resnet": resnet_small,
    "densenet": densenet_small,
}
"""Name -> constructor from the number of classes.

AlexNet and VGG have no dropout: every batch is new, so that there is nothing to learn by heart, and
with it they learn several times more slowly."""
_CONVOLUTIONAL = TrainerConfig(
    steps=700, learning_rate=3e-3, optimizer="adamw", schedule="warm_cosine"
)
_DENSE = replace(_CONVOLUTIONAL, steps=2500, learning_rate=1e-3)
_CONFIGS: Mapping[str, TrainerConfig] = {
    "mlp": _DENSE,
    "deep": _DENSE,
    "maxout": _DENSE,
    # without batch normalization: more and smaller steps
    "alexnet": replace(_CONVOLUTIONAL, steps=1400, learning_rate=2e-3),
    "vgg": _CONVOLUTIONAL,
    "googlenet": replace(_CONVOLUTIONAL, steps=500),
    "resnet": _CONVOLUTIONAL,
    "densenet": replace(_CONVOLUTIONAL, steps=500),
}
_BATCHES = {"mlp": 128, "deep": 128, "maxout": 128, "alexnet": 32}
"""Number of pictures in a batch, where it is not `_BATCH`."""


def learn_hidden(network: str, lesson: Lesson, fonts: LabFonts) -> nn.Module:
    """Return a network by name, in evaluation mode, that has learned hidden letters."""
    hider = LetterHider(fonts.training, string.ascii_letters)
    model = lesson.build(lambda: NETWORKS[network](len(CLASSES)))
    batches = letter_batches(hider, _BATCHES.get(network, _BATCH), lesson.seed)
    lesson.fit(
        model,
        lambda step: _folded(batches(step)),
        picture_loss,
        _CONFIGS[network],
        title=f"letters, {network}",
    )
    return model.eval()


def hidden_latin(fonts: Sequence[Font], count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return pictures (count, 1, S, S) of random hidden letters and their labels (count,)."""
    return _folded(LetterHider(fonts, string.ascii_letters, seed=seed)(count, seed))


def _folded(letters: Letters) -> tuple[Tensor, Tensor]:
    """Return pictures and labels (B,) in CLASSES: in `ascii_letters` the small ones come first."""
    return letters.pictures, letters.labels % len(CLASSES)


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on hidden letters of the training fonts; test on those of the held-out fonts."""
    fonts = lesson.fonts()
    model = learn_hidden(network, lesson, fonts)
    asked, labels = hidden_latin(fonts.held_out, _ASKED, _ASKED_SEED + lesson.seed)
    answers = recognize(model, asked)
    known = hidden_latin(fonts.training, _KNOWN, _KNOWN_SEED + lesson.seed)
    cheap = classify_cheaply(*known, asked, lesson.seed)
    figures = {
        "accuracy": share_right(answers, labels),
        "fonts": float(len(fonts.held_out)),
        "letters": float(len(labels)),
    }
    baselines = {name: share_right(found, labels) for name, found in cheap.items()}
    return Outcome(model, figures, answer_sheet(asked, labels, answers, CLASSES), baselines)


def answer_sheet(asked: Tensor, labels: Tensor, answers: Tensor, classes: str) -> Image.Image:
    """Return a sheet, mistakes first, with the true and the predicted letter of each picture."""
    order = (answers == labels).int().argsort(stable=True)[:100]
    captions = [f"{classes[labels[i]]}:{classes[answers[i]]}" for i in order]
    return sheet([asked[i] for i in order], captions, columns=20)


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:
    """Return the network called ``network`` as it is before training."""
    del settings
    return NETWORKS[network](len(CLASSES))


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:
    """Return the letters that the picture in a file most likely shows, with probabilities."""
    del settings
    return likeliest(model, load_figure(given, SIZE, SIZE, filled=FILLED), CLASSES)
