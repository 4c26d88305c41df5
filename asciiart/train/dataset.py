"""Glyphs of many fonts and cells of synthetic pages, with what is known of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from asciiart.art import Mode
from asciiart.charsets import CHARSETS, parse_charset
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
    """All glyphs of one width to learn from."""

    width: int
    """Pixels, of rows 32 px high."""
    fonts: NDArray[np.int64]
    """(G,), which font each is of."""
    features: Packed
    """(G, M·H'·W'), packed (see `_pack`)."""
    shape: tuple[int, ...]
    """M, H' and W'."""
    biases: Ink
    """(G,)."""


class Cells(NamedTuple):
    """The cells of a page that are not blank, for glyphs of one width."""

    numbers: NDArray[np.int64]
    """(n,), in reading order."""
    queries: Packed
    """(n, Q) exact queries, packed."""


class Page(NamedTuple):
    """One synthetic page."""

    ink: Ink
    """(H, W), as the encoder will see it."""
    clean: Ink
    """(H, W)."""
    cells: Mapping[int, Cells]
    """Width of glyphs -> its cells."""


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


_Drawn = TypeVar("_Drawn")


def _draw_fonts(names: Sequence[str], draw: Callable[[Font], _Drawn]) -> list[_Drawn]:
    """Return what ``draw`` makes of each font.

    Raises
    ------
    FontError
        If there is no such font, or it is damaged.
    """
    drawn = []
    for name in names:
        font = _open_font(name)
        try:
            drawn.append(draw(font))
        except (OSError, ValueError) as error:  # FreeType finds damage only where it draws
            raise FontError(f"{font.path}: damaged, cannot be drawn ({error})") from error
    return drawn


def _open_font(name: str) -> Font:
    try:
        return load_font(name)
    except OSError as error:
        raise FontError(f"{name}: damaged, cannot be measured ({error})") from error
    except FontError as error:
        if Path(name).exists():
            raise
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


def _own_glyphs(font: Font, config: ModeConfig) -> dict[int, Ink]:
    """Return the configured characters, whole and in the font's own cells, by width."""
    if font.proportional:
        raise FontError(f"{font.path}: a charset to train on is for monospaced fonts")
    unit = font.cell(config.cell_height, config.step[1]).width * ROW_HEIGHT // config.cell_height
    characters = usable_characters(font, parse_charset(config.charset), spans=(1, 2))[1:]
    inks = {}
    for span in sorted({font.span(character) for character in characters}):
        some = "".join(character for character in characters if font.span(character) == span)
        inks[span * unit] = rasterize(font, some, ROW_HEIGHT, span * unit, cells=span)
    return inks


def make_glyph_pools(config: ModeConfig, score: Score) -> tuple[GlyphPool, ...]:
    """Return the glyphs of the configured fonts, a pool for each width."""
    if config.charset:
        per_font = _draw_fonts(config.fonts, lambda font: _own_glyphs(font, config))
    else:
        per_font = [{CELL_WIDTH: glyphs} for glyphs in draw_glyphs(config.fonts)]
    widths = sorted({width for glyphs in per_font for width in glyphs})
    return tuple(_make_pool(width, per_font, score) for width in widths)


def _make_pool(width: int, per_font: Sequence[Mapping[int, Ink]], score: Score) -> GlyphPool:
    having = [number for number, glyphs in enumerate(per_font) if width in glyphs]
    inks = [per_font[number][width] for number in having]
    fonts = np.repeat(having, [len(glyphs) for glyphs in inks])
    known = score.glyphs(np.concatenate(inks))
    packed = _pack(known.maps.reshape(len(fonts), -1))
    return GlyphPool(width, fonts, packed, known.maps.shape[1:], known.biases)


def draw_glyphs(fonts: Sequence[str]) -> list[Ink]:
    """Return what is learned of each font: glyphs (G, 32, 16), of rows 32 px high.

    Raises
    ------
    FontError
        If there is no such font, or it is damaged.
    """
    return _draw_fonts(fonts, _font_glyphs)


