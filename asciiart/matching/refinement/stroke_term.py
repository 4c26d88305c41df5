"""Stage 5, quality, structure: the page's gain by a glyph's strokes.

A stroke may be matched by the neighboring glyph, too, a stroke that two glyphs draw counts once,
and a speck that nothing needs counts against the page. The page's score is therefore that of
`scores.StructureScore`, computed for the page instead of cell by cell:

    hits of the text + hits of the drawing - weight * length of the text.

A glyph's hits are limited to what it finds of the drawing: if two of its strokes follow a single
one of the drawing's, as those of an equals sign may, one is too many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from asciiart.glyphs.rasterize import Ink
from asciiart.matching.arrays import Floats, Ids
from asciiart.matching.refinement.coordinate_descent import PhaseCells, Phases
from asciiart.matching.scores import StructureScore
from asciiart.page.bands import InkPage, split
from asciiart.page.strokes import (
    MAX_STROKE_WIDTH,
    ROW_HEIGHT,
    TOLERANCE,
    Strokes,
    direction_maps,
    find_strokes,
    strokes_of,
    tolerance_maps,
)

Bits = NDArray[np.uint8]
"""(..., H, W): a bit for each of the 8 directions."""

_MARGIN = 2 * TOLERANCE
"""Pixels of blank paper around a glyph while its strokes are found."""
_BAND_PIXELS = 1_000_000
"""Pixels, at 32 px a row, whose strokes are found at once; each takes some 70 bytes."""
_REACH = ROW_HEIGHT
"""Largest distance, in pixels, at which ink outside a part of a page changes its strokes."""
_INSIDE = (slice(None), slice(TOLERANCE, -TOLERANCE), slice(TOLERANCE, -TOLERANCE))


class StrokeBits(NamedTuple):
    """Where strokes lie, and where a stroke would be near enough to match one."""

    on: Bits
    """B (..., H, W): the direction of the stroke whose center line lies at a pixel."""
    near: Bits
    """T (..., H', W'): the directions in which a stroke at a pixel would match."""


class GlyphStrokes(NamedTuple):
    """The strokes of G glyphs of one width, at 32 px a row."""

    bits: StrokeBits
    """``on`` (G, h, w), and ``near`` (G, h + 2 t, w + 2 t), t pixels larger on each side."""
    lengths: Floats
    """(G,), lengths of the center lines in pixels."""


def pack_strokes(strokes: Strokes) -> StrokeBits:
    """Return the bits (H, W) of strokes."""
    return StrokeBits(_pack(direction_maps(strokes)), _pack(tolerance_maps(strokes)))


def _pack(maps: Bits) -> Bits:
    """Return maps of 0 and 1 (8, H, W) as bits (H, W), the first map as the highest bit.

    This equals `numpy.packbits` and is, along the first axis, twenty times faster.
    """
    packed = np.zeros(maps.shape[1:], np.uint8)
    for bit in maps:
        packed <<= 1
        packed |= bit
    return packed


def page_strokes(
    page: InkPage, scale: int, rows: slice | None = None, columns: slice | None = None
) -> StrokeBits:
    """Return the strokes of a page, or of some rows and columns of pixels, at 32 px a row.

    ``scale`` is the factor by which the page is enlarged for that. There are no strokes beyond the
    page.
    """
    height, width = page.shape
    rows = slice(0, height) if rows is None else rows
    columns = slice(0, width) if columns is None else columns
    rim = slice(max(0, -rows.start), max(0, min(rows.stop, height) - rows.start))
    across = slice(max(0, columns.start), min(columns.stop, width))
    shape = (scale * (rows.stop - rows.start), scale * (columns.stop - columns.start))
    bits = StrokeBits(*np.zeros((2, *shape), np.uint8))
    left = across.start - columns.start
    inner = slice(scale * left, scale * (left + across.stop - across.start))
    at_once = _BAND_PIXELS // max(1, shape[1] * scale)
    for band in split(rim.stop - rim.start, at_once):
        top = rows.start + rim.start + band.top
        part = _find_bits(page, scale, slice(top, top + band.bottom - band.top), across)
        begin = scale * (rim.start + band.top)
        for whole, own in zip(bits, part, strict=True):
            whole[begin : begin + len(own), inner] = own
    return bits


def _find_bits(page: InkPage, scale: int, rows: slice, columns: slice) -> StrokeBits:
    """Return the strokes of rows and columns that lie on the page."""
    first, last = max(0, rows.start - _REACH), min(page.shape[0], rows.stop + _REACH)
    left, right = max(0, columns.start - _REACH), min(page.shape[1], columns.stop + _REACH)
    lines = page.line_rows(scale * first, scale * last, scale)
    if lines is None:
        ink = page.ink_rows(first, last)[:, left:right]
        size = (scale * (right - left), scale * (last - first))
        larger = cv2.resize(ink, size, interpolation=cv2.INTER_LINEAR)
        strokes = find_strokes(np.asarray(larger, np.float32))
    else:
        strokes = strokes_of(lines[:, scale * left : scale * right])
    down = slice(scale * (rows.start - first), scale * (rows.stop - first))
    across = slice(scale * (columns.start - left), scale * (columns.stop - left))
    return StrokeBits(*(bits[down, across] for bits in pack_strokes(strokes)))


def find_glyph_strokes(inks: Ink) -> GlyphStrokes:
    """Return the strokes of glyphs (G, h, w), 32 px high; filled areas become their outlines."""
    count = len(inks)
    padded = np.pad(inks, ((0, 0), (_MARGIN, _MARGIN), (_MARGIN, _MARGIN)))
    tall, wide = padded.shape[1:]
    sheet = pack_strokes(
        find_strokes(padded.swapaxes(0, 1).reshape(tall, count * wide), MAX_STROKE_WIDTH)
    )
    on, near = (bits.reshape(tall, count, wide).swapaxes(0, 1) for bits in sheet)
    inner, outer = slice(_MARGIN, -_MARGIN), slice(_MARGIN - TOLERANCE, TOLERANCE - _MARGIN)
    on = np.ascontiguousarray(on[:, inner, inner])
    lengths = np.count_nonzero(on, axis=(1, 2)).astype(np.float32)
    return GlyphStrokes(StrokeBits(on, np.ascontiguousarray(near[:, outer, outer])), lengths)


class StrokeTerm:
    """The page's structure score."""

    def __init__(
        self,
        page: StrokeBits,
        glyphs: Mapping[int, GlyphStrokes],
        size: tuple[int, int],
        phases: Phases,
        *,
        score: StructureScore,
        weight: float = 1.0,
    ) -> None:
        """Take a page's strokes (R·h, C·w), those of the glyphs of each span, and a cell's size.

        ``size`` is (h, w) at 32 px a row. Gains are multiplied by ``weight``.
        """
        self._glyphs, self._size, self._phases = glyphs, size, phases
        self._score, self._weight = score, weight
        shape = (2 * TOLERANCE + pixels for pixels in page.on.shape)
        self._reached = np.zeros((len(phases), *shape), np.uint8)
        """(P, H, W): where a stroke would match one of the glyphs of each phase."""
        on, near = (np.pad(bits, TOLERANCE) for bits in page)
        self._on = on
        """(H, W): the drawing's strokes, which the glyphs can hit."""
        self._own = [[self._own_gains(near, cells) for cells in phase] for phase in phases]

    def put(self, phase: int, glyphs: Sequence[Ids]) -> None:
        """Set glyphs (N,) into the cells of each width of a phase."""
        for cells, ids in zip(self._phases[phase], glyphs, strict=True):
            view, place = self._view(self._reached[phase], cells)
            view[place] = self._glyphs[cells.span].bits.near[ids]

    def gains(self, phase: int) -> list[Floats]:
        """Return the page's gain by each candidate (N, k)."""
        return list(self._gains(phase))

    def _gains(self, phase: int) -> Iterator[Floats]:
        others = [number for number in range(len(self._phases)) if number != phase]
        beside = np.bitwise_or.reduce(self._reached[others], axis=0)
        left = self._on & ~beside
        for number, cells in enumerate(self._phases[phase]):
            missed = self._windows(left, cells)
            near = self._glyphs[cells.span].bits.near
            hits = [_count(near[ids] & missed) for ids in cells.candidates.T]
            yield self._own[phase][number] + self._weigh(np.stack(hits, axis=1))

    def _own_gains(self, near: Bits, cells: PhaseCells) -> Floats:
        """Return the hits of candidates (N, k) less the cost of their lengths."""
        bits, lengths = self._glyphs[cells.span]
        wanted = self._windows(self._on, cells)
        here = self._windows(near, cells)[_INSIDE]
        own = [_count(bits.on[ids] & here) for ids in cells.candidates.T]
        found = [_count(bits.near[ids] & wanted) for ids in cells.candidates.T]
        hits = np.minimum(own, found).T
        return self._weigh(hits - self._score.weight * lengths[cells.candidates])

    def _weigh(self, lengths: NDArray[np.int64] | NDArray[np.float64]) -> Floats:
        """Return gains from lengths of strokes in pixels."""
        return np.asarray(self._weight / self._score.temperature * lengths, np.float32)

    def _view(self, padded: Bits, cells: PhaseCells) -> tuple[Bits, tuple[Ids, Ids]]:
        """Return a view of all windows of the cells' size, and the places of the cells in it."""
        shape = self._glyphs[cells.span].bits.near.shape[1:]
        view = sliding_window_view(padded, shape, writeable=True)
        return view, (cells.row * self._size[0], cells.column * self._size[1])

    def _windows(self, padded: Bits, cells: PhaseCells) -> Bits:
        """Return the windows of a page (N, h + 2 t, w + 2 t) in which cells can match strokes."""
        view, place = self._view(padded, cells)
        return np.asarray(view[place])


def _count(bits: Bits) -> NDArray[np.int64]:
    """Return how many pixels of each window (N, h, w) have a bit set."""
    return np.asarray(np.count_nonzero(bits, axis=(1, 2)))
