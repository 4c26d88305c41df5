"""Glyphs to learn from: of many fonts, half-width, full-width and proportional ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.charsets import CHARSETS
from asciiart.errors import FontError
from asciiart.glyphs import Font, load_font, rasterize, rasterize_row
from asciiart.strokes import ROW_HEIGHT
from asciiart.train.config import DEBIAN_PACKAGES, ModeConfig
from asciiart.train.targets import Packed, Score, pack, split_keys

Ink = NDArray[np.float32]

CELL_WIDTH = ROW_HEIGHT // 2
"""Pixels of a single-width cell whose row is ``ROW_HEIGHT``."""
_SIZE = 16 / 18
"""Of a proportional font, in rows: boards set 16 px in rows of 18."""
_KANJI_STEP = 11
"""One in so many of the kanji is learned from."""
_GREEK_AND_CYRILLIC = "".join(map(chr, (*range(0x391, 0x3CA), *range(0x410, 0x450))))
_SETS = ("ascii", "latin", "box", "blocks", "kana", "symbols")
_CHARACTERS = "".join(
    dict.fromkeys(
        "".join(CHARSETS[name] for name in _SETS)
        + _GREEK_AND_CYRILLIC
        + CHARSETS["kanji"][::_KANJI_STEP]
    )
)


class GlyphPool(NamedTuple):
    """Glyphs of one width."""

    inks: Ink
    """(G, h, w), at the encoder's size."""
    fonts: NDArray[np.int64]
    """(G,), which font each is of."""
    keys: Packed
    """(G, j, Q) exact keys of each column, packed."""
    biases: Ink
    """(G,)."""


def shrink(ink: Ink, factor: int) -> Ink:
    """Return ink (H, W) at the encoder's size, ``factor`` times smaller."""
    height, width = ink.shape
    size = (width // factor, height // factor)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)


def open_font(name: str) -> Font:
    """Return a font by name; where it is missing, the error says where to get it."""
    try:
        return load_font(name)
    except FontError as error:
        raise FontError(f"{error}; Debian has the shipped recipe's: {DEBIAN_PACKAGES}") from error


def _grouped(characters: str, widths: Iterable[int]) -> dict[int, str]:
    """Return the characters of each width, in order."""
    groups: defaultdict[int, str] = defaultdict(str)
    for character, width in zip(characters, widths, strict=True):
        groups[width] += character
    return dict(groups)


def _draw_cells(font: Font, characters: str) -> dict[int, Ink]:
    spans = _grouped(characters, map(font.span, characters))
    return {
        cells * CELL_WIDTH: rasterize(font, group, ROW_HEIGHT, cells * CELL_WIDTH, cells=cells)
        for cells, group in spans.items()
        if cells
    }


def _draw_rows(font: Font, characters: str, height: int) -> dict[int, Ink]:
    size, scale = _SIZE * height, ROW_HEIGHT // height
    advances = _grouped(characters, font.advances(characters, size))
    return {
        scale * width: rasterize_row(font, group, size, height, width, scale=scale)
        for width, group in advances.items()
        if width <= height
    }


def draw_font(font: Font, height: int) -> dict[int, Ink]:
    """Return a font's glyphs that are not blank, (G, 32, w) by their width.

    Of monospaced fonts that is a cell's or two cells', of others the advance as it is where rows
    are ``height`` px high, in whole pixels; at most a full width.
    """
    characters = "".join(character for character in _CHARACTERS if font.has(character))
    if font.proportional:
        drawn = _draw_rows(font, characters, height)
    else:
        drawn = _draw_cells(font, characters)
    inked = {width: inks[inks.max(axis=(1, 2)) > 0.5] for width, inks in drawn.items()}
    return {width: inked[width] for width in sorted(inked) if len(inked[width])}


def column_width(config: ModeConfig) -> int:
    """Return how many pixels of a row of ``ROW_HEIGHT`` one step of the code is wide."""
    return config.step[1] * ROW_HEIGHT // config.cell_height


def _pool_of(inks: Ink, number: int, config: ModeConfig, score: Score) -> GlyphPool:
    """Return what is known of glyphs (G, 32, w) of one font, filled up to whole columns."""
    column, width = column_width(config), inks.shape[2]
    known = score.glyphs(inks)
    keys = split_keys(known.keys, width // score.grain, column // score.grain)
    filled = np.pad(inks, ((0, 0), (0, 0), (0, -width % column)))
    small = np.stack([shrink(ink, ROW_HEIGHT // config.cell_height) for ink in filled])
    return GlyphPool(small, np.full(len(inks), number), pack(keys, score.binary), known.biases)


def make_glyph_pools(config: ModeConfig, score: Score) -> dict[int, GlyphPool]:
    """Return the glyphs of the configured fonts by their width in steps of the code.

    Raises
    ------
    FontError
        If a font is missing.
    """
    parts: defaultdict[int, list[GlyphPool]] = defaultdict(list)
    for number, name in enumerate(config.fonts):
        for inks in draw_font(open_font(name), config.cell_height).values():
            pool = _pool_of(inks, number, config, score)
            parts[pool.keys.shape[1]].append(pool)
    return {
        width: GlyphPool(*(np.concatenate(arrays) for arrays in zip(*pools, strict=True)))
        for width, pools in sorted(parts.items())
    }
