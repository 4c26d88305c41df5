"""Lab task: a plain letter is drawn in the style of a sample, another letter of another font."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import ConvBlock, ConvNet
from asciiart.core.learning.trainer import History, StepLoss, Trainer, TrainerConfig
from asciiart.core.vision.style import StyleConfig, StyleTransfer, transfer_loss
from asciiart.glyphs.font import load_font
from asciiart.train.lab.data.given import load_page
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.restyle.rules import blended, pasted, patched
from asciiart.train.lab.tasks.restyle.styles import (
    LETTERS,
    SIZE,
    STYLES,
    Lettering,
    in_styles,
    lettering,
)

ASKED = 100
"""Letters to be drawn in another style."""
LAYERS = StyleConfig(
    content_layers=("trunk.conv3",),
    style_layers=("trunk.conv1", "trunk.conv2", "trunk.conv3"),
    content_weight=1.0,
    style_weight=1e6,
)
"""Layers of the network that are compared."""
_BATCH, _STEPS, _RATE = 64, 600, 4e-3
_STROKES, _STROKE_RATE = 120, 0.04
"""Steps in which a letter is drawn."""
_WEIGHTS = (0.2, 0.35, 0.5, 0.65)
"""Weights of the sample that blending may choose."""
_WIDTH = 16
_PLACES = 4
"""Places along a side that the network's last layer tells apart."""
_SHOWN = 14
_SAMPLE = "R"
"""The letter that shows the styles to a user."""
_VALIDATION_SEED = 1000
"""Number added to the seed for letters for validation."""


class Orders(NamedTuple):
    """Letters to draw, and samples of the styles that they should have."""

    content: Tensor
    """Plain letters (B, 1, S, S)."""
    letters: Tensor
    """Their letters (B,)."""
    samples: Tensor
    """Other letters of other fonts in a style (B, 1, S, S)."""
    styles: Tensor
    """The styles (B,), never the plain one."""


def build(network: str, settings: Mapping[str, Any]) -> ConvNet:  # noqa: ARG001
    """Return a network that tells letters and styles, in whose layers pictures are compared.

    It pools by the mean, as Gatys et al. advise, and has no strides, since pictures that are drawn
    through strides become speckled. All letters are in the middle, so that a linear layer may look
    at places.
    """
    stages: dict[str, nn.Module] = {
        "conv1": ConvBlock(1, _WIDTH, 5),  # (B, w, S, S)
        "pool1": nn.AvgPool2d(2),
        "conv2": ConvBlock(_WIDTH, 2 * _WIDTH, 3),  # (B, 2w, S/2, S/2)
        "pool2": nn.AvgPool2d(2),
        "conv3": ConvBlock(2 * _WIDTH, 4 * _WIDTH, 3),  # (B, 4w, S/4, S/4)
    }
    head = nn.Sequential(nn.AdaptiveAvgPool2d(_PLACES), nn.Flatten())
    classifier = nn.Linear(4 * _WIDTH * _PLACES**2, len(LETTERS) + len(STYLES))
    return ConvNet(stages, 4 * _WIDTH, head, classifier)


def orders_of(known: Lettering, count: int, seed: int) -> Orders:
    """Return ``count`` letters with a sample each, which depend on the seed alone."""
    random = torch.Generator().manual_seed(seed)
    chosen, others = torch.randint(len(known.inks), (2, count), generator=random)
    same = known.labels[chosen] == known.labels[others]
    others = torch.where(same, (others + 1) % len(known.inks), others)
    styles = torch.randint(1, len(STYLES), (count,), generator=random)
    samples = in_styles(known.inks[others], styles)
    return Orders(known.inks[chosen][:, None], known.labels[chosen], samples, styles)


def _batches(known: Lettering, seed: int) -> Callable[[int], tuple[Tensor, ...]]:
    """Return a function from a step to letters in all styles, their letters and styles."""

    def batch(step: int) -> tuple[Tensor, ...]:
        random = torch.Generator().manual_seed(hash((seed, step)) % 2**63)
        chosen = torch.randint(len(known.inks), (_BATCH,), generator=random)
        styles = torch.randint(len(STYLES), (_BATCH,), generator=random)
        return in_styles(known.inks[chosen], styles), known.labels[chosen], styles

    return batch


def _loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    pictures, letters, styles = batch
    logits = network(pictures)
    return StepLoss(
        functional.cross_entropy(logits[:, : len(LETTERS)], letters)
        + functional.cross_entropy(logits[:, len(LETTERS) :], styles)
    )


