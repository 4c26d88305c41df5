"""Settings of a training of the encoder, and the recipes of the shipped model."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from asciiart.core.autoencoders.convolutional import ConvStage
from asciiart.core.learning.initializers import INITIALIZERS
from asciiart.core.learning.optimizers import OPTIMIZERS, SCHEDULES
from asciiart.core.learning.trainer import choose_device
from asciiart.errors import OptionError
from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import DEFAULT_FONT
from asciiart.matching.scores import SCORES
from asciiart.options import Mode
from asciiart.page.strokes import ROW_HEIGHT

TRAINING_FONTS = (
    "Liberation Mono",
    "Liberation Mono Bold",
    "FreeMono",
    "FreeMono Bold",
    "Hack",
    "Inconsolata",
    "Fira Code",
    "Noto Mono",
    "mononoki",
    "League Mono",
    "Monoid",
    "IBM 3270",
    "M PLUS Code 60",
    "agave",
    "Go Mono",
    "VL Gothic",
    "IPAGothic",
)
"""Fonts whose glyphs the shipped model was trained on; its tests use others."""

DEBIAN_PACKAGES = (
    "fonts-liberation fonts-freefont-ttf fonts-hack fonts-inconsolata fonts-firacode "
    "fonts-noto-mono fonts-mononoki fonts-league-mono fonts-monoid fonts-3270 fonts-mplus "
    "fonts-agave fonts-go fonts-vlgothic fonts-ipafont-gothic"
)
"""Debian packages that hold these fonts."""


_POSITIVE = (
    "code_channels",
    "steps",
    "cell_height",
    "cells_per_step",
    "glyphs_per_step",
    "pages",
    "validate_every",
    "learning_rate",
    "clip_norm",
    "threads",
)
_NOT_NEGATIVE = (
    "key_reach",
    "layers",
    "validation_pages",
    "patience",
    "unexplained_weight",
    "reconstruction_weight",
    "noise",
)
_NAMES: dict[str, Collection[str]] = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "initializer": INITIALIZERS,
}


@dataclass(frozen=True)
class ModeConfig:
    """The network of one mode and its training; the values are checked on construction."""

    mode: Mode
    """structure or tone."""
    stages: tuple[ConvStage, ...]
    """The convolutions of the encoder."""
    code_channels: int
    """Channels of the code, D."""
    steps: int
    """Number of batches."""
    key_reach: int = 1
    """Code positions on each side of a position that help to recover its features."""
    cell_height: int = 16
    """Height h of a text row in pixels, at the encoder's input."""
    cells_per_step: int = 192
    """Cells in each batch."""
    glyphs_per_step: int = 256
    """Glyphs in each batch."""
    pages: int = 400
    """Number of synthetic pages."""
    learning_rate: float = 3e-3
    """Learning rate at the schedule's highest point."""
    optimizer: str = "adamw"
    """A name of `core.learning.optimizers.OPTIMIZERS`."""
    schedule: str = "warm_cosine"
    """A name of `core.learning.optimizers.SCHEDULES`."""
    clip_norm: float = 1.0
    """Largest norm of the gradients; longer ones are scaled down to it."""
    unexplained_weight: float = 0.3
    """Weight in the loss of the unexplained share of the scores' variance, which fixes the codes'
    scale."""
    reconstruction_weight: float = 0.5
    """Weight in the loss of the squared error of the reconstructed ink."""
    initializer: str = "he_normal"
    """A name of `core.learning.initializers.INITIALIZERS`."""
    layers: int = 0
    """Largest number of smaller drawings laid over a page of strokes, for the fine detail of real
    pages."""
    noise: float = 0.02
    """Standard deviation of the noise on pages, whose ink is 0 to 1."""
    fonts: tuple[str, ...] = TRAINING_FONTS
    """Names or files of the fonts to learn."""
    charset: str = ""
    """Characters to learn, in each font's own cells; empty for letters, boxes, blocks and halves of
    wide characters, all in cells half as wide as high."""
    start: str = ""
    """Name or folder of a model to start from; empty for random initial weights."""
    validation_pages: int = 8
    """Number of further synthetic pages, never trained on, on which the network is validated."""
    validate_every: int = 250
    """Steps between validations."""
    patience: int = 0
    """Early stopping: the number of validations without a better ranking after which training ends
    and the best weights are kept; 0 trains to the end and keeps the last weights."""
    seed: int = 0
    """Seed of pages, weights and batches."""
    device: str = "cpu"
    """cpu, cuda or auto."""
    threads: int = 2
    """CPU threads; another number rounds differently and gives slightly different weights."""

    def __post_init__(self) -> None:
        """Check every value.

        Raises
        ------
        OptionError
            If a number is out of range, a name is unknown, no font is given, or the device is not
            available.
        """
        self._check_numbers()
        self._check_network()
        for name, known in _NAMES.items():
            value = getattr(self, name)
            if value not in known:
                kinds = ", ".join(known)
                raise OptionError(f"{name} {value!r} is unknown (there are: {kinds})")
        if not self.fonts:
            raise OptionError("at least one font is needed to train on")
        if self.charset:
            parse_charset(self.charset)
        if self.patience and not self.validation_pages:
            raise OptionError("patience needs validation_pages")
        try:
            choose_device(self.device)
        except (RuntimeError, ValueError) as error:
            raise OptionError(str(error)) from error

    def _check_numbers(self) -> None:
        for name in _POSITIVE:
            if not getattr(self, name) > 0:
                raise OptionError(f"{name} must be positive, not {getattr(self, name)}")
        for name in _NOT_NEGATIVE:
            if not 0 <= getattr(self, name) < math.inf:
                raise OptionError(f"{name} must be 0 or more, not {getattr(self, name)}")
        for name in ("learning_rate", "clip_norm"):
            if not math.isfinite(getattr(self, name)):
                raise OptionError(f"{name} must be finite, not {getattr(self, name)}")
        if not 0 <= self.seed < 2**32:
            raise OptionError(f"seed must be 0 to {2**32 - 1}, not {self.seed}")

    def _check_network(self) -> None:
        for stage in self.stages:
            numbers = [stage.out_channels, stage.kernel_size, *stage.stride]
            if min(numbers) < 1 or stage.kernel_size % 2 == 0:
                raise OptionError(f"stages: {numbers} must be positive numbers, the kernel odd")
        down, right = self.step
        fits = not (self.cell_height % down or self.cell_height // 2 % right)
        maps = not any(pixels * self._row_height % self.cell_height for pixels in self.step)
        if not (fits and maps and ROW_HEIGHT % self.cell_height == 0):
            raise OptionError(f"rows of {self.cell_height} px do not fit the stages' strides")

    @property
    def patch(self) -> tuple[int, int]:
        """Pixels of the feature maps, down and right, under each position of the code."""
        down, right = (pixels * self._row_height // self.cell_height for pixels in self.step)
        return down, right

    @property
    def _row_height(self) -> int:
        return SCORES[self.mode].row_height

    @property
    def step(self) -> tuple[int, int]:
        """Pixels down and right between positions of the code."""
        strides = [stage.stride for stage in self.stages]
        return math.prod(down for down, _ in strides), math.prod(right for _, right in strides)


STRUCTURE = ModeConfig(
    mode="structure",
    stages=(ConvStage(16, 5, (2, 2)), ConvStage(48, 3), ConvStage(48, 3)),
    code_channels=16,
    steps=10000,
)
TONE = ModeConfig(
    mode="tone",
    stages=(ConvStage(16, 5, (2, 2)), ConvStage(32, 3, (2, 2))),
    code_channels=8,
    steps=5000,
)
RECIPES: dict[Mode, ModeConfig] = {"structure": STRUCTURE, "tone": TONE}
"""The recipes of the shipped model."""

DEFAULT_START = "standard"
"""Name of the model that is fine-tuned."""
_DEFAULT_FONTS = (DEFAULT_FONT,)
"""Fonts for fine-tuning when only characters are given: the default one for drawing."""
FINE_TUNING: dict[Mode, ModeConfig] = {
    "structure": replace(
        STRUCTURE,
        steps=500,
        learning_rate=1e-3,
        pages=100,
        layers=2,
        fonts=_DEFAULT_FONTS,
        charset="ascii",
        start=DEFAULT_START,
        validate_every=50,
        patience=6,
    ),
    "tone": replace(
        TONE,
        steps=300,
        learning_rate=1e-3,
        pages=60,
        fonts=_DEFAULT_FONTS,
        charset="ascii",
        start=DEFAULT_START,
        validate_every=50,
        patience=6,
    ),
}
"""Recipes for fine-tuning on the user's fonts and characters, about a minute on two cores."""
