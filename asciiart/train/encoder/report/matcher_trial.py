"""A comparison of matchers on pages that none of them has seen, by the exact scores."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from asciiart.core.autoencoders.convolutional import ConvAutoencoder
from asciiart.errors import FontError
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import Ink, rasterize
from asciiart.glyphs.usable import usable_characters
from asciiart.matching.scores import SCORES
from asciiart.train.encoder.config import TRAINING_FONTS, ModeConfig
from asciiart.train.encoder.dataset import SyntheticPage, find_features, make_page, unpack
from asciiart.train.encoder.fit import ranking_score
from asciiart.train.encoder.glyph_matcher import GlyphMatcher, cut_codes, step_of
from asciiart.train.encoder.report.baselines import closeness, encode_cells, shrink_glyphs
from asciiart.train.encoder.training_glyphs import (
    SINGLE_WIDTH,
    USUAL_CELL,
    CellSize,
    RasterizedGlyphs,
    cell_of,
    draw_own_glyphs,
    enlargement,
    open_font,
)

HELD_OUT_FONT = "DejaVu Sans Mono"
"""A font that comes with the program and is not in the shipped recipe."""
_FIRST_NEW = 1_000_000
"""Number of the first new page; no recipe trains on so many."""
_MOST = 256
"""Largest number of glyphs tried; larger sets are sampled evenly."""


class CandidateGlyphs(NamedTuple):
    """The candidate glyphs of a font; the space is first."""

    font: Font
    """The font that they belong to."""
    size: CellSize
    """Size of the cell in which they are drawn."""
    drawn: CellSize
    """Their own size, which may be narrower."""
    characters: str
    """The G characters."""
    inks: Ink
    """Their ink (G, h, w), at the size of the cell."""
    features: Tensor
    """Features (G, M, H', W'); zero for the space."""
    biases: Tensor
    """Exact biases (G,); zero for the space."""


class MatcherTrial(NamedTuple):
    """Cells, glyphs, and the exact score of each glyph in each cell."""

    config: ModeConfig
    """Settings of the encoder under test."""
    glyphs: CandidateGlyphs
    """The G candidates."""
    pages: list[SyntheticPage]
    """New pages; the n cells of the trial are all that are not blank, in order."""
    cells: Ink
    """The cells (n, h, w) at the encoder's scale."""
    exact: Tensor
    """Exact scores (n, G)."""


class Standing(NamedTuple):
    """The quality of the glyphs that a matcher chooses."""

    mean: float
    """Mean exact score per cell."""
    share: float
    """Share of the sum of the best scores; a blank page has 0."""
    ranking: float
    """`fit.ranking_score`: like the share, but random choice has 0."""
    found: float
    """Share of cells for which the best glyph, or one equally good, was chosen."""


def choose_font(config: ModeConfig) -> str:
    """Return the first font of a recipe that is not in the shipped one, or else one in neither.

    If the recipe names characters, a font outside it may lack them; then its first font is used.
    """
    new = [name for name in config.fonts if name not in TRAINING_FONTS]
    return (new or [config.fonts[0] if config.charset else HELD_OUT_FONT])[0]


def _draw(font: Font, config: ModeConfig) -> RasterizedGlyphs:
    """Return the largest group of the font's characters whose glyphs have the same size."""
    if config.charset:
        groups = draw_own_glyphs(font, config).values()
        return max(groups, key=lambda group: len(group.characters))
    try:
        characters = usable_characters(font, CHARSETS["ascii"])[1:]
    except FontError:
        characters = usable_characters(font, SINGLE_WIDTH)[1:]
    return RasterizedGlyphs(characters, rasterize(font, characters, *USUAL_CELL))