def _learn(known: Lettering, lesson: Lesson, seed: int, title: str) -> ConvNet:
    """Return a network that tells letters and styles."""
    torch.manual_seed(seed)
    model = build("", {})
    config = TrainerConfig(
        steps=_STEPS, learning_rate=_RATE, optimizer="adamw", schedule="warm_cosine"
    )
    lesson.fit(model, _batches(known, seed), _loss, config, title=title)
    return model.cpu().eval()


def redraw(network: ConvNet, content: Tensor, samples: Tensor, start: Tensor, steps: int) -> Tensor:
    """Return the letters in the samples' styles, (B, 1, S, S), 0 to 1.

    Gatys et al. start from the content or from noise. From patches of the sample, ``start``, it is
    a shorter way; the network then makes letters whole again, and their style right.
    """
    model = StyleTransfer(network, content, samples, LAYERS, start)
    config = TrainerConfig(steps=steps, learning_rate=_STROKE_RATE, schedule="warm_cosine")

    def keep_in_range(step: int, history: History) -> None:  # noqa: ARG001 - of a callback
        with torch.no_grad():
            model.picture.clamp_(0, 1)

    Trainer(model, lambda _: (), transfer_loss, config, [keep_in_range]).fit()
    return model.picture.detach()


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train the network and a judge on training fonts; restyle letters of held-out fonts."""
    fonts = lesson.fonts()
    known, held_out = lettering(fonts.training), lettering(fonts.held_out)
    model = _learn(known, lesson, lesson.seed, f"restyle, {network}")
    judge = _learn(known, lesson, lesson.seed + 1, "restyle, judge")
    seed = lesson.seed + _VALIDATION_SEED * lesson.validate
    asked = orders_of(held_out, ASKED, seed)
    trial = orders_of(known, ASKED // 2, seed + 1)
    steps = min(_STROKES, lesson.steps or _STROKES)
    patches = patched(asked.content, asked.samples)
    drawn = redraw(model, asked.content, asked.samples, patches, steps)
    true = in_styles(asked.content[:, 0], asked.styles)
    weight = max(_WEIGHTS, key=lambda each: both_right(judge, _blend(trial, each), trial))
    methods = {
        "letter as it is": asked.content,
        "sample as it is": asked.samples,
        "pasting": pasted(asked.content, asked.samples),
        "blending": _blend(asked, weight),
        "patches of the sample": patches,
    }
    letters, styles = _told(judge, drawn)
    figures = {
        "both right": both_right(judge, drawn, asked),
        "letter right": float((letters == asked.letters).float().mean()),
        "style right": float((styles == asked.styles).float().mean()),
        "both right if drawn by the style's own rule": both_right(judge, true, asked),
    }
    baselines = {name: both_right(judge, made, asked) for name, made in methods.items()}
    rows = {"letter": asked.content, "sample": asked.samples, "network": drawn}
    rows["patches"] = patches
    return Outcome(model, figures, _picture(rows), baselines)


def _blend(asked: Orders, weight: float) -> Tensor:
    return blended(asked.content, asked.samples, weight)


@torch.no_grad()
def _told(judge: nn.Module, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return the letters and the styles (B,) that a judge sees."""
    logits = judge(pictures)
    return logits[:, : len(LETTERS)].argmax(1), logits[:, len(LETTERS) :].argmax(1)


def both_right(judge: nn.Module, pictures: Tensor, asked: Orders) -> float:
    """Return the share of pictures in which a judge sees the letter and the style asked for."""
    letters, styles = _told(judge, pictures)
    return float(((letters == asked.letters) & (styles == asked.styles)).float().mean())


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:  # noqa: ARG001
    """Return the letter in a picture in all styles, below the samples of them."""
    letter = load_page(given, SIZE)
    samples = lettering([load_font("DejaVu Sans Mono")])
    sample = samples.inks[samples.labels == LETTERS.index(_SAMPLE)]  # (1, S, S)
    styles = torch.arange(1, len(STYLES))
    wanted = in_styles(sample.expand(len(styles), -1, -1), styles)
    letters = letter.expand_as(wanted)
    start = patched(letters, wanted)
    drawn = redraw(cast("ConvNet", model), letters, wanted, start, _STROKES)
    return sheet([*wanted, *drawn], [*list(STYLES)[1:]] * 2, columns=len(styles), enlarge=2)


def _picture(rows: Mapping[str, Tensor]) -> Image.Image:
    """Return a sheet with a row for each name."""
    tiles = [picture for pictures in rows.values() for picture in pictures[:_SHOWN]]
    captions = [name for name in rows for _ in range(_SHOWN)]
    return sheet(tiles, captions, columns=_SHOWN, enlarge=1)
