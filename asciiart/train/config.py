"""Everything that decides a trained model."""

from __future__ import annotations

import math
from dataclasses import dataclass

from asciiart.art import Mode
from asciiart.core.autoencoders import ConvStage
from asciiart.core.trainer import choose_device
from asciiart.errors import OptionError
from asciiart.features import SCORES

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
    initializer: str = "he_normal"
    """A name of `core.initializers.INITIALIZERS`."""
    noise: float = 0.02
    """Deviation of the noise on pages, whose ink is 0 to 1."""
    fonts: tuple[str, ...] = TRAINING_FONTS
    """Names or files."""
    seed: int = 0
    """Of pages, weights and batches."""
    device: str = "cpu"
    """cpu, cuda or auto."""
    threads: int = 2
    """Of the CPU; another number rounds otherwise and gives slightly other weights."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises
        ------
        OptionError
            If a number is out of range, no font is given or there is no such device.
        """
        for name in (
            "steps",
            "cells_per_step",
            "glyphs_per_step",
            "pages",
            "learning_rate",
            "threads",
        ):
            if not getattr(self, name) > 0:
                raise OptionError(f"{name} must be positive, not {getattr(self, name)}")
        if not math.isfinite(self.learning_rate):
            raise OptionError(f"learning_rate must be finite, not {self.learning_rate}")
        if not 0 <= self.noise < math.inf:
            raise OptionError(f"noise must be 0 or more, not {self.noise}")
        if not 0 <= self.seed < 2**32:
            raise OptionError(f"seed must be 0 to {2**32 - 1}, not {self.seed}")
        if not self.fonts:
            raise OptionError("at least one font is needed to train on")
        if any(pixels * self._row_height % self.cell_height for pixels in self._step):
            raise OptionError(f"rows of {self.cell_height} px do not fit the stages' strides")
        try:
            choose_device(self.device)
        except (RuntimeError, ValueError) as error:
            raise OptionError(str(error)) from error

    @property
    def patch(self) -> tuple[int, int]:
        """Pixels of feature maps, down and right, that lie under a position of the code."""
        down, right = (pixels * self._row_height // self.cell_height for pixels in self._step)
        return down, right

    @property
    def _row_height(self) -> int:
        return SCORES[self.mode].row_height

    @property
    def _step(self) -> tuple[int, int]:
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
