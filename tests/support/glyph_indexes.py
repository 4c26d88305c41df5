"""Indexes of glyphs that nothing is searched in, for what only asks which glyphs there are."""

from __future__ import annotations

import numpy as np

from asciiart.matching.glyph_index import GlyphIndex


def make_index(characters: str) -> GlyphIndex:
    """Return half-width glyphs, the more ink the later they come."""
    count = len(characters)
    return GlyphIndex(
        characters=characters,
        spans=np.ones(count, np.int64),
        keys={1: np.ones((count, 2), np.float32)},
        inks=np.arange(count, dtype=np.float32),
        density=1.0,
        column_code_size=1,
    )
