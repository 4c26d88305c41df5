"""Stage 2: which gray levels of a picture, or of a whole film, become black and white."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Gray, Pixels
from asciiart.options import Mode

_PERCENTILES: dict[Mode, tuple[float, float]] = {"tone": (1.5, 97.5), "structure": (0.5, 99.5)}
"""Percentiles of brightness that become black and white."""
_FLAT = 5
"""Smallest span, in levels, of a picture that is faint; one with less is meant to be blank."""


@dataclass(frozen=True)
class LevelRange:
    """The gray levels, 0 to 255, that become black and white."""

    low: float
    """The level that becomes black, as all darker ones do."""
    high: float
    """The level that becomes white, as all brighter ones do."""

    @property
    def span(self) -> float:
        """The number of levels from the one to the other."""
        return self.high - self.low

    def table(self) -> Gray:
        """Return the brightness (256,), 0 to 1, that each gray level becomes.

        A range that is too narrow to be meant leaves every level as it is.
        """
        low, high = (0, 255) if self.span < _FLAT else (self.low, self.high)
        return np.asarray(np.clip((np.arange(256) - low) / (high - low), 0, 1), np.float32)

    def table_of_faint(self) -> Gray:
        """Return the brightness (256,), 0 to 1, of each gray level if only a faint picture changes.

        A range of less than 0.6 of all levels is widened to that, about its middle.
        """
        levels, least = np.arange(256), 0.6 * 255
        if not _FLAT <= self.span < least:
            return np.asarray(levels / 255, np.float32)
        middle = (self.low + self.high) / 2
        moved = min(max(middle, least / 2), 255 - least / 2)
        widened = (levels - middle) * (least / self.span) + moved
        return np.asarray(np.clip(widened / 255, 0, 1), np.float32)


@dataclass(frozen=True)
class Levels:
    """The gray levels between which the pixels of a picture or film lie."""

    tone: LevelRange
    """The range of nearly all pixels, for tone."""
    structure: LevelRange
    """The range of nearly all pixels, a few more than for tone, for structure."""
    all: LevelRange
    """The range of all pixels, for pictures that are flat but for a few."""

    def of(self, mode: Mode) -> LevelRange:
        """Return the levels that become black and white in a mode."""
        range_ = self.tone if mode == "tone" else self.structure
        return range_ if range_.span >= _FLAT else self.all

    def including(self, level: float) -> Levels:
        """Return levels that are widened, if need be, to include another gray level."""
        ranges = (self.tone, self.structure, self.all)
        return Levels(*(LevelRange(min(each.low, level), max(each.high, level)) for each in ranges))


AS_THEY_ARE = Levels(*3 * (LevelRange(0, 255),))
"""The levels of a picture that is not stretched: black is 0 and white 255."""


def measure_levels(gray: Pixels) -> Levels:
    """Return the levels between which a picture's pixels (H, W) lie."""
    counts = cv2.calcHist([gray], [0], None, [256], (0, 256)).ravel()
    present = np.flatnonzero(counts)
    shares = np.cumsum(counts) * (100 / gray.size)

    def between(mode: Mode) -> LevelRange:
        return LevelRange(*np.searchsorted(shares, _PERCENTILES[mode]).tolist())

    all_of_them = LevelRange(int(present[0]), int(present[-1]))
    return Levels(between("tone"), between("structure"), all_of_them)
