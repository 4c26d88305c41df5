"""Moving pictures: parts that do not move keep their pixels and characters, so none flickers."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import cv2
import numpy as np

from asciiart.art.art import Art
from asciiart.io.pictures.arrays import Pixels, Samples, read_only

_BLOCKS = (4, 2)
"""Approximate number of square blocks down and across a cell, compared by their mean colors."""
_MIN_BLOCK = 4
"""Minimum side of a block in pixels."""
_STILL_FACTOR = 5.0
"""Multiple of the difference of the stillest quarter of blocks, up to which a block is still."""
_GRAIN_FACTOR = 8.0
"""Multiple of the grain expected in a block's mean, up to which a block is still."""
_LEVELS = (3.0, 16.0)
"""Difference in levels of 255 up to which a block is always still, and above which it never is."""
_SAMPLE = 4
"""Spacing of the rows and columns in which grain is measured."""
_LAPLACIAN = ((1, -2, 1), (-2, 4, -2), (1, -2, 1))
"""Kernel that responds to noise and hardly to edges."""
_LAPLACIAN_GAIN = 6 * 0.6745
"""Median absolute response of the Laplacian to noise with a standard deviation of 1."""
_HYSTERESIS = 0.5
"""Hysteresis: keep a character whose score falls short of the best by at most this fraction of the
median gap between the best and the fourth best."""
_FOURTH = 3
"""Index of the fourth best alternative."""


class TemporalDenoiser:
    """Removes noise from the parts of a picture that do not move.

    A block that differs from the one shown before by no more than noise can explain is shown as
    before, so that it gives the same characters and colors again (conditional replenishment:
    F. W. Mounts, "A video encoding system with conditional picture-element replenishment", Bell
    System Technical Journal 48, 1969). Noise is estimated from the differences of the stillest
    blocks, limited by the grain of the picture itself (J. Immerkaer, "Fast noise variance
    estimation", Computer Vision and Image Understanding 64, 1996; with a median instead of a mean).
    """

    def __init__(self) -> None:
        self._shown: Pixels | None = None
        self._shown_means = self._means = np.zeros((0, 0, 3), np.float32)

    def forget(self) -> None:
        """Show the next picture as it is."""
        self._shown = None

    def apply(self, pixels: Pixels, rows: int, columns: int) -> Pixels | None:
        """Return the picture (H, W, 3|4) to be shown in ``rows`` x ``columns`` cells.

        None is returned if nothing has moved. The array is a read-only view of this object's own
        and changes with the next call.
        """
        height, width = pixels.shape[:2]
        cells = height / (_BLOCKS[0] * rows), width / (_BLOCKS[1] * columns)
        block = max(1, min(height, width, max(_MIN_BLOCK, round(min(cells)))))
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


def _block_means(pixels: Pixels, block: int) -> Samples:
    """Return the mean colors of whole blocks, of an integral size, for which OpenCV is fast."""
    down, across = (size // block for size in pixels.shape[:2])
    whole = pixels[: block * down, : block * across]
    return cv2.resize(whole, (across, down), interpolation=cv2.INTER_AREA).astype(np.float32)


def _difference(means: Samples, others: Samples) -> Samples:
    """Return the difference of each two blocks in the channel in which they differ most."""
    return np.asarray(reduce(np.maximum, cv2.split(cv2.absdiff(means, others))), np.float32)


def _enlarge(mask: Pixels, block: int, shape: tuple[int, int]) -> Pixels:
    """Return a mask of blocks as one of pixels; those beyond the last block are as in it."""
    down, across = mask.shape
    size = block * across, block * down
    large = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    return np.pad(large, ((0, shape[0] - size[1]), (0, shape[1] - size[0])), "edge")


def _noise(pixels: Pixels, differences: Samples, block: int) -> float:
    """Return the difference in levels of a block's mean that noise alone explains."""
    quarter = float(np.quantile(differences, 0.25))
    grain = _grain(pixels) / block
    return float(np.clip(min(_STILL_FACTOR * quarter, _GRAIN_FACTOR * grain), *_LEVELS))


def _grain(pixels: Pixels) -> float:
    """Return the standard deviation of the noise in single pixels, estimated from one picture."""
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
    """Return ``art`` with the characters of ``before`` wherever they are nearly the best.

    A character is kept only if it is among its cell's alternatives, so `Options.neighbors` should
    be 4 or more. ``art`` itself is returned if it was filled, since its colors were chosen for the
    best characters, or if the arts differ in size, font or characters.
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
    # The kept character comes first; those better than it move down by one.
    first = place[row, column]
    order[row, column] = np.where(
        order[row, column] <= first, (order[row, column] - 1) % (first + 1), order[row, column]
    )
    ids = np.take_along_axis(ids, order, axis=2)
    scores = np.take_along_axis(scores, order, axis=2)
    characters = np.array([*art.glyphs, ""])[ids[..., 0]]
    return replace(art, characters=characters, glyph_ids=ids, scores=scores)


def _leeway(art: Art) -> float:
    """Return how far a kept character's score may fall short of the best."""
    last = min(_FOURTH, art.glyph_ids.shape[2] - 1)
    inked = art.glyph_ids[..., last] >= 0
    if not last or not inked.any():
        return 0.0
    return _HYSTERESIS * float(np.median(art.scores[inked][:, 0] - art.scores[inked][:, last]))


def count_changes(art: Art, before: Art) -> int:
    """Return in how many cells two arts of the same size have different characters."""
    return int((art.characters != before.characters).sum())
