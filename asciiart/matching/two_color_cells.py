"""Cells of two colors: the characters, inks and papers that together show a picture best.

What a glyph covers with ink is a mask m (n,); with ink f and paper b a cell shows f·m + b·(1 - m).
The best f and b are the least squares fit of that to the cell's pixels x, and of their squares it
explains those of the mean and of x along m less its mean: so that one product of matrices finds
the best glyphs of all cells. For the few best of each, f and b are brought into the range and,
where there is one, the palette, and what is then left of the squares decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.color.dithering import dither_palette
from asciiart.color.fill import Fill
from asciiart.color.palettes import Colors, PaletteMode, nearest_palette, palette
from asciiart.errors import OptionError
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Grid
from asciiart.glyphs.rasterize import rasterize
from asciiart.io.pictures.image import Picture
from asciiart.io.terminal.color_mode import ColorMode, parse_color_mode
from asciiart.matching.dot_patterns import DotPatterns, find_dot_patterns
from asciiart.options import Options
from asciiart.page.bands import split
from asciiart.page.cell_colors import PAGE_GRAY, page_gray
from asciiart.page.levels import LevelRange, Levels, measure_levels
from asciiart.page.resampling import resize, shows_squares, to_dots

_Floats = NDArray[np.float32]
_Value = TypeVar("_Value", bound=np.generic)

_HEIGHT, _WIDTH = 16, 8
"""Pixels of a cell: an eighth of a block character is whole pixels."""
_SHADES = "░▒▓"
"""Left out: they show a mixture of two colors, of which a single one shows the mean exactly."""
_CANDIDATES = 8
"""Glyphs of each cell whose colors are brought into the palette."""
_FLAT = 1.5
"""Levels, root mean square: a cell that a glyph shows better by less than this stays blank."""
_LEAST_SPAN = 64
"""Of 255, between the levels that become black and white: a picture with less is meant to be
flat."""
_BAND = 1 << 14
"""Cells of which more than their pixels is kept at once."""
_CHUNK = 512
"""Cells that are searched at once: what is worked on, 1 to 5 MB, stays in the processor's cache."""
_GOOD_PART = 0.25
"""Share of a cell above which what is clear, or half clear, is more than an edge, """
_CLEAR_PART = 0.1
"""if so much of it is wholly clear."""
_NEARLY_CLEAR = 0.05
"""Alpha below which a pixel is wholly clear; it is wholly opaque above 1 less this."""
_BEYOND = np.float32(0.15)
"""What ink beyond the edge of a cut-out costs in addition: of two silhouettes that miss as much,
the one that stays inside has the smoother edge."""
_TRACE = 1e-6
"""Pixels of a cell that are as good as none."""
_DITHERED = (2, 2)
"""Dots of a cell in which a palette is dithered where the characters are no bits."""


class Filled(NamedTuple):
    """Cells that are drawn."""

    glyph_ids: NDArray[np.int32]
    """(R, C, k), indices into the characters, best first."""
    scores: _Floats
    """(R, C, k): minus the root mean square error, 0 to 1."""
    fill: Fill
    """The colors for the best ones."""


class Masks(NamedTuple):
    """What glyphs cover, for every cell alike."""

    ids: NDArray[np.int32]
    """(G,), indices into the characters; the first is the blank."""
    shapes: _Floats
    """(G, n): the masks less their means, of length 1; 0 where a mask is flat."""
    means: _Floats
    """(G,)."""
    lengths: _Floats
    """(G,), of the masks less their means."""


@lru_cache(maxsize=8)
def glyph_masks(font: Font, characters: str) -> Masks:
    """Return the masks of those characters, of which the first is the space, that fill a cell."""
    numbers = {character: i for i, character in enumerate(characters)}
    used = "".join(c for c in characters if c not in _SHADES and font.span(c) == 1)
    inks = rasterize(font, used, _HEIGHT, _WIDTH).reshape(len(used), -1)
    means = inks.mean(axis=1)
    shapes = inks - means[:, None]
    lengths = np.linalg.norm(shapes, axis=1)
    shapes /= np.maximum(lengths, 1e-6)[:, None]
    ids = np.array([numbers[character] for character in used], np.int32)
    return Masks(ids, shapes, means, lengths)


