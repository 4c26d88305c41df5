"""Stage 5, quality, tone: the page's gain by a glyph's ink.

The visible error of the text is d' K d, where d is the difference between the text's ink and the
page's. K models the eye: it blurs, as distance does, and attenuates low spatial frequencies (the
band-pass of contrast sensitivity, Mannos and Sakrison 1974). A glyph's error thus spreads to its
neighbors, which compensate for it (as in direct binary search, Analoui and Allebach 1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import Ink
from asciiart.matching.arrays import Floats, Ids
from asciiart.matching.refinement.coordinate_descent import PhaseCells, Phases
from asciiart.matching.scores import ToneScore

_FINE, _COARSE = 0.45, 2.2
"""Standard deviations of K's two Gaussians, in widths of a half-width character."""
_COARSE_SHARE = 0.8
"""Share of the coarse Gaussian that is subtracted from the fine one."""
_FEW = 20
"""Glyphs per candidate up to which products are formed with all glyphs."""


def visibility_filter(ink: Floats, unit: float) -> Floats:
    """Return K d (H, W) for a difference of ink (H, W).

    ``unit`` is the width of a half-width character in pixels.
    """
    size = (ink.shape[1], ink.shape[0])
    fine = cv2.GaussianBlur(ink, (0, 0), _FINE * unit, borderType=cv2.BORDER_CONSTANT)
    factor = max(1, round(_COARSE * unit / 2))
    small_size = (-(-size[0] // factor), -(-size[1] // factor))
    small = cv2.resize(ink, small_size, interpolation=cv2.INTER_AREA)
    sigma = _COARSE * unit / factor
    coarse = cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    whole = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.addWeighted(fine, 1, whole, -_COARSE_SHARE, 0), np.float32)


def _gaussian(size: int, sigma: float) -> Floats:
    """Return the matrix (size, size) that blurs a row of ``size`` pixels."""
    distance = np.arange(size)[:, None] - np.arange(size)
    weights = np.exp(-np.square(distance / sigma) / 2) / (sigma * np.sqrt(2 * np.pi))
    return np.asarray(weights, np.float32)


def _visible_part(inks: Floats, unit: float) -> Floats:
    """Return K g (G, h, w) of glyphs, inside each glyph's own box."""
    height, width = inks.shape[1:]
    visible = np.zeros_like(inks)
    for sigma, weight in ((_FINE * unit, 1.0), (_COARSE * unit, -_COARSE_SHARE)):
        visible += weight * (_gaussian(height, sigma) @ inks @ _gaussian(width, sigma))
    return visible


@dataclass(frozen=True)
class ToneGlyphs:
    """The glyphs of each span as errors of ink are judged by them, at a lower resolution."""

    shrink: int
    """How many times smaller they are than on the page."""
    unit: float
    """Width of a half-width character in their pixels."""
    size: tuple[int, int]
    """Height and width of a cell in their pixels."""
    inks: Mapping[int, Floats]
    """(G', h', w'), g."""
    visible: Mapping[int, Floats]
    """(G', h', w'), K g."""
    energies: Mapping[int, Floats]
    """(G',), g' K g."""


def analyze_glyphs(glyphs: Mapping[int, Ink], cell: Cell) -> ToneGlyphs:
    """Return what the terms of all pages know of the glyphs of each span (G', h, span·w)."""
    shrink = 1 if cell.height % 2 or cell.width % 2 else 2
    unit = cell.unit / shrink
    inks = {span: np.stack([_shrunk(ink, shrink) for ink in own]) for span, own in glyphs.items()}
    visible = {span: _visible_part(own, unit) for span, own in inks.items()}
    energies = {span: (own * visible[span]).sum(axis=(1, 2)) for span, own in inks.items()}
    size = (cell.height // shrink, cell.width // shrink)
    return ToneGlyphs(shrink, unit, size, inks, visible, energies)


def _shrunk(ink: Ink, shrink: int) -> Floats:
    """Return ink (H, W) at the resolution at which errors are judged."""
    size = (ink.shape[1] // shrink, ink.shape[0] // shrink)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)


class ToneTerm:
    """The page's tone score, -d' K d, for the difference d of the text's ink and the page's."""

    def __init__(
        self, page: Floats, glyphs: ToneGlyphs, phases: Phases, *, weight: float = 1.0
    ) -> None:
        """Take a page's ink (R·h, C·w); gains are multiplied by ``weight``."""
        self._glyphs, self._phases, self._weight = glyphs, phases, weight
        self._page = _shrunk(page, glyphs.shrink)
        self._text = np.zeros_like(self._page)
        self._chosen: list[Sequence[Ids]] = [()] * len(phases)

    def put(self, phase: int, glyphs: Sequence[Ids]) -> None:
        """Set glyphs (N,) into the cells of each width of a phase."""
        for cells, ids in zip(self._phases[phase], glyphs, strict=True):
            self._boxes(self._text, cells)[self._places(cells)] = self._glyphs.inks[cells.span][ids]
        self._chosen[phase] = glyphs

    def gains(self, phase: int) -> list[Floats]:
        """Return the page's gain by each candidate (N, k)."""
        difference = visibility_filter(self._text - self._page, self._glyphs.unit)
        pairs = zip(self._phases[phase], self._chosen[phase], strict=True)
        return [self._gains(difference, cells, chosen) for cells, chosen in pairs]

    def _gains(self, difference: Floats, cells: PhaseCells, chosen: Ids) -> Floats:
        """Return the gains (N, k) of cells that now hold the ``chosen`` glyphs (N,)."""
        here = self._boxes(difference, cells)[self._places(cells)]
        others = (here - self._glyphs.visible[cells.span][chosen]).reshape(len(chosen), -1)
        inks = self._glyphs.inks[cells.span].reshape(len(self._glyphs.inks[cells.span]), -1)
        if len(inks) > _FEW * cells.candidates.shape[1]:
            meets = np.einsum("nd,nkd->nk", others, inks[cells.candidates])
        else:  # all of them at once are faster than some of each
            meets = np.take_along_axis(others @ inks.T, cells.candidates, axis=1)
        energies = 2 * meets + self._glyphs.energies[cells.span][cells.candidates]
        return np.asarray(-self._weight / ToneScore.temperature * energies, np.float32)

    def _boxes(self, page: Floats, cells: PhaseCells) -> Floats:
        """Return a view of all windows of a page that have the size of the cells' glyphs."""
        shape = self._glyphs.inks[cells.span].shape[1:]
        return sliding_window_view(page, shape, writeable=True)

    def _places(self, cells: PhaseCells) -> tuple[Ids, Ids]:
        """Return the places of cells among the windows of a page."""
        return cells.row * self._glyphs.size[0], cells.column * self._glyphs.size[1]
