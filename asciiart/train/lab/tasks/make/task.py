"""Lab task: make emblems of every letter, in frames in which it was never shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from asciiart.core.autoencoders.variational import ConvVariationalAutoencoder
from asciiart.core.gan import (
    ConvDiscriminator,
    ConvGenerator,
    GenerativeAdversarialNetwork,
    adversarial_batches,
)
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.errors import OptionError
from asciiart.train.lab.data.emblems import SIZE
from asciiart.train.lab.lesson import Lesson, Outcome, own_loss
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.make.cheap import CHEAP
from asciiart.train.lab.tasks.make.judging import (
    CAPITALS,
    Emblems,
    choose_shown,
    draw_all,
    judge,
    shown_of,
)

STYLE_SIZE = 16
"""Size of a style: the GAN's noise or the autoencoder's code."""
STYLES = 32
"""Number of styles in which every letter is made."""
_BATCH = 64
_SHOWN = 12
"""Number of styles to show, one per row."""
_VALIDATION_SEED = 1_000_000
"""Added to the seed of what is shown, for validation."""


def _gan() -> nn.Module:
    return GenerativeAdversarialNetwork(
        ConvGenerator(STYLE_SIZE, (32, 16, 8), SIZE, num_classes=len(CAPITALS)),
        ConvDiscriminator((8, 16, 32), SIZE, num_classes=len(CAPITALS)),
    )


def _vae() -> nn.Module:
    return ConvVariationalAutoencoder(SIZE, (8, 16, 32), STYLE_SIZE, num_classes=len(CAPITALS))


_NETWORKS: Mapping[str, Callable[[], nn.Module]] = {"gan": _gan, "vae": _vae}
_CONFIGS: Mapping[str, TrainerConfig] = {
    "gan": TrainerConfig(steps=1600, learning_rate=5e-4, optimizer="adam_half"),
    "vae": TrainerConfig(steps=900, learning_rate=4e-3, schedule="warm_cosine"),
}


def emblem_batches(network: str, known: Emblems, seed: int) -> Callable[[int], object]:
    """Return a function from a step to the batch of the network: pictures and labels, or a turn."""
    size = min(_BATCH, len(known.labels))
    pictures = known.pictures.view(-1, 1, SIZE, SIZE)  # (P, N) -> (P, 1, S, S)
    batches = minibatches((pictures, known.labels), size, seed=seed)
    return adversarial_batches(batches) if network == "gan" else batches


@torch.no_grad()
def choose_styles(network: nn.Module, known: Emblems, random: torch.Generator) -> Tensor:
    """Return random styles (styles, Z): codes of known emblems of any letter, or noise."""
    if not isinstance(network, ConvVariationalAutoencoder):
        return torch.randn(STYLES, STYLE_SIZE, generator=random)
    chosen = torch.randint(len(known.labels), (STYLES,), generator=random)
    pictures = known.pictures[chosen].view(-1, 1, SIZE, SIZE)
    mean: Tensor = network.encode(pictures, known.labels[chosen]).mean  # (styles, Z)
    return mean


@torch.no_grad()
def draw(network: nn.Module, styles: Tensor, labels: Tensor) -> Tensor:
    """Return letters ``labels`` (L,) in each style, (styles · L, 1, S, S), style by style."""
    codes = styles.repeat_interleave(len(labels), 0)  # (styles, Z) -> (styles·L, Z)
    kinds = labels.repeat(len(styles))  # (L,) -> (styles·L,)
    if isinstance(network, ConvVariationalAutoencoder):
        return network.decode(codes, kinds).sigmoid()  # (B, Z) -> (B, 1, S, S)
    made: Tensor = network(codes, kinds)  # (B, Z) -> (B, 1, S, S)
    return made


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train a network with a third of the combinations of letter and frame; let it make all.

    Every letter is shown in some of the frames, of all training fonts. The style of an emblem that
    is made, frame included, is the noise of a GAN, or the code of a random known emblem of any
    letter, as in Kingma et al. 2014, "Semi-supervised learning with deep generative models",
    section 4.2.
    """
    seed = lesson.seed + _VALIDATION_SEED * lesson.validate
    random = torch.Generator().manual_seed(seed)
    shown = choose_shown(random)
    real = draw_all(lesson.fonts().training)
    known = shown_of(real, shown)
    model = lesson.build(_NETWORKS[network])
    batches = emblem_batches(network, known, lesson.seed)
    lesson.fit(model, batches, own_loss, _CONFIGS[network], title=f"make, {network}")
    styles = choose_styles(model.cpu().eval(), known, random)
    every = torch.arange(len(CAPITALS))
    labels = every.repeat(STYLES)
    made = draw(model, styles, every)
    judgment = judge(made.flatten(1), labels, real, shown)
    figures = {
        "score": judgment.score,
        "recognized": judgment.recognized,
        "new": judgment.new,
        "samples": float(len(made)),
    }
    baselines = {
        name: judge(make(known, labels, random), labels, real, shown).score
        for name, make in CHEAP.items()
    }
    picture = sheet(list(made[: _SHOWN * len(every)]), columns=len(every), enlarge=1)
    return Outcome(model, figures, picture, baselines, {"styles": styles[:_SHOWN].tolist()})


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - as all tasks
    """Return a network as it is before training."""
    return _NETWORKS[network]()


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:
    """Return emblems of the letters of a text, one style per row.

    Raises
    ------
    OptionError
        If there is none, or another character.
    """
    text = "".join(given.split()).upper()
    unknown = [character for character in text if character not in CAPITALS]
    if unknown or not text:
        raise OptionError(f"{given!r}: only letters from A to Z can be made")
    labels = torch.tensor([CAPITALS.index(character) for character in text])
    made = draw(model, torch.tensor(settings["styles"]), labels)
    return sheet(list(made), columns=len(text), enlarge=2)
