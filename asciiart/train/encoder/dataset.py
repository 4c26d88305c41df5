"""Training data: glyphs of many fonts and cells of synthetic pages, with their exact scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from asciiart.core.learning.augmentation import GaussianNoise
from asciiart.glyphs.rasterize import Ink
from asciiart.matching.arrays import Ids
from asciiart.matching.scores import SCORES, GlyphFeatures, MatchScore
from asciiart.options import Mode
from asciiart.page.strokes import widen
from asciiart.page.thinning import thin
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.synthetic_pages import dead_leaves, draw_strokes
from asciiart.train.encoder.training_glyphs import (
    USUAL_CELL,
    CellSize,
    cell_of,
    draw_training_glyphs,
    enlargement,
)

Packed = NDArray[np.uint8] | NDArray[np.float32]

PAGE_SIZE = 512
"""Side of a synthetic page in pixels; its rows are 32 pixels high."""


class MatchingBatch(NamedTuple):
    """The data of one step."""

    page: Tensor
    """The page as the encoder sees it, (1, 1, H, W)."""
    clean: Tensor
    """The page that the decoder has to reconstruct, (1, 1, H, W)."""
    cells: Tensor
    """Indices (n,) of the page's cells in this batch, in reading order."""
    glyphs: Tensor
    """Features of the glyphs, (G, M, H', W')."""
    biases: Tensor
    """Exact biases (G,) of the glyphs."""
    scores: Tensor
    """Exact scores (n, G) of the glyphs in the cells."""


class GlyphPool(NamedTuple):
    """All glyphs for which a page is cut into cells of the same size."""

    size: CellSize
    """Size of the cells; the area beside a narrower glyph counts for nothing."""
    fonts: Ids
    """Index (G,) of each glyph's font."""
    features: Packed
    """Features (G, M·H'·W'), packed by `_pack`."""
    shape: tuple[int, ...]
    """The sizes M, H' and W' of the features."""
    biases: Ink
    """Biases (G,) of the glyphs."""


class TrainingCells(NamedTuple):
    """The cells of a page that are not blank, for the glyphs of one pool."""

    numbers: Ids
    """Indices (n,) of the cells, in reading order."""
    queries: Packed
    """Exact queries (n, Q), packed by `_pack`."""


class SyntheticPage(NamedTuple):
    """A synthetic page."""

    ink: Ink
    """The page (H, W) as the encoder sees it, 0 to 1."""
    clean: Ink
    """The page (H, W) without degradation, 0 to 1."""
    cells: Mapping[CellSize, TrainingCells]
    """The cells into which it is cut, by their size."""


def _pack(features: Ink) -> Packed:
    """Return binary features as bits, others unchanged."""
    if np.isin(features[:8], (0, 1)).all():
        return np.packbits(features > 0, axis=1)
    return features


def unpack(features: Packed) -> Tensor:
    """Return packed features as numbers (n, Q)."""
    if features.dtype != np.uint8:
        return torch.from_numpy(features)
    return torch.from_numpy(np.unpackbits(features.view(np.uint8), axis=1)).float()


