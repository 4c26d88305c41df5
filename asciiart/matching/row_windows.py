"""Stage 4, rows: a page's codes -> the codes of windows that begin at any column, reduced.

A window is as high as a row and as wide as a glyph, so its code is a sequence of strips: each strip
holds the codes of one position across. Strips are projected onto the few components that preserve
their inner products with the glyphs' strips, fitted to the page at hand (reduced-rank regression,
Izenman 1975).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.arrays import Floats, Ids
from asciiart.matching.encoder import CodeMap, Encoder

Moments = NDArray[np.float64]

_RIDGE = 1e-4
"""Share of the mean variance that is added to each variance: what this page never shows may still
be asked for."""
_SAMPLE = 8192
"""About how many strips of a page its moments are estimated from."""


class LowRankMap(NamedTuple):
    """Maps of strips (..., Q) to r numbers (..., r) that nearly preserve inner products."""

    page: Floats
    """(Q, r), for the page's strips."""
    glyph: Floats
    """(Q, r), for the glyphs' strips."""


@dataclass(frozen=True, eq=False)
class RowWindows:
    """The strips of a page's rows, at each of whose columns a window may begin."""

    strips: Floats
    """(R, S, X + 1, Q): the strip of position S·x + s across at (s, x), so that the strips of a
    window, S positions apart, lie side by side; the last ones are blank."""
    inked: NDArray[np.int64]
    """(R, C + 1), how many of a row's columns before each hold ink."""
    stride: int
    """Positions of the code per column."""

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns, (R, C)."""
        return self.inked.shape[0], self.inked.shape[1] - 1

    def rows(self, wanted: slice) -> RowWindows:
        """Return the windows of some rows."""
        return replace(self, strips=self.strips[wanted], inked=self.inked[wanted])

    def where(self, span: int) -> Mask:
        """Return (R, C), True where ``span`` columns begin that hold ink and lie in the row."""
        rows, columns = self.shape
        found = np.zeros((rows, columns), bool)
        if span <= columns:
            found[:, : columns + 1 - span] = self.inked[:, span:] > self.inked[:, :-span]
        return found

    def cut(self, row: Ids, column: Ids, span: int) -> Floats:
        """Return the windows (N, n·Q) of ``span`` columns that begin in ``row`` and ``column``."""
        rows, phases, across, size = self.strips.shape
        length = -(-span * self.stride // phases) * size
        flat = self.strips.reshape(rows, phases, across * size)
        windows = sliding_window_view(flat, length, axis=2)[:, :, ::size]
        position = column * self.stride
        return np.asarray(windows[row, position % phases, position // phases])


def to_strips(code_map: CodeMap, rows: int) -> Floats:
    """Return the strips (R, X, m·D) of a code map (R·m, X, D)."""
    down, across, size = code_map.shape
    strips = code_map.reshape(rows, down // rows, across, size).swapaxes(1, 2)
    return strips.reshape(rows, across, -1)


def _by_phase(strips: Floats, phases: int) -> Floats:
    """Return strips (R, X', Q) as `RowWindows` holds them."""
    rows, across, size = strips.shape
    padded = np.pad(strips, ((0, 0), (0, phases + -across % phases), (0, 0)))
    return np.ascontiguousarray(padded.reshape(rows, -1, phases, size).swapaxes(1, 2))


def _count_inked(page: Ink, rows: int, columns: int) -> NDArray[np.int64]:
    """Return how many columns before each of a page's rows hold ink (R, C + 1)."""
    inked = page.reshape(rows, -1, page.shape[1]).any(axis=1)
    by_column = inked.reshape(rows, columns, -1).any(axis=2)
    return np.pad(np.cumsum(by_column, axis=1), ((0, 0), (1, 0)))


def make_row_windows(
    page: Ink, encoder: Encoder, cell: Cell, *, endless: bool = False
) -> RowWindows:
    """Return the windows of a page (R·h, C·w), one from each column on.

    ``endless`` has the meaning that it has in `Encoder.encode`.
    """
    rows, columns = page.shape[0] // cell.height, page.shape[1] // cell.width
    code_stride = encoder.spec.stride[1]
    dense = cell.width % code_stride != 0
    encode = encoder.encode_densely if dense else encoder.encode
    codes = encode(page, endless=endless)
    stride, phases = (cell.width, code_stride) if dense else (cell.width // code_stride, 1)
    strips = _by_phase(to_strips(codes, rows), phases)
    return RowWindows(strips, _count_inked(page, rows, columns), stride)


class ReducedWindows(NamedTuple):
    """Windows whose strips are reduced."""

    windows: RowWindows
    """The windows, with strips of r numbers."""
    low_rank_map: LowRankMap
    """The map that reduced them, which the glyphs' strips need, too."""


def reduce_rank(
    windows: RowWindows,
    glyph_moments: Moments,
    rank: int,
    low_rank_map: LowRankMap | None = None,
) -> ReducedWindows:
    """Return the windows with each strip reduced to ``rank`` numbers.

    The map is fitted to the windows and the glyphs unless a ``low_rank_map`` is given; see
    `fit_low_rank_map`.
    """
    if low_rank_map is None:
        low_rank_map = fit_low_rank_map(windows.strips, glyph_moments, rank)
    strips = windows.strips @ low_rank_map.page
    return ReducedWindows(replace(windows, strips=strips), low_rank_map)


def stack_offsets(
    page: Ink,
    encoder: Encoder,
    cell: Cell,
    glyph_moments: Moments,
    rank: int,
    *,
    wanted: slice = slice(None),
    low_rank_map: LowRankMap | None = None,
) -> ReducedWindows:
    """Return the rows of a page (R·h, C·w) moved down by 0, sy, 2 sy, ... pixels, less than h.

    These are h/sy · (R + 1) rows, or for each offset those of the R + 1 that are ``wanted``. A
    column is one position of the code wide, and strips are reduced as by `reduce_rank`.
    """
    sy, sx = encoder.spec.stride
    height, across = cell.height, -(-page.shape[1] // sx)
    rows, offsets = page.shape[0] // height + 1, height // sy
    padded = np.pad(page, ((height, height), (0, across * sx - page.shape[1])))
    codes = encoder.encode(padded)
    if low_rank_map is None:
        own = to_strips(codes[offsets:-offsets], rows - 1)
        low_rank_map = fit_low_rank_map(own, glyph_moments, rank)
    kept = len(range(*wanted.indices(rows)))
    strips = np.zeros((offsets, kept, across + 1, low_rank_map.page.shape[1]), np.float32)
    inked = np.empty((offsets, kept, across + 1), np.int64)
    for lower in range(offsets):
        top = -lower % offsets  # the first row begins above the page
        full = to_strips(codes[top : top + rows * offsets], rows)
        reduced = full[wanted].reshape(kept * across, -1) @ low_rank_map.page
        strips[lower, :, :-1] = reduced.reshape(kept, across, -1)
        inked[lower] = _count_inked(padded[sy * top :][: rows * height], rows, across)[wanted]
    flat = strips.reshape(offsets * kept, 1, across + 1, -1)
    return ReducedWindows(RowWindows(flat, inked.reshape(offsets * kept, -1), 1), low_rank_map)


def fit_low_rank_map(strips: Floats, glyph_moments: Moments, rank: int) -> LowRankMap:
    """Return the maps to ``rank`` numbers, or to Q if that is less, that fit a page.

    ``strips`` (..., Q) are the page's; ``glyph_moments`` (Q, Q) is the sum of the outer products of
    the glyphs' strips with themselves. With the page's moments factored as L L', the best maps are
    L'^-1 V and L V, where V holds the leading eigenvectors of L' (glyph moments) L.
    """
    flat = strips.reshape(-1, strips.shape[-1])
    inked = np.flatnonzero(flat.any(axis=1))
    sample = flat[inked[:: len(inked) // _SAMPLE + 1]]
    moments = (sample.T @ sample).astype(np.float64)
    ridge = _RIDGE * np.trace(moments) / len(moments) + 1e-9
    root = np.linalg.cholesky(moments + ridge * np.eye(len(moments)))
    _, vectors = np.linalg.eigh(root.T @ glyph_moments @ root)
    leading = vectors[:, ::-1][:, :rank]
    page = np.linalg.solve(root.T, leading)
    return LowRankMap(page.astype(np.float32), (root @ leading).astype(np.float32))
