"""The best glyph, ink and paper for each cell, by least squares.

A glyph's ink is a mask m (n,): with ink f and paper b a cell shows f·m + b·(1 - m). The least
squares fit of f and b to the cell's pixels x explains the part of their squares that lies along
the mean and along m less its mean, so one product of matrices finds the best glyphs of all cells.
For the best few of each cell, f and b are clipped to the range and, where there is one, rounded to
the palette; the squares that are then left decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.color.fill import Fill
from asciiart.color.palettes import Colors, nearest_palette, palette
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Grid
from asciiart.glyphs.rasterize import rasterize
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.arrays import Floats
from asciiart.matching.two_colors.page_pixels import CELL_HEIGHT, CELL_WIDTH

_SHADES = "░▒▓"
"""Characters left out: they show a mixture of two colors, whose mean a single color shows
exactly."""
_CANDIDATES = 8
"""Glyphs of each cell whose colors are rounded to the palette."""
_FLAT = 1.5
"""Gain, in levels of root mean square error, below which a cell stays blank."""
_CHUNK = 512
"""Cells that are searched at once: their arrays, 1 to 5 MB, stay in the processor's cache."""


class Filled(NamedTuple):
    """Cells with their glyphs and colors."""

    glyph_ids: NDArray[np.int32]
    """(R, C, k), indices into the characters, best first; -1 where there are no more."""
    scores: Floats
    """(R, C, k): minus the root mean square error, -1 to 0."""
    fill: Fill
    """The colors for the best ones."""


class GlyphMasks(NamedTuple):
    """The shapes of G glyphs in a cell of n pixels, the first of which is the blank."""

    ids: NDArray[np.int32]
    """(G,), indices into the characters."""
    shapes: Floats
    """(G, n): the masks less their means, scaled to length 1; 0 where a mask is flat."""
    means: Floats
    """(G,), means of the masks."""
    lengths: Floats
    """(G,), lengths of the masks less their means."""


@lru_cache(maxsize=8)
def glyph_masks(font: Font, characters: str) -> GlyphMasks:
    """Return the masks of the half-width ``characters``, the first of which is the space."""
    numbers = {character: i for i, character in enumerate(characters)}
    used = "".join(c for c in characters if c not in _SHADES and font.span(c) == 1)
    inks = rasterize(font, used, CELL_HEIGHT, CELL_WIDTH).reshape(len(used), -1)
    means = inks.mean(axis=1)
    shapes = inks - means[:, None]
    lengths = np.linalg.norm(shapes, axis=1)
    shapes /= np.maximum(lengths, 1e-6)[:, None]
    ids = np.array([numbers[character] for character in used], np.int32)
    masks = GlyphMasks(ids, shapes, means, lengths)
    for array in masks:
        array.flags.writeable = False  # the cache hands them out again
    return masks


def fit_cells(cells: Colors, grid: Grid, masks: GlyphMasks, mode: ColorMode, k: int) -> Filled:
    """Return the ``k`` best glyphs and the best one's colors for all cells (N, 3, n) of a grid."""
    starts = range(0, len(cells), _CHUNK)
    parts = [_fit(cells[i : i + _CHUNK].astype(np.float32), masks, mode, k) for i in starts]
    return concatenate_rows(parts, grid)


def concatenate_rows(parts: Sequence[Filled], grid: Grid) -> Filled:
    """Return the cells of a grid from those of its parts, in reading order."""
    shape = (grid.rows, grid.columns, -1)
    return Filled(
        glyph_ids=np.concatenate([part.glyph_ids for part in parts]).reshape(shape),
        scores=np.concatenate([part.scores for part in parts]).reshape(shape),
        fill=Fill(
            ink=np.concatenate([part.fill.ink for part in parts]).reshape(shape),
            paper=np.concatenate([part.fill.paper for part in parts]).reshape(shape),
            clear=np.concatenate([part.fill.clear for part in parts]).reshape(shape[:2]),
        ),
    )


def round_to_palette(colors: Floats, mode: ColorMode) -> Floats:
    """Return the whole levels (..., 3), 0 to 255, that a terminal of that mode shows."""
    whole = np.rint(colors)
    if mode in (ColorMode.NONE, ColorMode.TRUECOLOR):
        return whole
    return palette(mode)[nearest_palette(whole.astype(np.uint8), mode)].astype(np.float32)


class _Pairs(NamedTuple):
    """A pair of colors for each candidate."""

    ink: Floats
    """(N, K, 3), 0 to 255."""
    paper: Floats
    """(N, K, 3), 0 to 255."""