def find_glyphs(config: ModeConfig, name: str) -> CandidateGlyphs:
    """Return a font's characters: the configured ones, else ASCII, else all that are learned.

    If they differ in width the commonest width is used, and large sets are sampled.

    Raises
    ------
    FontError
        If there is no such font, or it has none of these characters.
    """
    font = open_font(name)
    characters, inks = _draw(font, config)
    every = -(-len(characters) // _MOST)
    characters, inks = characters[::every], inks[::every]
    drawn = CellSize(*inks.shape[1:])
    size = cell_of(drawn, config)
    known = find_features(inks, config, SCORES[config.mode]())
    return CandidateGlyphs(
        font,
        size,
        drawn,
        " " + characters,
        np.pad(inks, ((1, 0), (0, 0), (0, size.width - drawn.width))),
        torch.from_numpy(np.pad(known.maps, ((1, 0), (0, 0), (0, 0), (0, 0)))),
        torch.from_numpy(np.pad(known.biases, (1, 0))),
    )


def make_trial(config: ModeConfig, font: str, pages: int) -> MatcherTrial:
    """Return a trial of an encoder on ``pages`` pages that none was trained on."""
    score, glyphs = SCORES[config.mode](), find_glyphs(config, font)
    numbers = range(_FIRST_NEW, _FIRST_NEW + pages)
    new = [make_page(config, score, number, [glyphs.size]) for number in numbers]
    tried = [page.cells[glyphs.size] for page in new]
    cut = [cut_page(page, seen_size(glyphs, config)) for page in new]
    cells = [all_cells[some.numbers] for all_cells, some in zip(cut, tried, strict=True)]
    features = glyphs.features.flatten(1)
    exact = [unpack(some.queries) @ features.T + glyphs.biases for some in tried]
    return MatcherTrial(config, glyphs, new, np.concatenate(cells), torch.cat(exact))


def seen_size(glyphs: CandidateGlyphs, config: ModeConfig) -> CellSize:
    """Return the size of the glyphs' cell at the encoder's scale."""
    height, width = (pixels // enlargement(config) for pixels in glyphs.size)
    return CellSize(height, width)


def cut_page(page: SyntheticPage, size: CellSize) -> Ink:
    """Return all cells (N, h, w) of a page, in reading order."""
    height, width = size
    rows, columns = page.ink.shape[0] // height, page.ink.shape[1] // width
    whole = page.ink[: rows * height, : columns * width]
    cells = whole.reshape(rows, height, columns, width).swapaxes(1, 2)
    return cells.reshape(-1, height, width)


def block_of(matcher: GlyphMatcher, trial: MatcherTrial) -> tuple[int, int]:
    """Return the positions of a cell's code, down and across."""
    height, width = seen_size(trial.glyphs, trial.config)
    down, right = step_of(matcher)
    return height // down, width // right


def keys_of(matcher: GlyphMatcher, trial: MatcherTrial) -> Tensor:
    """Return the keys (G, D·m·n) of the glyphs."""
    with torch.no_grad():
        key = matcher.glyphs(trial.glyphs.features).key
    return cut_codes(key, block_of(matcher, trial))


def predict_by_encoder(matcher: GlyphMatcher, trial: MatcherTrial) -> Tensor:
    """Return the scores (n, G) predicted by a trained network."""
    temperature = SCORES[trial.config.mode].temperature
    with torch.no_grad():
        codes = [_codes(matcher, trial, page) for page in trial.pages]
        more = matcher.glyphs(trial.glyphs.features).bias
        return torch.cat(codes) @ keys_of(matcher, trial).T * temperature + (
            more * temperature + trial.glyphs.biases
        )


def _codes(matcher: GlyphMatcher, trial: MatcherTrial, page: SyntheticPage) -> Tensor:
    """Return the codes (n, D·m·n) of a page's cells; outside the page is paper, as in drawing."""
    margin = trial.config.cell_height
    down, right = (margin // pixels for pixels in step_of(matcher))
    padded = torch.from_numpy(np.pad(page.ink, margin))
    code = matcher.query(padded[None, None])[:, :, down:-down, right:-right]
    return cut_codes(code, block_of(matcher, trial))[page.cells[trial.glyphs.size].numbers]


def predict_by_pixels(trial: MatcherTrial) -> Tensor:
    """Return the proximity (n, G) of raw pixels."""
    inks = shrink_glyphs(trial.glyphs.inks, trial.config)
    near = closeness(trial.cells.reshape(len(trial.cells), -1), inks.reshape(len(inks), -1))
    return torch.from_numpy(near)


def predict_by_autoencoder(network: ConvAutoencoder, trial: MatcherTrial) -> Tensor:
    """Return the proximity (n, G) of an autoencoder's codes."""
    inks = shrink_glyphs(trial.glyphs.inks, trial.config)
    return torch.from_numpy(
        closeness(encode_cells(network, trial.cells), encode_cells(network, inks))
    )


def judge(exact: Tensor, predicted: Tensor) -> Standing:
    """Return the quality of the glyphs with the highest predicted scores."""
    best = exact.max(1).values
    chosen = exact.gather(1, predicted.argmax(1, keepdim=True)).squeeze(1)
    return Standing(
        mean=float(chosen.mean()),
        share=float(chosen.sum() / best.sum().clamp_min(1e-9)),
        ranking=float(ranking_score(exact, predicted)),
        found=float((chosen >= best).double().mean()),
    )
