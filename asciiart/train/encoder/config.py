"""Everything that decides a trained model."""

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
"""Fonts whose glyphs the shipped model has seen; those of its tests are not among them."""

DEBIAN_PACKAGES = (
    "fonts-liberation fonts-freefont-ttf fonts-hack fonts-inconsolata fonts-firacode "
    "fonts-noto-mono fonts-mononoki fonts-league-mono fonts-monoid fonts-3270 fonts-mplus "
    "fonts-agave fonts-go fonts-vlgothic fonts-ipafont-gothic"
)
"""Where Debian keeps them."""


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
    """The network and its training for one mode, checked when made."""

    mode: Mode
    """structure or tone."""
    stages: tuple[ConvStage, ...]
    """Convolutions of the encoder."""
    code_channels: int
    """Numbers at each position of the code, D."""
    steps: int
    """Batches."""
    key_reach: int = 1
    """Positions of the code on every side of one that say what features lie there."""
    cell_height: int = 16
    """Pixels of a row, as the encoder reads it, h."""
    cells_per_step: int = 192
    """Cells in a batch."""
    glyphs_per_step: int = 256
    """Glyphs in a batch."""
    pages: int = 400
    """Synthetic pages."""
    learning_rate: float = 3e-3
    """At its highest."""
    optimizer: str = "adamw"
    """A name of `core.optimizers.OPTIMIZERS`."""
    schedule: str = "warm_cosine"
    """A name of `core.optimizers.SCHEDULES`."""
    clip_norm: float = 1.0
    """Longer gradients are shortened to this norm."""
    unexplained_weight: float = 0.3
    """In the loss: of the share of the scores' variance that is not explained, so that codes have
    their unit."""
    reconstruction_weight: float = 0.5
    """In the loss: of the squared error of the restored ink."""
    initializer: str = "he_normal"
    """A name of `core.initializers.INITIALIZERS`."""
    layers: int = 0
    """Smaller drawings, at most, that are laid over a page of strokes: real ones are full of
    detail."""
    noise: float = 0.02
    """Deviation of the noise on pages, whose ink is 0 to 1."""
    fonts: tuple[str, ...] = TRAINING_FONTS
    """Names or files."""
    charset: str = ""
    """Characters to learn, in each font's own cells; empty for letters, boxes, blocks and halves
    of wide characters, all in cells half as wide as high."""
    start: str = ""
    """Model, by name or folder, whose weights come first; empty for the initializer's."""
    validation_pages: int = 8
    """More synthetic pages, never trained on, that the network is judged by."""
    validate_every: int = 250
    """Steps from one judgment to the next."""
    patience: int = 0
    """Judgments in a row without a better ranking after which training stops and the best weights
    are kept; 0 to train to the end and keep the last ones."""
    seed: int = 0
    """Of pages, weights and batches."""
    device: str = "cpu"
    """cpu, cuda or auto."""
    threads: int = 2
    """Of the CPU; another number rounds otherwise and gives slightly other weights."""

    def __post_init__(self) -> None:
        """Check every value.

        Raises
        ------
        OptionError
            If a number is out of range, a name unknown, no font is given or there is no such
            device.
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
            if min(stage.channels, stage.kernel, *stage.stride) < 1 or stage.kernel % 2 == 0:
                words = f"[{stage.channels}, {stage.kernel}, {stage.stride[0]}, {stage.stride[1]}]"
                raise OptionError(f"stages: {words} must be positive numbers, the kernel odd")
        down, right = self.step
        fits = not (self.cell_height % down or self.cell_height // 2 % right)
        maps = not any(pixels * self._row_height % self.cell_height for pixels in self.step)
        if not (fits and maps and ROW_HEIGHT % self.cell_height == 0):
            raise OptionError(f"rows of {self.cell_height} px do not fit the stages' strides")

    @property
    def patch(self) -> tuple[int, int]:
        """Pixels of feature maps, down and right, that lie under a position of the code."""
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
"""The shipped model's."""

DEFAULT_START = "standard"
"""Model that is fine-tuned."""
_DEFAULT_FONTS = (DEFAULT_FONT,)
"""For which it is fine-tuned where only characters are named: those of drawing."""
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
"""For the fonts and characters that the user names, in about a minute on two cores."""
