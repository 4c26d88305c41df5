"""Characters that are small pictures of bits: braille, quadrants, halves."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.color.dithering import dither_bits
from asciiart.glyphs.grid import Grid
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.matcher import Matcher
from asciiart.options import Dither, Options
from asciiart.page.bands import BAND_PIXELS, InkPage, split
from asciiart.page.ink_page import WHITE_INK_SHARE

_BRAILLE_BITS = (0, 3, 1, 4, 2, 5, 6, 7)
"""Of the code point, for each dot in reading order (Unicode 15, 21.1: dots 7 and 8 came later)."""


class DotPatterns(NamedTuple):
    """Characters for every pattern of some dots."""

    rows: int
    """Dots in a column of a cell."""
    columns: int
    """Dots in a row of a cell."""
    characters: str
    """Of pattern p, whose lowest bit is the first dot in reading order; 2^(rows·columns)."""


def _braille() -> str:
    points = [sum((p >> i & 1) << bit for i, bit in enumerate(_BRAILLE_BITS)) for p in range(256)]
    return " " + "".join(chr(0x2800 + point) for point in points[1:])


_SETS = (
    DotPatterns(4, 2, _braille()),
    DotPatterns(2, 2, " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"),
    DotPatterns(2, 1, " ▀▄█"),
)
"""Those with the most dots first."""


@cache
def find_dot_patterns(characters: str) -> DotPatterns | None:
    """Return the set with the most dots of which all are among ``characters``, if there is one."""
    return next((bits for bits in _SETS if set(bits.characters) <= set(characters)), None)


def draw_dots(
    ink: NDArray[np.float32], rows: int, columns: int, bits: DotPatterns, dither: Dither
) -> NDArray[np.uint8]:
    """Return the pattern of each cell (R, C) that shows ``ink`` (H, W), 0 to 1, dithered."""
    return _patterns(_dots(ink, rows, columns, bits), bits, dither)


def _dots(
    ink: NDArray[np.float32], rows: int, columns: int, bits: DotPatterns
) -> NDArray[np.float32]:
    size = (columns * bits.columns, rows * bits.rows)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)


def _patterns(dots: NDArray[np.float32], bits: DotPatterns, dither: Dither) -> NDArray[np.uint8]:
    inked = dither_bits(dots, dither)
    patterns = np.zeros((len(dots) // bits.rows, dots.shape[1] // bits.columns), np.uint8)
    for number in range(bits.rows * bits.columns):
        row, column = divmod(number, bits.columns)
        patterns |= inked[row :: bits.rows, column :: bits.columns].astype(np.uint8) << number
    return patterns


def dot_patterns_for(
    characters: str, options: Options, *, proportional: bool
) -> DotPatterns | None:
    """Return the bits that tone is dithered to, if that is asked for and the characters are any."""
    if options.dither == "none" or "structure" in options.shares or proportional:
        return None
    return find_dot_patterns(characters)


def match_dots(
    page: InkPage, grid: Grid, matcher: Matcher, bits: DotPatterns, dither: Dither
) -> Neighbors:
    """Return the characters (R, C, 1) whose dots are the page's ink (R·h, C·w), dithered."""
    full = np.float32(WHITE_INK_SHARE * matcher.index.density)
    dots = np.empty((grid.rows * bits.rows, grid.columns * bits.columns), np.float32)
    height, width = grid.cell.height, page.shape[1]
    for band in split(grid.rows, BAND_PIXELS // (width * height)):
        ink = page.ink_rows(band.top * height, band.bottom * height)
        shares = np.clip(ink / full, 0, 1)
        own = _dots(shares, band.bottom - band.top, grid.columns, bits)
        dots[band.top * bits.rows : band.bottom * bits.rows] = own
    patterns = _patterns(dots, bits, dither)
    numbers = np.array([matcher.index.characters.index(c) for c in bits.characters], np.int32)
    glyph_ids = numbers[patterns][..., None]
    return Neighbors(glyph_ids, np.zeros(glyph_ids.shape, np.float32))
