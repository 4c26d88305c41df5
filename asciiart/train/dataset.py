"""Glyphs of many fonts and cells of synthetic pages, with what is known of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from asciiart.art import Mode
from asciiart.charsets import CHARSETS
from asciiart.core.augmentation import GaussianNoise
from asciiart.errors import FontError
from asciiart.features import SCORES, Score
from asciiart.glyphs import Font, load_font, rasterize, usable_characters
from asciiart.strokes import ROW_HEIGHT, widen
from asciiart.thinning import thin
from asciiart.train.config import DEBIAN_PACKAGES, ModeConfig
from asciiart.train.pages import dead_leaves, draw_strokes

Ink = NDArray[np.float32]
Packed = NDArray[np.uint8] | NDArray[np.float32]

PAGE_SIZE = 512
"""Pixels of a synthetic page, whose rows are 32 px high."""
CELL_WIDTH = ROW_HEIGHT // 2
"""Pixels of a single-width cell on it."""
_GREEK_AND_CYRILLIC = "".join(map(chr, (*range(0x391, 0x3CA), *range(0x410, 0x450))))
_KANA_AND_KANJI = "".join(map(chr, (*range(0x3041, 0x30FB), *range(0x4E00, 0x9000, 31))))
_SINGLE_WIDTH = (
    "".join(CHARSETS[name] for name in ("ascii", "latin", "box", "blocks")) + _GREEK_AND_CYRILLIC
)


class Batch(NamedTuple):
    """One step's data."""

    page: Tensor
    """(1, 1, H, W), as the encoder will see it."""
    clean: Tensor
    """(1, 1, H, W), what the decoder has to restore."""
    cells: Tensor
    """(n,), which cells of the page take part, in reading order."""
    glyphs: Tensor
    """(G, M, H', W'), features."""
    biases: Tensor
    """(G,), exact."""
    scores: Tensor
    """(n, G), exact."""


class GlyphPool(NamedTuple):
    """All glyphs to learn from."""

    fonts: NDArray[np.int64]
    """(G,), which font each is of."""
    features: Packed
    """(G, M·H'·W'), packed (see `_pack`)."""
    shape: tuple[int, ...]
    """M, H' and W'."""
    biases: Ink
    """(G,)."""


class Page(NamedTuple):
    """One synthetic page."""

    ink: Ink
    """(H, W), as the encoder will see it."""
    clean: Ink
    """(H, W)."""
    cells: NDArray[np.int64]
    """(n,), its cells that are not blank."""
    queries: Packed
    """(n, Q) exact queries of those, packed."""


def _pack(features: Ink) -> Packed:
    """Return binary features as bits, others as they are."""
    if np.isin(features[:8], (0, 1)).all():
        return np.packbits(features > 0, axis=1)
    return features


def unpack(features: Packed) -> Tensor:
    """Return features (n, Q) as numbers, however they are kept."""
    if features.dtype != np.uint8:
        return torch.from_numpy(features)
    return torch.from_numpy(np.unpackbits(features.view(np.uint8), axis=1)).float()


def _shrink(ink: Ink, factor: int) -> Ink:
    height, width = ink.shape
    size = (width // factor, height // factor)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)


def _open_font(name: str) -> Font:
    try:
        return load_font(name)
    except FontError as error:
        raise FontError(f"{error}; Debian has the shipped recipe's: {DEBIAN_PACKAGES}") from error


def _font_glyphs(font: Font) -> Ink:
    """Return a font's single-width glyphs and the halves of its wide ones (G, 32, 16)."""
    narrow = usable_characters(font, _SINGLE_WIDTH)[1:]
    inks = [rasterize(font, narrow, ROW_HEIGHT, CELL_WIDTH)]
    wide = "".join(character for character in _KANA_AND_KANJI if font.has(character))
    if wide:
        whole = rasterize(font, wide, ROW_HEIGHT, 2 * CELL_WIDTH, cells=2)
        inks += [whole[:, :, :CELL_WIDTH], whole[:, :, CELL_WIDTH:]]
    glyphs = np.concatenate(inks)
    return np.asarray(glyphs[glyphs.max(axis=(1, 2)) > 0.5])


def make_glyph_pool(config: ModeConfig, score: Score) -> GlyphPool:
    """Return the glyphs of the configured fonts."""
    per_font = draw_glyphs(config.fonts)
    fonts = np.repeat(np.arange(len(per_font)), [len(glyphs) for glyphs in per_font])
    known = score.glyphs(np.concatenate(per_font))
    packed = _pack(known.maps.reshape(len(fonts), -1))
    return GlyphPool(fonts, packed, known.maps.shape[1:], known.biases)


def draw_glyphs(fonts: Sequence[str]) -> list[Ink]:
    """Return what is learned of each font: glyphs (G, 32, 16), of rows 32 px high.

    Raises
    ------
    FontError
        If there is no such font.
    """
    return [_font_glyphs(_open_font(name)) for name in fonts]


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
    queries = score.cells(clean, ROW_HEIGHT, CELL_WIDTH)
    cells = np.flatnonzero(queries.any(axis=1))
    factor = ROW_HEIGHT // config.cell_height
    return Page(_shrink(spoilt, factor), _shrink(clean, factor), cells, _pack(queries[cells]))


class Dataset:
    """Batches of cells and glyphs; a step's batch depends on the seed and the step alone."""

    def __init__(self, config: ModeConfig) -> None:
        self.config = config
        self._noise = GaussianNoise(config.noise)
        score = SCORES[config.mode]()
        self.glyphs = make_glyph_pool(config, score)
        self.pages = [make_page(config, score, number) for number in range(config.pages)]
        self._by_font = [
            np.flatnonzero(self.glyphs.fonts == font) for font in np.unique(self.glyphs.fonts)
        ]

    def _choose_glyphs(self, random: np.random.Generator) -> NDArray[np.int64]:
        """Return glyphs of one font, as a search will meet them, or of all."""
        if random.random() < 0.5:
            choice = self._by_font[random.integers(len(self._by_font))]
        else:
            choice = np.arange(len(self.glyphs.fonts))
        return random.permutation(choice)[: self.config.glyphs_per_step]

    def batch(self, step: int) -> Batch:
        """Return the batch of a step."""
        random = np.random.default_rng((self.config.seed, self.config.pages, step))
        page = self.pages[random.integers(len(self.pages))]
        chosen = random.permutation(len(page.cells))[: self.config.cells_per_step]
        ids = self._choose_glyphs(random)
        ink = torch.from_numpy(page.ink)[None, None]
        queries, features = unpack(page.queries[chosen]), unpack(self.glyphs.features[ids])
        biases = torch.from_numpy(self.glyphs.biases[ids])
        return Batch(
            page=self._noise(ink, torch.Generator().manual_seed(int(random.integers(2**63)))),
            clean=torch.from_numpy(page.clean)[None, None],
            cells=torch.from_numpy(page.cells[chosen]),
            glyphs=features.view(-1, *self.glyphs.shape),
            biases=biases,
            scores=queries @ features.T + biases,
        )
