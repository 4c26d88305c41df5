"""Stage 5, structure: the k best glyphs of every cell -> those that draw the page best together.

Codes judge a cell alone. On the page a stroke may as well be matched by the glyph beside, a stroke
that two glyphs draw counts once, and a speck that nothing needs counts against. So the page's own
score, that of `features.StructureScore` taken over the page instead of cell by cell,

    hits of the text + hits of the drawing - weight * length of the text,

is raised by changing one glyph at a time until none can raise it (iterated conditional modes,
Besag 1986). Cells two apart do not meet, so every second one of every second row changes at once.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from asciiart.index import Neighbors
from asciiart.preprocess import Page
from asciiart.strokes import (
    TOLERANCE,
    WIDEST,
    Strokes,
    direction_maps,
    find_strokes,
    strokes_of,
    tolerance_maps,
)

Bits = NDArray[np.uint8]
"""A bit for each of the 8 directions."""
Ids = NDArray[np.int64]

_MARGIN = 2 * TOLERANCE
"""Pixels of blank paper round a glyph while its strokes are found."""
_SWEEPS = 4
"""Changes mostly end after two."""


class StrokeBits(NamedTuple):
    """Where strokes lie, and where one would be near enough to match."""

    on: Bits
    """B (..., H, W): the direction of a stroke's center line."""
    near: Bits
    """T (..., H', W')."""


class GlyphStrokes(NamedTuple):
    """The strokes of G glyphs, at 32 px a row."""

    bits: StrokeBits
    """``on`` (G, h, w), and ``near`` (G, h + 2 t, w + 2 t), which reaches t pixels beyond."""
    lengths: NDArray[np.float32]
    """(G,), pixels of center line."""


def pack_strokes(strokes: Strokes) -> StrokeBits:
    """Return the bits (H, W) of strokes."""
    on = np.packbits(direction_maps(strokes), axis=0)[0]
    return StrokeBits(on, np.packbits(tolerance_maps(strokes), axis=0)[0])


def page_strokes(page: Page, scale: int) -> StrokeBits:
    """Return the strokes (scale·H, scale·W) of a page (H, W) whose rows are then 32 px high."""
    height, width = (scale * pixels for pixels in page.ink.shape)
    if page.lines is not None and page.lines.shape == (height, width):
        return pack_strokes(strokes_of(page.lines))
    larger = cv2.resize(page.ink, (width, height), interpolation=cv2.INTER_LINEAR)
    return pack_strokes(find_strokes(np.asarray(larger)))


def find_glyph_strokes(inks: NDArray[np.float32]) -> GlyphStrokes:
    """Return the strokes of glyphs (G, h, w), 32 px high; filled areas count by their outlines."""
    count = len(inks)
    padded = np.pad(inks, ((0, 0), (_MARGIN, _MARGIN), (_MARGIN, _MARGIN)))
    tall, wide = padded.shape[1:]
    sheet = pack_strokes(find_strokes(padded.swapaxes(0, 1).reshape(tall, count * wide), WIDEST))
    on, near = (bits.reshape(tall, count, wide).swapaxes(0, 1) for bits in sheet)
    inner, outer = slice(_MARGIN, -_MARGIN), slice(_MARGIN - TOLERANCE, TOLERANCE - _MARGIN)
    on = np.ascontiguousarray(on[:, inner, inner])
    lengths = np.count_nonzero(on, axis=(1, 2)).astype(np.float32)
    return GlyphStrokes(StrokeBits(on, np.ascontiguousarray(near[:, outer, outer])), lengths)


def refine_structure(
    nearest: Neighbors, page: StrokeBits, glyphs: GlyphStrokes, weight: float
) -> Neighbors:
    """Return the neighbors (R, C, k) with the glyph that serves the page best put first.

    ``page`` (R·h, C·w) are the drawing's strokes; ``weight`` is that of a glyph's length. Glyph 0
    is the space, which every cell may have.
    """
    chosen = np.maximum(nearest.glyph_ids[..., 0], 0)
    phases = _phases(nearest.glyph_ids, page, glyphs, weight)
    reached = _Reached(page.on.shape, glyphs)
    for number, phase in enumerate(phases):
        reached.put(number, phase, chosen[phase.row, phase.column])
    for _ in range(_SWEEPS):
        before = chosen.copy()
        for number, phase in enumerate(phases):
            best = _best_of(phase, reached.beside(number, phase), glyphs)
            chosen[phase.row, phase.column] = best
            reached.put(number, phase, best)
        if np.array_equal(chosen, before):
            break
    return put_first(nearest, chosen)