def fit_two_colors(
    picture: Picture,
    grid: Grid,
    font: Font,
    characters: str,
    options: Options,
    *,
    levels: Levels | None = None,
) -> Filled:
    """Return the cells that show a picture with the best pair of colors each.

    Of cells of which a good part is wholly clear, the page is the paper: a character shows what is
    there as a silhouette, in its mean color. What is half clear is blended with the page.
    ``levels`` are those that become black and white among 16 colors; by default those of the
    picture itself.

    Raises
    ------
    OptionError
        If the font is proportional.
    """
    if font.proportional:
        raise OptionError("fill is for monospaced fonts, whose characters are cells", "fill")
    mode = parse_color_mode(options.palette)
    page = page_gray(picture, options.background)
    bits = find_dot_patterns(characters)
    squares = shows_squares(picture.rgb, options.resample, fill=True)
    pixels = _to_page(picture.on(page), grid, bits, squares=squares)
    alpha = None
    if picture.alpha is not None and page == PAGE_GRAY[options.background]:
        alpha = _to_page(picture.alpha, grid, bits, squares=squares)
        for rows, part in _bands(grid):
            cover = _find_cover(alpha[rows], part)
            pixels[rows] = _without_holes(pixels[rows], cover, part, page)
    pixels = _adapted(pixels, grid, bits, mode, options, levels=levels)
    masks = glyph_masks(font, characters)
    parts = []
    for rows, part in _bands(grid):
        cells = _cut(pixels[rows], part)
        filled = _fit_all(cells, part, masks, mode, options.neighbors)
        if alpha is not None:
            cover = _find_cover(alpha[rows], part)
            filled = _cut_out(filled, cells, cover, masks, mode=mode, page=page)
        parts.append(filled)
    return _joined(parts, grid)


