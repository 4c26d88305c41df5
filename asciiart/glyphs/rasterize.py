"""Font + characters -> ink of their glyphs, in cells or, for proportional fonts, in rows."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from asciiart.glyphs.font import Font
from asciiart.glyphs.font_files import check_glyph_size, font_errors
from asciiart.io.pictures.arrays import Pixels

Ink = NDArray[np.float32]
"""Ink of a page (H, W) or of glyphs (G, H, W): 0 is paper, 1 is full ink."""

_SUPERSAMPLING = 4
"""Factor by which glyphs are drawn larger before they are averaged down to their cells."""
_ROW_SUPERSAMPLING = 8
"""Least such factor in rows of a proportional font, whose glyphs are small. The glyphs are then
larger than the embedded bitmaps of fonts such as Mona, so that outlines are drawn."""


def rasterize(font: Font, characters: str, height: int, width: int, *, cells: int = 1) -> Ink:
    """Return the glyphs' ink (G, height, width), from 0, paper, to 1, full ink.

    ``cells`` is 2 for characters that are two cells wide; ``width`` then covers both. Each glyph
    is drawn enlarged in its own box (advance x line height) and averaged down to the cell, which
    stretches it slightly if the proportions differ. Parts beyond the box are cut off.
    """
    if font.scalable:
        line_height = (font.ascent + font.descent) / font.size
        size = _SUPERSAMPLING * height / line_height
    else:
        size = font.size
    scale = size / font.size
    baseline = font.ascent * scale
    box = (
        max(1, round(cells * font.advance * scale)),
        max(1, round(baseline + font.descent * scale)),
    )
    enlarge = 1 if font.scalable else max(1, -(-_SUPERSAMPLING * height // box[1]))
    return _draw(font, size, characters, box, baseline, to=(width, height), enlarge=enlarge)


def rasterize_row(
    font: Font, characters: str, font_size: float, line_height: int, width: int, *, scale: int = 1
) -> Ink:
    """Return the ink (G, scale * line_height, scale * width) of glyphs in a row, from 0 to 1.

    ``font_size`` is in pixels per em. Each glyph starts at x = 0. The space that the line height
    adds is shared equally between above and below, as in CSS (half-leading). Parts beyond the box
    are cut off.
    """
    wanted = _ROW_SUPERSAMPLING * math.ceil(scale / _ROW_SUPERSAMPLING)
    drawn = wanted * font_size if font.scalable else font.size
    larger = drawn / font_size
    room = line_height - (font.ascent + font.descent) * font_size / font.size
    baseline = (room / 2 + font.ascent * font_size / font.size) * larger
    box = (max(1, round(width * larger)), max(1, round(line_height * larger)))
    to = (scale * width, scale * line_height)
    enlarge = 1 if font.scalable else max(1, math.ceil(wanted / larger))
    return _draw(font, drawn, characters, box, baseline, to=to, enlarge=enlarge)


def _draw(
    font: Font,
    size: float,
    characters: str,
    box: tuple[int, int],
    baseline: float,
    *,
    to: tuple[int, int],
    enlarge: int,
) -> Ink:
    """Return the ink of glyphs drawn in a ``box`` (width, height) and averaged down ``to`` another.

    ``enlarge`` repeats each pixel so often before, which keeps those of a bitmap font square.
    """
    inks = np.empty((len(characters), *to[::-1]), np.float32)
    face = font.face(size)
    for i, character in enumerate(characters):
        with font_errors(font.origin):
            pixels = _draw_glyph(face, font.encoded(character), box, baseline)
            if enlarge > 1:
                pixels = pixels.repeat(enlarge, axis=0).repeat(enlarge, axis=1)
            inks[i] = cv2.resize(pixels, to, interpolation=cv2.INTER_AREA)
    return inks / np.float32(255)


def _draw_glyph(
    face: ImageFont.FreeTypeFont, text: str, box: tuple[int, int], baseline: float
) -> Pixels:
    check_glyph_size(face, text)
    canvas = Image.new("L", box)
    ImageDraw.Draw(canvas).text((0, baseline), text, fill=255, font=face, anchor="ls")
    return np.asarray(canvas)
