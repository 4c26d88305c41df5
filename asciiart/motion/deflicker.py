"""Moving pictures: what does not move keeps its pixels and its characters, so nothing flickers."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.art.art import Art
from asciiart.io.pictures.arrays import Pixels, read_only

_Floats = NDArray[np.float32]

_BLOCKS = (4, 2)
"""About so many square blocks, down and across each cell, are compared by their mean colors, """
_LEAST = 4
"""but none of fewer pixels a side."""
_ABOVE_DIFFERENCES = 5.0
"""Blocks have moved if they differ so many times more than the stillest quarter of them, """
_ABOVE_GRAIN = 8.0
"""and so many times more than the picture's grain lets them."""
_LEVELS = (3.0, 16.0)
"""Of 255: blocks never move below the first, and always above the second."""
_SAMPLE = 4
"""Grain is measured in every fourth row and column."""
_LAPLACIAN = ((1, -2, 1), (-2, 4, -2), (1, -2, 1))
_LAPLACIAN_GAIN = 6 * 0.6745
"""Median size of the Laplacian's answer to noise with a standard deviation of 1."""
_NEARLY = 0.5
"""A character stays if it is worse than the best by at most this share of what the fourth best is
worse in half of the cells."""
_FOURTH = 3


class TemporalDenoiser:
    """Takes a picture's noise away where it does not move.

    A block of the picture that differs from what was shown there by no more than noise can
    explain is shown as it was, so that it gives the same characters and colors again (conditional
    replenishment: F. W. Mounts, "A video encoding system with conditional picture-element
    replenishment", Bell System Technical Journal 48, 1969). Noise is what the stillest blocks
    differ by, but no more than the grain of the picture itself (J. Immerkaer, "Fast noise variance
    estimation", Computer Vision and Image Understanding 64, 1996; with a median for its mean).
    """

    def __init__(self) -> None:
        self._shown: Pixels | None = None
        self._shown_means = self._means = np.zeros((0, 0, 3), np.float32)

    def forget(self) -> None:
        """Take the next picture as it is."""
        self._shown = None

    def apply(self, pixels: Pixels, rows: int, columns: int) -> Pixels | None:
        """Return the picture (H, W, 3|4) to be shown in ``rows`` x ``columns`` cells.

        None is returned if nothing has moved. The array is a read-only view of this object's own
        and changes with the next call.
        """
        height, width = pixels.shape[:2]
        cells = height / (_BLOCKS[0] * rows), width / (_BLOCKS[1] * columns)
        block = max(1, min(height, width, max(_LEAST, round(min(cells)))))
        means = _block_means(pixels, block)
        if self._shown is None or self._shown.shape != pixels.shape:
            self._shown = pixels.copy()
            self._shown_means = self._means = means
            return read_only(self._shown)
        if self._shown_means.shape != means.shape:
            self._shown_means, self._means = _block_means(self._shown, block), means
        noise = _noise(pixels, _difference(means, self._means), block)
        self._means = means
        moved = (_difference(means, self._shown_means) > noise).astype(np.uint8)
        if not moved.any():
            return None
        around = np.asarray(cv2.dilate(moved, np.ones((3, 3), np.uint8)), np.uint8)
        cv2.copyTo(means, around, self._shown_means)
        cv2.copyTo(pixels, _enlarge(around, block, (height, width)), self._shown)
        return read_only(self._shown)


def _block_means(pixels: Pixels, block: int) -> _Floats:
    """Return the mean colors of whole blocks; OpenCV is fast where their size is a whole number."""
    down, across = (size // block for size in pixels.shape[:2])
    whole = pixels[: block * down, : block * across]
    return cv2.resize(whole, (across, down), interpolation=cv2.INTER_AREA).astype(np.float32)


def _difference(means: _Floats, others: _Floats) -> _Floats:
    """Return how far blocks are apart in the channel that tells them apart best."""
    return np.asarray(reduce(np.maximum, cv2.split(cv2.absdiff(means, others))), np.float32)


def _enlarge(mask: Pixels, block: int, shape: tuple[int, int]) -> Pixels:
    """Return a mask of blocks for all pixels; beyond the last whole block they are as in it."""
    down, across = mask.shape
    size = block * across, block * down
    large = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    return np.pad(large, ((0, shape[0] - size[1]), (0, shape[1] - size[0])), "edge")


def _noise(pixels: Pixels, differences: _Floats, block: int) -> float:
    """Return how many levels a block's mean may differ for no other reason than noise."""
    quarter = float(np.quantile(differences, 0.25))
    grain = _grain(pixels) / block
    return float(np.clip(min(_ABOVE_DIFFERENCES * quarter, _ABOVE_GRAIN * grain), *_LEVELS))


def _grain(pixels: Pixels) -> float:
    """Return the standard deviation of noise in single pixels, as one picture shows it."""
    height, width = pixels.shape[:2]
    if min(height, width) < 3:
        return 0.0
    green = pixels[..., 1]
    answer = np.zeros((-(-(height - 2) // _SAMPLE), -(-(width - 2) // _SAMPLE)), np.int16)
    for row, weights in enumerate(_LAPLACIAN):
        for column, weight in enumerate(weights):
            rows = slice(row, height - 2 + row, _SAMPLE)
            answer += green[rows, column : width - 2 + column : _SAMPLE] * np.int16(weight)
    return float(np.median(np.abs(answer))) / _LAPLACIAN_GAIN


def apply_hysteresis(art: Art, before: Art) -> Art:
    """Return ``art`` with each character that ``before`` had there, if that is nearly the best.

    Only among a cell's alternatives, so that `Options.neighbors` should be 4 or more. Where two
    colors were chosen for the best character, or arts of different sizes, fonts or characters have
    nothing in common, ``art`` comes back as it is.
    """
    ids, scores = art.glyph_ids, art.scores
    alike = before.glyph_ids.shape == ids.shape and before.glyphs == art.glyphs
    if art.fill is not None or not alike:
        return art
    same = (ids == before.glyph_ids[..., :1]) & (ids >= 0)  # where characters begin
    place = same.argmax(axis=2)[..., None]
    lost = scores[..., :1] - np.take_along_axis(scores, place, axis=2)
    keep = same.any(axis=2, keepdims=True) & (place > 0) & (lost <= _leeway(art))
    if not keep.any():
        return art
    order = np.broadcast_to(np.arange(ids.shape[2]), ids.shape).copy()
    row, column, _ = np.nonzero(keep)
    # The kept one first, those better than it moved down by one.
    first = place[row, column]
    order[row, column] = np.where(
        order[row, column] <= first, (order[row, column] - 1) % (first + 1), order[row, column]
    )
    ids = np.take_along_axis(ids, order, axis=2)
    scores = np.take_along_axis(scores, order, axis=2)
    characters = np.array([*art.glyphs, ""])[ids[..., 0]]
    return replace(art, characters=characters, glyph_ids=ids, scores=scores)


def _leeway(art: Art) -> float:
    """Return by how much a character may be worse than the best, in the art's own scores."""
    last = min(_FOURTH, art.glyph_ids.shape[2] - 1)
    inked = art.glyph_ids[..., last] >= 0
    if not last or not inked.any():
        return 0.0
    return _NEARLY * float(np.median(art.scores[inked][:, 0] - art.scores[inked][:, last]))


def count_changes(art: Art, before: Art) -> int:
    """Return how many cells have another character than they had."""
    return int((art.characters != before.characters).sum())