def _bands(grid: Grid) -> Iterator[tuple[slice, Grid]]:
    """Yield which of the page's rows of pixels are worked on at once, and the grid of those."""
    for band in split(grid.rows, _BAND // grid.columns):
        rows = slice(band.top * _HEIGHT, band.bottom * _HEIGHT)
        yield rows, replace(grid, rows=band.bottom - band.top)


def _to_page(
    pixels: NDArray[np.uint8], grid: Grid, bits: DotPatterns | None, *, squares: bool
) -> NDArray[np.uint8]:
    """Return pixels as the page shows them; as squares where they are no smaller than its dots."""
    size = (grid.columns * _WIDTH, grid.rows * _HEIGHT)
    if squares and bits is not None:
        down, across = grid.rows * bits.rows, grid.columns * bits.columns
        if down >= pixels.shape[0] and across >= pixels.shape[1]:
            dots = to_dots(pixels, (across, down))
            return dots.repeat(size[1] // down, axis=0).repeat(size[0] // across, axis=1)
    return resize(pixels, size, squares=squares)


def _cut(pixels: NDArray[_Value], grid: Grid) -> NDArray[_Value]:
    """Return the cells (N, 3 or 1, n) of pixels (H, W, 3) or (H, W)."""
    blocks = pixels.reshape(grid.rows, _HEIGHT, grid.columns, _WIDTH, -1).transpose(0, 2, 4, 1, 3)
    return blocks.reshape(grid.rows * grid.columns, blocks.shape[2], -1)


class _Cover(NamedTuple):
    """How the picture covers each of N cells of n pixels."""

    alpha: _Floats
    """(N, n), 0 to 1."""
    most: _Floats
    """(N, 1): the greatest in each cell."""
    is_cut_out: NDArray[np.bool_]
    """(N,): whether a good part is wholly clear."""
    is_blended: NDArray[np.bool_]
    """(N,): whether it is not, but a good part is half clear."""


def _find_cover(alpha: NDArray[np.uint8], grid: Grid) -> _Cover:
    """Return how a picture of that alpha (H, W) covers the cells."""
    cells = _cut(alpha, grid)[:, 0].astype(np.float32) / np.float32(255)
    most = cells.max(axis=1, keepdims=True)
    bare = 1 - (cells / np.maximum(most, _NEARLY_CLEAR)).mean(axis=1)
    clear = (cells < _NEARLY_CLEAR).mean(axis=1)
    opaque = (cells > 1 - _NEARLY_CLEAR).mean(axis=1)
    is_half_clear = 1 - clear - opaque > _GOOD_PART
    has_clear_part = clear > _CLEAR_PART
    is_cut_out = has_clear_part & (is_half_clear | (bare > _GOOD_PART))
    is_blended = is_half_clear & ~has_clear_part
    return _Cover(cells, most, is_cut_out, is_blended)


def _without_holes(pixels: Colors, cover: _Cover, grid: Grid, page: int) -> Colors:
    """Return the pixels with what is seen of the page in the mean color of its cell's others.

    Cells that are blended, and have no holes, keep theirs.
    """
    seen = _cut(pixels, grid)
    alpha, most = cover.alpha[:, None], cover.most[:, None]
    own = seen - (1 - alpha) * np.float32(page)
    total = alpha.sum(axis=2, keepdims=True)
    means = np.where(
        total > 0, own.sum(axis=2, keepdims=True) / np.maximum(total, _TRACE), np.float32(page)
    )
    whole = own + (most - alpha) * means + (1 - most) * np.float32(page)
    whole = np.where(cover.is_blended[:, None, None], seen, np.clip(np.rint(whole), 0, 255))
    blocks = whole.astype(np.uint8).reshape(grid.rows, grid.columns, -1, _HEIGHT, _WIDTH)
    return np.ascontiguousarray(blocks.transpose(0, 3, 1, 4, 2).reshape(pixels.shape))


def _adapted(
    pixels: Colors,
    grid: Grid,
    bits: DotPatterns | None,
    mode: ColorMode,
    options: Options,
    *,
    levels: Levels | None,
) -> Colors:
    """Return the pixels with all that is done to brightness and colors."""
    if mode is ColorMode.ANSI16:
        pixels = _stretched(pixels, None if levels is None else levels.tone)
    pixels = _adjusted(pixels, options)
    if mode in (ColorMode.ANSI16, ColorMode.ANSI256) and options.dither != "none":
        dots = _DITHERED if bits is None else (bits.rows, bits.columns)
        pixels = _dithered(pixels, grid, dots, mode, options)
    return pixels


def _cut_out(
    filled: Filled, cells: Colors, cover: _Cover, masks: Masks, *, mode: ColorMode, page: int
) -> Filled:
    """Return silhouettes in cells that are cut out: masks m of least (m - alpha / its greatest)².

    ``cells`` (N, 3, n) have no holes; where the alpha is 0 they are not to be seen.
    """
    clear = cover.is_cut_out
    most = cover.most[clear]
    alpha = np.where(most < _NEARLY_CLEAR, 0, cover.alpha[clear] / np.maximum(most, _TRACE))
    means, lengths = masks.means, masks.lengths
    common = means * alpha.sum(axis=1)[:, None] + lengths * (alpha @ masks.shapes.T)  # (M, G)
    own = alpha.shape[1] * means**2 + lengths**2
    squares = own - 2 * common + (alpha**2).sum(axis=1)[:, None]
    beyond = alpha.shape[1] * means - common  # ink where the picture is clear
    errors = np.maximum(squares + _BEYOND * beyond, 0) / np.float32(alpha.shape[1])
    k = filled.glyph_ids.shape[2]
    order = np.argsort(errors, axis=1, kind="stable")[:, :k]
    best = order[:, :1]
    covers = means[best] + lengths[best] * masks.shapes[best[:, 0]]  # (M, n)
    ink = np.einsum("mn,mcn->mc", covers, cells[clear])
    ink /= np.maximum(covers.sum(axis=1, keepdims=True), _TRACE)
    missing = ((0, 0), (0, k - order.shape[1]))
    where = clear.reshape(filled.fill.clear.shape)
    glyph_ids, scores = filled.glyph_ids.copy(), filled.scores.copy()
    inks, papers = filled.fill.ink.copy(), filled.fill.paper.copy()
    glyph_ids[where] = np.pad(masks.ids[order], missing, constant_values=-1)
    scores[where] = -np.sqrt(np.pad(np.take_along_axis(errors, order, axis=1), missing))
    inks[where] = _shown(ink, mode)
    papers[where] = page
    return Filled(glyph_ids, scores, Fill(inks, papers, filled.fill.clear | where))


def _fit_all(cells: Colors, grid: Grid, masks: Masks, mode: ColorMode, k: int) -> Filled:
    """Return what `_fit` does for all cells (N, 3, n) of a grid."""
    starts = range(0, len(cells), _CHUNK)
    parts = [_fit(cells[i : i + _CHUNK].astype(np.float32), masks, mode, k) for i in starts]
    return _joined(parts, grid)


def _joined(parts: list[Filled], grid: Grid) -> Filled:
    shape = (grid.rows, grid.columns, -1)
    return Filled(
        glyph_ids=np.concatenate([part.glyph_ids for part in parts]).reshape(shape),
        scores=np.concatenate([part.scores for part in parts]).reshape(shape),
        fill=Fill(
            ink=np.concatenate([part.fill.ink for part in parts]).reshape(shape),
            paper=np.concatenate([part.fill.paper for part in parts]).reshape(shape),
            clear=np.concatenate([part.fill.clear for part in parts]).reshape(shape[:2]),
        ),
    )


def _stretched(pixels: Colors, levels: LevelRange | None) -> Colors:
    """Return the pixels with their darkest and brightest, or given levels, at black and white.

    Sixteen colors have but four grays, and what lies between two of them would be one area.
    """
    gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    levels = levels or measure_levels(gray).tone
    if levels.span < _LEAST_SPAN:
        return pixels
    return _mapped(pixels, levels.table())


def _adjusted(pixels: Colors, options: Options) -> Colors:
    """Return the pixels with the contrast, brightness and gamma that were asked for."""
    levels = (np.arange(256) / 255 - 0.5) * options.contrast + 0.5 + options.brightness
    return _mapped(pixels, np.clip(levels, 0, 1) ** (1 / options.gamma))


def _mapped(pixels: Colors, levels: NDArray[np.floating]) -> Colors:
    """Return the pixels with the level, 0 to 1, that each of the 256 becomes."""
    table = np.rint(255 * np.clip(levels, 0, 1)).astype(np.uint8)
    if np.array_equal(table, np.arange(256)):
        return pixels
    return np.asarray(cv2.LUT(pixels, table), np.uint8)


def _dithered(
    pixels: Colors, grid: Grid, dots: tuple[int, int], mode: PaletteMode, options: Options
) -> Colors:
    """Return the pixels as dots, so many a cell, of the palette's colors."""
    height, width = dots
    small = resize(pixels, (grid.columns * width, grid.rows * height))
    shown = palette(mode)[dither_palette(small, mode, options.dither)]
    return shown.repeat(_HEIGHT // height, axis=0).repeat(_WIDTH // width, axis=1)


class _Pairs(NamedTuple):
    """Colors for each candidate."""

    ink: _Floats
    """(N, K, 3), 0 to 255."""
    paper: _Floats
    """(N, K, 3), 0 to 255."""


class _Candidates(NamedTuple):
    """K glyphs for each of N cells."""

    chosen: NDArray[np.intp]
    """(N, K), indices into the masks; one of them is the blank."""
    along: _Floats
    """(N, K, 3): the cells' pixels along the glyphs' shapes."""
    cell_means: _Floats
    """(N, 1, 3)."""
    means: _Floats
    """(N, K, 1), of the masks."""
    lengths: _Floats
    """(N, K, 1), of the masks less their means."""
    rest: _Floats
    """(N, K): squares that no pair of colors explains."""
    pixels: int
    """n."""

    def errors(self, pairs: _Pairs) -> _Floats:
        """Return the mean square error (N, K)."""
        ink, paper = pairs
        contrast = ink - paper
        offsets = self.cell_means - paper - contrast * self.means
        slopes = self.along - contrast * self.lengths
        squares = (self.pixels * offsets**2 + slopes**2).sum(axis=2)
        return np.asarray((squares + self.rest) / (3 * self.pixels), np.float32)

    def paper_for(self, ink: _Floats) -> _Floats:
        """Return the paper (N, K, 3), 0 to 255, that goes best with an ink (N, K, 3)."""
        bare = 1 - self.means
        offsets = self.pixels * bare * (self.cell_means - ink * self.means)
        slopes = self.lengths * (self.along - ink * self.lengths)
        weights = self.pixels * bare**2 + self.lengths**2
        paper = (offsets - slopes) / np.maximum(weights, 1e-6)
        return np.asarray(np.clip(paper, 0, 255), np.float32)

    def pairs(self, mode: ColorMode) -> _Pairs:
        """Return the ink and the paper (N, K, 3) that a terminal of that mode shows best."""
        contrast = self.along / np.maximum(self.lengths, 1e-6)
        ink = self.cell_means + (1 - self.means) * contrast
        shown = _shown(np.clip(ink, 0, 255), mode)
        return _Pairs(shown, _shown(self.paper_for(shown), mode))


def _shown(colors: _Floats, mode: ColorMode) -> _Floats:
    whole = np.rint(colors)
    if mode in (ColorMode.NONE, ColorMode.TRUECOLOR):
        return whole
    return palette(mode)[nearest_palette(whole.astype(np.uint8), mode)].astype(np.float32)


def _fit(cells: _Floats, masks: Masks, mode: ColorMode, k: int) -> Filled:
    """Return the best glyphs (N, k) and the first one's colors (N, 3) for cells (N, 3, n)."""
    candidates = _candidates(cells, masks, max(k, _CANDIDATES))
    chosen, pairs = candidates.chosen, candidates.pairs(mode)
    errors = candidates.errors(pairs)
    order = np.argsort(errors - np.where(chosen == 0, _FLAT**2, 0), axis=1, kind="stable")[:, :k]
    missing = ((0, 0), (0, k - order.shape[1]))
    ids = masks.ids[np.take_along_axis(chosen, order, axis=1)]
    scores = -np.sqrt(np.take_along_axis(errors, order, axis=1)) / np.float32(255)
    ink, paper = (np.take_along_axis(c, order[:, :1, None], axis=1)[:, 0] for c in pairs)
    return Filled(
        glyph_ids=np.pad(ids, missing, constant_values=-1),
        scores=np.pad(scores, missing),
        fill=Fill(ink.astype(np.uint8), paper.astype(np.uint8), np.zeros(len(ink), np.bool_)),
    )


def _candidates(cells: _Floats, masks: Masks, count: int) -> _Candidates:
    """Return ``count`` glyphs or all, the blank among them, that explain the most."""
    # One product of two matrices is five times as fast as one for each cell.
    along = (cells.reshape(-1, cells.shape[2]) @ masks.shapes.T).reshape(*cells.shape[:2], -1)
    gains = np.einsum("ncg,ncg->ng", along, along)
    gains[:, 0] = np.inf
    count = min(count, gains.shape[1])
    chosen = np.argpartition(gains, -count, axis=1)[:, -count:]
    along = np.take_along_axis(along, chosen[:, None], axis=2).transpose(0, 2, 1)
    means = cells.mean(axis=2)
    spread = ((cells - means[..., None]) ** 2).sum(axis=(1, 2))
    return _Candidates(
        chosen=chosen,
        along=along,
        cell_means=means[:, None],
        means=masks.means[chosen][..., None],
        lengths=masks.lengths[chosen][..., None],
        rest=np.maximum(spread[:, None] - (along**2).sum(axis=2), 0),
        pixels=cells.shape[2],
    )