def shrink(ink: Ink, factor: int) -> Ink:
    """Return ink (H, W) reduced by ``factor``, by averaging."""
    height, width = ink.shape
    size = (width // factor, height // factor)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)


def find_features(inks: Ink, config: ModeConfig, score: MatchScore) -> GlyphFeatures:
    """Return the features of glyphs (G, h, w), none beside a glyph narrower than its cell."""
    known = score.glyphs(inks)
    lacking = -known.maps.shape[3] % config.patch[1]
    return known._replace(maps=np.pad(known.maps, ((0, 0), (0, 0), (0, 0), (0, lacking))))


def make_glyph_pools(config: ModeConfig, score: MatchScore) -> tuple[GlyphPool, ...]:
    """Return the glyphs of the configured fonts, one pool for each size of cell."""
    per_font = draw_training_glyphs(config)
    pools: dict[CellSize, list[GlyphPool]] = {}
    for size in sorted({size for glyphs in per_font for size in glyphs}):
        pool = _make_pool(size, per_font, config, score)
        pools.setdefault(pool.size, []).append(pool)
    return tuple(_join_pools(alike) for alike in pools.values())


def _make_pool(
    size: CellSize,
    per_font: Sequence[Mapping[CellSize, Ink]],
    config: ModeConfig,
    score: MatchScore,
) -> GlyphPool:
    having = [number for number, glyphs in enumerate(per_font) if size in glyphs]
    inks = [per_font[number][size] for number in having]
    fonts = np.repeat(having, [len(glyphs) for glyphs in inks])
    known = find_features(np.concatenate(inks), config, score)
    packed = _pack(known.maps.reshape(len(fonts), -1))
    return GlyphPool(cell_of(size, config), fonts, packed, known.maps.shape[1:], known.biases)


def _join_pools(pools: Sequence[GlyphPool]) -> GlyphPool:
    first = pools[0]
    return first._replace(
        fonts=np.concatenate([pool.fonts for pool in pools]),
        features=np.concatenate([pool.features for pool in pools]),
        biases=np.concatenate([pool.biases for pool in pools]),
    )


def _structure_page(random: np.random.Generator, layers: int) -> tuple[Ink, Ink]:
    """Return a clean drawing and a copy with other stroke widths, faint places and noise."""
    clean = draw_strokes(random, PAGE_SIZE)
    if random.random() < 0.35:
        clean = np.maximum(clean, draw_strokes(random, PAGE_SIZE))
    for _ in range(random.integers(layers + 1)):
        clean = np.maximum(clean, _small_strokes(random))
    spoilt = widen(thin(clean > 0.5)) if random.random() < 0.75 else clean
    return clean, spoilt


def _small_strokes(random: np.random.Generator) -> Ink:
    """Return a drawing reduced to a page's size from 2 to 4 times that, strokes 3 pixels wide."""
    drawing = draw_strokes(random, int(random.integers(2, 5)) * PAGE_SIZE)
    small = cv2.resize(drawing, (PAGE_SIZE, PAGE_SIZE), interpolation=cv2.INTER_AREA)
    return widen(thin(np.asarray(small > 0.25)))


def _tone_page(random: np.random.Generator, layers: int) -> tuple[Ink, Ink]:
    del layers  # leaves have all sizes as it is
    clean = dead_leaves(random, PAGE_SIZE) * np.float32(random.uniform(0.25, 1))
    return clean, clean


_PAGES: dict[Mode, Callable[[np.random.Generator, int], tuple[Ink, Ink]]] = {
    "structure": _structure_page,
    "tone": _tone_page,
}


def make_page(
    config: ModeConfig, score: MatchScore, number: int, sizes: Sequence[CellSize] = (USUAL_CELL,)
) -> SyntheticPage:
    """Return the synthetic page with a number, cut into cells of the given sizes.

    The same number gives the same page.
    """
    random = np.random.default_rng((config.seed, number))
    clean, spoilt = _PAGES[config.mode](random, config.layers)
    cells = {size: _cut_page(clean, score, size) for size in sizes}
    factor = enlargement(config)
    return SyntheticPage(shrink(spoilt, factor), shrink(clean, factor), cells)


def _cut_page(clean: Ink, score: MatchScore, size: CellSize) -> TrainingCells:
    height, width = (PAGE_SIZE // pixels * pixels for pixels in size)
    queries = score.cells(clean[:height, :width], *size)
    numbers = np.flatnonzero(queries.any(axis=1))
    return TrainingCells(numbers, _pack(queries[numbers]))


class Dataset:
    """Batches of cells and glyphs; a step's batch depends on the seed and the step alone."""

    def __init__(self, config: ModeConfig) -> None:
        self.config = config
        self._noise = GaussianNoise(config.noise)
        score = SCORES[config.mode]()
        self.pools = make_glyph_pools(config, score)
        sizes = [pool.size for pool in self.pools]
        count = config.pages + config.validation_pages
        pages = [make_page(config, score, number, sizes) for number in range(count)]
        self.pages = pages[: config.pages]
        self.validation_pages = pages[config.pages :]

    def batch(self, step: int) -> MatchingBatch:
        """Return the batch of a step."""
        random = np.random.default_rng((self.config.seed, self.config.pages, step))
        return self._draw(random, self.pages[random.integers(len(self.pages))])

    def validation_batch(self, number: int) -> MatchingBatch:
        """Return a batch, determined by its number, of a page that is never trained on."""
        random = np.random.default_rng((self.config.seed, self.config.pages, number, 1))
        return self._draw(random, self.validation_pages[number])

    def _draw(self, random: np.random.Generator, page: SyntheticPage) -> MatchingBatch:
        pool = self.pools[random.integers(len(self.pools))]
        cells = page.cells[pool.size]
        chosen = random.permutation(len(cells.numbers))[: self.config.cells_per_step]
        ids = self._choose_glyphs(random, pool)
        ink = torch.from_numpy(page.ink)[None, None]
        queries, features = unpack(cells.queries[chosen]), unpack(pool.features[ids])
        biases = torch.from_numpy(pool.biases[ids])
        return MatchingBatch(
            page=self._noise(ink, torch.Generator().manual_seed(int(random.integers(2**63)))),
            clean=torch.from_numpy(page.clean)[None, None],
            cells=torch.from_numpy(cells.numbers[chosen]),
            glyphs=features.view(-1, *pool.shape),
            biases=biases,
            scores=queries @ features.T + biases,
        )

    def _choose_glyphs(self, random: np.random.Generator, pool: GlyphPool) -> Ids:
        """Return glyphs of one font, as in drawing, or of all fonts."""
        if random.random() < 0.5:
            fonts = np.unique(pool.fonts)
            choice = np.flatnonzero(pool.fonts == fonts[random.integers(len(fonts))])
        else:
            choice = np.arange(len(pool.fonts))
        return random.permutation(choice)[: self.config.glyphs_per_step]
