"""Training fonts -> their glyphs, at the size of the synthetic pages' cells."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from asciiart.errors import FontError
from asciiart.glyphs.charsets import CHARSETS, parse_charset
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.rasterize import Ink, rasterize
from asciiart.glyphs.typesetting import choose_typeset, column_spans
from asciiart.glyphs.usable import usable_characters
from asciiart.matching.index_building import draw_glyphs
from asciiart.page.strokes import ROW_HEIGHT
from asciiart.train.encoder.config import DEBIAN_PACKAGES, TRAINING_FONTS, ModeConfig

_SETS = ("ascii", "latin", "box", "blocks")
_GREEK_AND_CYRILLIC = "".join(map(chr, (*range(0x391, 0x3CA), *range(0x410, 0x450))))
_KANA_AND_KANJI = "".join(map(chr, (*range(0x3041, 0x30FB), *range(0x4E00, 0x9000, 31))))
SINGLE_WIDTH = "".join(CHARSETS[name] for name in _SETS) + _GREEK_AND_CYRILLIC
"""Characters to learn when none are configured."""


class CellSize(NamedTuple):
    """Size in pixels of a cell on a synthetic page, or of a glyph drawn for it."""

    height: int
    """Height; 32, except in rows of a proportional font."""
    width: int
    """Width; 16 for a cell half as wide as high."""


USUAL_CELL = CellSize(ROW_HEIGHT, ROW_HEIGHT // 2)
"""Cell in which glyphs are drawn when no characters are configured."""


class RasterizedGlyphs(NamedTuple):
    """Characters of a font with glyphs of the same size."""

    characters: str
    """The G characters."""
    inks: Ink
    """Their ink (G, h, w), 0 to 1."""


class Coverage(NamedTuple):
    """The number of configured characters that a font has."""

    font: str
    """The font's name."""
    usable: int
    """Characters it can draw, without the space."""
    wanted: int
    """Configured characters, without the space."""


def enlargement(config: ModeConfig) -> int:
    """Return the supersampling factor at which pages and glyphs are drawn for the encoder."""
    return ROW_HEIGHT // config.cell_height


def open_font(name: str) -> Font:
    """Return a font to learn.

    Raises
    ------
    FontError
        If there is no such font, or it is damaged.
    """
    try:
        return load_font(name)
    except FontError as error:
        if name not in TRAINING_FONTS:
            raise
        raise FontError(f"{error}; Debian's packages: {DEBIAN_PACKAGES}") from error


def find_coverage(config: ModeConfig) -> list[Coverage]:
    """Return the coverage of each configured font, before any glyph is drawn.

    Raises
    ------
    FontError
        If there is no such font, it is damaged, or it has none of the characters.
    """
    wanted = parse_charset(config.charset) if config.charset else SINGLE_WIDTH
    found = []
    for name in config.fonts:
        font = open_font(name)
        usable = usable_characters(font, wanted, spans=_spans(config))
        found.append(Coverage(font.name, len(usable) - 1, len(set(wanted) - {" "})))
    return found


def _spans(config: ModeConfig) -> tuple[int, ...]:
    return (1, 2) if config.charset else (1,)


def draw_training_glyphs(config: ModeConfig) -> list[dict[CellSize, Ink]]:
    """Return the glyphs (G, h, w) of each configured font, by their size.

    Raises
    ------
    FontError
        If there is no such font, it is damaged, or draws none of the characters.
    """
    return [_draw_font(open_font(name), config) for name in config.fonts]


def _draw_font(font: Font, config: ModeConfig) -> dict[CellSize, Ink]:
    if config.charset:
        drawn = {size: some.inks for size, some in draw_own_glyphs(font, config).items()}
    else:
        drawn = {USUAL_CELL: _draw_usual_glyphs(font)}
    if not any(inks.any() for inks in drawn.values()):
        raise FontError(f"{font.path}: its characters are all blank")
    return drawn


def _draw_usual_glyphs(font: Font) -> Ink:
    """Return a font's single-width glyphs and the halves of its wide ones (G, 32, 16)."""
    height, width = USUAL_CELL
    narrow = usable_characters(font, SINGLE_WIDTH)[1:]
    inks = [rasterize(font, narrow, height, width)]
    wide = "".join(character for character in _KANA_AND_KANJI if font.has(character))
    if wide:
        whole = rasterize(font, wide, height, 2 * width, cells=2)
        inks += [whole[:, :, :width], whole[:, :, width:]]
    glyphs = np.concatenate(inks)
    return np.asarray(glyphs[glyphs.max(axis=(1, 2)) > 0.5])


def draw_own_glyphs(font: Font, config: ModeConfig) -> dict[CellSize, RasterizedGlyphs]:
    """Return the configured characters, grouped by size, each drawn whole at the font's own width.

    Raises
    ------
    FontError
        If the font has none of them.
    """
    typeset = choose_typeset(font)
    down, right = config.step
    cell = font.cell(config.cell_height, right) if typeset is None else typeset.cell(down)
    characters = usable_characters(font, parse_charset(config.charset), spans=_spans(config))[1:]
    spans = column_spans(characters, font, typeset)
    drawn = {}
    inked = draw_glyphs(font, characters, spans, cell, typeset, scale=enlargement(config))
    for span, inks in inked.items():
        some = "".join(characters[i] for i in np.flatnonzero(spans == span))
        drawn[CellSize(*inks.shape[1:])] = RasterizedGlyphs(some, inks)
    return drawn


def cell_of(size: CellSize, config: ModeConfig) -> CellSize:
    """Return the cell that a glyph of some size needs, in whole positions of the code."""
    step = config.step[1] * enlargement(config)
    return CellSize(size.height, -(-size.width // step) * step)