def _structure_page(random: np.random.Generator, layers: int) -> tuple[Ink, Ink]:
    """Return a clean drawing and its spoilt twin: other stroke widths, faint places, noise."""
    clean = draw_strokes(random, PAGE_SIZE)
    if random.random() < 0.35:
        clean = np.maximum(clean, draw_strokes(random, PAGE_SIZE))
    for _ in range(random.integers(layers + 1)):
        clean = np.maximum(clean, _small_strokes(random))
    spoilt = widen(thin(clean > 0.5)) if random.random() < 0.75 else clean
    return clean, spoilt


def _small_strokes(random: np.random.Generator) -> Ink:
    """Return a drawing of 2 to 4 times the size, reduced to a page's, its strokes 3 px wide."""
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
    config: ModeConfig, score: Score, number: int, widths: Sequence[int] = (CELL_WIDTH,)
) -> Page:
    """Return the synthetic page of a number, cut into cells of some widths.

    The same number gives the same page.
    """
    random = np.random.default_rng((config.seed, number))
    clean, spoilt = _PAGES[config.mode](random, config.layers)
    cells = {width: _cut_page(clean, score, width) for width in widths}
    factor = ROW_HEIGHT // config.cell_height
    return Page(_shrink(spoilt, factor), _shrink(clean, factor), cells)


def _cut_page(clean: Ink, score: Score, width: int) -> Cells:
    queries = score.cells(clean[:, : PAGE_SIZE // width * width], ROW_HEIGHT, width)
    numbers = np.flatnonzero(queries.any(axis=1))
    return Cells(numbers, _pack(queries[numbers]))


class Dataset:
    """Batches of cells and glyphs; a step's batch depends on the seed and the step alone."""

    def __init__(self, config: ModeConfig) -> None:
        self.config = config
        self._noise = GaussianNoise(config.noise)
        score = SCORES[config.mode]()
        self.pools = make_glyph_pools(config, score)
        widths = [pool.width for pool in self.pools]
        count = config.pages + config.validation_pages
        pages = [make_page(config, score, number, widths) for number in range(count)]
        self.pages = pages[: config.pages]
        self.validation_pages = pages[config.pages :]

    def batch(self, step: int) -> Batch:
        """Return the batch of a step."""
        random = np.random.default_rng((self.config.seed, self.config.pages, step))
        return self._draw(random, self.pages[random.integers(len(self.pages))])

    def validation_batch(self, number: int) -> Batch:
        """Return a batch of a page that training never sees; the same number gives the same."""
        random = np.random.default_rng((self.config.seed, self.config.pages, number, 1))
        return self._draw(random, self.validation_pages[number])

    def _draw(self, random: np.random.Generator, page: Page) -> Batch:
        pool = self.pools[random.integers(len(self.pools))]
        cells = page.cells[pool.width]
        chosen = random.permutation(len(cells.numbers))[: self.config.cells_per_step]
        ids = self._choose_glyphs(random, pool)
        ink = torch.from_numpy(page.ink)[None, None]
        queries, features = unpack(cells.queries[chosen]), unpack(pool.features[ids])
        biases = torch.from_numpy(pool.biases[ids])
        return Batch(
            page=self._noise(ink, torch.Generator().manual_seed(int(random.integers(2**63)))),
            clean=torch.from_numpy(page.clean)[None, None],
            cells=torch.from_numpy(cells.numbers[chosen]),
            glyphs=features.view(-1, *pool.shape),
            biases=biases,
            scores=queries @ features.T + biases,
        )

    def _choose_glyphs(self, random: np.random.Generator, pool: GlyphPool) -> NDArray[np.int64]:
        """Return glyphs of one font, as a search will meet them, or of all."""
        if random.random() < 0.5:
            fonts = np.unique(pool.fonts)
            choice = np.flatnonzero(pool.fonts == fonts[random.integers(len(fonts))])
        else:
            choice = np.arange(len(pool.fonts))
        return random.permutation(choice)[: self.config.glyphs_per_step]
