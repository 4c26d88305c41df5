"""Lab task: make glyphs of given letters that are recognized, and show what no known font has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from asciiart.core.autoencoders.variational import ConvVariationalAutoencoder
from asciiart.core.convnets import vgg_small
from asciiart.core.gan import (
    ConvDiscriminator,
    ConvGenerator,
    GenerativeAdversarialNetwork,
    adversarial_batches,
)
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.errors import OptionError
from asciiart.train.lab.data.drawn_letters import LETTERS, Letters, letters_of
from asciiart.train.lab.data.font_groups import LabFonts
from asciiart.train.lab.lesson import Lesson, Outcome, own_loss
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.make.judge import SIZE, learn_letters
from asciiart.train.lab.tasks.make.made_glyphs import (
    CHEAP,
    judge_glyphs,
    make_cheaply,
    share_recognized,
)

STYLE_SIZE = 16
"""Size of a style: the GAN's noise or the autoencoder's code."""
STYLES = 256
"""Number of styles in which every letter is made."""
JUDGED = 32
"""Number of styles that the classifier sees."""
TRUSTWORTHY = 0.85
"""Share of real letters that a classifier found in the folder must recognize to be the judge."""
_BATCH = 64
_PART = 1024
"""Letters that are drawn at once."""
_SHOWN = 12
"""Number of styles to show, one per row."""


def _gan() -> nn.Module:
    return GenerativeAdversarialNetwork(
        ConvGenerator(STYLE_SIZE, (64, 32, 16), SIZE, num_classes=len(LETTERS)),
        ConvDiscriminator((16, 32, 64), SIZE, num_classes=len(LETTERS)),
    )


def _vae() -> nn.Module:
    return ConvVariationalAutoencoder(SIZE, (16, 32, 64), STYLE_SIZE, num_classes=len(LETTERS))


_NETWORKS: Mapping[str, Callable[[], nn.Module]] = {"gan": _gan, "vae": _vae}
_CONFIGS: Mapping[str, TrainerConfig] = {
    "gan": TrainerConfig(steps=4000, learning_rate=4e-4, optimizer="adam_half"),
    "vae": TrainerConfig(steps=3000, learning_rate=4e-3, schedule="warm_cosine"),
}


def glyph_batches(network: str, letters: Letters, seed: int) -> Callable[[int], object]:
    """Return a function from a step to the batch of the network: pictures and labels, or a turn."""
    size = min(_BATCH, len(letters.labels))
    batches = minibatches((letters.pictures, letters.labels), size, seed=seed)
    return adversarial_batches(batches) if network == "gan" else batches


@torch.no_grad()
def draw(network: nn.Module, styles: int, seed: int) -> Letters:
    """Return every letter in ``styles`` random styles, (styles * 62, 1, S, S), style by style.

    A style is one sample of the network's noise or code, shared by all letters; ``fonts`` are the
    styles' indices.
    """
    labels = torch.arange(len(LETTERS)).repeat(styles)  # (K,) -> (styles K,)
    numbers = torch.arange(styles).repeat_interleave(len(LETTERS))  # (styles K,)
    random = torch.Generator().manual_seed(seed)
    style = torch.randn(styles, STYLE_SIZE, generator=random)[numbers]  # (styles K, Z)
    device = next(network.parameters()).device
    parts = []
    for codes, kinds in zip(torch.split(style, _PART), torch.split(labels, _PART), strict=True):
        if isinstance(network, ConvVariationalAutoencoder):
            drawn = network.decode(codes.to(device), kinds.to(device)).sigmoid()
        else:
            drawn = network(codes.to(device), kinds.to(device))  # (B, Z) -> (B, 1, S, S)
        parts.append(drawn.cpu())
    return Letters(torch.cat(parts), labels, numbers)


def load_judge(path: Path, known: Letters) -> nn.Module | None:
    """Return the classifier that the task "letters" saved in ``path``.

    It is None if there is no such file, it holds another network, or the network does not recognize
    enough of the letters ``known``.
    """
    judge = vgg_small(num_classes=len(LETTERS)).eval()
    try:
        judge.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError):
        return None
    return judge if share_recognized(judge, known) >= TRUSTWORTHY else None


def _find_judge(lesson: Lesson, fonts: LabFonts, unseen: Letters) -> nn.Module:
    judge = load_judge(lesson.folder / "letters-vgg.safetensors", unseen)
    return learn_letters("vgg", lesson, fonts.training) if judge is None else judge


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train a network to generate letters like those of the training fonts; judge all of them."""
    fonts = lesson.fonts()
    unseen = letters_of(fonts.held_out, LETTERS, SIZE)
    real = letters_of(fonts.training, LETTERS, SIZE)
    judge = _find_judge(lesson, fonts, unseen)
    model = lesson.build(_NETWORKS[network])
    batches = glyph_batches(network, real, lesson.seed)
    lesson.fit(model, batches, own_loss, _CONFIGS[network], title=f"make, {network}")
    made = draw(model.eval(), STYLES, lesson.seed)
    shown = JUDGED * len(LETTERS)
    judgment = judge_glyphs(judge, made, unseen, real, shown)
    figures = {
        "score": judgment.score,
        "recognized": judgment.recognized,
        "recognized of held-out fonts": share_recognized(judge, unseen),
        "covered": judgment.covered,
        "samples": float(len(made.labels)),
    }
    baselines = {
        name: judge_glyphs(
            judge, make_cheaply(make, real, STYLES, lesson.seed), unseen, real, shown
        ).score
        for name, make in CHEAP.items()
    }
    return Outcome(model, figures, _picture(made), baselines)


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - as all tasks
    """Return a network as it is before training."""
    return _NETWORKS[network]()


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:  # noqa: ARG001
    """Return the letters and digits of a text in random styles, one style per row.

    Raises
    ------
    OptionError
        If there is none, or another character.
    """
    text = "".join(given.split())
    unknown = [character for character in text if character not in LETTERS]
    if unknown or not text:
        raise OptionError(f"{given!r}: only letters A to Z, a to z and digits can be made")
    made = draw(model, _SHOWN, 0)
    wanted = [LETTERS.index(character) for character in text]
    rows = made.pictures.view(_SHOWN, len(LETTERS), 1, SIZE, SIZE)  # (s·K, 1, S, S) -> ...
    tiles = rows[:, wanted].flatten(0, 1)  # (s, k, 1, S, S) -> (s·k, 1, S, S)
    return sheet(list(tiles), columns=len(text), enlarge=2)


def _picture(made: Letters) -> Image.Image:
    """Return a sheet: a letter in each column, a style in each row."""
    shown = made.pictures[: _SHOWN * len(LETTERS)]
    return sheet(list(shown), columns=len(LETTERS), enlarge=1)
