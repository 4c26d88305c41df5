"""Stage 5: a font's characters -> the index of their glyphs, drawn and encoded."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.charsets import IDEOGRAPHIC_SPACE
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import Ink, rasterize, rasterize_row
from asciiart.glyphs.typesetting import Typeset, column_spans
from asciiart.glyphs.usable import usable_characters
from asciiart.matching.arrays import Floats
from asciiart.matching.encoder import Encoder
from asciiart.matching.glyph_index import GlyphIndex
from asciiart.matching.scores import MatchScore

_DENSE = 0.95
"""Quantile of glyph density that counts as full ink in a proportional font; a few symbols, such
as a black circle, are twice as dense as the rest."""
_STRETCH = cv2.INTER_LINEAR
"""Interpolation of glyphs to a row height that is a multiple of the encoder's stride."""


def draw_glyphs(
    font: Font,
    characters: str,
    spans: NDArray[np.int64],
    cell: Cell,
    typeset: Typeset | None,
    *,
    scale: int = 1,
) -> dict[int, Ink]:
    """Return, for each span, the ink (G', scale·h, scale·span·w) of the glyphs of that span."""
    drawn = {}
    for span in np.unique(spans).tolist():
        some = "".join(characters[i] for i in np.flatnonzero(spans == span))
        drawn[span] = _draw_alike(font, some, span, cell, typeset, scale=scale)
    return drawn


def _draw_alike(
    font: Font, characters: str, span: int, cell: Cell, typeset: Typeset | None, *, scale: int
) -> Ink:
    """Return the ink (G', scale·h, scale·span·w) of glyphs that all have one span."""
    height, width = scale * cell.height, scale * span * cell.width
    if typeset is None:
        return rasterize(font, characters, height, width, cells=span)
    size, pitch = typeset.font_size, typeset.line_height
    inks = rasterize_row(font, characters, size, pitch, span, scale=scale)
    if pitch == cell.height:
        return inks
    return np.stack([cv2.resize(ink, (width, height), interpolation=_STRETCH) for ink in inks])


def build_index(
    font: Font,
    characters: str,
    encoder: Encoder,
    score: MatchScore,
    *,
    cell: Cell,
    typeset: Typeset | None = None,
    strict: bool = False,
) -> GlyphIndex:
    """Return the index of those of ``characters`` that the font can set.

    Raises
    ------
    FontError
        If that is only the space or, with ``strict``, not all of them.
    """
    usable = usable_characters(font, characters, strict=strict, spans=(1, 2))
    if typeset is None:
        usable = usable.replace(IDEOGRAPHIC_SPACE, "")  # two spaces are as wide
    spans = column_spans(usable, font, typeset)
    keys: dict[int, Floats] = {}
    inks = np.zeros(len(usable), np.float32)
    means = np.zeros(len(usable), np.float32)
    drawn_by_span = draw_glyphs(font, usable, spans, cell, typeset, scale=encoder.supersampling)
    for span, drawn in drawn_by_span.items():
        ids = np.flatnonzero(spans == span)
        inks[ids] = drawn.sum(axis=(1, 2)) / encoder.supersampling**2
        means[ids] = drawn.mean(axis=(1, 2))
        codes = encoder.encode_glyphs(drawn, score)
        flat = codes.keys.swapaxes(1, 2).reshape(len(ids), -1)  # as `cell_codes` does
        keys[span] = np.hstack([flat, codes.biases[:, None]]).astype(np.float32)
    densest = 1.0 if typeset is None else _DENSE
    density = float(np.quantile(means[means > 0], densest)) if means.any() else 0.0
    return GlyphIndex(usable, spans, keys, inks, density, column_code_size(cell, encoder))


def column_code_size(cell: Cell, encoder: Encoder) -> int:
    """Return how many numbers of a key belong to one position across."""
    return cell.height // encoder.spec.stride[0] * encoder.spec.size
