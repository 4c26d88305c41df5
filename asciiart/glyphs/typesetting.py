"""Typesetting: a line's characters in cells or, in a proportional font, at pixels of a row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.errors import FontError, OptionError
from asciiart.glyphs.charsets import BRAILLE_BLANK
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import MAX_CELLS, Cell
from asciiart.glyphs.rasterize import Ink, rasterize, rasterize_row
from asciiart.options import FONT_SIZES, MAX_COLUMNS

DEFAULT_FONT_SIZE = 16
"""Default size of a proportional font in pixels per em, that of Japanese message boards."""
_LEADING = 9 / 8
"""Least default line height of a proportional font, in ems."""
_LINE_HEIGHTS = (1 / 2, 4)
"""Least and greatest line height, in ems; fonts for mathematics state more of their own."""


@dataclass(frozen=True)
class Typeset:
    """Font size and line height of a proportional font; each column is one pixel wide.

    Raises
    ------
    OptionError
        If the font size is not from 6 to 100, or the line height not half to four times as much.
    """

    font_size: int = DEFAULT_FONT_SIZE
    """Pixels per em."""
    line_height: int = round(_LEADING * DEFAULT_FONT_SIZE)
    """Pixels from one row to the next."""

    def __post_init__(self) -> None:
        """Check the sizes."""
        if self.font_size not in FONT_SIZES:
            limits = f"from {FONT_SIZES[0]} to {FONT_SIZES[-1]}"
            raise OptionError(f"font_size must be {limits}, not {self.font_size}", "font_size")
        low, high = (factor * self.font_size for factor in _LINE_HEIGHTS)
        if not low <= self.line_height <= high:
            raise OptionError(
                f"line_height must be half to four times the font size, not {self.line_height}",
                "line_height",
            )

    def cell(self, step: int) -> Cell:
        """Return the encoder's cell, one pixel wide, with a height rounded up to ``step``."""
        height = -(-self.line_height // step) * step
        unit = max(1, self.font_size // 2)
        return Cell(height=height, width=1, aspect=self.line_height, unit=unit)


def choose_typeset(
    font: Font, font_size: int | None = None, line_height: int | None = None
) -> Typeset | None:
    """Return a proportional font's sizes, with defaults for None; None for a monospaced font.

    Raises
    ------
    OptionError
        If a size is out of range; see `Typeset`.
    """
    if not font.proportional:
        return None
    size = DEFAULT_FONT_SIZE if font_size is None else font_size
    if line_height is None:
        own = (font.ascent + font.descent) / font.size
        line_height = round(size * min(max(own, _LEADING), _LINE_HEIGHTS[1]))
    return Typeset(size, line_height)


def column_spans(characters: str, font: Font, typeset: Typeset | None) -> NDArray[np.int64]:
    """Return the number of columns that each character covers (G,); 0 if it cannot be set."""
    if font.fallback is None and typeset is not None:
        return np.array(font.advances(characters, typeset.font_size), np.int64)
    return np.array([_span(font.font_for(c), c, typeset) for c in characters], np.int64)


def _span(font: Font, character: str, typeset: Typeset | None) -> int:
    if typeset is None:
        return font.span(character)
    return font.advances(character, typeset.font_size)[0]


def typeset_rows(
    rows: Sequence[str], font: Font, typeset: Typeset | None, columns: int | None = None
) -> NDArray[np.str_]:
    """Return lines of text as an art's characters (R, C).

    C is ``columns`` or, if that is None, as many as the longest line needs. Each character stands
    in its first column; further columns that it covers hold "".

    Raises
    ------
    OptionError
        If there is no text, a line is longer than ``columns``, or the page is absurdly large.
    FontError
        If the font cannot set a character.
    """
    distinct = "".join(sorted(set("".join(rows))))
    spans = dict(zip(distinct, column_spans(distinct, font, typeset).tolist(), strict=True))
    unset = [c for c in distinct if not (spans[c] and font.font_for(c).has(c))]
    if unset:
        raise FontError(f"{font.name} cannot set {unset[0]!r} (U+{ord(unset[0]):04X})")
    needed = max((sum(map(spans.__getitem__, row)) for row in rows), default=0)
    if needed == 0:
        raise OptionError("there is no text")
    if columns is not None and needed > columns:
        raise OptionError(f"a row is {needed} columns long, not at most {columns}")
    width = columns or needed
    if width > MAX_COLUMNS or width * len(rows) > MAX_CELLS:
        raise OptionError(f"{width} columns by {len(rows)} rows are no text art")
    characters = np.full((len(rows), width), "", dtype="<U1")
    for row, line in enumerate(rows):
        column = 0
        for character in line:
            characters[row, column] = character
            column += spans[character]
        if typeset is None:
            characters[row, column:] = " "
    return characters


def draw_characters(
    characters: NDArray[np.str_], font: Font, typeset: Typeset | None, height: int, width: float
) -> Ink:
    """Return the ink (R * height, round(C * width)), from 0 to 1, of a page of characters (R, C).

    Rows are ``height`` pixels high and columns ``width`` pixels wide, which must be whole unless
    the font is proportional. Parts beyond the columns that a character covers are cut off.
    """
    [ink] = draw_rows(characters, font, typeset, height, width, at_once=len(characters))
    return ink


def draw_rows(
    characters: NDArray[np.str_],
    font: Font,
    typeset: Typeset | None,
    height: int,
    width: float,
    *,
    at_once: int,
) -> Iterator[Ink]:
    """Yield the ink of a page in bands of ``at_once`` rows; see `draw_characters`."""
    characters = np.where(characters == BRAILLE_BLANK, " ", characters)  # some fonts draw a frame
    distinct = np.unique(characters)
    distinct = distinct[distinct != ""]
    tiles = _cut_tiles("".join(distinct), font, typeset, height, width)
    for start in range(0, len(characters), at_once):
        some = characters[start : start + at_once]
        yield _paste_tiles(some, distinct, tiles, (len(some) * height, width))


def _paste_tiles(
    characters: NDArray[np.str_],
    distinct: NDArray[np.str_],
    tiles: _Tiles,
    size: tuple[int, float],
) -> Ink:
    """Return the ink of characters (R, C), ``size[0]`` pixels high, with columns of ``size[1]``."""
    rows, columns = characters.shape
    begins = characters != ""
    shape = (size[0], round(columns * size[1]))
    if not begins.any():
        return np.zeros(shape, np.float32)
    numbers = np.zeros((rows, columns), np.int64)
    numbers[begins] = np.searchsorted(distinct, characters[begins])
    positions = np.arange(columns)
    starts = np.maximum.accumulate(np.where(begins, positions, -1), axis=1)
    numbers = np.take_along_axis(numbers, starts.clip(0), axis=1)
    inside = positions - starts
    covered = (starts >= 0) & (inside < tiles.spans[numbers])
    shown = np.where(covered, tiles.first[numbers] + inside, 0)
    page = tiles.inks[shown].swapaxes(1, 2)
    page = page.reshape(rows * page.shape[1], columns * page.shape[3])
    if page.shape == shape:
        return page
    return np.asarray(cv2.resize(page, shape[::-1], interpolation=cv2.INTER_AREA), np.float32)


class _Tiles(NamedTuple):
    """The ink of G characters, cut into one tile for each column that they cover."""

    inks: Ink
    """(T, h, w): all tiles, of which the first is blank."""
    first: NDArray[np.int64]
    """(G,): index of each character's leftmost tile; the others follow from left to right."""
    spans: NDArray[np.int64]
    """(G,): number of each character's tiles."""


def _cut_tiles(
    characters: str, font: Font, typeset: Typeset | None, height: int, width: float
) -> _Tiles:
    spans = column_spans(characters, font, typeset)
    scale = max(1, math.ceil(width))
    if typeset is not None:
        height = scale * typeset.line_height
    inks = [np.zeros((1, height, scale), np.float32)]
    first = np.zeros(len(characters), np.int64)
    number = 1
    groups: dict[tuple[int, Font], list[int]] = {}
    for i, (character, span) in enumerate(zip(characters, spans.tolist(), strict=True)):
        groups.setdefault((span, font.font_for(character)), []).append(i)
    for (span, source), those in groups.items():
        if span == 0:
            continue
        alike = "".join(characters[i] for i in those)
        if typeset is None:
            drawn = rasterize(source, alike, height, span * scale, cells=span)
        else:
            size, pitch = typeset.font_size, typeset.line_height
            drawn = rasterize_row(source, alike, size, pitch, span, scale=scale)
        cut = drawn.reshape(len(alike), height, span, scale).swapaxes(1, 2)
        inks.append(cut.reshape(-1, height, scale))
        first[those] = number + span * np.arange(len(alike))
        number += span * len(alike)
    return _Tiles(np.concatenate(inks), first, spans)
