"""What the tiny networks of these tests are made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from asciiart.core.autoencoders.convolutional import ConvStage
from asciiart.glyphs.font_search import find_font
from asciiart.options import Mode
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.fit import TrainedMatcher

FONT = "DejaVu Sans Mono"


def tiny_config(mode: Mode) -> ModeConfig:
    """Return a configuration that trains in a second."""
    stages = (ConvStage(8, 5, (2, 2)), ConvStage(8, 3, (1, 1) if mode == "structure" else (2, 2)))
    return ModeConfig(
        mode=mode,
        stages=stages,
        code_channels=4,
        steps=60,
        cells_per_step=48,
        glyphs_per_step=64,
        pages=3,
        validation_pages=2,
        validate_every=20,
        threads=1,
        fonts=(FONT,),
    )


@dataclass(frozen=True)
class Tiny:
    """What was trained for one mode."""

    config: ModeConfig
    dataset: Dataset
    trained: TrainedMatcher


def font_of(characters: str, path: Path) -> str:
    """Write a font that has only some characters of the usual one."""
    subsetter = subset.Subsetter()
    subsetter.populate(text=characters)
    with TTFont(find_font(FONT).face.path) as font:
        subsetter.subset(font)
        font.save(path)
    return str(path)
