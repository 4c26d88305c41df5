"""Stage 2: a picture at the size of a page, and what its gray levels are shown as."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Gray, Pixels
from asciiart.options import Mode, Options
from asciiart.page.drawing_lines import as_strokes, find_paper, is_drawing_in_bands
from asciiart.page.levels import LevelRange, measure_levels
from asciiart.page.tone_ink import ink_of_brightness, with_pure_ink

_WIDEST_STROKE = 2
"""Width of a drawing's widest stroke, in half-width characters."""


@dataclass(frozen=True, eq=False)
class PageBrightness:
    """A page's brightness, contrast adjusted, stored as gray levels and a table."""

    levels: Pixels
    """(H, W), gray levels."""
    table: Gray
    """(256,), the brightness of each level, 0 to 1."""

    def of(self, levels: Pixels) -> Gray:
        """Return the brightness of levels (H, W)."""
        return np.asarray(cv2.LUT(np.ascontiguousarray(levels), self.table), np.float32)

    def whole(self) -> Gray:
        """Return the brightness of all rows."""
        return self.of(self.levels)

    def rows(self, top: int, bottom: int) -> Gray:
        """Return the brightness of some rows."""
        return self.of(self.levels[top:bottom])

    def drawing_paper(self, unit: int) -> float | None:
        """Return the brightness of a line drawing's paper, 0 or 1; None for any other picture.

        ``unit`` is the width of a half-width character in pixels.
        """
        paper = find_paper(self.of(self.levels[::8, ::8]))

        def rows(top: int, bottom: int) -> Gray:
            return as_strokes(self.rows(top, bottom), paper)

        height, width = self.levels.shape
        is_one = is_drawing_in_bands(rows, height, width, _WIDEST_STROKE * unit)
        return paper if is_one else None


def page_brightness(
    gray: Pixels, shape: tuple[int, int], mode: Mode, options: Options, levels: LevelRange | None
) -> PageBrightness:
    """Return the brightness of a page of the height and width ``shape``.

    ``gray`` (H, W) are the gray levels of the picture at its own size; see `shown` for the others.
    """
    height, width = shape
    how = interpolation(gray.shape, shape)
    resized = np.asarray(cv2.resize(gray, (width, height), interpolation=how), np.uint8)
    return PageBrightness(resized, shown(resized, mode, options, levels))


def interpolation(shape: tuple[int, ...], page_shape: tuple[int, int]) -> int:
    """Return OpenCV's interpolation for resizing a picture of one shape to another."""
    shrinks = shape[0] * shape[1] > page_shape[0] * page_shape[1]
    return cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC


def shown(gray: Pixels, mode: Mode, options: Options, levels: LevelRange | None) -> Gray:
    """Return what each gray level is shown as (256,), with contrast stretched and adjusted.

    That is a brightness, 0 to 1, and in tone an ink; see `ink_of_brightness`. The ``levels``, by
    default those of ``gray`` (H, W), become black and white.
    """
    table = (levels or measure_levels(gray).of(mode)).table()
    if mode == "structure":
        return adjust(table, options)
    pure = adjust(with_pure_ink(table, options.background), options)
    return ink_of_brightness(pure, options.background)


def adjust(gray: Gray, options: Options) -> Gray:
    """Return brightness (...), 0 to 1, with the options' contrast, brightness and gamma."""
    if (options.contrast, options.brightness, options.gamma) == (1.0, 0.0, 1.0):
        return gray
    changed = (gray - 0.5) * options.contrast + 0.5 + options.brightness
    return np.asarray(np.clip(changed, 0, 1) ** (1 / options.gamma), np.float32)
