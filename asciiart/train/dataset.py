"""Windows of synthetic pages and glyphs of one width, with their exact scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from asciiart.art import Mode
from asciiart.core.augmentation import GaussianNoise
from asciiart.strokes import ROW_HEIGHT, widen
from asciiart.thinning import thin
from asciiart.train.config import ModeConfig
from asciiart.train.glyphs import CELL_WIDTH, GlyphPool, column_width, make_glyph_pools, shrink
from asciiart.train.pages import dead_leaves, draw_strokes
from asciiart.train.targets import Packed, Score, StructureScore, ToneScore, pack, unpack

Ink = NDArray[np.float32]

PAGE_SIZE = 512
"""Pixels of a synthetic page, whose rows are 32 px high."""


class Batch(NamedTuple):
    """One step's data."""

    page: Tensor
    """(1, 1, H, W), as the encoder will see it."""
    clean: Tensor
    """(1, 1, H, W), what the decoder has to restore."""
    windows: Tensor
    """(n, j), which columns of the page's rows each window covers, in reading order."""
    glyphs: Tensor
    """(G, 1, h, w), j columns wide."""
    scores: Tensor
    """(n, G), exact."""


class Page(NamedTuple):
    """One synthetic page, cut into columns that are one step of the code wide."""

    ink: Ink
    """(H, W), as the encoder will see it."""
    clean: Ink
    """(H, W)."""
    places: NDArray[np.int32]
    """(R, C), which of ``queries`` is each column's; 0 where it is blank."""
    queries: Packed
    """(1 + n, Q) exact queries, packed: of a blank column, then of those that are not."""


def make_score(mode: Mode) -> Score:
    """Return the score that a mode is trained on."""
    return StructureScore() if mode == "structure" else ToneScore()


def _structure_page(random: np.random.Generator) -> tuple[Ink, Ink]:
    """Return a clean drawing and its spoilt twin: other stroke widths, faint places, noise."""
    clean = draw_strokes(random, PAGE_SIZE)
    if random.random() < 0.35:
        clean = np.maximum(clean, draw_strokes(random, PAGE_SIZE))
    spoilt = widen(thin(clean > 0.5)) if random.random() < 0.75 else clean
    return clean, spoilt


def _tone_page(random: np.random.Generator) -> tuple[Ink, Ink]:
    clean = dead_leaves(random, PAGE_SIZE) * np.float32(random.uniform(0.25, 1))
    return clean, clean


_PAGES: dict[Mode, Callable[[np.random.Generator], tuple[Ink, Ink]]] = {
    "structure": _structure_page,
    "tone": _tone_page,
}


def make_page(config: ModeConfig, score: Score, number: int) -> Page:
    """Return the synthetic page of a number; the same number gives the same page."""
    random = np.random.default_rng((config.seed, number))
    clean, spoilt = _PAGES[config.mode](random)
    # Of what the encoder sees; where thick strokes merge, the clean ones have other skeletons.
    queries = score.cells(spoilt, ROW_HEIGHT, column_width(config))
    inked = queries.any(axis=1)
    places = np.where(inked, np.cumsum(inked), 0).reshape(PAGE_SIZE // ROW_HEIGHT, -1)
    kept = np.concatenate([np.zeros_like(queries[:1]), queries[inked]])
    factor = ROW_HEIGHT // config.cell_height
    return Page(
        shrink(spoilt, factor),
        shrink(clean, factor),
        places.astype(np.int32),
        pack(kept, score.binary),
    )


def choose_windows(
    places: NDArray[np.int32], width: int, most: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """Return windows (n, width) of a page's columns, at most so many, none of them blank.

    A window lies in one row and begins at any of its columns.
    """
    rows = np.lib.stride_tricks.sliding_window_view(places > 0, width, axis=1)
    starts = random.permutation(np.flatnonzero(rows.any(axis=2)))[:most]
    row, column = np.divmod(starts, rows.shape[1])
    return np.asarray((row * places.shape[1] + column)[:, None] + np.arange(width))


class Dataset:
    """Batches of windows and glyphs; a step's batch depends on the seed and the step alone."""

    def __init__(self, config: ModeConfig) -> None:
        self.config = config
        self._noise = GaussianNoise(config.noise)
        score = make_score(config.mode)
        self.glyphs = make_glyph_pools(config, score)
        self.pages = [make_page(config, score, number) for number in range(config.pages)]
        self._shares = self._shares_of_widths()

    def _shares_of_widths(self) -> NDArray[np.float64]:
        """Return how often each width is drawn; of the rare ones, larger pools oftener."""
        config, single = self.config, CELL_WIDTH // column_width(self.config)
        fixed = {single: config.single_width_share, 2 * single: config.full_width_share}
        sizes = {width: len(pool.inks) for width, pool in self.glyphs.items()}
        rare = {width: size**0.5 for width, size in sizes.items() if width not in fixed}
        left = (1 - sum(fixed.values())) / (sum(rare.values()) or 1)
        shares = np.array([fixed.get(width, left * rare.get(width, 0)) for width in sizes])
        return np.asarray(shares / shares.sum())

    def _choose_glyphs(self, pool: GlyphPool, random: np.random.Generator) -> NDArray[np.int64]:
        """Return glyphs of one font, as a search will meet them, or of all."""
        choice = np.arange(len(pool.fonts))
        if random.random() < 0.5:
            choice = np.flatnonzero(pool.fonts == random.choice(np.unique(pool.fonts)))
        return random.permutation(choice)[: self.config.glyphs_per_step]

    def batch(self, step: int) -> Batch:
        """Return the batch of a step."""
        random = np.random.default_rng((self.config.seed, self.config.pages, step))
        page = self.pages[random.integers(len(self.pages))]
        width = int(random.choice(list(self.glyphs), p=self._shares))
        windows = choose_windows(page.places, width, self.config.cells_per_step, random)
        pool = self.glyphs[width]
        ids = self._choose_glyphs(pool, random)
        ink = torch.from_numpy(page.ink)[None, None]
        queries = unpack(page.queries[page.places.ravel()[windows]]).flatten(1)
        keys = unpack(pool.keys[ids]).flatten(1)
        return Batch(
            page=self._noise(ink, torch.Generator().manual_seed(int(random.integers(2**63)))),
            clean=torch.from_numpy(page.clean)[None, None],
            windows=torch.from_numpy(windows),
            glyphs=torch.from_numpy(pool.inks[ids])[:, None],
            scores=queries @ keys.T + torch.from_numpy(pool.biases[ids]),
        )