class _Phase(NamedTuple):
    """N cells that do not meet."""

    row: Ids
    """(N,)."""
    column: Ids
    """(N,)."""
    candidates: Ids
    """(N, k + 1), glyphs; the last is the space."""
    own: NDArray[np.float32]
    """(N, k + 1), what a glyph hits itself, less what its length costs."""
    wanted: Bits
    """(N, h', w'), the drawing's strokes that a glyph could hit."""


class _Reached:
    """What the glyphs reach, those of each phase on a page of their own."""

    def __init__(self, shape: tuple[int, ...], glyphs: GlyphStrokes) -> None:
        self.near = glyphs.bits.near
        self.size = glyphs.bits.on.shape[1:]
        self.pages = np.zeros((4, shape[0] + 2 * TOLERANCE, shape[1] + 2 * TOLERANCE), np.uint8)
        self.windows = sliding_window_view(
            self.pages, self.near.shape[1:], axis=(1, 2), writeable=True
        )

    def put(self, number: int, phase: _Phase, ids: Ids) -> None:
        """Set glyphs (N,) into the cells of a phase."""
        height, width = self.size
        self.windows[number, phase.row * height, phase.column * width] = self.near[ids]

    def beside(self, number: int, phase: _Phase) -> Bits:
        """Return what other phases reach around the cells of one (N, h', w')."""
        height, width = self.size
        found = np.zeros_like(phase.wanted)
        for other in {0, 1, 2, 3} - {number}:
            found |= self.windows[other, phase.row * height, phase.column * width]
        return found


def _phases(
    glyph_ids: NDArray[np.int32], page: StrokeBits, glyphs: GlyphStrokes, weight: float
) -> list[_Phase]:
    """Return the cells near the drawing's strokes, or with glyphs, in four phases."""
    _, height, width = glyphs.bits.on.shape
    on, near = (
        sliding_window_view(np.pad(bits, TOLERANCE), glyphs.bits.near.shape[1:])[::height, ::width]
        for bits in page
    )
    active = on.any(axis=(2, 3)) | (glyph_ids[..., 0] > 0)
    candidates = np.pad(np.maximum(glyph_ids, 0), ((0, 0), (0, 0), (0, 1)))
    inside = (slice(None), slice(TOLERANCE, -TOLERANCE), slice(TOLERANCE, -TOLERANCE))
    phases = []
    for down, right in np.ndindex(2, 2):
        row, column = np.nonzero(active[down::2, right::2])
        row, column = 2 * row + down, 2 * column + right
        own = candidates[row, column]
        here = near[row, column][inside]
        hits = np.stack([_count(glyphs.bits.on[ids] & here) for ids in own.T], axis=1)
        value = (hits - weight * glyphs.lengths[own]).astype(np.float32)
        phases.append(_Phase(row, column, own, value, on[row, column]))
    return phases


def _count(bits: Bits) -> NDArray[np.int64]:
    """Return how many pixels of each window (N, h, w) have a bit."""
    return np.asarray(np.count_nonzero(bits, axis=(1, 2)))


def _best_of(phase: _Phase, beside: Bits, glyphs: GlyphStrokes) -> Ids:
    """Return the best candidate of each cell (N,), given what the glyphs beside it reach."""
    missed = phase.wanted & ~beside
    gains = [_count(glyphs.bits.near[ids] & missed) for ids in phase.candidates.T]
    best = (phase.own + np.stack(gains, axis=1)).argmax(axis=1)
    return np.asarray(np.take_along_axis(phase.candidates, best[:, None], axis=1)[:, 0])


def put_first(nearest: Neighbors, chosen: Ids) -> Neighbors:
    """Return neighbors (R, C, k) with the ``chosen`` (R, C) first and the others in their order.

    Where a chosen one is not among them, it takes the last one's place, with a score of 0.
    """
    glyph_ids, scores = nearest.glyph_ids.copy(), nearest.scores.copy()
    same = glyph_ids == chosen[..., None]
    absent = ~same.any(axis=2)
    glyph_ids[absent, -1] = chosen[absent]
    scores[absent, -1] = 0
    rank = np.where(glyph_ids == chosen[..., None], -1, np.arange(glyph_ids.shape[2]))
    order = np.argsort(rank, axis=2, kind="stable")
    return Neighbors(
        np.take_along_axis(glyph_ids, order, axis=2), np.take_along_axis(scores, order, axis=2)
    )
