"""Stage 4, rows: a page's codes -> codes of windows that begin at any column, made shorter.

A window is as high as a row and as wide as a glyph, so that its code is a run of strips: all codes
of one position across. Which few numbers of a strip matter is found for the page at hand: those
that keep the inner products of its strips with the glyphs' as they are (reduced-rank regression,
Izenman 1975).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from asciiart.glyphs.grid import Cell
from asciiart.matching.encoder import CodeMap, Encoder, Ink

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Moments = NDArray[np.float64]

_RIDGE = 1e-4
"""Of the mean variance, added to each: what a page never shows may still be asked for."""

_SAMPLE = 8192
"""About so many of a page's strips tell their moments."""


class LowRankMap(NamedTuple):
    """Maps of strips (..., Q) to fewer numbers (..., r) whose inner products stay nearly equal."""

    page: Floats
    """(Q, r), for the page's strips."""
    glyph: Floats
    """(Q, r), for the glyphs'."""


@dataclass(frozen=True, eq=False)
class RowWindows:
    """Where windows may begin: the columns of a page's rows."""

    strips: Floats
    """(R, S, X + 1, Q): the strip of position S·x + s across at (s, x), so that the strips of a
    window, S positions apart, lie side by side; the last ones are blank."""
    inked: NDArray[np.int64]
    """(R, C + 1), how many of a row's columns before each hold ink."""
    hop: int
    """Positions of a column."""

    @property
    def shape(self) -> tuple[int, int]:
        """R and C."""
        return self.inked.shape[0], self.inked.shape[1] - 1

    def rows(self, wanted: slice) -> RowWindows:
        """Return the lattice of some rows."""
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
        length = -(-span * self.hop // phases) * size
        flat = self.strips.reshape(rows, phases, across * size)
        windows = sliding_window_view(flat, length, axis=2)[:, :, ::size]
        position = column * self.hop
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
    inked = page.reshape(rows, -1, page.shape[1]).any(axis=1)
    by_column = inked.reshape(rows, columns, -1).any(axis=2)
    return np.pad(np.cumsum(by_column, axis=1), ((0, 0), (1, 0)))


def make_row_windows(
    page: Ink, encoder: Encoder, cell: Cell, *, endless: bool = False
) -> RowWindows:
    """Return the lattice of a page (R·h, C·w), each of whose columns may begin a window.

    ``endless`` is as for `Encoder.encode`.
    """
    rows, columns = page.shape[0] // cell.height, page.shape[1] // cell.width
    step = encoder.spec.step[1]
    dense = cell.width % step != 0
    encode = encoder.encode_densely if dense else encoder.encode
    codes = encode(page, endless=endless)
    hop, phases = (cell.width, step) if dense else (cell.width // step, 1)
    strips = _by_phase(to_strips(codes, rows), phases)
    return RowWindows(strips, _count_inked(page, rows, columns), hop)


class Shortened(NamedTuple):
    """A lattice of short strips."""

    lattice: RowWindows
    shortening: LowRankMap


def reduce_rank(
    lattice: RowWindows, glyph_moments: Moments, rank: int, shortening: LowRankMap | None = None
) -> Shortened:
    """Return a lattice with the ``rank`` numbers of each strip that matter most to glyphs.

    Those are found by the lattice itself unless a ``shortening`` is given.
    """
    if shortening is None:
        shortening = fit_low_rank_map(lattice.strips, glyph_moments, rank)
    strips = lattice.strips @ shortening.page
    return Shortened(replace(lattice, strips=strips), shortening)


def stack_offsets(
    page: Ink,
    encoder: Encoder,
    cell: Cell,
    glyph_moments: Moments,
    rank: int,
    *,
    wanted: slice = slice(None),
    shortening: LowRankMap | None = None,
) -> Shortened:
    """Return the rows of a page (R·h, C·w) that lies 0, sy, 2 sy, ... pixels lower, below h.

    These are h/sy · (R + 1) rows, of the R + 1 those that are ``wanted``; columns are as wide as a
    position of the code, and strips are shortened as by `reduce_rank`.
    """
    sy, sx = encoder.spec.step
    height, across = cell.height, -(-page.shape[1] // sx)
    rows, offsets = page.shape[0] // height + 1, height // sy
    padded = np.pad(page, ((height, height), (0, across * sx - page.shape[1])))
    codes = encoder.encode(padded)
    if shortening is None:
        own = to_strips(codes[offsets:-offsets], rows - 1)
        shortening = fit_low_rank_map(own, glyph_moments, rank)
    kept = len(range(*wanted.indices(rows)))
    strips = np.zeros((offsets, kept, across + 1, shortening.page.shape[1]), np.float32)
    inked = np.empty((offsets, kept, across + 1), np.int64)
    for lower in range(offsets):
        top = -lower % offsets  # the first row begins above the page
        long = to_strips(codes[top : top + rows * offsets], rows)
        short = long[wanted].reshape(kept * across, -1) @ shortening.page
        strips[lower, :, :-1] = short.reshape(kept, across, -1)
        inked[lower] = _count_inked(padded[sy * top :][: rows * height], rows, across)[wanted]
    flat = strips.reshape(offsets * kept, 1, across + 1, -1)
    return Shortened(RowWindows(flat, inked.reshape(offsets * kept, -1), 1), shortening)


def fit_low_rank_map(strips: Floats, glyph_moments: NDArray[np.float64], rank: int) -> LowRankMap:
    """Return the maps of ``rank`` numbers, or of Q if that is less, that fit a page.

    ``strips`` (..., Q) are the page's; ``glyph_moments`` (Q, Q) is the sum of the outer products of
    the glyphs' strips with themselves. With the page's moments L L', the best maps are
    L'^-1 V and L V, V being the greatest eigenvectors of L' (glyph moments) L.
    """
    flat = strips.reshape(-1, strips.shape[-1])
    inked = np.flatnonzero(flat.any(axis=1))
    sample = flat[inked[:: len(inked) // _SAMPLE + 1]]
    moments = (sample.T @ sample).astype(np.float64)
    ridge = _RIDGE * np.trace(moments) / len(moments) + 1e-9
    root = np.linalg.cholesky(moments + ridge * np.eye(len(moments)))
    _, vectors = np.linalg.eigh(root.T @ glyph_moments @ root)
    greatest = vectors[:, ::-1][:, :rank]
    page = np.linalg.solve(root.T, greatest)
    return LowRankMap(page.astype(np.float32), (root @ greatest).astype(np.float32))
