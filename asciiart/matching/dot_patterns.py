"""Characters that are patterns of dots: braille, quadrants, half blocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.color.dithering import dither_bits
from asciiart.glyphs.charsets import CHARSETS, is_blank
from asciiart.glyphs.grid import Grid
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.matcher import Matcher
from asciiart.options import Dither, Options
from asciiart.page.bands import BAND_PIXELS, InkPage, split
from asciiart.page.thinning import thin
from asciiart.page.tone_ink import inked_share, white_ink

_COVERED = 0.5
"""Least width of a line, in pixels of the page, that sets the dots which it crosses."""
_BRAILLE_BITS = (0, 3, 1, 4, 2, 5, 6, 7)
"""The bit of the code point for each dot, in reading order (Unicode 15, 21.1)."""


class DotPatterns(NamedTuple):
    """A set of characters, one for every pattern of the dots of a cell."""

    rows: int
    """Dots of a cell from top to bottom."""
    columns: int
    """Dots of a cell from left to right."""
    characters: str
    """The 2^(rows·columns) characters; in the position of each, the lowest bit is the first dot in
    reading order."""


def _braille() -> str:
    """Return the braille characters in the order of `DotPatterns`, the space for no dots."""
    points = [sum((p >> i & 1) << bit for i, bit in enumerate(_BRAILLE_BITS)) for p in range(256)]
    return " " + "".join(chr(0x2800 + point) for point in points[1:])


_SETS = (
    DotPatterns(4, 2, _braille()),
    DotPatterns(2, 2, " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"),
    DotPatterns(2, 1, " ▀▄█"),
)
"""The known sets, those with more dots first."""


@cache
def find_dot_patterns(characters: str) -> DotPatterns | None:
    """Return the set with the most dots that lies wholly among ``characters``, or None."""
    known = set(characters)
    return next((patterns for patterns in _SETS if set(patterns.characters) <= known), None)


def draw_dots(
    ink: Ink, rows: int, columns: int, patterns: DotPatterns, dither: Dither
) -> NDArray[np.uint8]:
    """Return the pattern of each cell (R, C) that shows ``ink`` (H, W), 0 to 1, dithered.

    A pattern is the position of its character.
    """
    dots = _shrink_to_dots(ink, rows, columns, patterns)
    return _patterns_of(dither_bits(dots, dither), patterns)


def _shrink_to_dots(ink: Ink, rows: int, columns: int, patterns: DotPatterns) -> Ink:
    """Return the mean ink under each dot of R x C cells."""
    size = (columns * patterns.columns, rows * patterns.rows)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)


def _patterns_of(inked: Mask, patterns: DotPatterns) -> NDArray[np.uint8]:
    """Return the pattern of each cell (R, C) whose dots are ``inked`` (R·rows, C·columns)."""
    height, width = patterns.rows, patterns.columns
    found = np.zeros((len(inked) // height, inked.shape[1] // width), np.uint8)
    for number in range(height * width):
        row, column = divmod(number, width)
        found |= inked[row::height, column::width].astype(np.uint8) << number
    return found


def dot_patterns_for(
    characters: str, options: Options, *, proportional: bool
) -> DotPatterns | None:
    """Return the patterns that tone is dithered to; None if it is not to be, or there are none."""
    if options.dither == "none" or "structure" in options.shares or proportional:
        return None
    return find_dot_patterns(characters)


def line_dots_for(characters: str, options: Options, *, proportional: bool) -> DotPatterns | None:
    """Return the patterns of which outlines are made dot by dot; None if there are none.

    That is so if all characters are braille or blocks: others have strokes, which are finer.
    """
    inked = {character for character in characters if not is_blank(character)}
    if set(options.shares) != {"structure"} or proportional or not inked <= _made_of_dots():
        return None
    return find_dot_patterns(characters)


@cache
def _made_of_dots() -> frozenset[str]:
    return frozenset(CHARSETS["braille"] + CHARSETS["blocks"])


def match_dots(
    page: InkPage, grid: Grid, matcher: Matcher, patterns: DotPatterns, dither: Dither
) -> Neighbors:
    """Return the characters (R, C, 1) whose dots show the page's ink (R·h, C·w), dithered."""
    white = white_ink(matcher.index.density, structure=0)
    dots = _read_dots(page, grid, patterns, lambda ink: inked_share(ink, white))
    return _characters_of(dither_bits(dots, dither), matcher, patterns)


def match_line_dots(
    page: InkPage, grid: Grid, matcher: Matcher, patterns: DotPatterns
) -> Neighbors:
    """Return the characters (R, C, 1) whose dots follow the page's lines (R·h, C·w).

    Lines are one dot wide and as connected as they are on the page.
    """
    side = max(grid.cell.height / patterns.rows, grid.cell.width / patterns.columns)
    covered = _read_dots(page, grid, patterns, lambda ink: ink) > _COVERED / side
    return _characters_of(thin(covered), matcher, patterns)


def _read_dots(page: InkPage, grid: Grid, patterns: DotPatterns, show: Callable[[Ink], Ink]) -> Ink:
    """Return the mean of what ink is shown as under each dot of a page (R·rows, C·columns)."""
    dots = np.empty((grid.rows * patterns.rows, grid.columns * patterns.columns), np.float32)
    height, width = grid.cell.height, page.shape[1]
    for band in split(grid.rows, BAND_PIXELS // (width * height)):
        ink = show(page.ink_rows(band.top * height, band.bottom * height))
        own = _shrink_to_dots(ink, band.bottom - band.top, grid.columns, patterns)
        dots[band.top * patterns.rows : band.bottom * patterns.rows] = own
    return dots


def _characters_of(inked: Mask, matcher: Matcher, patterns: DotPatterns) -> Neighbors:
    """Return the characters (R, C, 1) whose dots are ``inked`` (R·rows, C·columns)."""
    numbers = np.array([matcher.index.characters.index(c) for c in patterns.characters], np.int32)
    glyph_ids = numbers[_patterns_of(inked, patterns)][..., None]
    return Neighbors(glyph_ids, np.zeros(glyph_ids.shape, np.float32))
