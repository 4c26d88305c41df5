"""A trial of matchers on pages that none of them has seen, with every cell's exact scores."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from asciiart.charsets import CHARSETS
from asciiart.core.autoencoders import ConvAutoencoder
from asciiart.errors import FontError
from asciiart.features import SCORES
from asciiart.glyphs import Font, load_font, rasterize, usable_characters
from asciiart.strokes import ROW_HEIGHT
from asciiart.train.baselines import closeness, encode_cells, shrink_glyphs
from asciiart.train.config import TRAINING_FONTS, ModeConfig
from asciiart.train.dataset import CELL_WIDTH, Page, make_page, unpack
from asciiart.train.fit import ranking_score
from asciiart.train.matcher import GlyphMatcher, cut_codes, step_of

Ink = NDArray[np.float32]

HELD_OUT_FONT = "DejaVu Sans Mono"
"""Comes with the program, and the shipped recipe leaves it out."""
_FIRST_NEW = 1_000_000
"""Number of the first new page: no recipe has so many, nor has one that it goes on from."""
_CHARSETS = ("ascii", "latin", "box", "blocks")
"""The first of which a font has anything is what it is tried with."""


class Glyphs(NamedTuple):
    """What a font offers; the space is first."""

    font: Font
    """Where they are from."""
    characters: str
    """G of them."""
    inks: Ink
    """(G, 32, 16)."""
    features: Tensor
    """(G, M, H', W'); zero for the space."""
    biases: Tensor
    """(G,), exact; zero for the space."""


class Trial(NamedTuple):
    """Cells, glyphs and what each glyph is worth in each cell."""

    config: ModeConfig
    """Of the encoder on trial."""
    glyphs: Glyphs
    """G candidates."""
    pages: list[Page]
    """New ones; the n cells that are tried are all of theirs that are not blank, in order."""
    cells: Ink
    """(n, h, w), as the encoder sees them."""
    exact: Tensor
    """(n, G), scores."""


class Standing(NamedTuple):
    """How good the glyphs are that a matcher chooses."""

    mean: float
    """Exact score of a cell."""
    share: float
    """Of the sum of the best scores; 0 is what a blank page gets."""
    ranking: float
    """`fit.ranking_score`: as the share, but 0 is what chance gets."""
    found: float
    """Share of cells whose very best glyph, or one as good, was chosen."""


def choose_font(config: ModeConfig) -> str:
    """Return the first font of a recipe that the shipped one lacks, or else one that both lack."""
    return next((name for name in config.fonts if name not in TRAINING_FONTS), HELD_OUT_FONT)


def _characters(font: Font) -> str:
    for name in _CHARSETS:
        try:
            return usable_characters(font, CHARSETS[name])
        except FontError as error:
            refused = error
    raise refused


def find_glyphs(config: ModeConfig, name: str) -> Glyphs:
    """Return a font's ASCII characters, or, if it has none, its Latin, box or block characters.

    Raises
    ------
    FontError
        If there is no such font or it has nothing of all that.
    """
    font = load_font(name)
    characters = _characters(font)
    inks = rasterize(font, characters, ROW_HEIGHT, CELL_WIDTH)
    known = SCORES[config.mode]().glyphs(inks)
    known.maps[0], known.biases[0] = 0, 0
    features, biases = torch.from_numpy(known.maps), torch.from_numpy(known.biases)
    return Glyphs(font, characters, inks, features, biases)


def make_trial(config: ModeConfig, font: str, pages: int) -> Trial:
    """Return a trial of an encoder on so many pages that none was trained on."""
    score, glyphs = SCORES[config.mode](), find_glyphs(config, font)
    new = [make_page(config, score, _FIRST_NEW + number) for number in range(pages)]
    cells = [cut_page(page, config.cell_height)[page.cells] for page in new]
    features = glyphs.features.flatten(1)
    exact = [unpack(page.queries) @ features.T + glyphs.biases for page in new]
    return Trial(config, glyphs, new, np.concatenate(cells), torch.cat(exact))


def cut_page(page: Page, height: int) -> Ink:
    """Return all cells (N, h, h / 2) of a page, in reading order."""
    rows, columns = page.ink.shape[0] // height, 2 * page.ink.shape[1] // height
    cells = page.ink.reshape(rows, height, columns, height // 2).swapaxes(1, 2)
    return cells.reshape(-1, height, height // 2)


def block_of(matcher: GlyphMatcher, config: ModeConfig) -> tuple[int, int]:
    """Return the positions, down and across, of a cell's code."""
    sy, sx = step_of(matcher)
    return config.cell_height // sy, config.cell_height // 2 // sx


def keys_of(matcher: GlyphMatcher, trial: Trial) -> Tensor:
    """Return the keys (G, D·m·n) of the glyphs."""
    with torch.no_grad():
        key = matcher.glyphs(trial.glyphs.features).key
    return cut_codes(key, block_of(matcher, trial.config))


def predict_by_encoder(matcher: GlyphMatcher, trial: Trial) -> Tensor:
    """Return what a trained network takes the scores for (n, G)."""
    temperature = SCORES[trial.config.mode].temperature
    with torch.no_grad():
        codes = [_codes(matcher, trial.config, page) for page in trial.pages]
        more = matcher.glyphs(trial.glyphs.features).bias
        return torch.cat(codes) @ keys_of(matcher, trial).T * temperature + (
            more * temperature + trial.glyphs.biases
        )


def _codes(matcher: GlyphMatcher, config: ModeConfig, page: Page) -> Tensor:
    """Return the codes (n, D·m·n) of a page's cells; beyond its borders is paper, as in drawing."""
    height, (m, n) = config.cell_height, block_of(matcher, config)
    padded = np.pad(page.ink, height)
    code = matcher.query(torch.from_numpy(padded)[None, None])[:, :, m:-m, 2 * n : -2 * n]
    return cut_codes(code, (m, n))[page.cells]


def predict_by_pixels(trial: Trial) -> Tensor:
    """Return how near raw pixels are (n, G)."""
    inks = shrink_glyphs(trial.glyphs.inks, trial.config.cell_height)
    near = closeness(trial.cells.reshape(len(trial.cells), -1), inks.reshape(len(inks), -1))
    return torch.from_numpy(near)


def predict_by_autoencoder(network: ConvAutoencoder, trial: Trial) -> Tensor:
    """Return how near the codes of an autoencoder are (n, G)."""
    inks = shrink_glyphs(trial.glyphs.inks, trial.config.cell_height)
    return torch.from_numpy(
        closeness(encode_cells(network, trial.cells), encode_cells(network, inks))
    )


def judge(exact: Tensor, predicted: Tensor) -> Standing:
    """Return how good the glyphs are that have the highest predictions."""
    best = exact.max(1).values
    chosen = exact.gather(1, predicted.argmax(1, keepdim=True)).squeeze(1)
    return Standing(
        mean=float(chosen.mean()),
        share=float(chosen.sum() / best.sum().clamp_min(1e-9)),
        ranking=float(ranking_score(exact, predicted)),
        found=float((chosen >= best).double().mean()),
    )