class _Candidates(NamedTuple):
    """K glyphs for each of N cells."""

    chosen: NDArray[np.intp]
    """(N, K), indices into the masks; one of them is the blank."""
    along: Floats
    """(N, K, 3): the projections of the cells' pixels on the glyphs' shapes."""
    cell_means: Floats
    """(N, 1, 3), mean colors of the cells."""
    means: Floats
    """(N, K, 1), means of the masks."""
    lengths: Floats
    """(N, K, 1), lengths of the masks less their means."""
    rest: Floats
    """(N, K): squares that no pair of colors explains."""
    pixels: int
    """n, pixels of a cell."""

    def errors(self, pairs: _Pairs) -> Floats:
        """Return the mean square error (N, K)."""
        ink, paper = pairs
        contrast = ink - paper
        offsets = self.cell_means - paper - contrast * self.means
        slopes = self.along - contrast * self.lengths
        squares = (self.pixels * offsets**2 + slopes**2).sum(axis=2)
        return np.asarray((squares + self.rest) / (3 * self.pixels), np.float32)

    def paper_for(self, ink: Floats) -> Floats:
        """Return the paper (N, K, 3), 0 to 255, that goes best with an ink (N, K, 3)."""
        bare = 1 - self.means
        offsets = self.pixels * bare * (self.cell_means - ink * self.means)
        slopes = self.lengths * (self.along - ink * self.lengths)
        weights = self.pixels * bare**2 + self.lengths**2
        paper = (offsets - slopes) / np.maximum(weights, 1e-6)
        return np.asarray(np.clip(paper, 0, 255), np.float32)

    def pairs(self, mode: ColorMode) -> _Pairs:
        """Return the best ink and paper (N, K, 3) that a terminal of that mode can show."""
        contrast = self.along / np.maximum(self.lengths, 1e-6)
        ink = self.cell_means + (1 - self.means) * contrast
        rounded = round_to_palette(np.clip(ink, 0, 255), mode)
        return _Pairs(rounded, round_to_palette(self.paper_for(rounded), mode))


def _fit(cells: Floats, masks: GlyphMasks, mode: ColorMode, k: int) -> Filled:
    """Return the best glyphs (N, k) and the first one's colors (N, 3) for cells (N, 3, n)."""
    candidates = _find_candidates(cells, masks, max(k, _CANDIDATES))
    chosen, pairs = candidates.chosen, candidates.pairs(mode)
    errors = candidates.errors(pairs)
    order = np.argsort(errors - np.where(chosen == 0, _FLAT**2, 0), axis=1, kind="stable")[:, :k]
    missing = ((0, 0), (0, k - order.shape[1]))
    ids = masks.ids[np.take_along_axis(chosen, order, axis=1)]
    scores = -np.sqrt(np.take_along_axis(errors, order, axis=1)) / np.float32(255)
    ink, paper = (np.take_along_axis(c, order[:, :1, None], axis=1)[:, 0] for c in pairs)
    return Filled(
        glyph_ids=np.pad(ids, missing, constant_values=-1),
        scores=np.pad(scores, missing),
        fill=Fill(ink.astype(np.uint8), paper.astype(np.uint8), np.zeros(len(ink), np.bool_)),
    )


def _find_candidates(cells: Floats, masks: GlyphMasks, count: int) -> _Candidates:
    """Return the ``count`` glyphs, or all, that explain most of each cell; the blank is one."""
    # One product of two matrices is five times as fast as one for each cell.
    along = (cells.reshape(-1, cells.shape[2]) @ masks.shapes.T).reshape(*cells.shape[:2], -1)
    gains = np.einsum("ncg,ncg->ng", along, along)
    gains[:, 0] = np.inf
    count = min(count, gains.shape[1])
    chosen = np.argpartition(gains, -count, axis=1)[:, -count:]
    along = np.take_along_axis(along, chosen[:, None], axis=2).transpose(0, 2, 1)
    means = cells.mean(axis=2)
    spread = ((cells - means[..., None]) ** 2).sum(axis=(1, 2))
    return _Candidates(
        chosen=chosen,
        along=along,
        cell_means=means[:, None],
        means=masks.means[chosen][..., None],
        lengths=masks.lengths[chosen][..., None],
        rest=np.maximum(spread[:, None] - (along**2).sum(axis=2), 0),
        pixels=cells.shape[2],
    )
