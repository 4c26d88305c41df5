"""Transparent pictures in cells of two colors: cells that are cut out become silhouettes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.color.fill import Fill
from asciiart.color.palettes import Colors
from asciiart.glyphs.grid import Grid
from asciiart.io.pictures.arrays import Mask, Pixels
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.arrays import Floats
from asciiart.matching.two_colors.color_fitting import Filled, GlyphMasks, round_to_palette
from asciiart.matching.two_colors.page_pixels import cut_cells, join_cells

_LARGE_SHARE = 0.25
"""Share of a cell's area above which transparency is more than a soft edge."""
_CLEAR_SHARE = 0.1
"""Share of a cell's area above which fully clear pixels make it a cut-out, not a blend."""
_NEARLY_CLEAR = 0.05
"""Alpha below which a pixel is fully clear; above 1 less this it is fully opaque."""
_OUTSIDE_COST = np.float32(0.15)
"""Additional cost of ink outside the silhouette: of two glyphs with the same error, the one that
stays inside has the smoother edge."""
_TRACE = 1e-6
"""Least divisor; a smaller sum of alpha or ink counts as none."""


class Cover(NamedTuple):
    """How a picture covers each of N cells of n pixels."""

    alpha: Floats
    """(N, n), 0 to 1."""
    greatest: Floats
    """(N, 1), the greatest alpha in each cell."""
    is_cut_out: Mask
    """(N,), True where a large share of the cell is clear, some of it fully."""
    is_blended: Mask
    """(N,), True where a large share of the cell is half clear, but hardly any fully."""


def find_cover(alpha: Pixels, grid: Grid) -> Cover:
    """Return how a picture of that alpha (H, W), 0 to 255, covers the cells of a grid."""
    cells = cut_cells(alpha, grid)[:, 0].astype(np.float32) / np.float32(255)
    greatest = cells.max(axis=1, keepdims=True)
    bare = 1 - (cells / np.maximum(greatest, _NEARLY_CLEAR)).mean(axis=1)
    clear = (cells < _NEARLY_CLEAR).mean(axis=1)
    opaque = (cells > 1 - _NEARLY_CLEAR).mean(axis=1)
    is_half_clear = 1 - clear - opaque > _LARGE_SHARE
    has_clear_part = clear > _CLEAR_SHARE
    is_cut_out = has_clear_part & (is_half_clear | (bare > _LARGE_SHARE))
    return Cover(cells, greatest, is_cut_out, is_half_clear & ~has_clear_part)


def without_holes(pixels: Colors, cover: Cover, grid: Grid, page: int) -> Colors:
    """Return pixels (H, W, 3) in which the page that shines through is replaced.

    Each cell's clear parts get the mean color of what it shows of the picture, so that the page
    does not enter the fit of its colors. Blended cells stay as they are. ``page`` is the page's
    gray, 0 to 255.
    """
    seen = cut_cells(pixels, grid)
    alpha, greatest = cover.alpha[:, None], cover.greatest[:, None]
    own = seen - (1 - alpha) * np.float32(page)
    total = alpha.sum(axis=2, keepdims=True)
    means = np.where(
        total > 0, own.sum(axis=2, keepdims=True) / np.maximum(total, _TRACE), np.float32(page)
    )
    whole = own + (greatest - alpha) * means + (1 - greatest) * np.float32(page)
    whole = np.where(cover.is_blended[:, None, None], seen, np.clip(np.rint(whole), 0, 255))
    return join_cells(whole.astype(np.uint8), grid)


def cut_out_silhouettes(
    filled: Filled, cells: Colors, cover: Cover, masks: GlyphMasks, *, mode: ColorMode, page: int
) -> Filled:
    """Return the cells with silhouettes on the page's color where they are cut out.

    The mask m of a silhouette is nearest to the cell's alpha a, divided by its greatest: it has
    the least (m - a)², and ink outside costs more. ``cells`` (N, 3, n) are without holes.
    """
    clear = cover.is_cut_out
    k = filled.glyph_ids.shape[2]
    errors = _shape_errors(cover, masks)
    order = np.argsort(errors, axis=1, kind="stable")[:, :k]
    missing = ((0, 0), (0, k - order.shape[1]))
    where = clear.reshape(filled.fill.clear.shape)
    glyph_ids, scores = filled.glyph_ids.copy(), filled.scores.copy()
    inks, papers = filled.fill.ink.copy(), filled.fill.paper.copy()
    glyph_ids[where] = np.pad(masks.ids[order], missing, constant_values=-1)
    scores[where] = -np.sqrt(np.pad(np.take_along_axis(errors, order, axis=1), missing))
    inks[where] = round_to_palette(_mean_colors(cells[clear], masks, order[:, 0]), mode)
    papers[where] = page
    return Filled(glyph_ids, scores, Fill(inks, papers, filled.fill.clear | where))


def _shape_errors(cover: Cover, masks: GlyphMasks) -> Floats:
    """Return the error (M, G) of each glyph as the silhouette of each cell that is cut out."""
    greatest = cover.greatest[cover.is_cut_out]
    own_alpha = cover.alpha[cover.is_cut_out] / np.maximum(greatest, _TRACE)
    alpha = np.where(greatest < _NEARLY_CLEAR, 0, own_alpha)
    count, means, lengths = alpha.shape[1], masks.means, masks.lengths
    common = means * alpha.sum(axis=1)[:, None] + lengths * (alpha @ masks.shapes.T)
    own = count * means**2 + lengths**2
    squares = own - 2 * common + (alpha**2).sum(axis=1)[:, None]
    outside = count * means - common  # ink where the picture is clear
    return np.asarray(np.maximum(squares + _OUTSIDE_COST * outside, 0) / np.float32(count))


def _mean_colors(cells: Colors, masks: GlyphMasks, chosen: NDArray[np.intp]) -> Floats:
    """Return the mean color (M, 3) of cells (M, 3, n) under the ink of the ``chosen`` glyphs."""
    best = chosen[:, None]
    inks = masks.means[best] + masks.lengths[best] * masks.shapes[chosen]  # (M, n)
    sums = np.einsum("mn,mcn->mc", inks, cells)
    return np.asarray(sums / np.maximum(inks.sum(axis=1, keepdims=True), _TRACE), np.float32)
